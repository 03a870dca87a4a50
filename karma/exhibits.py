"""Exhibits: the only table with clear names, of whom it may be told to others.

A name comes here by the report of a trusted user who consented that third parties be told (XEP-0377,
`<third-party/>`), and is gone a week after the last such report. A JID stands here as the hash that is published.
"""

import struct
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple, Self

from .formula import DAY
from .ledger import STEPS, Ledger, Table
from .senders import Level, Sender

KEEP = 7 * DAY
# More reporters of one name are not kept apart: nobody asks for so many.
MOST_REPORTERS = 16

_HEAD = struct.Struct("<BBB")
_NAME = struct.Struct("<B16s")
_REPORTER = struct.Struct("<16sI")


class Exhibit(NamedTuple):
    """A name in the clear, the hashed names of it and of the levels behind it, and who reported it when (seconds)."""

    level: Level
    name: str
    names: dict[Level, bytes]
    reporters: dict[bytes, int]

    def to_bytes(self) -> bytes:
        """Return the record."""
        head = _HEAD.pack(self.level, len(self.names), len(self.reporters))
        names = b"".join(_NAME.pack(*each) for each in self.names.items())
        return head + names + b"".join(_REPORTER.pack(*each) for each in self.reporters.items()) + self.name.encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return what `to_bytes` wrote."""
        level, names, reporters = _HEAD.unpack_from(raw)
        middle = _HEAD.size + names * _NAME.size
        end = middle + reporters * _REPORTER.size
        return cls(
            Level(level),
            raw[end:].decode(),
            {Level(each): name for each, name in _NAME.iter_unpack(raw[_HEAD.size : middle])},
            dict(_REPORTER.iter_unpack(raw[middle:end])),
        )


class Exhibits:
    """What was reported with consent in the last week."""

    def __init__(self, ledger: Ledger) -> None:
        """Look into this ledger."""
        self._ledger = ledger

    def add(self, witness: bytes, sender: Sender, names: Mapping[Level, bytes], now: float) -> None:
        """Keep that a witness reported a sender, whose hashed names are given."""
        for level, clear in _clear(sender).items():
            old = self._get(names[level])
            reporters = {**(old.reporters if old else {}), witness: int(now)}
            last = dict(sorted(reporters.items(), key=lambda each: each[1])[-MOST_REPORTERS:])
            behind = {each: name for each, name in names.items() if each <= level}
            self._put(names[level], Exhibit(level, clear, behind, last))

    def take(self, witness: bytes, names: Mapping[Level, bytes]) -> None:
        """Take back what a witness reported."""
        for level in (Level.ADDRESS, Level.HOST, Level.ACCOUNT):
            old = self._get(names[level]) if level in names else None
            if old is not None and old.reporters.pop(witness, None) is not None:
                self._put(names[level], old)

    def remove(self, names: Mapping[Level, bytes]) -> None:
        """Remove names, of whomever they were reported by."""
        for name in names.values():
            self._ledger.delete(Table.EXHIBIT, name)

    def all(self, now: float) -> Iterator[Exhibit]:
        """Yield what was reported within KEEP, with the reporters of that time."""
        for step in range(STEPS):
            for _, raw in self._ledger.scan(Table.EXHIBIT, step):
                exhibit = Exhibit.from_bytes(raw)
                fresh = {name: when for name, when in exhibit.reporters.items() if now - when < KEEP}
                yield exhibit._replace(reporters=fresh)

    def _get(self, name: bytes) -> Exhibit | None:
        raw = self._ledger.get(Table.EXHIBIT, name)
        return None if raw is None else Exhibit.from_bytes(raw)

    def _put(self, name: bytes, exhibit: Exhibit) -> None:
        if exhibit.reporters:
            last = max(exhibit.reporters.values())
            self._ledger.put(Table.EXHIBIT, name, exhibit.to_bytes(), last + KEEP)
        else:
            self._ledger.delete(Table.EXHIBIT, name)


def _clear(sender: Sender) -> dict[Level, str]:
    """Return what of a sender may be published: an address block, a host, the hash of a bare JID.

    A participant of a room is nobody's to publish, and has no host here.
    """
    names = dict(sender.names)
    if Level.HOST not in names:
        return {}
    public = (Level.ADDRESS, Level.HOST)
    found: dict[Level, str] = {level: name for level, name in sender.names if level in public}
    if "@" in names[Level.ACCOUNT]:
        found[Level.ACCOUNT] = sha256(names[Level.ACCOUNT].encode()).hexdigest()
    return found
