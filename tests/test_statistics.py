"""The exact tests of random draws accept every right draw, and see every wrong one."""

from __future__ import annotations

import itertools
import json
import math
import time
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from autograder import signatures, statistics
from autograder.model import Mismatch, Text
from autograder.statistics import LogUniform, Normal, Uniform

Law = Normal | Uniform
Bug = Callable[[np.random.Generator, tuple[int, int], Law], np.ndarray]

SHAPES = ((200, 100), (100, 200))
NORMAL, UNIFORM = Normal(0.07), Uniform(0.12)
LAWS = pytest.mark.parametrize("law", [NORMAL, UNIFORM], ids=["normal", "uniform"])
SEEDS = range(30)


def draw(rng: np.random.Generator, shape: tuple[int, ...], law: Law) -> np.ndarray:
    if isinstance(law, Normal):
        return rng.normal(0, law.std, shape)
    return rng.uniform(-law.bound, law.bound, shape)


def wider(law: Law, factor: float) -> Law:
    if isinstance(law, Normal):
        return Normal(law.std * factor)
    return Uniform(law.bound * factor)


def check(weights: np.ndarray, law: Law) -> None:
    statistics.check_scale(weights, law)
    statistics.check_distribution(weights, law)


# --- constants --------------------------------------------------------------------------------


def upper_tail(cumulants: Callable[[float], float], most: float, value: float) -> float:
    """P(X > value) after Lugannani and Rice, from the cumulant generating function of X.

    ``most`` is where the saddle point is sought up to; relative error is of order 1/n.
    """

    def slope(t: float) -> float:
        h = 1e-3 * t
        return (cumulants(t + h) - cumulants(t - h)) / (2 * h)

    t = optimize.brentq(lambda t: slope(t) - value, 1e-5 * most, most)
    h = 1e-2 * t
    curvature = (cumulants(t + h) - 2 * cumulants(t) + cumulants(t - h)) / h**2
    r = math.sqrt(2 * (t * value - cumulants(t)))
    u = t * math.sqrt(curvature)
    return stats.norm.sf(r) + stats.norm.pdf(r) * (1 / u - 1 / r)


def test_the_saddle_point_formula_itself_against_chi_square():
    count = 500
    value = stats.chi2.isf(1e-10, count)
    tail = upper_tail(lambda t: -count / 2 * math.log(1 - 2 * t), 0.4, value)
    assert tail == pytest.approx(1e-10, rel=1e-2)


@pytest.mark.parametrize(
    ("constant", "exact"),
    [
        (statistics.MEAN_SIGMAS, stats.norm.isf(1e-9 / 2)),
        (statistics.FARTHEST, math.sqrt(math.log(2 / 1e-9) / 2)),
        (statistics.FARTHEST, stats.kstwobign.isf(1e-9)),
        (statistics.LARGEST_TOO_SMALL, -math.log(1e-9)),
    ],
)
def test_constants_are_their_quantiles_rounded_up(constant, exact):
    assert exact <= constant <= exact * 1.001


@pytest.mark.parametrize("count", [20, 100, 1000, 20_000])
def test_kolmogorov_smirnov_false_alarms(count):
    root = math.sqrt(count)
    assert stats.kstwo.sf(statistics.FARTHEST / root, count) <= 1e-9
    assert stats.kstwo.cdf(statistics.NEAREST / root, count) <= 2.1e-10


@pytest.mark.parametrize("count", [1000, 1500, 5000, 20_000, 1_000_000])
@pytest.mark.parametrize("sigmas", [6.5, 8.0])
def test_wilson_hilferty_against_chi_square(count, sigmas):
    low, high = Normal(1.0).square_range(count, sigmas)
    tail = stats.norm.sf(sigmas)
    assert tail * 0.9 <= stats.chi2.cdf(low * count, count) <= tail * 1.01
    assert tail * 0.9 <= stats.chi2.sf(high * count, count) <= tail * 1.01


