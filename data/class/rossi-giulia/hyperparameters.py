from __future__ import annotations

from typing import Dict, List, Tuple

import numpy as np

Ranges = Dict[str, Tuple[float, float]]


def sample_log_uniform(low: float, high: float, size: int, rng: np.random.Generator) -> np.ndarray:
    return np.exp2(rng.uniform(np.log2(low), np.log2(high), size=size))


def random_search_proposals(ranges: Ranges, trials: int, rng: np.random.Generator) -> List[Dict[str, float]]:
    return [
        {name: float(sample_log_uniform(low, high, 1, rng)[0]) for name, (low, high) in ranges.items()}
        for _ in range(trials)
    ]


def refine_ranges(trials: List[Dict[str, float]], scores: List[float], keep: int) -> Ranges:
    best = [trials[i] for i in np.argsort(scores)[::-1][:keep]]
    ranges: Ranges = {}
    for name in best[0]:
        values = np.array([trial[name] for trial in best])
        ranges[name] = (float(values.min()), float(values.max()))
    return ranges


def on_border(best: Dict[str, float], ranges: Ranges) -> Dict[str, bool]:
    def position(name: str) -> float:
        low, high = np.log(ranges[name])
        return (np.log(best[name]) - low) / (high - low)

    return {name: not 0.1 <= position(name) <= 0.9 for name in best}


def stop_early(losses: List[float], factor: float = 3) -> bool:
    return bool(not np.isfinite(losses[-1]) or losses[-1] > factor * losses[0])
