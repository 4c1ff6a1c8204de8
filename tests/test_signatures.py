"""What is said of wrong random answers: each known mistake is named, no other is named as one."""

import copy
import math
import random
import time
from collections import Counter
from functools import cache

import numpy as np
import pytest
from scipy import stats

from autograder import drawn, syllabus
from autograder.drawn import CutNormal, Likely, follows
from autograder.exercises import hyperparameters, initializers
from autograder.grade import grade_question
from autograder.statistics import Normal, Uniform
from autograder.truth import Live, Recorded, bank, observe, reference

QUESTIONS = {one.name: one for one in syllabus.questions() if one.explain is not None}
WEIGHTS = tuple(name for name, one in QUESTIONS.items() if one.exercise == "initializers")
SAMPLE, SEARCH = "sample_log_uniform", "random_search_proposals"
SEEDS = range(3)

# Named, but not for certain: what else looks like that is said where the tables are.
LIKELY = {
    *((name, "same-weights-each-call") for name in WEIGHTS),
    (SAMPLE, "normal-exponent"),
    (SAMPLE, "own-generator"),
    (SEARCH, "values-uniform"),
    (SEARCH, "one-draw-for-all-trials"),
    (SEARCH, "generator-made-anew"),
}
# Not named: none in float64 but for chance (EVEN).
UNNAMED = {
    "float64": {},
    "float32": {
        (SAMPLE, "logarithm-missing"): "between 1 and 1.023, float32 has too few different numbers",
    },
}


@cache
def truth(seed):
    return Live(seed)


def in_dtype(function, dtype):
    def cast(*arguments):
        result = function(*arguments)
        if isinstance(result, list):
            return [{name: dtype(value) for name, value in trial.items()} for trial in result]
        return np.asarray(result).astype(dtype)

    return cast


def told(name, function, seed, source=None):
    """What a student with ``function`` is told: one diagnosis, or None where nothing is wrong."""
    question, source = QUESTIONS[name], source or truth(seed)
    mark = grade_question(question, reference(question.exercise, **{name: function}), source)
    found = [finding.diagnosis for finding in mark.findings if finding.diagnosis]
    assert all(diagnosis == found[0] for diagnosis in found)
    return found[0] if found else None


def explained(name, function, seed):
    question = QUESTIONS[name]
    [case] = question.cases
    candidate = reference(question.exercise, **{name: function})
    inputs = truth(seed).inputs(question, case)
    return question.explain({case.name: observe(question, candidate, inputs)})


# --- known mistakes ---------------------------------------------------------------------------


def test_all_drawn_questions_are_explained():
    drawn_ones = {one.name for one in syllabus.questions() if one.drawn}
    assert drawn_ones == set(QUESTIONS) == {*WEIGHTS, SAMPLE, SEARCH}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", UNNAMED)
def test_every_known_mistake_is_named_as_itself(dtype, seed):
    for name, question in QUESTIONS.items():
        for one in bank(question.exercise).of(name):
            function = in_dtype(one.replaced[name], np.dtype(dtype).type)
            diagnosis = told(name, function, seed)
            if (name, one.name) in UNNAMED[dtype]:
                assert diagnosis.certainty == "unknown", one
                continue
            sure = "likely" if (name, one.name) in LIKELY else "certain"
            assert (diagnosis.misconception, diagnosis.certainty) == (one.name, sure), one
            assert diagnosis.spot == one.spot


def test_the_sentence_and_the_spot_are_those_of_the_bank():
    [zeros] = [one for one in bank("initializers").of("he_init") if one.name == "zeros"]
    for source in (truth(0), Recorded()):
        diagnosis = told("he_init", zeros.replaced["he_init"], 0, source)
        assert str(diagnosis.sentence) == zeros.sentence
        assert (diagnosis.misconception, diagnosis.spot) == ("zeros", zeros.spot)


