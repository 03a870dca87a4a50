"""Pairs: which stranger wrote to whom, for a week.

A pair knows under which names the sender came, so that a report, which tells a JID and nothing more, reaches its
host and address too; and so that silence after a delivery can be counted.
"""

import struct
from typing import NamedTuple, Self

from .formula import DAY
from .ledger import Ledger, Table
from .pseudonyms import Pseudonyms
from .senders import Level

KEEP = 7 * DAY

_NAME = struct.Struct("<B16s")
_SPOKEN = struct.Struct("<?I")


class Pair(NamedTuple):
    """The sender's hashed names, when it ends, and whether the recipient has said something about it."""

    names: tuple[tuple[Level, bytes], ...]
    ends: float = 0.0
    is_spoken: bool = False

    @property
    def is_unspoken(self) -> bool:
        """Say whether the recipient let the sender be."""
        return not self.is_spoken

    def to_bytes(self) -> bytes:
        """Return the record."""
        head = _SPOKEN.pack(self.is_spoken, int(self.ends))
        return head + b"".join(_NAME.pack(level, name) for level, name in self.names)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the pair that `to_bytes` wrote."""
        spoken, ends = _SPOKEN.unpack_from(raw)
        names = _NAME.iter_unpack(raw[_SPOKEN.size :])
        return cls(tuple((Level(level), name) for level, name in names), ends, spoken)


class Pairs:
    """All pairs of the last week."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms) -> None:
        """Look into this ledger."""
        self._ledger = ledger
        self._pseudonyms = pseudonyms

    def get(self, account: bytes, recipient: bytes) -> Pair | None:
        """Return a pair, or None."""
        raw = self._ledger.get(Table.PAIR, self._name(account, recipient))
        return None if raw is None else Pair.from_bytes(raw)

    def put(self, account: bytes, recipient: bytes, pair: Pair, now: float) -> None:
        """Begin a pair."""
        begun = pair._replace(ends=now + KEEP)
        self._ledger.put(Table.PAIR, self._name(account, recipient), begun.to_bytes(), begun.ends)

    def spoken(self, account: bytes, recipient: bytes, pair: Pair) -> None:
        """Take note that the recipient has said something: silence is not counted any more."""
        raw = pair._replace(is_spoken=True).to_bytes()
        self._ledger.put(Table.PAIR, self._name(account, recipient), raw, pair.ends)

    def _name(self, account: bytes, recipient: bytes) -> bytes:
        return self._pseudonyms.of(b"pair", account, recipient)
