"""Pictures of hyperparameter search, on short trainings of a small network on the digits."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ..model import Text, text
from .picture import Plan
from .student import Student, blaming
from .style import BLUE, GREY, ORANGE, labelled, sheet
from .surface import RANGES, RATE, REG, Surface, Trial, run, surface
from .training import accuracy, standardised
from .trials import WHITE, Ranges, draw_box, draw_trials, proposals, refined


def log_uniform(student: Student, seed: int = 0, count: int = 3000) -> tuple[Figure, Text]:
    """Where drawn values lie, by power of ten, beside a draw that is uniform in the value."""
    figure, [[axes]] = sheet(height=2.4)
    low, high = 1e-6, 1.0
    rng = np.random.default_rng(seed)
    drawn = student.array("sample_log_uniform", low, high, count, rng, shape=(count,))
    plain = rng.uniform(low, high, count)
    bins = np.linspace(-6, 0, 25)
    sets = ((drawn, BLUE, "sample_log_uniform"), (plain, ORANGE, "uniform in the value"))
    for values, color, name in sets:
        logarithms = np.log10(np.maximum(values, 1e-300))
        axes.hist(logarithms, bins=bins, color=color, alpha=0.65, label=name)
    axes.set_xticks(range(-6, 1), [f"1e{power}" for power in range(-6, 1)])
    axes.legend(loc="upper left")
    labelled(axes, "", "value", "how often")
    return figure, text(
        "{count} draws between 1e-6 and 1. On a logarithmic scale every power of ten gets its "
        "share; a draw that is uniform in the value hardly ever tries a small one. Below 0.001 lie "
        "{log:.0%} and {plain:.1%} of them.",
        count=count,
        log=np.mean(drawn < 1e-3),
        plain=np.mean(plain < 1e-3),
    )


def landscape(student: Student, seed: int = 0, trials: int = 25) -> tuple[Figure, Text]:
    """The accuracies, the trials of a random search over them, and a search that was too narrow."""
    figure, [[axes]] = sheet(height=3.6)
    land = surface(student, seed)
    bar = figure.colorbar(land.draw(axes, "after one epoch"), ax=axes)
    bar.set_label("validation accuracy")
    rng = np.random.default_rng(seed)
    tried = proposals(student, RANGES, trials, rng)
    scores = [land.at(trial) for trial in tried]
    draw_trials(axes, tried, scores)
    narrow: Ranges = {RATE: (1e-4, 1e-1), REG: (1e-3, 1e0)}
    few = proposals(student, narrow, trials, rng)
    found = [land.at(trial) for trial in few]
    draw_box(axes, narrow, WHITE, "--")
    draw_trials(axes, few, found, ORANGE)
    caption = text(
        "Learning rate and regularisation matter by their order of magnitude, so both axes are "
        "logarithmic: a ridge of good learning rates, which too much regularisation ends. White: "
        "{trials} random trials, best {best:.1%} (star). Orange: as many in the dashed box, best "
        "{narrow:.1%}, where the box ends.",
        trials=trials,
        best=max(scores),
        narrow=max(found),
    )
    with student.part("on_border"):
        border = student.call("on_border", few[int(np.argmax(found))], narrow)
        with blaming("on_border"):
            names = [name for name in RANGES if border[name]]
        caption = text("{landscape} {border}", landscape=caption, border=said_of_border(names))
    return figure, caption


def said_of_border(names: list[str]) -> Text:
    if not names:
        return text("on_border finds nothing on the border.")
    return text("on_border says of {names}: widen that range.", names=" and ".join(names))


def grid_against_random(
    student: Student, seed: int = 0, side: int = 5, repeats: int = 100
) -> tuple[Figure, Text]:
    """As many trials on a grid and at random, and the learning rates that each of them tries."""
    figure, grid = sheet(1, 2, height=3.2, sharey=True)
    land = surface(student, seed)
    ticks = [np.geomspace(*RANGES[name], side) for name in (RATE, REG)]
    regular: list[Trial] = [{RATE: rate, REG: reg} for rate in ticks[0] for reg in ticks[1]]
    rng = np.random.default_rng(seed)
    draws = [proposals(student, RANGES, side**2, rng) for _ in range(repeats)]
    best = []
    for axes, title, trials in zip(grid[0], ("grid", "random"), (regular, draws[0]), strict=True):
        land.draw(axes, title)
        scores = [land.at(trial) for trial in trials]
        draw_trials(axes, trials, scores)
        for trial in trials:
            axes.axvline(trial[RATE], ymax=0.04, color=ORANGE, linewidth=2)
        best.append(max(scores))
    grid[0, 1].set_ylabel("")
    everywhere = [max(land.at(trial) for trial in trials) for trials in draws]
    return figure, text(
        "{trials} trials each; yellow land is accurate. Orange marks the learning rates that were "
        "tried: {regular} on the grid, {random} at random. The learning rate matters most, so more "
        "of its values are worth more than a tidy table. Best accuracy: grid {grid:.1%}, random "
        "{mean:.1%} on average over {repeats} searches (here {here:.1%}).",
        trials=side**2,
        regular=len({trial[RATE] for trial in regular}),
        random=len({trial[RATE] for trial in draws[0]}),
        grid=best[0],
        mean=float(np.mean(everywhere)),
        repeats=repeats,
        here=best[1],
    )


ROUNDS, KEPT = (15, 5, 5), 4  # trials of each round; how many of the best make the next ranges
ROUND_COLORS = (GREY, BLUE, ORANGE)


def coarse_to_fine(student: Student, seed: int = 0, repeats: int = 100) -> tuple[Figure, Text]:
    """Three rounds of search, each in the ranges of the best trials of the one before."""
    figure, [[axes, gains]] = sheet(1, 2, height=3.3, width_ratios=[1.3, 1])
    land = surface(student, seed)
    land.draw(axes, "one search")
    rng = np.random.default_rng(seed)
    searches = [search(student, land, rng) for _ in range(repeats)]
    for (ranges, trials, scores), color in zip(searches[0], ROUND_COLORS, strict=True):
        draw_box(axes, ranges, WHITE)
        draw_trials(axes, trials, scores, color)
    every = proposals(student, RANGES, repeats * sum(ROUNDS), rng)
    blind = np.array([land.at(trial) for trial in every]).reshape(repeats, -1)
    typical = [np.mean([rounds[r][2] for rounds in searches]) for r in range(len(ROUNDS))]
    best = np.mean([max(score for _, _, scores in one for score in scores) for one in searches])
    numbers = range(1, len(ROUNDS) + 1)
    gains.plot(numbers, 100 * np.array(typical), "o-", color=BLUE, label="coarse to fine")
    gains.axhline(
        100 * blind.mean(), color=ORANGE, linestyle="--", label="random in the widest box"
    )
    gains.set(xticks=numbers, ylim=(0, 104))
    gains.legend(loc="lower right")
    labelled(gains, f"mean of {repeats} searches", "round", "accuracy of a trial, %")
    return figure, text(
        "Boxes: the ranges of each round, and in grey, blue and orange its trials; yellow land is "
        "accurate. refine_ranges draws the next box around the {kept} best, so that a trial of the "
        "last round is {last:.0%} accurate on average, one of the first {first:.0%}. Best of "
        "{trials} trials: {fine:.1%} against {random:.1%} if all are drawn from the widest box. "
        "With fewer in the first round the next box may miss the ridge.",
        kept=KEPT,
        last=typical[-1],
        first=typical[0],
        trials=sum(ROUNDS),
        fine=best,
        random=blind.max(axis=1).mean(),
    )


def search(
    student: Student, land: Surface, rng: np.random.Generator
) -> list[tuple[Ranges, list[Trial], list[float]]]:
    """The ranges, trials and scores of each round."""
    rounds: list[tuple[Ranges, list[Trial], list[float]]] = []
    ranges: Ranges = dict(RANGES)
    for count in ROUNDS:
        trials = proposals(student, ranges, count, rng)
        scores = [land.at(trial) for trial in trials]
        rounds.append((ranges, trials, scores))
        ranges = refined(student, trials, scores, KEPT)
    return rounds


TOP = 300.0  # of the picture


def stop_early(student: Student, seed: int = 0, trials: int = 16) -> tuple[Figure, Text]:
    """Loss curves of random learning rates; a cross where stop_early ends one."""
    figure, [[axes]] = sheet(height=2.9)
    rng = np.random.default_rng(seed)
    rates = student.array("sample_log_uniform", 1e-3, 1e3, trials, rng, shape=(trials,))
    net = student.named("FullyConnectedNet")
    steps, kept, stopped = 0, [0.0], [0.0]
    for rate in rates:
        made, losses = run(net, rate, 1e-3, seed, epochs=2)
        end = stopped_after(student, losses)
        steps += end
        (kept if end == len(losses) else stopped).append(accuracy(made, standardised()))
        color = BLUE if end == len(losses) else ORANGE
        axes.plot(range(1, end + 1), losses[:end], color=color, linewidth=1)
        if end < len(losses):
            axes.plot(end, min(losses[end - 1], TOP), "x", color=ORANGE, clip_on=False)
    axes.set(yscale="log", ylim=(0.05, TOP))
    labelled(axes, "", "step", "loss")
    return figure, text(
        "{trials} random learning rates. A cross: stop_early saw the loss at three times its first "
        "value, and the trial ended there. That was {stopped} of them and saves {saved:.0%} of all "
        "steps. Run to the end, the best of those would have reached {lost:.0%}; the best of the "
        "others reaches {best:.0%}.",
        trials=trials,
        stopped=len(stopped) - 1,
        saved=1 - steps / (trials * len(losses)),
        lost=max(stopped),
        best=max(kept),
    )


def stopped_after(student: Student, losses: list[float]) -> int:
    """After how many steps stop_early would end the trial; all of them if it never does."""
    for step in range(1, len(losses) + 1):
        if student.call("stop_early", losses[:step]):
            return step
    return len(losses)


SEARCH = ("random_search_proposals",)
PLANS = (
    Plan(log_uniform, ("sample_log_uniform",)),
    Plan(grid_against_random, ("sample_log_uniform", *SEARCH)),
    Plan(landscape, (*SEARCH, "on_border")),
    Plan(coarse_to_fine, (*SEARCH, "refine_ranges")),
    Plan(stop_early, ("sample_log_uniform", "stop_early")),
)