def test_every_name_of_a_table_is_in_the_bank():
    normal = initializers.instead_of_normal(lambda i, o: Normal(1))
    tables = {
        **dict.fromkeys(WEIGHTS, (*initializers.FACTS, *normal)),
        "small_random_init": (*initializers.FACTS, *initializers.OF_STD, *normal),
        "glorot_init": (
            *initializers.FACTS,
            *initializers.instead_of_uniform(lambda i, o: Uniform(1)),
        ),
        SAMPLE: hyperparameters.SIGNATURES,
        SEARCH: hyperparameters.PROPOSAL_SIGNATURES,
    }
    for question, table in tables.items():
        names = [name for name, _ in table]
        known = [one.name for one in bank(QUESTIONS[question].exercise).of(question)]
        assert set(names) <= set(known)
        assert len(set(names)) == len(names)
        sure = {name for name in names if not isinstance(name, Likely)}
        assert {(question, name) for name in names if name not in sure} <= LIKELY


# --- right answers ----------------------------------------------------------------------------


def std_of(name, fan_in, fan_out):
    return {
        "small_random_init": 0.03,
        "xavier_init": fan_in**-0.5,
        "glorot_init": (2 / (fan_in + fan_out)) ** 0.5,
        "he_init": (2 / fan_in) ** 0.5,
    }[name]


def box_muller(rng, shape):
    first, second = 1 - rng.random(shape), rng.random(shape)
    return np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second)


def one_by_one(draw):
    return lambda rng, shape: np.array(
        [[draw(rng) for _ in range(shape[1])] for _ in range(shape[0])]
    )


ROOT_3 = math.sqrt(3)
NORMALS = {
    "normal": lambda rng, shape: rng.normal(0, 1, shape),
    "standard_normal": lambda rng, shape: rng.standard_normal(shape),
    "loops": one_by_one(lambda rng: rng.normal()),
    "box_muller": box_muller,
    "float32": lambda rng, shape: rng.standard_normal(shape, dtype=np.float32),
    "leading one": lambda rng, shape: rng.normal(size=(1, *shape)),
}
UNIFORMS = {
    "uniform": lambda rng, shape: rng.uniform(-ROOT_3, ROOT_3, shape),
    "random": lambda rng, shape: ROOT_3 * (2 * rng.random(shape) - 1),
    "loops": one_by_one(lambda rng: rng.uniform(-ROOT_3, ROOT_3)),
    "float32": lambda rng, shape: np.float32(ROOT_3) * (2 * rng.random(shape, np.float32) - 1),
    "leading one": lambda rng, shape: rng.uniform(-ROOT_3, ROOT_3, (1, *shape)),
}


def initializer(name, standard):
    """An initialiser that scales what ``standard`` draws of variance 1."""
    return lambda fan_in, fan_out, rng, *std: (
        standard(rng, (fan_in, fan_out)) * np.float32(std_of(name, fan_in, fan_out))
    )


@pytest.mark.parametrize("name", WEIGHTS)
def test_right_weights_are_not_explained(name):
    for seed in SEEDS:
        for standard in (UNIFORMS if name == "glorot_init" else NORMALS).values():
            function = initializer(name, standard)
            assert told(name, function, seed) is None
            assert explained(name, function, seed) is None


def exponents(low, high):
    return math.log(low), math.log(high)


RIGHT_SAMPLES = {
    "exp": lambda low, high, size, rng: np.exp(rng.uniform(*exponents(low, high), size)),
    "share": lambda low, high, size, rng: low * (high / low) ** rng.random(size),
    "loop": lambda low, high, size, rng: [
        10 ** rng.uniform(math.log10(low), math.log10(high)) for _ in range(size)
    ],
    "float32": lambda low, high, size, rng: np.exp(rng.uniform(*exponents(low, high), size)).astype(
        np.float32
    ),
}


@pytest.mark.parametrize("way", RIGHT_SAMPLES)
def test_right_samples_and_proposals_are_not_explained(way):
    sample = RIGHT_SAMPLES[way]

    def propose(ranges, trials, rng):
        columns = {name: sample(*ends, trials, rng) for name, ends in ranges.items()}
        return [{name: columns[name][i] for name in ranges} for i in range(trials)]

    for seed in SEEDS:
        assert told(SAMPLE, sample, seed) is told(SEARCH, propose, seed) is None
        assert explained(SAMPLE, sample, seed) is explained(SEARCH, propose, seed) is None


# --- mistakes that are in no bank -------------------------------------------------------------

