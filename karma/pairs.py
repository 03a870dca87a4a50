"""Pairs: which stranger wrote to whom, for a week.

A pair knows under which names the sender came, so that a report, which tells a JID and nothing more, reaches its
host and address too; and so that silence after a delivery can be counted.
"""

import struct
from enum import IntEnum
from typing import NamedTuple, Self

from .formula import DAY
from .ledger import Ledger, Table
from .pseudonyms import Pseudonyms
from .senders import Level

KEEP = 7 * DAY

_NAME = struct.Struct("<B16s")
_HEAD = struct.Struct("<BIf")


class State(IntEnum):
    """How far it came between the two."""

    SEEN = 0
    """A stanza came; nobody knows whether anybody read it."""
    DELIVERED = 1
    """It reached the recipient, whose silence is worth something."""
    SPOKEN = 2
    """The recipient has said something, so that silence is not counted."""


_LEVELS = {level.value: level for level in Level}
_STATES = {state.value: state for state in State}


class Pair(NamedTuple):
    """The sender's hashed names, the recipient's trust, how far it came, and when the pair ends (seconds)."""

    names: tuple[tuple[Level, bytes], ...]
    trust: float
    state: State = State.SEEN
    ends: float = 0.0

    def to_bytes(self) -> bytes:
        """Return the record."""
        head = _HEAD.pack(self.state, int(self.ends), self.trust)
        return head + b"".join([_NAME.pack(level, name) for level, name in self.names])

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the pair that `to_bytes` wrote."""
        state, ends, trust = _HEAD.unpack_from(raw)
        names = _NAME.iter_unpack(raw[_HEAD.size :])
        return cls(tuple([(_LEVELS[level], name) for level, name in names]), trust, _STATES[state], ends)


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

    def begin(self, account: bytes, recipient: bytes, pair: Pair, now: float) -> None:
        """Begin a pair."""
        self._put(account, recipient, pair._replace(ends=now + KEEP))

    def advance(self, account: bytes, recipient: bytes, pair: Pair, state: State) -> None:
        """Take note of how far it came; there is no way back."""
        if state > pair.state:
            self._put(account, recipient, pair._replace(state=state))

    def _put(self, account: bytes, recipient: bytes, pair: Pair) -> None:
        self._ledger.put(Table.PAIR, self._name(account, recipient), pair.to_bytes(), pair.ends)

    def _name(self, account: bytes, recipient: bytes) -> bytes:
        return self._pseudonyms.under(account, b"pair", recipient)