@pytest.mark.parametrize("length", [50, 100, 200, 1000])
def test_ten_thousand_normal_lines_raise_no_alarm(length):
    low, high = NORMAL.square_range(length, statistics.LINE_SIGMAS)
    lines = 10_000
    assert lines * stats.chi2.cdf(low * length, length) <= 1e-9
    assert lines * stats.chi2.sf(high * length, length) <= 1e-9


@pytest.mark.parametrize(
    ("count", "sigmas", "allowed"),
    [
        (1000, statistics.SQUARE_SIGMAS, 5e-10),
        (20_000, statistics.SQUARE_SIGMAS, 5e-10),
        (50, statistics.LINE_SIGMAS, 5e-10 / 10_000),
        (100, statistics.LINE_SIGMAS, 5e-10 / 10_000),
        (200, statistics.LINE_SIGMAS, 5e-10 / 10_000),
    ],
)
def test_mean_square_of_a_uniform_draw(count, sigmas, allowed):
    def cumulants(t: float) -> float:
        integral, _ = integrate.quad(lambda u: math.exp(t * (u * u - 1)), 0, 1, epsabs=1e-13)
        return count * (t + math.log(integral))

    low, high = Uniform(1.0).square_range(count, sigmas)
    assert upper_tail(cumulants, 60.0, high * count / 3) <= allowed
    if low > 0:
        assert upper_tail(lambda t: cumulants(-t), 600.0, -low * count / 3) <= allowed


@pytest.mark.parametrize(("lines", "length"), [(20, 50), (100, 200), (200, 100)])
def test_correlation_of_neighbours_in_normal_lines(lines, length):
    """A sum of x[i] x[i+1] is a quadratic form with eigenvalues cos(pi k / (length + 1))."""
    eigenvalues = np.cos(np.pi * np.arange(1, length + 1) / (length + 1))

    def cumulants(t: float) -> float:
        return -lines / 2 * float(np.sum(np.log(1 - 2 * t * eigenvalues)))

    pairs = lines * (length - 1)
    value = statistics.CORRELATION_SIGMAS * math.sqrt(pairs)
    assert 2 * upper_tail(cumulants, 0.45, value) <= 1e-9


@pytest.mark.parametrize("count", [1000, 20_000])
def test_correlation_of_two_normal_draws(count):
    r = statistics.CORRELATION_SIGMAS / math.sqrt(count)
    statistic = r * math.sqrt((count - 1) / (1 - r * r))
    assert 2 * stats.t.sf(statistic, count - 1) <= 1e-9


@pytest.mark.parametrize("count", [1000, 20_000])
def test_range_of_the_largest_entry(count):
    low, high = Normal(2.0).largest_range(count)
    assert low == pytest.approx(2 * stats.norm.isf(statistics.LARGEST_TOO_SMALL / (2 * count)))
    assert high == pytest.approx(2 * stats.norm.isf(statistics.LARGEST_TOO_LARGE / count))
    assert (1 - 2 * stats.norm.sf(low / 2)) ** count <= 1e-9
    assert 2 * count * stats.norm.sf(high / 2) <= 1.001e-9
    low, high = Uniform(2.0).largest_range(count)
    assert (low / 2) ** count <= 1e-9
    assert 2 < high < 2.00001


@pytest.mark.parametrize("count", [1000, 5000, 20_000, 100_000])
def test_repeats_of_a_float32_draw_raise_no_alarm(count):
    expected = count**2 / (2 * statistics.FLOAT32_GRID)
    allowed = expected + statistics.REPEAT_SIGMAS * math.sqrt(expected) + 10
    assert stats.poisson.sf(math.floor(allowed), expected) <= 1e-9


# --- laws -------------------------------------------------------------------------------------


def test_normal_distribution_function_is_exact_to_a_billionth():
    z = np.linspace(-12, 12, 300_001)
    assert np.abs(Normal(2.5).cdf(2.5 * z) - stats.norm.cdf(z)).max() <= 1e-9


