"""The classifier (blind side): counts of features become log-odds of spam."""

from .judging import Counts, Opinion, judge, probability

__all__ = ["Counts", "Opinion", "judge", "probability"]
