"""Who speaks for or against senders, and how far they are to be trusted.

A witness is a local user, known by a keyed hash. Trust grows with the age of the account here and falls with
contradiction: what others say later of the same sender, weighed by their own trust, so that a crowd of new accounts
that contradict everybody gains nothing by it, nor one of them that agree with each other.
"""

import struct
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from .events import Event
from .formula import DAY
from .ledger import Ledger, Table

# An account is trusted in full after this many days.
GROWN_UP = 30.0
LEAST_TRUST = 0.05
# From here on a witness counts as one of the reporters that put a sender on a list.
TRUSTED = 0.5
# Complaints past this count in a day are no testimony any more.
MOST_COMPLAINTS = 20
# The most trusted and the last who spoke of an account: later testimony confirms or contradicts them.
MOST_VOTERS = 8
KEEP = 400 * DAY
KEEP_VOTERS = 30 * DAY

_FORM = struct.Struct("<dffIH")
_VOTER = struct.Struct("<16s?fI")


@dataclass(frozen=True, slots=True)
class Witness:
    """A local user's record: known since (seconds), agreement and contradiction, and complaints of one day."""

    since: float
    agreed: float = 0.0
    disagreed: float = 0.0
    day: int = 0
    complaints: int = 0

    def trust(self, now: float) -> float:
        """Return the trust, from LEAST_TRUST to 1."""
        grown = min(1.0, max(0.0, now - self.since) / (GROWN_UP * DAY))
        agreement = (self.agreed + 2) / (self.agreed + self.disagreed + 4)
        # Who was never contradicted nor confirmed is trusted in full once the account has grown up.
        return max(LEAST_TRUST, min(1.0, grown * 2 * agreement))

    def complained(self, now: float) -> Self:
        """Return the record after one more complaint."""
        today = int(now // DAY)
        return replace(self, day=today, complaints=self.complaints + 1 if self.day == today else 1)

    def is_tireless(self, now: float) -> bool:
        """Say whether there were as many complaints today as one user makes at most."""
        return self.day == int(now // DAY) and self.complaints >= MOST_COMPLAINTS


class Voter(NamedTuple):
    """Who spoke of an account: a hashed name, on which side, with which trust, and when."""

    name: bytes
    spam: bool
    trust: float
    when: int


class Witnesses:
    """The records of all witnesses."""

    def __init__(self, ledger: Ledger) -> None:
        """Look into this ledger."""
        self._ledger = ledger

    def get(self, name: bytes, now: float) -> Witness:
        """Return a witness; whoever was not known is known from now on."""
        value = self._ledger.get(Table.WITNESS, name)
        return Witness(now) if value is None else Witness(*_FORM.unpack(value))

    def put(self, name: bytes, witness: Witness, now: float) -> None:
        """Keep a record."""
        packed = _FORM.pack(witness.since, witness.agreed, witness.disagreed, witness.day, witness.complaints)
        self._ledger.put(Table.WITNESS, name, packed, now + KEEP)

    def meet(self, name: bytes, since: float, now: float) -> Witness:
        """Keep that a witness was there at `since`, unless it was known before; return the record."""
        value = self._ledger.get(Table.WITNESS, name)
        known = None if value is None else Witness(*_FORM.unpack(value))
        if known is None or since < known.since:
            known = Witness(since) if known is None else replace(known, since=since)
            self.put(name, known, now)
        return known

    def forget(self, name: bytes) -> None:
        """Forget a witness."""
        self._ledger.delete(Table.WITNESS, name)

    def testify(self, account: bytes, name: bytes, event: Event, trust: float, now: float) -> None:
        """Tell those who spoke of this account before that they were confirmed, or contradicted; then join them."""
        voters = [voter for voter in self._voters(account, now) if voter.name != name]
        weight = trust * event.weight
        for voter in voters:
            record = self.get(voter.name, now)
            if voter.spam == event.spam:
                record = replace(record, agreed=record.agreed + weight)
            else:
                record = replace(record, disagreed=record.disagreed + weight)
            self.put(voter.name, record, now)
        # A crowd that nobody trusts does not push out those who are trusted.
        voters = sorted([*voters, Voter(name, event.spam, trust, int(now))], key=lambda each: (each.trust, each.when))
        self._keep(account, voters[-MOST_VOTERS:], now)

    def retract(self, account: bytes, name: bytes, now: float) -> None:
        """Take a witness from those who spoke of an account."""
        voters = self._voters(account, now)
        left = [voter for voter in voters if voter.name != name]
        if len(left) < len(voters):
            self._keep(account, left, now)

    def _voters(self, account: bytes, now: float) -> list[Voter]:
        return unpack_voters(self._ledger.get(Table.VOTERS, account), now)

    def _keep(self, account: bytes, voters: list[Voter], now: float) -> None:
        if voters:
            raw = b"".join(_VOTER.pack(*voter) for voter in voters)
            self._ledger.put(Table.VOTERS, account, raw, now + KEEP_VOTERS)
        else:
            self._ledger.delete(Table.VOTERS, account)


def unpack_voters(value: bytes | None, now: float) -> list[Voter]:
    """Return who spoke of an account within KEEP_VOTERS, from the record."""
    voters = (Voter(*fields) for fields in _VOTER.iter_unpack(value or b""))
    return [voter for voter in voters if now - voter.when < KEEP_VOTERS]


def reporters(voters: list[Voter]) -> int:
    """Count the trusted among those who spoke against an account, up to MOST_VOTERS."""
    return sum(voter.spam and voter.trust >= TRUSTED for voter in voters)
