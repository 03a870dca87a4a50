"""The arithmetic of reputation: trust-weighted Beta with two clocks (docs/karma.md).

After Jøsang & Ismail, "The Beta Reputation System" (2002): the chance of spam is the share of spam in what was
seen, begun with a few imagined events at the rate of whoever stands behind. Old events fade.
"""

from collections.abc import Mapping
from math import exp2, log, log2, sqrt
from typing import NamedTuple, Self

from .senders import Level

DAY = 86_400.0
# Days after which an event counts half: addresses change hands faster than hosts.
HALF_LIFE = {Level.NETWORK: 90.0, Level.ADDRESS: 14.0, Level.PARENT: 60.0, Level.HOST: 60.0, Level.ACCOUNT: 30.0}
FAST_HALF_LIFE = 1.0
# How many events the level behind counts as: a network says little about one of its accounts.
STRENGTH = {Level.NETWORK: 20.0, Level.ADDRESS: 8.0, Level.PARENT: 8.0, Level.HOST: 8.0, Level.ACCOUNT: 4.0}
# A network carries thousands of servers, and one that spams writes to as many here as all others together: of whom
# nothing else is known it says less than 1 in log-odds, and slows them by a sixth.
MOST_OF_NETWORK = 0.6
# The share of spam among strangers of whom nothing is known. It is not learnt: whoever floods a server with spam would
# raise it, and so be one among many.
BASE_RATE = 0.2
# No sender's past says more than this, in log-odds: it can make nobody spam on its own, nor clear anybody.
LEAST_LOG_ODDS, MOST_LOG_ODDS = -2.0, 3.0
# A sender is fast, unremarkable or slow: see `multiplier`.
GOOD, UNREMARKABLE = 0.2, 0.35
LEAST_PACE, MOST_PACE = 1 / 16, 8.0


class Mass(NamedTuple):
    """How much was said, on a slow clock and on a fast one, as of `when` (seconds)."""

    slow: float = 0.0
    fast: float = 0.0
    when: float = 0.0

    @classmethod
    def of(cls, weight: float, when: float) -> Self:
        """Return the mass of one event."""
        return cls(weight, weight, when)

    def at(self, now: float, level: Level) -> Self:
        """Return the mass as it has faded until `now`; a clock that goes back fades nothing."""
        if now <= self.when:
            return self
        days = (now - self.when) / DAY
        return type(self)(self.slow * exp2(-days / HALF_LIFE[level]), self.fast * exp2(-days / FAST_HALF_LIFE), now)

    def plus(self, other: Self, level: Level) -> Self:
        """Return both together, as of the later."""
        when = max(self.when, other.when)
        one, two = self.at(when, level), other.at(when, level)
        return self._replace(slow=one.slow + two.slow, fast=one.fast + two.fast, when=when)

    def minus(self, other: Self, level: Level) -> Self:
        """Return what is left without the other, which was part of it; nothing falls below 0."""
        when = max(self.when, other.when)
        one, two = self.at(when, level), other.at(when, level)
        return self._replace(slow=max(0.0, one.slow - two.slow), fast=max(0.0, one.fast - two.fast), when=when)


class Standing(NamedTuple):
    """What was seen of one name; both masses are as of the same time."""

    spam: Mass = Mass()
    ham: Mass = Mass()

    def at(self, now: float, level: Level) -> Self:
        """Return the standing as it has faded until `now`."""
        return type(self)(self.spam.at(now, level), self.ham.at(now, level))

    @property
    def mass(self) -> float:
        """How much was seen."""
        return self.spam.slow + self.ham.slow


class Estimate(NamedTuple):
    """A chance of spam, and between which bounds it lies with fair confidence (one standard deviation)."""

    chance: float
    low: float
    high: float

    @classmethod
    def of(cls, chance: float, events: float) -> Self:
        """Return the estimate of a chance that rests on so many events: mean and deviation of a Beta distribution."""
        spread = sqrt(chance * (1 - chance) / (events + 1))
        return cls(chance, max(0.0, chance - spread), min(1.0, chance + spread))

    def worse(self, other: Self) -> Self:
        """Return the worse of two views in each regard."""
        return type(self)(max(self.chance, other.chance), max(self.low, other.low), max(self.high, other.high))


def estimate(standings: Mapping[Level, Standing]) -> Estimate:
    """Return the chance that a sender's next stanza is spam.

    `standings` have faded until now. Each level begins where the one behind it has ended: address at network, host
    between address and parent, account at host; a level that is missing is passed over. More spam never makes it less.
    """
    found = Estimate(BASE_RATE, BASE_RATE, BASE_RATE)
    behind: list[float] = []
    if Level.NETWORK in standings:
        found = blend(standings[Level.NETWORK], BASE_RATE, Level.NETWORK)
        behind = [min(found.chance, MOST_OF_NETWORK)]
    if Level.ADDRESS in standings:
        found = blend(standings[Level.ADDRESS], behind[0] if behind else BASE_RATE, Level.ADDRESS)
        behind = [found.chance]
    if Level.PARENT in standings:
        behind.append(blend(standings[Level.PARENT], BASE_RATE, Level.PARENT).chance)
    prior = sum(behind) / len(behind) if behind else BASE_RATE
    for level in (Level.HOST, Level.ACCOUNT):
        if level in standings:
            found = blend(standings[level], prior, level)
            prior = found.chance
    return found


def blend(standing: Standing, prior: float, level: Level) -> Estimate:
    """Return what one level says, which begins with a few events at the rate of its prior.

    The fast clock begins where the slow one stands, and counts with what it is certain of. So an account or a host that
    built up a good name and then strikes is distrusted within hours, and trusted again slowly. What lies behind a host
    is shared with others, who have not turned with it: there is no fast clock.
    """
    spam, ham = standing
    strength = STRENGTH[level]
    events = spam.slow + ham.slow + strength
    slow = (spam.slow + strength * prior) / events
    if level < Level.HOST:
        return Estimate.of(slow, events)
    lately = spam.fast + ham.fast + strength
    fast = Estimate.of((spam.fast + strength * slow) / lately, lately)
    return Estimate.of(slow, events).worse(Estimate.of(fast.low, lately))


def log_odds(found: Estimate) -> float:
    """Return what an estimate adds to a verdict: nothing while it may be like everybody's."""
    if found.low > BASE_RATE:
        shift = _logit(found.low) - _logit(BASE_RATE)
    elif found.high < BASE_RATE:
        shift = _logit(found.high) - _logit(BASE_RATE)
    else:
        return 0.0
    return max(LEAST_LOG_ODDS, min(MOST_LOG_ODDS, shift))


def multiplier(found: Estimate) -> float:
    """Return how many times the usual rate a sender may keep up: LEAST_PACE to MOST_PACE."""
    # Only what is certain moves the pace: a bound on the other side of the unremarkable is no news.
    worst = UNREMARKABLE
    if found.chance > UNREMARKABLE:
        worst = max(UNREMARKABLE, found.low)
    elif found.chance < GOOD:
        worst = min(UNREMARKABLE, found.high)
    return max(LEAST_PACE, min(MOST_PACE, exp2(8 * (UNREMARKABLE - worst))))


def crowd(count: float, usual: float) -> float:
    """Return the log-odds of having written to `count` strangers in a day where `usual` are no surprise: 0 to 1.5."""
    return min(1.5, 0.5 * log2(count / usual)) if count > usual else 0.0


def _logit(chance: float) -> float:
    bounded = max(1e-6, min(1 - 1e-6, chance))
    return log(bounded / (1 - bounded))
