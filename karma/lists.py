"""Lists of others (RTBL, an operator's own): each is one vote, never the verdict.

Entries are JIDs, hosts or addresses, or their SHA-256 in lower-case hex as the real-time block lists publish them.
The last good copy stays until a new one is there; an entry that was not confirmed for long fades.
"""

import re
import struct
from collections.abc import Collection, Mapping
from functools import lru_cache
from hashlib import sha256
from math import exp2

from ..errors import InputError
from .formula import DAY, Standing
from .ledger import STEPS, Ledger, Table
from .pseudonyms import Pseudonyms
from .senders import Level, Sender

MAX_LISTS = 8
MAX_LIST = 100_000
MAX_ENTRY = 3071
# Hosts and addresses whose places in the lists are at hand.
MOST_NAMED = 4096
# What one list says, and what as many as must agree say together, in log-odds.
ALONE, TOGETHER = 0.8, 2.5
# As much ham as this, seen here of whom a list names, halves what it says.
WORTH = 4.0
HALF_LIFE = 14.0
KEEP = 90 * DAY

LISTED = "LISTED_BY_OTHERS"

_VOTE = struct.Struct("<BI")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Lists:
    """All lists, by number: 0 to MAX_LISTS - 1."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms, agreement: int) -> None:
        """Let `agreement` lists that name the same sender count in full."""
        self._ledger = ledger
        self._pseudonyms = pseudonyms
        self._agreement = agreement
        self._shared = lru_cache(MOST_NAMED)(self._place)

    def replace(self, number: int, entries: Collection[str], now: float) -> None:
        """Take a list's new copy in place of the last one.

        InputError: past MAX_LIST entries or MAX_LISTS lists, or a malformed entry; then nothing has changed.
        """
        if len(entries) > MAX_LIST:
            raise InputError("a list has too many entries")
        self._check(number)
        fresh = {self._name(entry) for entry in entries}
        for step in range(STEPS):
            for name, votes in self._ledger.scan(Table.LISTED, step):
                if name not in fresh and number in dict(_VOTE.iter_unpack(votes)):
                    self._vote(name, number, None, now)
        for name in fresh:
            self._vote(name, number, now, now)

    def add(self, number: int, entry: str, now: float) -> None:
        """Take one more entry of a list."""
        self._check(number)
        self._vote(self._name(entry), number, now, now)

    def remove(self, number: int, entry: str, now: float) -> None:
        """Take an entry back; an unknown one is no error."""
        self._check(number)
        self._vote(self._name(entry), number, None, now)

    def keys(self, sender: Sender) -> dict[Level, tuple[Table, bytes]]:
        """Return where what the lists say of a sender is to be found."""
        return {
            level: (Table.LISTED, self._place(name) if level is Level.ACCOUNT else self._shared(name))
            for level, name in sender.names
            if level is not Level.NETWORK
        }

    def weigh(
        self, found: Mapping[Level, bytes | None], standings: Mapping[Level, Standing], now: float
    ) -> tuple[tuple[str, float], ...]:
        """Return the reason for what was found there: a single list says ALONE, as many as must agree TOGETHER.

        What was seen here of ham stands against it, so that a poisoned list condemns nobody who is known to be honest.
        """
        if not any(found.values()):
            return ()
        strength: dict[int, float] = {}
        for level, votes in found.items():
            ham = standings[level].ham.slow if level in standings else 0.0
            credit = WORTH / (WORTH + ham)
            for number, when in _VOTE.iter_unpack(votes or b""):
                fresh = credit * exp2(-max(0.0, now - when - DAY) / DAY / HALF_LIFE)
                strength[number] = max(strength.get(number, 0.0), fresh)
        total = sum(strength.values())
        if not total:
            return ()
        if self._agreement == 1:
            return ((LISTED, TOGETHER * min(1.0, total)),)
        more = min(1.0, max(0.0, total - 1) / (self._agreement - 1))
        return ((LISTED, ALONE * min(1.0, total) + (TOGETHER - ALONE) * more),)

    def _check(self, number: int) -> None:
        if not 0 <= number < MAX_LISTS:
            raise InputError("too many lists")

    def _name(self, entry: str) -> bytes:
        if not 0 < len(entry) <= MAX_ENTRY:
            raise InputError("a list's entry is empty or too long")
        # Lists publish JIDs as hashes, so that all entries are looked up as such.
        return self._hash(entry if _SHA256.fullmatch(entry) else sha256(entry.encode()).hexdigest())

    def _place(self, name: str) -> bytes:
        return self._hash(sha256(name.removesuffix("/32").encode()).hexdigest())

    def _hash(self, entry: str) -> bytes:
        return self._pseudonyms.of(b"listed", entry)

    def _vote(self, name: bytes, number: int, when: float | None, now: float) -> None:
        votes = dict(_VOTE.iter_unpack(self._ledger.get(Table.LISTED, name) or b""))
        votes.pop(number, None)
        if when is not None:
            votes[number] = int(when)
        if votes:
            raw = b"".join(_VOTE.pack(*vote) for vote in votes.items())
            self._ledger.put(Table.LISTED, name, raw, now + KEEP)
        else:
            self._ledger.delete(Table.LISTED, name)
