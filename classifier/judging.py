"""Counts become log-odds: naive Bayes beside logistic regression. docs/formula.md works one verdict by hand."""

from collections.abc import Sequence
from math import exp, log, sqrt
from operator import itemgetter
from typing import NamedTuple

SMOOTHING = 0.005
"""Trainings added on each side, so that a feature never seen there is unlikely and not impossible."""

MISTAKEN = 0.04
"""Share of each training that counts on the other side too: people err, and no feature is proof by itself."""

DAMPING = 0.6
"""Power of the number of known features that their sum is divided by: features of one text repeat each other."""

OUTLINE = 0.5
"""How much of a feature counts that describes the text as a whole: there are many of them in every text."""

REGRESSION = 0.7
"""Weight of the regression beside the counts, once there is much to regress on."""

PATIENCE = 60
"""Trainings at which it has half of that weight."""

GAP = 1.0
"""By how much a window has to be worse than the text to decide instead of it. A line needs no more than to be worse."""

SCALE = 1.3
"""Calibration: log-odds for one unit of the sum."""

DOUBT = 1.07
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
    total, gap, indices = features.worst(shape)
    log_odds = SCALE * (total - gap) - DOUBT
    cold = log_odds > 0 and min(counts.spam, counts.ham) < TRAINED
    limit = COLD_LIMIT if cold else LIMIT
    bounded = bound(log_odds, limit)
    factor = bounded / log_odds if log_odds else 1.0
    doubt = factor * (DOUBT + SCALE * gap) / features.known
    weights = [-doubt if known else 0.0 for known in features.mass_known]
    for index, told in zip(indices, features.told(indices, factor * SCALE), strict=True):
        weights[index] += told
    return Opinion(bounded, features.known, tuple(weights))


class _Sums(NamedTuple):
    """What some features say together: by counts, by the regression; how many are known, and how many they are."""

    ratios: float
    weights: float
    known: float
    mass: float


class _Features:
    """What each feature says, before it is divided by how many say something."""

    def __init__(self, counts: Counts, prior: Prior, outline: int) -> None:
        rows = counts.features
        if prior.features:
            rows = [(s + p, h + q) for (s, h), (p, q) in zip(rows, prior.features, strict=True)]
        spam, ham = counts.spam + prior.spam, counts.ham + prior.ham
        both = 2 * SMOOTHING + MISTAKEN * (spam + ham)
        sides = log((ham + both) / (spam + both))
        known = [1.0 if s or h else 0.0 for s, h in rows]
        extra = [SMOOTHING + MISTAKEN * (s + h) for s, h in rows]
        ratios = [log((s + e) / (h + e)) + sides if s or h else 0.0 for (s, h), e in zip(rows, extra, strict=True)]
        weights = list(counts.weights) or [0.0] * len(rows)
        for index in range(outline):
            ratios[index] *= OUTLINE
            weights[index] *= OUTLINE
            known[index] *= OUTLINE
        self._ratios, self._weights, self.mass_known = ratios, weights, known
        self.known = len(known) - known.count(0.0)
        trained = counts.spam + counts.ham
        self._regression = REGRESSION * trained / (trained + PATIENCE)
        self._outline = range(outline)

    def worst(self, shape: Shape) -> tuple[float, float, Sequence[int]]:
        """Find the part that decides: its score, what is taken off for its not being the whole, and its features."""
        outline = self._sums(self._outline)
        rest = range(len(self._outline), len(self._ratios))
        found: tuple[float, float, Sequence[int]] = self._score(self._sums(rest, outline)), 0.0, range(rest.stop)
        worst = found[0]
        for indices in shape.windows:
            score = self._score(self._sums(indices, outline))
            if score - GAP > worst:
                worst, found = score - GAP, (score, GAP, (*self._outline, *indices))
        for indices in shape.lines:
            score = self._score(self._sums(indices))
            if score > worst:
                worst, found = score, (score, 0.0, indices)
        return found

    def told(self, indices: Sequence[int], factor: float) -> list[float]:
        """Say what each feature of a part adds to its score."""
        sums = self._sums(indices)
        by_counts = factor / (sums.known**DAMPING or 1.0)
        by_weight = factor * self._regression / (sqrt(sums.mass) or 1.0)
        return [by_counts * self._ratios[at] + by_weight * self._weights[at] for at in indices]

    def _sums(self, indices: Sequence[int], outline: _Sums | None = None) -> _Sums:
        """Sum up; with the sums of the outline, its features are not among the indices."""
        if len(indices) > 1:
            take = itemgetter(*indices)
            ratios, weights, known = sum(take(self._ratios)), sum(take(self._weights)), sum(take(self.mass_known))
        else:
            columns = self._ratios, self._weights, self.mass_known
            ratios, weights, known = (sum([column[at] for at in indices]) for column in columns)
        mass = float(len(indices))
        if outline:
            return _Sums(outline.ratios + ratios, outline.weights + weights, outline.known + known, outline.mass + mass)
        return _Sums(ratios, weights, known, mass - (1 - OUTLINE) * sum(map(self._outline.__contains__, indices)))

    def _score(self, sums: _Sums) -> float:
        by_counts = sums.ratios / (sums.known**DAMPING or 1.0)
        return by_counts + self._regression * sums.weights / (sqrt(sums.mass) or 1.0)


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