GENERATOR = np.random.default_rng(8)


def cut_at(sigmas):
    return lambda rng, shape: stats.norm.ppf(rng.uniform(*stats.norm.cdf([-sigmas, sigmas]), shape))


def quantiles(shape):
    count = shape[0] * shape[1]
    return stats.norm.ppf((np.arange(count) + 0.5) / count)


# Draws of a standard normal law in which something is wrong.
STRANGE = {
    "1.37 times": lambda rng, shape: 1.37 * rng.normal(size=shape),
    "laplace": lambda rng, shape: rng.laplace(0, 0.5**0.5, shape),
    "triangular": lambda rng, shape: rng.triangular(-(6**0.5), 0, 6**0.5, shape),
    "two values": lambda rng, shape: rng.choice([-1.0, 1.0], shape),
    "sorted": lambda rng, shape: np.sort(rng.normal(size=shape), axis=None).reshape(shape),
    "shifted": lambda rng, shape: 0.2 + rng.normal(size=shape),
    "uniform, shifted above 0": lambda rng, shape: rng.uniform(1, 2, shape),
    "uniform, narrow": lambda rng, shape: rng.uniform(-1.3, 1.3, shape),
    "columns repeated": lambda rng, shape: np.repeat(rng.normal(size=(shape[0], 1)), shape[1], 1),
    "clipped": lambda rng, shape: np.clip(rng.normal(size=shape), -2, 2),
    "cut at 3": cut_at(3),
    "cut at 2.5": cut_at(2.5),
    "cut at 1.5, rescaled": lambda rng, shape: cut_at(1.5)(rng, shape) / 0.7432,
    "a NaN": lambda rng, shape: np.where(np.arange(shape[1]) == 3, np.nan, rng.normal(size=shape)),
    "infinite": lambda rng, shape: np.full(shape, np.inf),
    "flat": lambda rng, shape: rng.normal(size=shape[0] * shape[1]),
    "quantiles": lambda rng, shape: quantiles(shape).reshape(shape),
    "copied generator": lambda rng, shape: copy.deepcopy(rng).normal(size=shape),
    "seeded by the shape": lambda rng, shape: np.random.default_rng(shape[0]).normal(size=shape),
    "fresh generator": lambda rng, shape: np.random.default_rng().normal(size=shape),
    "module's generator": lambda rng, shape: GENERATOR.normal(size=shape),
    "module random": lambda rng, shape: np.reshape(
        [random.gauss(0, 1) for _ in range(shape[0] * shape[1])], shape
    ),
    "one entry kept": lambda rng, shape: np.where(
        np.arange(shape[0] * shape[1]).reshape(shape) == 7, 1.5, rng.normal(size=shape)
    ),
}


@pytest.mark.parametrize("name", ["small_random_init", "xavier_init", "he_init"])
@pytest.mark.parametrize("strange", STRANGE)
def test_strange_weights_are_not_named(strange, name):
    for seed in SEEDS:
        assert explained(name, initializer(name, STRANGE[strange]), seed) is None


STRANGE_UNIFORM = {
    "shifted by 0.2": lambda rng, shape: UNIFORMS["uniform"](rng, shape) + 2,
    "triangular": STRANGE["triangular"],
    "sorted": lambda rng, shape: np.sort(UNIFORMS["uniform"](rng, shape), axis=1),
    "narrow": lambda rng, shape: rng.uniform(-1.5, 1.5, shape),
    "laplace": STRANGE["laplace"],
    "normal, 1.37 times": STRANGE["1.37 times"],
    "normal, cut at 2 and rescaled": lambda rng, shape: cut_at(2)(rng, shape) / 0.8796,
    "copied generator": lambda rng, shape: UNIFORMS["uniform"](copy.deepcopy(rng), shape),
    "fresh generator": lambda rng, shape: UNIFORMS["uniform"](np.random.default_rng(), shape),
}


@pytest.mark.parametrize("strange", STRANGE_UNIFORM)
def test_strange_uniform_weights_are_not_named(strange):
    for seed in SEEDS:
        function = initializer("glorot_init", STRANGE_UNIFORM[strange])
        assert explained("glorot_init", function, seed) is None


