"""Standings as they lie in the ledger."""

import struct
from collections.abc import Mapping

from .formula import DAY, Standing
from .ledger import Ledger, Table
from .pseudonyms import Pseudonyms
from .senders import Level, Sender

_FORM = struct.Struct("<4fIH")
# Less than this is as good as nothing and need not be kept.
LEAST_MASS = 0.05
MOST_REPORTERS = 2**16 - 1
_EVERYTHING = "\n"  # no sender's name


class Standings:
    """The standing of each name, and of all strangers together, faded until now."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms, retention: float) -> None:
        """Keep a name for `retention` seconds after the last event."""
        self._ledger = ledger
        self._pseudonyms = pseudonyms
        self._retention = retention

    def names(self, sender: Sender) -> dict[Level, bytes]:
        """Return the hashed name of a sender at each level."""
        return {level: self._name(level, name) for level, name in sender.names}

    def _name(self, level: Level, name: str) -> bytes:
        return self._pseudonyms.of(b"standing", bytes([level]), name)

    def of(self, names: Mapping[Level, bytes], now: float) -> dict[Level, Standing]:
        """Return what was seen at each level."""
        values = self._ledger.get_all([(Table.STANDING, name) for name in names.values()])
        return {
            level: Standing() if value is None else _unpack(value)[0].at(now, level)
            for level, value in zip(names, values, strict=True)
        }

    def reporters(self, name: bytes) -> int:
        """Count the trusted users who have reported a name."""
        value = self._ledger.get(Table.STANDING, name)
        return 0 if value is None else _unpack(value)[1]

    def add(self, level: Level, name: bytes, weight: float, now: float, *, spam: bool, reporters: int = 0) -> None:  # noqa: PLR0913 - one event
        """Add an event at a level, or with a negative weight take one back."""
        value = self._ledger.get(Table.STANDING, name)
        standing, count = (Standing(when=now), 0) if value is None else _unpack(value)
        after = standing.at(now, level).plus(weight, spam=spam)
        if after.mass < LEAST_MASS and weight < 0:
            self._ledger.delete(Table.STANDING, name)
            return
        count = max(0, min(MOST_REPORTERS, count + reporters))
        packed = _FORM.pack(after.spam, after.ham, after.fast_spam, after.fast_ham, int(after.when), count)
        self._ledger.put(Table.STANDING, name, packed, now + self._retention)

    def forget(self, name: bytes) -> None:
        """Forget a name."""
        self._ledger.delete(Table.STANDING, name)

    def everything(self, now: float) -> Standing:
        """Return what was seen of all strangers together."""
        everybody = self._name(Level.NETWORK, _EVERYTHING)
        return self.of({Level.NETWORK: everybody}, now)[Level.NETWORK]

    def add_to_everything(self, weight: float, now: float, *, spam: bool) -> None:
        """Count an event towards the server's base rate."""
        self.add(Level.NETWORK, self._name(Level.NETWORK, _EVERYTHING), weight, now, spam=spam)


def _unpack(value: bytes) -> tuple[Standing, int]:
    spam, ham, fast_spam, fast_ham, when, reporters = _FORM.unpack(value)
    return Standing(spam, ham, fast_spam, fast_ham, when), reporters


def whole_day(now: float) -> int:
    """Return the day that a moment lies in, counted since 1970."""
    return int(now // DAY)
