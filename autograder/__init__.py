"""Grader for the exercises of "Training neural networks, part I" (CS231n lecture 5)."""

__version__ = "1.0.0"
