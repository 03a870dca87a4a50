"""Counts become log-odds: naive Bayes beside logistic regression. docs/formula.md works one verdict by hand."""

from collections.abc import Sequence
from math import exp, log, sqrt
from operator import itemgetter
from typing import NamedTuple

SMOOTHING = 0.01
"""Trainings added on each side, so that a feature never seen there is unlikely and not impossible."""

POOLED = 6.0
"""Trainings added on each side in which a feature is as frequent as in all of them: one training proves little."""

DAMPING = 0.65
"""Power of the number of known features that their sum is divided by: features of one text repeat each other."""

OUTLINE = 0.5
"""How much of a feature counts that describes the text as a whole: there are many of them in every text."""

REGRESSION = 0.8
"""Weight of the regression beside the counts, once there is much to regress on."""

PATIENCE = 60
"""Trainings at which it has half of that weight."""

GAP = 1.5
"""By how much a window has to be worse than the text to decide instead of it. A line needs no more than to be worse."""

SCALE = 1.49
"""Calibration: log-odds for one unit of the sum."""

DOUBT = 0.88
"""Calibration: log-odds taken off, shared by the known features."""

LIMIT = 8.0
"""Log-odds that content can come near to and never pass."""

COLD_LIMIT = 4.2
"""The same before TRAINED: enough to flag, not enough to junk."""

TRAINED = 5
"""Trainings of each side from which content may junk."""

BASE_RATE = 0.3
"""Share of spam among strangers' messages that a probability assumes."""


class Counts(NamedTuple):
    """What a vault knows: trainings of each side, and for each feature how many of them held it (spam, ham).

    `weights` are those of the regression, in the same order.
    """

    spam: int
    ham: int
    features: Sequence[tuple[float, float]]
    weights: Sequence[float] = ()


class Prior(NamedTuple):
    """What everybody's vault begins with: the same as Counts, of messages that nobody got."""

    spam: float
    ham: float
    features: Sequence[tuple[float, float]]


class Shape(NamedTuple):
    """How the features lie: the first `outline` describe the whole text; windows and lines are indices of theirs."""

    outline: int = 0
    windows: Sequence[Sequence[int]] = ()
    lines: Sequence[Sequence[int]] = ()


class Opinion(NamedTuple):
    """What content says: natural log-odds of spam against ham, 0 where nothing is known, inside of ±LIMIT.

    `known` features were seen before: the mass of the evidence. `weights` holds one number for each feature of
    the counts, in their order; their sum is `log_odds`.
    """

    log_odds: float
    known: int
    weights: tuple[float, ...]


NO_PRIOR = Prior(0.0, 0.0, ())
FLAT = Shape()


def judge(counts: Counts, prior: Prior = NO_PRIOR, shape: Shape = FLAT) -> Opinion:
    """Weigh each feature, by its counts and by the regression; look at the worst part too; calibrate; bound.

    Only presence counts: what a text says twice weighs no more. The bound is low while one side has few
    trainings, so that content alone cannot junk.
    """
    features = _Features(counts, prior, shape.outline)
    if not features.known:
        return Opinion(0.0, 0, (0.0,) * len(counts.features))
    part, gap = features.worst(shape)
    log_odds = SCALE * (part.total - gap) - DOUBT
    cold = log_odds > 0 and min(counts.spam, counts.ham) < TRAINED
    limit = COLD_LIMIT if cold else LIMIT
    bounded = bound(log_odds, limit)
    factor = bounded / log_odds if log_odds else 1.0
    weights = [0.0] * len(counts.features)
    for index, told in zip(part.indices, features.told(part, factor * SCALE), strict=True):
        weights[index] = told
    doubt = factor * (DOUBT + SCALE * gap) / features.known
    shared = [doubt if known else 0.0 for known in features.mass_known]
    return Opinion(bounded, features.known, tuple([a - b for a, b in zip(weights, shared, strict=True)]))


class _Part(NamedTuple):
    """The score of some of the features, and what their two sums were divided by."""

    total: float
    indices: Sequence[int]
    damping: float
    length: float


