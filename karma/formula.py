"""The arithmetic of reputation: trust-weighted Beta with two clocks (docs/karma.md).

After Jøsang & Ismail, "The Beta Reputation System" (2002): the chance of spam is the share of spam in what was
seen, begun with a few imagined events at the rate of whoever stands behind. Old events fade.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp2, log, log2, sqrt
from typing import NamedTuple, Self

from .senders import Level

DAY = 86_400.0
# Days after which an event counts half: addresses change hands faster than hosts.
HALF_LIFE = {Level.NETWORK: 90.0, Level.ADDRESS: 14.0, Level.PARENT: 60.0, Level.HOST: 60.0, Level.ACCOUNT: 30.0}
FAST_HALF_LIFE = 1.0
# How many events the level behind counts as: a network says little about one of its accounts.
STRENGTH = {Level.NETWORK: 20.0, Level.ADDRESS: 8.0, Level.PARENT: 8.0, Level.HOST: 8.0, Level.ACCOUNT: 4.0}
# The share of spam among strangers that a server starts with, and its bounds whatever it learns.
BASE_RATE = 0.2
LEAST_RATE, MOST_RATE = 0.05, 0.5
# No sender's past says more than this, in log-odds: it can make nobody spam on its own, nor clear anybody.
LEAST_LOG_ODDS, MOST_LOG_ODDS = -2.0, 3.0
# A sender is fast, unremarkable or slow: see `multiplier`.
GOOD, UNREMARKABLE = 0.2, 0.35
LEAST_PACE, MOST_PACE = 1 / 16, 8.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What was seen of one name: spam and ham masses on a slow clock and on a fast one, as of `when` (seconds)."""

    spam: float = 0.0
    ham: float = 0.0
    fast_spam: float = 0.0
    fast_ham: float = 0.0
    when: float = 0.0

    def at(self, now: float, level: Level) -> Self:
        """Return the standing as it has faded until `now`; a clock that goes back fades nothing."""
        days = max(0.0, now - self.when) / DAY
        slow, fast = exp2(-days / HALF_LIFE[level]), exp2(-days / FAST_HALF_LIFE)
        return replace(
            self,
            spam=self.spam * slow,
            ham=self.ham * slow,
            fast_spam=self.fast_spam * fast,
            fast_ham=self.fast_ham * fast,
            when=max(now, self.when),
        )

    def plus(self, weight: float, *, spam: bool) -> Self:
        """Return the standing after one more event; a negative weight takes one back, and no mass falls below 0."""
        if spam:
            return replace(self, spam=max(0.0, self.spam + weight), fast_spam=max(0.0, self.fast_spam + weight))
        return replace(self, ham=max(0.0, self.ham + weight), fast_ham=max(0.0, self.fast_ham + weight))

    @property
    def mass(self) -> float:
        """How much was seen."""
        return self.spam + self.ham


class Estimate(NamedTuple):
    """A chance of spam, and between which bounds it lies with fair confidence (one standard deviation)."""

    chance: float
    low: float
    high: float


def estimate(standings: Mapping[Level, Standing], base: float) -> Estimate:
    """Return the chance that a sender's next stanza is spam.

    `standings` have faded until now. Each level begins where the one behind it has ended: address at network, host
    between address and parent, account at host; a level that is missing is passed over.
    """
    behind: list[float] = []
    chance, weight = base, 0.0
    for level in (Level.NETWORK, Level.ADDRESS):
        if level in standings:
            chance, weight = _blend(standings[level], chance, STRENGTH[level])
            behind = [chance]
    if Level.PARENT in standings:
        parent, weight = _blend(standings[Level.PARENT], base, STRENGTH[Level.PARENT])
        behind.append(parent)
    chance = sum(behind) / len(behind) if behind else base
    for level in (Level.HOST, Level.ACCOUNT):
        if level in standings:
            chance, weight = _blend(standings[level], chance, STRENGTH[level])
    spread = sqrt(chance * (1 - chance) / (weight + 1))
    return Estimate(chance, max(0.0, chance - spread), min(1.0, chance + spread))


def _blend(standing: Standing, prior: float, strength: float) -> tuple[float, float]:
    """Return the chance and the mass behind it: the fast clock decides where it speaks of more spam for certain.

    So a sender who built up a good name and then strikes is distrusted within hours, and trusted again slowly.
    """
    slow_weight = standing.mass + strength
    slow = (standing.spam + strength * prior) / slow_weight
    fast_weight = standing.fast_spam + standing.fast_ham + strength
    fast = (standing.fast_spam + strength * slow) / fast_weight
    if fast - sqrt(fast * (1 - fast) / (fast_weight + 1)) > slow:
        return fast, fast_weight
    return slow, slow_weight


def log_odds(found: Estimate, base: float) -> float:
    """Return what an estimate adds to a verdict: nothing while it may be like everybody's."""
    if found.low > base:
        shift = _logit(found.low) - _logit(base)
    elif found.high < base:
        shift = _logit(found.high) - _logit(base)
    else:
        return 0.0
    return max(LEAST_LOG_ODDS, min(MOST_LOG_ODDS, shift))


def multiplier(found: Estimate) -> float:
    """Return how many times the usual rate a sender may keep up: 1/16 to 8."""
    # Only what is certain moves the pace: a bound on the other side of the unremarkable is no news.
    worst = UNREMARKABLE
    if found.chance > UNREMARKABLE:
        worst = max(UNREMARKABLE, found.low)
    elif found.chance < GOOD:
        worst = min(UNREMARKABLE, found.high)
    return max(LEAST_PACE, min(MOST_PACE, exp2(8 * (UNREMARKABLE - worst))))


def base_rate(everything: Standing, strength: float = 50.0) -> float:
    """Return the share of spam among strangers here."""
    rate = (everything.spam + strength * BASE_RATE) / (everything.mass + strength)
    return max(LEAST_RATE, min(MOST_RATE, rate))


def crowd(count: float, usual: float) -> float:
    """Return the log-odds of having written to `count` strangers in a day where `usual` are no surprise: 0 to 1.5."""
    return min(1.5, 0.5 * log2(count / usual)) if count > usual else 0.0


def _logit(chance: float) -> float:
    bounded = max(1e-6, min(1 - 1e-6, chance))
    return log(bounded / (1 - bounded))
