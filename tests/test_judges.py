"""What is said of values that are right, and less exact than they could be."""

import numpy as np
import pytest

from autograder.judges import compare
from autograder.numerics import TOLERANCE, in_float32

X = np.linspace(-3, 3, 40)
RIGHT = 1 / (1 + np.exp(-X))
FLOAT32 = "out is right to float32 only: computed in float32?"
NEAR = "out is right within the tolerance of 3e-04, not exactly"

GOT = {
    "float64": (RIGHT, []),
    "float32": ((1 / (1 + np.exp(-X.astype("f4") * np.float32(1.000001)))), [FLOAT32]),
    "float32 widened": ((RIGHT * (1 + 1e-6)).astype("f4").astype("f8"), [FLOAT32]),
    "float16 widened": (RIGHT.astype("f2").astype("f8"), [NEAR]),
    "clipped": (np.minimum(RIGHT, RIGHT.max() - 1e-5), [NEAR]),
    "float32, and far for it": ((RIGHT * (1 + 4e-4)).astype("f4"), [NEAR]),
}


@pytest.mark.parametrize("name", GOT)
def test_float32_is_suspected_only_where_it_can_be(name):
    got, said = GOT[name]
    remarks = []
    compare("out", got, RIGHT, None, TOLERANCE, remarks)
    assert [str(one) for one in remarks] == said


def test_a_value_that_every_float_can_hold_speaks_for_none():
    assert not in_float32(np.array([0.5, 1.0]))
    assert not in_float32(RIGHT)
