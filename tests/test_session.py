"""A student's own check: a call that takes too long is interrupted, and nothing after it."""

import time

from autograder.model import Fault
from autograder.session import interrupting

SECONDS = 0.003


def just_in_time():
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        pass
    return "an answer"


def test_an_interrupt_at_the_last_moment_never_comes_later():
    ended = []
    for _ in range(200):
        try:
            ended.append(interrupting(SECONDS, just_in_time))
        except Fault as late:
            ended.append(str(late))
        sum(range(300))  # where it would come
    assert set(ended) <= {"an answer", "no answer within 0.003 s"}
