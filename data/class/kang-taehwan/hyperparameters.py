import numpy as np


def sample_log_uniform(low, high, size, rng):
	# 10 ** uniform, not uniform!
	return 10 ** rng.uniform(np.log10(low), np.log10(high), size=size)


def random_search_proposals(ranges, trials, rng):
	proposals = []
	for t in range(trials):
		proposal = {}
		for name, (low, high) in ranges.items():
			proposal[name] = 10 ** rng.uniform(np.log10(low), np.log10(high))
		proposals.append(proposal)
	return proposals


def refine_ranges(trials, scores, keep):
	order = np.argsort(scores)
	best = [trials[i] for i in order[-keep:]]
	ranges = {}
	for name in best[0]:
		values = [t[name] for t in best]
		ranges[name] = (min(values), max(values))
	return ranges


def on_border(best, ranges):
	result = {}
	for name, value in best.items():
		low, high = ranges[name]
		t = np.log(value / low) / np.log(high / low)
		result[name] = bool(t < 0.1 or t > 0.9)
	return result


def stop_early(losses, factor=3):
	last = losses[-1]
	return not np.isfinite(last) or last > factor * losses[0]
