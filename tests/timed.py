"""Promises in seconds: three tries, for others use the machine too."""

import pytest

timed = pytest.mark.flaky(reruns=2)
