"""What is said about mistakes of other people is true, and recorded in tests/unseen/said.toml.

After a change of the diagnosis run `python -m tests.unseen`, read each new sentence beside the code
and fill in `true`.
"""

from collections import Counter
from functools import cache

import pytest

from autograder import syllabus
from autograder.comparison import limit
from autograder.diagnose import distance
from autograder.grade import observe_cases
from autograder.truth import Live, bank, reference
from tests.unseen import QUESTIONS, RIGHT, SEEDS, TRUE, UNREAD, WRONG, entry, heard, load

# What is false on some seed, and why: to be mended in the diagnosis or in a question's cases.
KNOWN_FALSE: dict[str, str] = {}
RECORD = load()
OTHERS = [one for one in WRONG if not one.question.drawn]
EACH = pytest.mark.parametrize("seed", SEEDS)


@cache
def truth(seed):
    return Live(seed)


@cache
def said_to(one, seed):
    return heard(one, truth(seed))


def distances(one, seed):
    """How far it is from each known misconception, and what is equal."""
    outcomes = observe_cases(
        one.question, reference(one.question.exercise, **one.functions), truth(seed)
    )
    known = truth(seed).known(one.question)
    return {each.name: distance(outcomes, each) for each in known}, limit(outcomes)


# what they are


def test_there_are_enough_of_each_kind():
    counts = Counter((one.question.exercise, one.kind) for one in WRONG)
    for exercise in syllabus.exercises():
        assert counts[exercise.name, "unseen"] >= 14, exercise.name
        assert counts[exercise.name, "pair"] >= 8, exercise.name
        assert counts[exercise.name, "seen"] >= 2, exercise.name
    assert {one.question.name for one in WRONG} == set(QUESTIONS)
    assert len(set(map(str, WRONG))) == len(WRONG)


def test_their_names_are_in_the_bank():
    for one in WRONG:
        known = {each.name for each in bank(one.question.exercise).of(one.question.name)}
        assert {*one.pair, *filter(None, [one.seen])} <= known, one


@EACH
def test_they_are_unseen_but_for_those_that_are_not(seed):
    wrong = []
    for one in OTHERS:
        apart, same = distances(one, seed)
        equal = {name for name, each in apart.items() if each <= same}
        if (one.seen not in equal) if one.kind == "seen" else equal - set(one.alike):
            wrong.append(f"{one} is equal to {equal}")
    assert wrong == []


@EACH
def test_each_of_them_loses_points(seed):
    assert unnoticed(seed) - set(KNOWN_FALSE) == set()


def unnoticed(seed):
    return {str(one) for one in WRONG if said_to(one, seed) == RIGHT}


# what is said


@pytest.mark.parametrize("one", WRONG, ids=str)
def test_what_is_said_is_what_the_record_holds(one):
    found = entry(one, said_to(one, SEEDS[0]), "")
    assert found == {**RECORD.get(str(one), {}), "true": ""}, "run python -m tests.unseen"


def test_the_record_holds_no_others():
    assert set(RECORD) == set(map(str, WRONG))


@EACH
def test_no_wrong_name_is_said(seed):
    assert misnamed(seed) - set(KNOWN_FALSE) == set()


def misnamed(seed):
    return {str(one) for one in WRONG if one.misnamed(said_to(one, seed))}


@EACH
def test_known_ones_are_named_in_any_clothes(seed):
    seen = [one for one in WRONG if one.seen]
    assert [str(one) for one in seen if said_to(one, seed).names != (one.seen,)] == []


def test_everything_that_is_said_was_read_by_a_person():
    assert [name for name, one in RECORD.items() if one["true"] == UNREAD] == []
    assert {one["true"] for one in RECORD.values()} <= set(TRUE)


def test_nothing_that_is_said_is_false():
    assert false() == set(KNOWN_FALSE)


def false():
    """What a person found to be false, or names that cannot be true, or no answer at all."""
    read = {name for name, one in RECORD.items() if one["true"] == "NO"}
    return read.union(*(unnoticed(seed) | misnamed(seed) | broken(seed) for seed in SEEDS))


def broken(seed):
    return {str(one) for one in WRONG if said_to(one, seed).certainty == "broken"}


@EACH
def test_the_grader_breaks_on_none_of_them(seed):
    assert broken(seed) - set(KNOWN_FALSE) == set()