def test_a_scale_that_fits_two_shapes_of_one_size_by_chance_is_not_named():
    def product(fan_in, fan_out, rng):
        return rng.normal(0, math.sqrt(2 / (fan_in * fan_out)), (fan_in, fan_out))

    assert explained("glorot_init", product, 0) is None


def from_global(rng, shape):
    return one_by_one(lambda rng: np.random.normal(0, 1))(rng, shape)  # noqa: NPY002


def float32_from_global(rng, shape):
    return np.random.randn(*shape).astype(np.float32)  # noqa: NPY002


def seeded_global(rng, shape):
    np.random.seed(0)  # noqa: NPY002
    return np.random.standard_normal(shape)  # noqa: NPY002


@pytest.mark.parametrize(
    ("standard", "name"),
    [
        (from_global, "global-generator"),
        (float32_from_global, "global-generator"),
        (seeded_global, "same-weights-each-call"),
        (
            lambda rng, shape: NORMALS["box_muller"](np.random.RandomState(1), shape),
            "same-weights-each-call",
        ),
        (lambda rng, shape: rng.exponential(size=shape), "positive-only"),
        (lambda rng, shape: np.tile(rng.normal(size=shape[1]), (shape[0], 1)), "rows-repeated"),
        (lambda rng, shape: np.trunc(0.1 * rng.random(shape)), "zeros"),
        (lambda rng, shape: np.zeros(shape, int), "zeros"),
        (lambda rng, shape: np.zeros((1, *shape)), "zeros"),
        (lambda rng, shape: rng.normal(size=shape[::-1]), "shape-exchanged"),
        (
            lambda rng, shape: stats.truncnorm.rvs(-2, 2, size=shape, random_state=rng),
            "truncated-at-two-sigmas",
        ),
        (lambda rng, shape: cut_at(2)(rng, shape) / 0.8796, "tails-cut-off"),
    ],
)
def test_known_mistakes_in_other_clothes_are_named(standard, name):
    for seed in SEEDS:
        assert explained("he_init", initializer("he_init", standard), seed) == name


def test_where_the_scale_is_wrong_too_the_scale_is_named():
    halved = initializer("xavier_init", from_global)
    assert explained("he_init", halved, 0).misconception == "xavier"
    shifted = initializer("xavier_init", lambda rng, shape: 0.07 + rng.normal(size=shape))
    assert explained("he_init", shifted, 0) is None


def test_a_seed_that_counts_the_calls_is_not_called_a_fixed_one():
    calls = Counter()

    def counted(rng, shape):
        calls[shape] += 1
        return np.random.default_rng(calls[shape]).normal(size=shape)

    assert explained("he_init", initializer("he_init", counted), 0) is None


def spread(low, high, places):
    return low * (high / low) ** places


