"""The lecture's pictures, drawn from a student's own functions.

Two words from outside: ``pictures`` draws all of an exercise, ``picture`` one of them by name. Both
take the functions as a namespace of plain callables by the assignment's names: a module, several of
them together (:func:`together`), or what :func:`loaded` makes of a session.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import (
    activations,
    babysitting,
    batchnorm,
    deep_network,
    hyperparameters,
    initializers,
    preprocessing,
)
from .error_map import error_map
from .functions import loaded, together, with_given
from .picture import Picture, Plan
from .style import FORMATS, rendered

__all__ = [
    "FORMATS",
    "Picture",
    "Plan",
    "error_map",
    "loaded",
    "picture",
    "pictures",
    "plans",
    "rendered",
    "together",
    "with_given",
]

PLANS: dict[str, tuple[Plan, ...]] = {
    "activations": activations.PLANS,
    "preprocessing": preprocessing.PLANS,
    "initializers": initializers.PLANS,
    "batchnorm": batchnorm.PLANS,
    "deep_network": deep_network.PLANS,
    "babysitting": babysitting.PLANS,
    "hyperparameters": hyperparameters.PLANS,
}


def plans(exercise: str) -> tuple[Plan, ...]:
    """What there is to draw of an exercise, in the order of the lecture."""
    return PLANS.get(exercise, ())


def pictures(exercise: str, functions: Any) -> Iterator[Picture]:
    """Every picture of ``exercise``, each drawn when it is asked for."""
    for plan in plans(exercise):
        yield plan.picture(functions)


def picture(exercise: str, name: str, functions: Any, **options: Any) -> Picture:
    """One picture by its name; ``options`` are those of its function (``seed``, sizes)."""
    return next(plan for plan in plans(exercise) if plan.name == name).picture(functions, **options)