@given(st.floats(-1e300, 1e300), st.floats(1e-6, 1e6))
def test_normal_distribution_function_anywhere(value, std):
    exact = math.erfc(-value / std / math.sqrt(2)) / 2
    assert abs(float(Normal(std).cdf(np.array([value]))[0]) - exact) <= 1e-9


def test_uniform_and_log_uniform_distribution_functions():
    values = np.linspace(-1, 2, 1001)
    exact = stats.uniform(-0.3, 0.6).cdf(values)
    assert np.abs(Uniform(0.3).cdf(values) - exact).max() <= 1e-12
    exact = stats.loguniform(1e-3, 1).cdf(values)
    assert np.abs(LogUniform(1e-3, 1).cdf(values) - exact).max() <= 1e-12


@pytest.mark.parametrize("law", [NORMAL, UNIFORM, LogUniform(1e-3, 1)], ids=str)
def test_distribution_functions_keep_nan_and_infinity(law):
    shares = law.cdf(np.array([np.nan, -np.inf, np.inf]))
    assert np.isnan(shares[0])
    assert shares[1:] == pytest.approx([0, 1], abs=1e-15)


@LAWS
def test_standard_deviation(law):
    frozen = stats.norm(0, law.std) if law is NORMAL else stats.uniform(-law.bound, 2 * law.bound)
    assert law.std == pytest.approx(frozen.std())


# --- right draws ------------------------------------------------------------------------------


@LAWS
def test_right_matrices_raise_no_alarm(law):
    for seed in range(300):
        rng = np.random.default_rng(seed)
        first, second = (draw(rng, shape, law) for shape in SHAPES)
        check(first, law)
        check(second, law)
        statistics.check_independent(first, second)


@LAWS
def test_right_float32_matrices_raise_no_alarm(law):
    for seed in range(100):
        rng = np.random.default_rng(seed)
        if law is NORMAL:
            weights = rng.standard_normal((200, 100), dtype=np.float32) * np.float32(law.std)
        else:
            unit = rng.random((200, 100), dtype=np.float32)
            weights = (unit * 2 - 1) * np.float32(law.bound)
        check(weights.astype(np.float64), law)


@LAWS
@pytest.mark.parametrize("shape", [(20, 50), (1000, 50), (64, 784)], ids=str)
def test_other_shapes_raise_no_alarm(law, shape):
    for seed in range(50):
        check(draw(np.random.default_rng(seed), shape, law), law)


def test_a_transposed_or_strided_matrix_is_as_good():
    weights = draw(np.random.default_rng(0), (200, 200), NORMAL)
    check(weights.T[:, ::2], NORMAL)


# --- wrong draws ------------------------------------------------------------------------------

BUGS: dict[str, Bug] = {}


def bug(function: Bug) -> Bug:
    BUGS[function.__name__] = function
    return function


@bug
def std_too_large(rng, shape, law):
    return draw(rng, shape, wider(law, math.sqrt(2)))


@bug
def std_too_small(rng, shape, law):
    return draw(rng, shape, wider(law, math.sqrt(0.5)))


@bug
def std_5_percent_off(rng, shape, law):
    return draw(rng, shape, wider(law, 0.95))


@bug
def glorot_for_xavier(rng, shape, law):
    fan_in, fan_out = shape
    return draw(rng, shape, wider(law, math.sqrt(2 * fan_in / (fan_in + fan_out))))


@bug
def variance_as_std(rng, shape, law):
    return draw(rng, shape, wider(law, law.std))


@bug
def other_family(rng, shape, law):
    other = Uniform(law.std * math.sqrt(3)) if isinstance(law, Normal) else Normal(law.std)
    return draw(rng, shape, other)


def truncated(rng: np.random.Generator, shape: tuple[int, ...], sigmas: float) -> np.ndarray:
    return stats.norm.ppf(rng.uniform(*stats.norm.cdf([-sigmas, sigmas]), shape))


