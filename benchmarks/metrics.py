"""What is counted of scores: (1-AUC)%, intervals by bootstrap, paired differences, calibration."""

import math
import random
from collections.abc import Iterable, Sequence
from itertools import accumulate
from statistics import fmean
from typing import NamedTuple

DRAWN = tuple(accumulate(math.comb(8, n) * 7 ** (8 - n) / 8**8 for n in range(9)))
"""Chance that a bootstrap draws one of many at most n times: eight chances of an eighth, nearly Poisson's law."""

BINS = 15
"""Of the calibration error."""


class Score(NamedTuple):
    """What a filter said of one message of a user, the nth."""

    value: float
    spam: bool
    user: int
    nth: int


class Difference(NamedTuple):
    """Of (1-AUC)% between two filters on the same messages, and for each draw: below zero the first is better."""

    value: float
    draws: tuple[float, ...]

    def __str__(self) -> str:
        """Write it with its interval."""
        low, high = interval(self.draws)
        return f"{self.value:+.2f} [{low:+.2f}, {high:+.2f}]"

    @property
    def outcome(self) -> str:
        """Say who wins, with the interval apart from zero."""
        low, high = interval(self.draws)
        return "win" if high < 0 else "loss" if low > 0 else "tie"

    @staticmethod
    def mean(of: "Sequence[Difference]") -> "Difference":
        """Give the mean of several sets, whose draws know nothing of each other."""
        draws = zip(*[difference.draws for difference in of], strict=True)
        return Difference(fmean(difference.value for difference in of), tuple(map(fmean, draws)))


class Ranking:
    """Scores in their order, sorted once and weighed many times."""

    def __init__(self, scores: Sequence[Score]) -> None:
        order = sorted(range(len(scores)), key=lambda at: scores[at].value)
        values = [scores[at].value for at in order]
        lasts = [one != other for one, other in zip(values, [*values[1:], math.nan], strict=True)]
        self._steps = [(at, scores[at].spam, last) for at, last in zip(order, lasts, strict=True)]

    def loss(self, weights: Sequence[int] | None = None) -> float:
        """Return (1-AUC)%, the chance that a ham scores above a spam; each score as often as its weight says."""
        below = above = ham = spam = 0
        wrong = 0.0
        for at, is_spam, is_last in self._steps:
            weight = weights[at] if weights else 1
            if is_spam:
                spam += weight
            else:
                ham += weight
            if is_last:
                # Counted from the ham's side, by the spam below it; of equals half.
                wrong += ham * (above + spam / 2)
                above, below, ham, spam = above + spam, below + ham, 0, 0
        return 100 * wrong / (above * below) if above and below else math.nan


def loss(scores: Sequence[Score]) -> float:
    """Return (1-AUC)% of all scores in one list."""
    return Ranking(scores).loss()


class Bootstrap:
    """Draws of the same messages for every filter: of whole users, if there are several."""

    def __init__(self, scores: Sequence[Score], draws: int, seed: int = 1) -> None:
        dice = random.Random(seed)  # noqa: S311 - a sample, no secret
        several = scores[-1].user > 0
        units = [score.user if several else at for at, score in enumerate(scores)]
        self._weights = []
        for _ in range(draws):
            drawn = dice.choices(range(9), cum_weights=DRAWN, k=units[-1] + 1)
            self._weights.append([drawn[unit] for unit in units])

    def losses(self, scores: Sequence[Score]) -> list[float]:
        """Return (1-AUC)% of each draw."""
        ranking = Ranking(scores)
        return [ranking.loss(weights) for weights in self._weights]

    def difference(self, ours: Sequence[Score], theirs: Sequence[Score]) -> Difference:
        """Compare two filters draw by draw."""
        drawn = tuple([one - other for one, other in zip(self.losses(ours), self.losses(theirs), strict=True)])
        return Difference(loss(ours) - loss(theirs), drawn)


def interval(values: Iterable[float]) -> tuple[float, float]:
    """Return the ends of the middle 95 % of some values."""
    kept = sorted(value for value in values if not math.isnan(value))
    return kept[len(kept) // 40], kept[-1 - len(kept) // 40]


def chance(log_odds: float) -> float:
    """Turn log-odds into a probability."""
    return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else 1 - 1 / (1 + math.exp(log_odds))


def calibration_error(scores: Sequence[Score], bins: int = BINS) -> float:
    """Return the expected calibration error: by how much what happened differs from what was said, in the mean."""
    errors = [0.0] * bins
    for score in scores:
        said = chance(score.value)
        errors[min(bins - 1, int(said * bins))] += said - score.spam
    return sum(map(abs, errors)) / len(scores)


def share_above(scores: Sequence[Score], bound: float, *, spam: bool) -> float:
    """Return how many % of the spam, or of the ham, got more than a probability."""
    values = [score.value for score in scores if score.spam == spam]
    return 100 * sum(chance(value) > bound for value in values) / max(1, len(values))


def fitted(sets: Iterable[Sequence[Score]], prior: float) -> tuple[float, float]:
    """Fit `k` and `b` of k·x - b + prior, x being what a score says beyond the prior: least log-loss, sets weigh alike.

    By Newton's method; the loss is convex, and from no slope at all a step does not overshoot.
    """
    points = [(s.value - prior, float(s.spam), 1 / len(scores)) for scores in sets for s in scores]
    k, b = 0.0, 0.0
    for _ in range(30):
        slope_k = slope_b = kk = kb = bb = 0.0
        for x, spam, weight in points:
            said = chance(k * x - b + prior)
            error, bend = weight * (said - spam), weight * said * (1 - said)
            slope_k += error * x
            slope_b -= error
            kk += bend * x * x
            kb -= bend * x
            bb += bend
        scale = kk * bb - kb * kb
        k, b = k - (bb * slope_k - kb * slope_b) / scale, b - (kk * slope_b - kb * slope_k) / scale
        if abs(slope_k) + abs(slope_b) < 1e-9:  # noqa: PLR2004 - small enough
            break
    return k, b


def mapped(scores: Sequence[Score], k: float, b: float, prior: float) -> list[Score]:
    """Give scores as `k` and `b` would have them."""
    return [score._replace(value=k * (score.value - prior) - b + prior) for score in scores]
