"""The classifier (blind side): counts of features become log-odds of spam."""

from .judging import NO_PRIOR, Counts, Opinion, Prior, Shape, judge, probability
from .learning import UNIT, step
from .seeds import EMPTY, Seed, keys, shipped

__all__ = [
    "EMPTY",
    "NO_PRIOR",
    "UNIT",
    "Counts",
    "Opinion",
    "Prior",
    "Seed",
    "Shape",
    "judge",
    "keys",
    "probability",
    "shipped",
    "step",
]
