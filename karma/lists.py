"""Lists of others (RTBL, an operator's own): each is one vote, never the verdict.

Entries are JIDs, hosts or addresses, or their SHA-256 in lower-case hex as the real-time block lists publish them.
The last good copy stays until a new one is there; an entry that was not confirmed for long fades.

Each list has room for two copies, of which one counts. A new one is written into the other's room, step by step, and
then one record says which of them counts: whatever is committed on the way, there is the old copy or the new one.
"""

import re
import struct
from collections.abc import Collection, Generator, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from math import exp2
from typing import NamedTuple

from ..errors import InputError
from .formula import DAY, Standing
from .ledger import LATEST, STEPS, Ledger, Table
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
# A step of a replacement hashes so many entries. It writes those whose hashes begin with the same byte: as many of the
# longest list, and all of them neighbours in the file, where a commit costs by the page.
AT_ONCE = 500

LISTED = "LISTED_BY_OTHERS"

_VOTE = struct.Struct("<BI")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Copy(NamedTuple):
    """Which of a list's two copies counts, and whether there may be something of the other."""

    room: int = 0
    is_dirty: bool = False

    def to_bytes(self) -> bytes:
        return bytes([self.room | self.is_dirty << 1])

    @classmethod
    def from_bytes(cls, raw: bytes) -> "_Copy":
        return cls(raw[0] & 1, bool(raw[0] & 2))


class Lists:
    """All lists, by number: 0 to MAX_LISTS - 1."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms, agreement: int) -> None:
        """Let `agreement` lists that name the same sender count in full."""
        self._ledger = ledger
        self._pseudonyms = pseudonyms
        self._agreement = agreement
        self._shared = lru_cache(MOST_NAMED)(self._place)
        records = ledger.get_all([(Table.COPY, self._copy_name(number)) for number in range(MAX_LISTS)])
        self._copies = {number: _Copy.from_bytes(raw) for number, raw in enumerate(records) if raw}
        # What is still to be written of the copies that are being made.
        self._fresh: dict[int, list[set[bytes]]] = {}

    def replace(self, number: int, entries: Collection[str], now: float) -> Generator[None, None, None]:
        """Take a list's new copy in place of the last one, step by step; the last one counts until the new is whole.

        InputError: past MAX_LIST entries or MAX_LISTS lists, or a malformed entry; then nothing has changed. A later
        replacement of the same list ends this one.
        """
        if len(entries) > MAX_LIST:
            raise InputError("a list has too many entries")
        self._check(number)
        if not entries and number not in self._copies:
            return
        fresh: list[set[bytes]] = [set() for _ in range(STEPS)]
        rest = iter(entries)
        while some := [self._name(entry) for entry in islice(rest, AT_ONCE)]:
            for name in some:
                fresh[name[0]].add(name)
            yield
        self._fresh[number] = fresh
        try:
            for _ in self._write(number, fresh, now):
                yield
                if self._fresh.get(number) is not fresh:
                    return
        finally:
            if self._fresh.get(number) is fresh:
                del self._fresh[number]

    def _write(self, number: int, fresh: list[set[bytes]], now: float) -> Iterator[None]:
        room, is_dirty = self._copies.get(number, _Copy())
        other = 1 - room
        if is_dirty:
            yield from self._clear(number, other, now)
        self._keep(number, _Copy(room, is_dirty=True))
        while any(fresh):
            for part in filter(None, fresh):
                for name in sorted(part):
                    self._vote(name, _slot(number, other), now, now)
                part.clear()
                yield
        self._keep(number, _Copy(other, is_dirty=True))
        yield from self._clear(number, room, now)
        self._keep(number, _Copy(other))

    def _clear(self, number: int, room: int, now: float) -> Iterator[None]:
        slot = _slot(number, room)
        for step in range(STEPS):
            found = self._ledger.scan(Table.LISTED, step)
            yield
            gone = [name for name, votes in found if slot in dict(_VOTE.iter_unpack(votes))]
            for name in gone:
                self._vote(name, slot, None, now)
            if gone:
                yield

    def add(self, number: int, entry: str, now: float) -> None:
        """Take one more entry of a list."""
        self._check(number)
        name = self._name(entry)
        if number not in self._copies:
            self._keep(number, _Copy())
        self._vote(name, _slot(number, self._copies[number].room), now, now)
        if number in self._fresh:
            self._fresh[number][name[0]].add(name)

    def remove(self, number: int, entry: str, now: float) -> None:
        """Take an entry back; an unknown one is no error."""
        self._check(number)
        name = self._name(entry)
        for room in (0, 1):
            self._vote(name, _slot(number, room), None, now)
        if number in self._fresh:
            self._fresh[number][name[0]].discard(name)

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
            for slot, when in _VOTE.iter_unpack(votes or b""):
                number, room = slot % MAX_LISTS, slot // MAX_LISTS
                if room != self._copies.get(number, _Copy()).room:
                    continue
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

    def _copy_name(self, number: int) -> bytes:
        return self._pseudonyms.of(b"copy", bytes([number]))

    def _keep(self, number: int, copy: _Copy) -> None:
        self._copies[number] = copy
        self._ledger.put(Table.COPY, self._copy_name(number), copy.to_bytes(), LATEST)

    def _vote(self, name: bytes, slot: int, when: float | None, now: float) -> None:
        old = self._ledger.get(Table.LISTED, name)
        votes = dict(_VOTE.iter_unpack(old or b""))
        votes.pop(slot, None)
        if when is not None:
            votes[slot] = int(when)
        if votes:
            raw = b"".join(_VOTE.pack(*vote) for vote in votes.items())
            self._ledger.put(Table.LISTED, name, raw, now + KEEP)
        elif old is not None:
            self._ledger.delete(Table.LISTED, name)


def _slot(number: int, room: int) -> int:
    """Return under which number a copy's votes stand."""
    return number + MAX_LISTS * room