# Functions of (low, high, size, rng) that are wrong in another way than those of the bank.
STRANGE_SAMPLES = {
    "half the range": lambda low, high, n, rng: spread(low, high, rng.random(n) / 2),
    "triangular": lambda low, high, n, rng: spread(low, high, rng.triangular(0, 0.5, 1, n)),
    "logistic": lambda low, high, n, rng: spread(low, high, rng.logistic(0.5, 0.14, n)),
    "uniform, too wide": lambda low, high, n, rng: spread(low, high, rng.uniform(-0.2, 1.2, n)),
    "narrow normal": lambda low, high, n, rng: spread(low, high, rng.normal(0.5, 0.05, n)),
    "skewed": lambda low, high, n, rng: spread(low, high, 1.6 * rng.beta(4, 8, n) - 0.2),
    "three heaps": lambda low, high, n, rng: spread(
        low,
        high,
        0.5
        + 0.4 * rng.choice([-ROOT_3, 0, ROOT_3], n, p=[1 / 6, 2 / 3, 1 / 6])
        + rng.random(n) / 99,
    ),
    "half the range, global": lambda low, high, n, rng: spread(
        low,
        high,
        np.random.random(n) / 2,  # noqa: NPY002
    ),
    "natural exponents": lambda low, high, n, rng: rng.uniform(math.log(low), math.log(high), n),
    "10 to natural exponents": lambda low, high, n, rng: (
        10 ** rng.uniform(math.log(low), math.log(high), n)
    ),
    "exp of low to high": lambda low, high, n, rng: np.exp(rng.uniform(low, high, n)),
    "square": lambda low, high, n, rng: rng.uniform(low**0.5, high**0.5, n) ** 2,
    "value grid": lambda low, high, n, rng: np.linspace(low, high, n),
    "stratified": lambda low, high, n, rng: spread(low, high, (np.arange(n) + rng.random(n)) / n),
    "three values": lambda low, high, n, rng: rng.choice(spread(low, high, rng.random(3)), n),
    "three values, nearly even": lambda low, high, n, rng: rng.choice(
        spread(low, high, np.array([0.1, 0.2003, 0.3])), n
    ),
    "the middle": lambda low, high, n, rng: np.full(n, (low * high) ** 0.5),
    "negative": lambda low, high, n, rng: -spread(low, high, rng.random(n)),
    "zeros": lambda low, high, n, rng: np.zeros(n),
    "NaN": lambda low, high, n, rng: np.full(n, np.nan),
    "one short": lambda low, high, n, rng: spread(low, high, rng.random(n - 1)),
    "a fresh generator": lambda low, high, n, rng: spread(
        low, high, np.random.default_rng().random(n)
    ),
    "the module's generator": lambda low, high, n, rng: spread(low, high, GENERATOR.random(n)),
    "correlated": lambda low, high, n, rng: spread(low, high, np.repeat(rng.random(n // 2), 2)),
}


@pytest.mark.parametrize("strange", STRANGE_SAMPLES)
def test_strange_samples_are_not_named(strange):
    for seed in SEEDS:
        assert explained(SAMPLE, STRANGE_SAMPLES[strange], seed) is None


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda low, high, n, rng: rng.choice(np.geomspace(low, high, 50), n), "evenly-spaced"),
        (lambda low, high, n, rng: rng.choice([1e-5, 1e-4, 1e-3], n), "whole-exponents"),
        (lambda low, high, n, rng: high * rng.random(n), "value-uniform"),
        (lambda low, high, n, rng: -np.sort(-spread(low, high, rng.random(n))), "sorted-values"),
        (lambda low, high, n, rng: np.exp(rng.normal(-9, 3, n)), "normal-exponent"),
        (
            lambda low, high, n, rng: [
                spread(low, high, np.random.rand())  # noqa: NPY002
                for _ in range(n)
            ],
            "global-generator",
        ),
    ],
)
def test_known_samples_in_other_clothes_are_named(function, name):
    for seed in SEEDS:
        assert explained(SAMPLE, function, seed) == name


# Functions of (trials, rng) that give the places of all trials in their ranges.
STRANGE_PLACES = {
    "diagonal": lambda n, rng: np.repeat(np.linspace(0, 1, n)[:, None], 2, 1),
    "shuffled diagonal": lambda n, rng: rng.permutation(
        np.repeat(np.linspace(0, 0.5, n)[:, None], 2, 1)
    ),
    "the middle": lambda n, rng: np.full((n, 2), 0.5),
    "a lower end": lambda n, rng: np.zeros((n, 2)),
    "one of each": lambda n, rng: np.tile([0.3, 0.6], (n, 1)),
    "coarse": lambda n, rng: rng.integers(0, 10, (n, 2)) / 9,
    "120 of 900 corners": lambda n, rng: (
        np.column_stack(np.divmod(rng.choice(900, n, replace=False), 30)) / 29
    ),
    "seeded by the trial": lambda n, rng: np.array(
        [[np.random.default_rng(i).random()] * 2 for i in range(n)]
    ),
    "one column fixed": lambda n, rng: np.column_stack([rng.random(n), np.full(n, 0.3)]),
    "one column of two": lambda n, rng: np.column_stack([rng.random(n), np.arange(n) % 2]),
    "lower half": lambda n, rng: rng.random((n, 2)) / 2,
    "triangular": lambda n, rng: rng.triangular(0, 0.5, 1, (n, 2)),
    "one too few": lambda n, rng: rng.random((n - 1, 2)),
    "NaN": lambda n, rng: np.full((n, 2), np.nan),
    "sorted": lambda n, rng: np.sort(rng.random((n, 2)), axis=0),
}