def _total(part: _Part) -> float:
    return part.total


class _Features:
    """What each feature says, before it is divided by how many say something."""

    def __init__(self, counts: Counts, prior: Prior, outline: int) -> None:
        rows = counts.features
        if prior.features:
            rows = [(s + p, h + q) for (s, h), (p, q) in zip(rows, prior.features, strict=True)]
        spam, ham = counts.spam + prior.spam, counts.ham + prior.ham
        sides = log((ham + 2 * SMOOTHING + POOLED) / (spam + 2 * SMOOTHING + POOLED))
        share = POOLED / (spam + ham) if spam + ham else 0.0
        known = [1.0 if s or h else 0.0 for s, h in rows]
        ratios = [
            log((s + SMOOTHING + share * (s + h)) / (h + SMOOTHING + share * (s + h))) + sides if s or h else 0.0
            for s, h in rows
        ]
        weights = list(counts.weights) or [0.0] * len(rows)
        self._mass = [OUTLINE] * outline + [1.0] * (len(rows) - outline)
        for index in range(outline):
            ratios[index] *= OUTLINE
            weights[index] *= OUTLINE
            known[index] *= OUTLINE
        self._ratios, self._weights, self.mass_known = ratios, weights, known
        self.known = len(known) - known.count(0.0)
        trained = counts.spam + counts.ham
        self._regression = REGRESSION * trained / (trained + PATIENCE)
        self._outline = range(outline)
        self._base = self._sums(self._outline)
        self.whole = self._part(range(len(rows)), (sum(ratios), sum(weights), sum(known), sum(self._mass)))

    def worst(self, shape: Shape) -> tuple[_Part, float]:
        """Give the part of a text that decides, and what is taken off for its not being the whole."""
        window = max(map(self.window, shape.windows), key=_total, default=self.whole)
        line = max(map(self.part, shape.lines), key=_total, default=self.whole)
        chosen = ((self.whole, 0.0), (line, 0.0), (window, GAP if shape.windows else 0.0))
        return max(chosen, key=lambda part: part[0].total - part[1])

    def window(self, indices: Sequence[int]) -> _Part:
        """Score the outline with some other features."""
        sums = self._sums(indices)
        return self._part((*self._outline, *indices), [a + b for a, b in zip(self._base, sums, strict=True)])

    def part(self, indices: Sequence[int]) -> _Part:
        """Score some features."""
        return self._part(indices, self._sums(indices))

    def told(self, part: _Part, factor: float) -> list[float]:
        """Say what each feature of a part adds to its score."""
        by_counts, by_weight = factor / part.damping, factor * self._regression / part.length
        return [by_counts * self._ratios[at] + by_weight * self._weights[at] for at in part.indices]

    def _sums(self, indices: Sequence[int]) -> tuple[float, ...]:
        ratios, weights, known, mass = self._ratios, self._weights, self.mass_known, self._mass
        take = itemgetter(*indices) if len(indices) > 1 else None
        if take is None:
            return tuple([sum([column[at] for at in indices]) for column in (ratios, weights, known, mass)])
        return sum(take(ratios)), sum(take(weights)), sum(take(known)), sum(take(mass))

    def _part(self, indices: Sequence[int], sums: Sequence[float]) -> _Part:
        ratios, weights, known, mass = sums
        damping = known**DAMPING or 1.0
        length = sqrt(mass) or 1.0
        return _Part(ratios / damping + self._regression * weights / length, indices, damping, length)


def bound(log_odds: float, limit: float) -> float:
    """Leave log-odds as they are up to 1 below the limit, then bend them towards it: they never become equal."""
    over = abs(log_odds) - (limit - 1)
    if over <= 0:
        return log_odds
    return (limit - exp(-over)) * (1 if log_odds > 0 else -1)


def probability(log_odds: float, base_rate: float = BASE_RATE) -> float:
    """Turn log-odds into the probability of spam, given the share of spam (0 to 1) among such messages."""
    total = log_odds + log(base_rate / (1 - base_rate))
    return 1 / (1 + exp(-total)) if total >= 0 else 1 - 1 / (1 + exp(total))
