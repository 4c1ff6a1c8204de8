"""Tests read English, whatever the machine speaks."""

import os

from autograder.language import VARIABLES

for name in VARIABLES:
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"
