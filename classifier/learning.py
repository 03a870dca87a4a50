"""How far one training moves the weights of the regression."""

from collections.abc import Sequence
from math import exp, sqrt

from .judging import OUTLINE

RATE = 4.0
"""Length of a step for an error of one."""

PASSES = 4
"""Steps that one training takes at most."""

ENOUGH = 0.07
"""Error from which on nothing is learnt any more."""

UNIT = 1 / 1024
"""Weights and steps are stored as whole numbers of it."""

MAX_STEP = 32_767
"""The longest step that can be stored."""


def step(weights: Sequence[int], outline: int, *, spam: bool) -> int:
    """Return what is added to the weight of each feature of a message when it is learnt, in UNITs.

    Online logistic regression by gradient, on features of one common length, so that one number says it
    all: what is added can be taken away again.
    """
    mass = OUTLINE * outline + len(weights) - outline
    if not weights or mass <= 0:
        return 0
    length = sqrt(mass)
    score = UNIT * (sum(weights) - (1 - OUTLINE) * sum(weights[:outline])) / length
    moved = 0.0
    for _ in range(PASSES):
        error = spam - 1 / (1 + exp(-max(-30.0, min(30.0, score))))
        if abs(error) < ENOUGH:
            break
        moved += RATE * error
        score += RATE * error
    return max(-MAX_STEP, min(MAX_STEP, round(moved / length / UNIT)))