@pytest.mark.parametrize("strange", STRANGE_PLACES)
def test_strange_proposals_are_not_named(strange):
    def propose(ranges, trials, rng):
        ends = np.array(list(ranges.values())).T
        rows = spread(*ends, STRANGE_PLACES[strange](trials, rng))
        return [dict(zip(ranges, map(float, row), strict=True)) for row in rows]

    for seed in SEEDS:
        assert explained(SEARCH, propose, seed) is None


STRANGE_RANGES = {
    "range of the last": lambda first, last, n, rng: spread(*last, rng.random((n, 2))),
    "ranges exchanged": lambda first, last, n, rng: np.column_stack(
        [spread(*last, rng.random(n)), spread(*first, rng.random(n))]
    ),
    "the first copied": lambda first, last, n, rng: spread(
        *first, np.repeat(rng.random((n, 1)), 2, 1)
    ),
    "uniform in the first": lambda first, last, n, rng: rng.uniform(*first, (n, 2)),
    "uniform, too narrow": lambda first, last, n, rng: (
        rng.uniform(*np.transpose([first, last]), (n, 2)) / 2
    ),
    "uniform, one too large": lambda first, last, n, rng: np.where(
        np.eye(n, 2) > 0, 1.05 * first[1], rng.uniform(*np.transpose([first, last]), (n, 2))
    ),
}


@pytest.mark.parametrize("strange", STRANGE_RANGES)
def test_proposals_of_other_ranges_are_not_named(strange):
    def propose(ranges, trials, rng):
        rows = STRANGE_RANGES[strange](*ranges.values(), trials, rng)
        return [dict(zip(ranges, map(float, row), strict=True)) for row in rows]

    for seed in SEEDS:
        assert explained(SEARCH, propose, seed) is None


# --- the law that is cut ----------------------------------------------------------------------


def test_constants_of_the_cut_law():
    law = stats.truncnorm(-2, 2)
    assert pytest.approx(stats.norm.sf(2), rel=1e-14) == drawn.CUT_TAIL
    assert law.std() == pytest.approx(drawn.CUT_STD, rel=1e-12)
    assert 4 * law.pdf(2) == pytest.approx(drawn.CUT_EDGE, rel=1e-6)
    assert law.stats("k") + 2 == pytest.approx(1.37, abs=0.005)  # of z**2


def test_the_cut_law_is_scipys():
    law, theirs = CutNormal(0.3 * drawn.CUT_STD), stats.truncnorm(-2, 2, scale=0.3)
    values = np.linspace(-0.7, 0.7, 501)
    assert np.abs(law.cdf(values) - theirs.cdf(values)).max() < 1e-9
    shares = np.linspace(0, 1, 501)
    assert np.abs(theirs.cdf(law.quantile(shares)) - shares).max() < 2e-5
    assert list(law.quantile(np.array([-0.1, 1.1]))) == [-math.inf, math.inf]
    assert (law.low, law.high) == (-law.high, pytest.approx(0.6))


def test_cut_draws_follow_their_law_and_no_other():
    laws = (Normal(1), Uniform(ROOT_3), CutNormal(1), CutNormal(1, slack=0.03))
    for seed in range(20):
        rng = np.random.default_rng(seed)
        weights = cut_at(2)(rng, (200, 100)) / drawn.CUT_STD
        assert [follows(weights, law) for law in laws] == [False, False, True, True]
        assert not follows(weights[:, ::-1] * 1.02, CutNormal(1))
        assert follows(weights / weights.std(), laws[-1])
        assert not follows(rng.normal(size=(200, 100)), Normal(1.05))


# --- cost -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_explanation_costs_milliseconds(name):
    question = QUESTIONS[name]
    [case] = question.cases
    for one in bank(question.exercise).of(name):
        candidate = reference(question.exercise, **one.replaced)
        observed = {case.name: observe(question, candidate, truth(0).inputs(question, case))}
        costs = []
        for _ in range(3):
            start = time.process_time()
            question.explain(observed)
            costs.append(time.process_time() - start)
        assert min(costs) <= 0.005, one
