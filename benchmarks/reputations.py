"""Reputation rules of others, as far as they update a number, for comparison with karma.

Each keeps a chance of spam for every JID, host and address, and mixes what it knows of them with TxRep's weights for
sender, domain and address. None knows who is speaking, and none has bounds: a number is as sure as it looks. Only the
update rules are modelled, not the programs around them.
"""

from abc import ABC, abstractmethod
from math import exp, exp2

from providence.karma import Event, KarmaSettings, Sender
from providence.karma.formula import BASE_RATE, DAY, Estimate, log_odds, multiplier
from providence.karma.senders import Level
from providence.karma.throttle import Throttle

# SpamAssassin's TxRep: weights of sender, domain and address; of the autonomous system rspamd's, against the address's.
WEIGHTS = {Level.ACCOUNT: 3.0, Level.HOST: 2.0, Level.ADDRESS: 4.0, Level.NETWORK: 1.6}


class Rule(ABC):
    """A rule with the same throttle as ours, whose pace it sets."""

    name = ""

    def __init__(self) -> None:
        """Begin without any knowledge."""
        settings = KarmaSettings()
        self._throttle = Throttle(settings.pace, settings.burst)
        self._due: dict[str, float] = {}
        self._met: set[tuple[str, bytes]] = set()

    @abstractmethod
    def learn(self, name: str, event: Event, now: float) -> None:
        """Take an event for one name."""

    @abstractmethod
    def chance(self, name: str, now: float) -> float | None:
        """Return the chance of spam for one name, None where nothing is known."""

    def vote(self, _witness: bytes, sender: Sender, event: Event, now: float) -> None:
        """Take an event for all of a sender's names."""
        for level, name in sender.names:
            if level in WEIGHTS:
                self.learn(name, event, now)

    def list(self, host: str, now: float) -> None:
        """Take two lists' entry as a report by each."""
        for _ in range(2):
            self.learn(host, Event.REPORT, now)

    def assess(self, sender: Sender, now: float) -> tuple[float, float]:
        """Return log-odds and pace."""
        known = [
            (WEIGHTS[level], chance)
            for level, name in sender.names
            if level in WEIGHTS and (chance := self.chance(name, now)) is not None
        ]
        if not known:
            return 0.0, 1.0
        mean = sum(weight * chance for weight, chance in known) / sum(weight for weight, _ in known)
        found = Estimate(mean, mean, mean)
        return log_odds(found), multiplier(found)

    def admit(self, sender: Sender, recipient: bytes, pace: float, now: float) -> bool:
        """Say whether a stanza is within the pace."""
        name = sender.name(Level.ACCOUNT)
        if (name, recipient) in self._met:
            return True
        within, self._due[name] = self._throttle.admit(self._due.get(name, 0.0), now, pace)
        if within:
            self._met.add((name, recipient))
        return within

    def delivered(self, sender: Sender, recipient: bytes) -> None:
        """Take no note of it."""
        del sender, recipient


class Average(Rule):
    """rspamd's adaptive moving average (reputation.lua): an event weighs as much as the time since the last one."""

    name = "rspamd"
    WINDOW = 30 * DAY

    def __init__(self) -> None:
        """Begin."""
        super().__init__()
        self._known: dict[str, tuple[float, float]] = {}

    def learn(self, name: str, event: Event, now: float) -> None:
        """Move towards the event."""
        when, mean = self._known.get(name, (now, float(event.spam)))
        alpha = 1 - exp(-max(0.0, now - when) / self.WINDOW)
        self._known[name] = now, alpha * event.spam + (1 - alpha) * mean

    def chance(self, name: str, now: float) -> float | None:
        """Return the mean."""
        del now
        return self._known[name][1] if name in self._known else None


class Total(Rule):
    """SpamAssassin's TxRep: a mean whose past is diluted by a fiftieth at each event, and does not age."""

    name = "TxRep"
    DILUTION = 0.98

    def __init__(self) -> None:
        """Begin."""
        super().__init__()
        self._known: dict[str, tuple[int, float]] = {}

    def learn(self, name: str, event: Event, now: float) -> None:
        """Add the event to the total."""
        del now
        count, total = self._known.get(name, (0, 0.0))
        new = (count + 1) * (event.spam + self.DILUTION * total) / (self.DILUTION * count + 1)
        self._known[name] = count + 1, new

    def chance(self, name: str, now: float) -> float | None:
        """Return the mean."""
        del now
        count, total = self._known.get(name, (0, 0.0))
        return total / count if count else None


class Beta(Rule):
    """The Beta reputation system of Jøsang & Ismail with forgetting: half is forgotten in 30 days."""

    name = "Beta"
    HALF_LIFE = 30 * DAY

    def __init__(self) -> None:
        """Begin."""
        super().__init__()
        self._known: dict[str, tuple[float, float, float]] = {}

    def learn(self, name: str, event: Event, now: float) -> None:
        """Count the event."""
        spam, ham, when = self._known.get(name, (0.0, 0.0, now))
        fade = exp2(-max(0.0, now - when) / self.HALF_LIFE)
        spam, ham = spam * fade, ham * fade
        self._known[name] = (
            spam + event.weight if event.spam else spam,
            ham if event.spam else ham + event.weight,
            now,
        )

    def chance(self, name: str, now: float) -> float | None:
        """Return the expected chance; a fifth where nothing is known, as for ours."""
        if name not in self._known:
            return None
        spam, ham, when = self._known[name]
        fade = exp2(-max(0.0, now - when) / self.HALF_LIFE)
        return (spam * fade + 2 * BASE_RATE) / ((spam + ham) * fade + 2)


OTHERS: tuple[type[Rule], ...] = (Average, Total, Beta)
