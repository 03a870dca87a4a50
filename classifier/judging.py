"""Counts become log-odds: document-frequency naive Bayes. docs/formula.md works one verdict by hand."""

from collections.abc import Sequence
from math import exp, log, tanh
from typing import NamedTuple

SMOOTHING = 0.1
"""Trainings added on each side, so that a feature never seen there is unlikely and not impossible."""

DAMPING = 0.6
"""Power of the number of known features that their sum is divided by: features of one text repeat each other."""

SCALE = 1.19
"""Calibration: log-odds for one unit of the damped sum."""

DOUBT = 0.8
"""Calibration: log-odds taken off, shared by the known features. Ham differs more, so that less of it is known."""

LIMIT = 6.0
"""Log-odds that content can come near to and never pass."""

TRUST = 0.5
"""Log-odds that each training of the rarer side adds to the limit: 3 at five and five, LIMIT at eleven."""

BASE_RATE = 0.3
"""Share of spam among strangers' messages that a probability assumes."""


class Counts(NamedTuple):
    """What a vault knows: trainings of each side, and for each feature how many of them held it (spam, ham)."""

    spam: int
    ham: int
    features: Sequence[tuple[int, int]]


class Opinion(NamedTuple):
    """What content says: natural log-odds of spam against ham, 0 where nothing is known, inside of ±LIMIT.

    `known` features were seen before: the mass of the evidence. `weights` holds one number for each feature of
    the counts, in their order, 0 for an unknown one; their sum is `log_odds`.
    """

    log_odds: float
    known: int
    weights: tuple[float, ...]


def judge(counts: Counts) -> Opinion:
    """Weigh each known feature: ln((s+a)/(S+2a)) - ln((h+a)/(H+2a)), damped, calibrated and bounded.

    Only presence counts: what a text says twice weighs no more. The bound is smooth, so that it never makes
    two texts equal, and low while one side has few trainings, so that content alone cannot junk.
    """
    spam, ham, features = counts
    known = sum(1 for s, h in features if s or h)
    if not known:
        return Opinion(0.0, 0, (0.0,) * len(features))
    sides = log((ham + 2 * SMOOTHING) / (spam + 2 * SMOOTHING))
    raw = [log((s + SMOOTHING) / (h + SMOOTHING)) + sides if s or h else 0.0 for s, h in features]
    scale = SCALE / known**DAMPING
    total = scale * sum(raw) - DOUBT
    limit = min(LIMIT, TRUST * (1 + min(spam, ham)))
    bound = limit * tanh(total / limit) / total if total else 1.0
    doubt = DOUBT / known
    weights = tuple([bound * (scale * w - doubt) if s or h else 0.0 for w, (s, h) in zip(raw, features, strict=True)])
    return Opinion(limit * tanh(total / limit), known, weights)


def probability(log_odds: float, base_rate: float = BASE_RATE) -> float:
    """Turn log-odds into the probability of spam, given the share of spam (0 to 1) among such messages."""
    total = log_odds + log(base_rate / (1 - base_rate))
    return 1 / (1 + exp(-total)) if total >= 0 else 1 - 1 / (1 + exp(total))