@bug
def truncated_at_2_sigma(rng, shape, law):
    return truncated(rng, shape, 2) * law.std


@bug
def truncated_at_2_sigma_and_rescaled(rng, shape, law):
    weights = truncated(rng, shape, 2)
    return weights * (law.std / weights.std())


@bug
def truncated_at_3_sigma(rng, shape, law):
    return truncated(rng, shape, 3) * law.std


@bug
def half_percent_too_narrow_at_the_edge(rng, shape, law):
    """Only a uniform law has an edge; a normal one is cut at 3 sigmas, as above."""
    if isinstance(law, Normal):
        return truncated(rng, shape, 3) * law.std
    return draw(rng, shape, wider(law, 0.995))


@bug
def laplace(rng, shape, law):
    return rng.laplace(0, law.std / math.sqrt(2), shape)


@bug
def zeros(rng, shape, law):
    return np.zeros(shape)


@bug
def constant(rng, shape, law):
    return np.full(shape, law.std)


@bug
def one_nan(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[tuple(rng.integers(shape))] = np.nan
    return weights


@bug
def all_nan(rng, shape, law):
    return np.full(shape, np.nan)


@bug
def infinite(rng, shape, law):
    return np.full(shape, np.inf)


@bug
def huge(rng, shape, law):
    return draw(rng, shape, law) * 1e300


@bug
def one_outlier(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[tuple(rng.integers(shape))] = 9 * law.std
    return weights


@bug
def one_row_repeated(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[-1] = weights[0]
    return weights


@bug
def one_column_repeated(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[:, -1] = weights[:, 0]
    return weights


@bug
def same_row_everywhere(rng, shape, law):
    return np.tile(draw(rng, (1, shape[1]), law), (shape[0], 1))


@bug
def same_column_everywhere(rng, shape, law):
    return np.tile(draw(rng, (shape[0], 1), law), (1, shape[1]))


@bug
def sorted_values(rng, shape, law):
    return np.sort(draw(rng, shape, law), axis=None).reshape(shape)


@bug
def sorted_within_rows(rng, shape, law):
    return np.sort(draw(rng, shape, law), axis=1)


@bug
def rounded_to_2_decimals(rng, shape, law):
    return np.round(draw(rng, shape, law), 2)


@bug
def rounded_to_4_decimals(rng, shape, law):
    return np.round(draw(rng, shape, law), 4)


@bug
def integers(rng, shape, law):
    return np.trunc(draw(rng, shape, law))


@bug
def one_column_scaled(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[:, 7] *= 2
    return weights


@bug
def one_row_scaled(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[3] *= 3
    return weights


@bug
def one_column_zero(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[:, 0] = 0
    return weights


@bug
def one_row_nearly_zero(rng, shape, law):
    weights = draw(rng, shape, law)
    weights[0] *= 1e-3
    return weights


def mixed_with_previous(weights: np.ndarray, share: float, axis: int) -> np.ndarray:
    """Autoregression that keeps the variance: neighbours have correlation ``share``."""
    lines = np.moveaxis(weights, axis, 0).copy()
    for previous, line in itertools.pairwise(lines):
        line *= math.sqrt(1 - share**2)
        line += share * previous
    return np.moveaxis(lines, 0, axis)


@bug
def correlated_rows(rng, shape, law):
    return mixed_with_previous(draw(rng, shape, law), 0.12, axis=0)


@bug
def correlated_columns(rng, shape, law):
    return mixed_with_previous(draw(rng, shape, law), 0.12, axis=1)


@bug
def positive_only(rng, shape, law):
    return np.abs(draw(rng, shape, law))


@bug
def unit_interval(rng, shape, law):
    return rng.random(shape) * law.std


@bug
def shifted_mean(rng, shape, law):
    return draw(rng, shape, law) + 0.1 * law.std


@bug
def lowest_values_flipped(rng, shape, law):
    """The lowest 2 % change sign: the law hardly moves, the mean by .1 standard deviations."""
    weights = draw(rng, shape, law)
    return np.where(law.cdf(weights) < 0.02, -weights, weights)


@bug
def shuffled_grid(rng, shape, law):
    count = shape[0] * shape[1]
    shares = (np.arange(count) + 0.5) / count
    values = stats.norm.ppf(shares) if isinstance(law, Normal) else math.sqrt(3) * (2 * shares - 1)
    return rng.permutation(values * law.std).reshape(shape)


@LAWS
@pytest.mark.parametrize("name", BUGS)
def test_every_bug_is_caught_on_every_seed(name, law):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        matrices = [BUGS[name](rng, shape, law) for shape in SHAPES]
        with pytest.raises(Mismatch):
            [check(weights, law) for weights in matrices]


@pytest.mark.parametrize("name", ["one_nan", "all_nan", "infinite", "zeros", "constant", "huge"])
@pytest.mark.parametrize("function", [statistics.check_scale, statistics.check_distribution])
def test_degenerate_matrices_fail_each_check_without_a_warning(name, function):
    weights = BUGS[name](np.random.default_rng(0), (200, 100), NORMAL)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Mismatch):
            function(weights, NORMAL)


@LAWS
@pytest.mark.parametrize("name", BUGS)
def test_sentences_are_complete_and_their_values_plain(name, law):
    weights = BUGS[name](np.random.default_rng(1), (200, 100), law)
    for function in (statistics.check_scale, statistics.check_distribution):
        try:
            function(weights, law)
        except Mismatch as mismatch:
            sentence = str(mismatch.text)
            assert sentence.endswith(".")
            assert "np." not in sentence
            assert "{" not in sentence
            json.dumps(dict(mismatch.text.values), default=lambda value: plain_template(value))


def plain_template(value: object) -> str:
    assert isinstance(value, Text)
    return value.template


def test_a_sentence_says_what_was_promised_measured_and_allowed():
    weights = np.ones((200, 100))
    weights[::2] = -1
    with pytest.raises(Mismatch) as caught:
        statistics.check_scale(weights, Normal(0.1))
    assert str(caught.value.text) == (
        "The weights must have standard deviation 0.1: theirs is 1, "
        "and chance allows 0.09677 to 0.1033."
    )


# --- every statistic is needed ----------------------------------------------------------------

ANY_SIZE = (0.0, math.inf)
NEEDED = {
    "mean": ("MEAN_SIGMAS", math.inf, NORMAL, lowest_values_flipped),
    "variance": ("SQUARE_SIGMAS", math.inf, NORMAL, std_5_percent_off),
    "far from the law": ("FARTHEST", math.inf, NORMAL, laplace),
    "near the law": ("NEAREST", 0.0, NORMAL, shuffled_grid),
    "repeats": ("REPEAT_SIGMAS", math.inf, NORMAL, one_row_repeated),
    "neighbours in a column": ("CORRELATION_SIGMAS", math.inf, NORMAL, correlated_rows),
    "neighbours in a row": ("CORRELATION_SIGMAS", math.inf, NORMAL, correlated_columns),
    "lines, normal": ("LINE_SIGMAS", math.inf, NORMAL, one_column_scaled),
    "lines, uniform": ("LINE_SIGMAS", math.inf, UNIFORM, one_row_nearly_zero),
    "largest, too small": ("largest_range", ANY_SIZE, NORMAL, truncated_at_3_sigma),
    "largest, too large": ("largest_range", ANY_SIZE, NORMAL, one_outlier),
    "largest, uniform, too large": ("largest_range", ANY_SIZE, UNIFORM, one_outlier),
    "largest, uniform, too small": (
        "largest_range",
        ANY_SIZE,
        UNIFORM,
        half_percent_too_narrow_at_the_edge,
    ),
}


@pytest.mark.parametrize("case", NEEDED)
def test_without_its_threshold_a_bug_passes(case, monkeypatch):
    constant, off, law, wrong = NEEDED[case]

    def caught(seed: int) -> bool:
        try:
            check(wrong(np.random.default_rng(seed), (200, 100), law), law)
        except Mismatch:
            return True
        return False

    assert all(caught(seed) for seed in SEEDS)
    if constant == "largest_range":
        monkeypatch.setattr(type(law), constant, lambda self, count: off)
    else:
        monkeypatch.setattr(statistics, constant, off)
    assert not all(caught(seed) for seed in SEEDS)


# --- two draws --------------------------------------------------------------------------------


@LAWS
def test_related_draws_are_caught(law):
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        first, second = draw(rng, (200, 100), law), draw(rng, (200, 100), law)
        related = [
            first,
            -first,
            3 * first,
            0.1 * first + second,
            np.zeros_like(first),
            np.full_like(first, np.nan),
            np.where(first == first[0, 0], np.inf, second),
        ]
        for other in related:
            with pytest.raises(Mismatch):
                statistics.check_independent(first, other)


def test_independence_needs_its_threshold(monkeypatch):
    weights = draw(np.random.default_rng(0), (200, 100), NORMAL)
    monkeypatch.setattr(statistics, "CORRELATION_SIGMAS", math.inf)
    statistics.check_independent(weights, weights)


# --- samples ----------------------------------------------------------------------------------

RATES = LogUniform(1e-4, 1e-1)


def sample(rng: np.random.Generator, size: int = 1000) -> np.ndarray:
    return np.exp(rng.uniform(math.log(RATES.low), math.log(RATES.high), size))


def test_right_samples_raise_no_alarm():
    for seed in range(300):
        rng = np.random.default_rng(seed)
        statistics.check_sample(sample(rng), RATES)
        statistics.check_sample(sample(rng, 100), RATES)
        statistics.check_sample(draw(rng, (500,), NORMAL), NORMAL)
        statistics.check_sample(draw(rng, (500,), UNIFORM), UNIFORM)
    statistics.check_sample(np.append(sample(rng), [1e-4 * (1 - 1e-7), 1e-1 * (1 + 1e-7)]), RATES)


WRONG_SAMPLES = {
    "uniform": lambda rng: rng.uniform(1e-4, 1e-1, 1000),
    "grid": lambda rng: np.geomspace(1e-4, 1e-1, 1000),
    "few points": lambda rng: rng.choice(np.geomspace(1e-4, 1e-1, 4), 1000),
    "constant": lambda rng: np.full(1000, 3e-3),
    "exponent": lambda rng: np.log10(sample(rng)),
    "natural log range": lambda rng: np.exp(rng.uniform(-4, -1, 1000)),
    "half the range": lambda rng: 10 ** rng.uniform(-4, -2.5, 1000),
    "integer exponents": lambda rng: 10.0 ** rng.integers(-4, 0, 1000),
    "one too large": lambda rng: np.append(sample(rng), 0.2),
    "one negative": lambda rng: np.append(sample(rng), -1e-3),
    "one NaN": lambda rng: np.append(sample(rng), np.nan),
    "one infinite": lambda rng: np.append(sample(rng), np.inf),
}


@pytest.mark.parametrize("name", WRONG_SAMPLES)
def test_wrong_samples_are_caught(name):
    for seed in SEEDS:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(Mismatch):
                statistics.check_sample(WRONG_SAMPLES[name](np.random.default_rng(seed)), RATES)


@pytest.mark.parametrize(
    ("constant", "off", "name"),
    [
        ("FARTHEST", math.inf, "uniform"),
        ("NEAREST", 0.0, "grid"),
        ("ROUNDING", 10.0, "one too large"),
    ],
)
def test_samples_need_each_threshold(constant, off, name, monkeypatch):
    monkeypatch.setattr(statistics, constant, off)
    statistics.check_sample(WRONG_SAMPLES[name](np.random.default_rng(0)), RATES)


# --- diagnosis --------------------------------------------------------------------------------

FORMULAS = pytest.mark.parametrize("formula", signatures.SCALES, ids=lambda f: f.name)


def samples_of(std, family, seed: int) -> list[tuple[np.ndarray, float, float]]:
    rng = np.random.default_rng(seed)
    laws = [family(std(*shape)) for shape in SHAPES]
    return [(draw(rng, s, law), *s) for s, law in zip(SHAPES, laws, strict=True)]


def uniform_of(std: float) -> Uniform:
    return Uniform(std * math.sqrt(3))


@FORMULAS
@pytest.mark.parametrize("family", [Normal, uniform_of])
def test_each_formula_is_named(formula, family):
    for seed in range(50):
        assert signatures.explain_scale(samples_of(formula.std, family, seed)) == formula


@FORMULAS
def test_formula_and_function_agree(formula):
    for fan_in, fan_out in ((200, 100), (100, 200), (37, 811)):
        names = {"fan_in": fan_in, "fan_out": fan_out, "sqrt": math.sqrt}
        assert formula.std(fan_in, fan_out) == pytest.approx(eval(formula.formula, names))
    assert str(formula.sentence).endswith(".")


def test_formulas_differ_on_the_two_shapes():
    names = [formula.name for formula in signatures.SCALES]
    assert len(set(names)) == len(names)
    logs = np.log([[f.std(*shape) for shape in SHAPES] for f in signatures.SCALES])
    apart = np.abs(logs[:, None] - logs[None]).max(axis=-1)
    np.fill_diagonal(apart, np.inf)
    # Two intervals of 4.5 sd of the log-std of a normal draw, sqrt(1 / 2n), must not meet.
    assert apart.min() > 2 * statistics.EXPLAIN_SIGMAS / math.sqrt(2 * 20_000)


@pytest.mark.parametrize(
    "std",
    [
        lambda i, o: 0.05,
        lambda i, o: math.sqrt(5 / i),
        lambda i, o: math.sqrt(0.774 * 2 / i),
        lambda i, o: math.sqrt(1 / (i * o)),
        lambda i, o: 1e-300,
        lambda i, o: 1e300,
    ],
)
def test_an_unknown_scale_is_not_named(std):
    for seed in range(50):
        assert signatures.explain_scale(samples_of(std, Normal, seed)) is None


def test_one_shape_or_square_matrices_leave_it_open():
    he = next(formula for formula in signatures.SCALES if formula.name == "he")
    (wide, _) = samples_of(he.std, Normal, 0)
    rng = np.random.default_rng(0)
    square = rng.normal(0, math.sqrt(2 / 150), (150, 150))
    narrow = rng.normal(0, math.sqrt(1 / 100), (200, 100))  # 1 / fan_out and 2 / fan_in
    assert signatures.explain_scale([(narrow, 200, 100)]) is None
    assert signatures.explain_scale([(square, 150, 150)]) is None
    assert signatures.explain_scale([wide]) is None
    assert signatures.explain_scale([]) is None


@pytest.mark.parametrize("name", ["one_nan", "all_nan", "infinite", "zeros", "huge"])
def test_degenerate_matrices_are_not_explained(name):
    rng = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        samples = [(BUGS[name](rng, shape, NORMAL), *shape) for shape in SHAPES]
        assert signatures.explain_scale(samples) is None


# --- cost -------------------------------------------------------------------------------------


@LAWS
def test_two_matrices_cost_milliseconds(law):
    rng = np.random.default_rng(0)
    first, second = (draw(rng, shape, law) for shape in SHAPES)
    costs = []
    for _ in range(20):
        start = time.process_time()
        check(first, law)
        check(second, law)
        statistics.check_independent(first, second)
        costs.append(time.process_time() - start)
    assert min(costs) <= 0.006
