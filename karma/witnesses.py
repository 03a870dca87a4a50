"""Who speaks for or against senders, and how far they are to be trusted.

A witness is a local user, known by a keyed hash. Trust grows with the age of the account here and with
agreement: what others say later of the same sender, weighed by their own trust, so that a crowd of new accounts
that agree with each other gains nothing by it.
"""

import struct
from dataclasses import dataclass, replace
from typing import Self

from .events import Event
from .formula import DAY
from .ledger import Ledger, Table
from .standings import whole_day

# An account is trusted in full after this many days.
GROWN_UP = 30.0
LEAST_TRUST = 0.05
# From here on a witness counts as one of the reporters that put a sender on the blacklist.
TRUSTED = 0.5
# Reports past this count in a day are no testimony any more.
MOST_REPORTS = 20
# The last who spoke of an account: later testimony confirms or contradicts them.
MOST_VOTERS = 8
KEEP = 400 * DAY
KEEP_VOTERS = 30 * DAY

_FORM = struct.Struct("<IffIH")
_VOTER = struct.Struct("<16s?f")


@dataclass(frozen=True, slots=True)
class Witness:
    """A local user's record: first seen (seconds), agreement and contradiction, and reports of the last day."""

    first: float
    agreed: float = 0.0
    disagreed: float = 0.0
    day: int = 0
    reports: int = 0

    def trust(self, now: float) -> float:
        """Return the trust, from LEAST_TRUST to 1."""
        grown = min(1.0, max(0.0, now - self.first) / (GROWN_UP * DAY))
        agreement = (self.agreed + 2) / (self.agreed + self.disagreed + 4)
        # Who was never contradicted nor confirmed is trusted in full once the account has grown up.
        return max(LEAST_TRUST, min(1.0, grown * 2 * agreement))

    def reported(self, now: float) -> Self:
        """Return the record after one more report."""
        today = whole_day(now)
        return replace(self, day=today, reports=self.reports + 1 if self.day == today else 1)

    def is_tireless(self, now: float) -> bool:
        """Say whether there were as many reports today as one user makes at most."""
        return self.day == whole_day(now) and self.reports >= MOST_REPORTS


class Witnesses:
    """The records of all witnesses."""

    def __init__(self, ledger: Ledger) -> None:
        """Look into this ledger."""
        self._ledger = ledger

    def get(self, name: bytes, now: float) -> Witness:
        """Return a witness, who is known from now on."""
        value = self._ledger.get(Table.WITNESS, name)
        if value is not None:
            return Witness(*_FORM.unpack(value))
        witness = Witness(now)
        self.put(name, witness, now)
        return witness

    def put(self, name: bytes, witness: Witness, now: float) -> None:
        """Keep a record."""
        packed = _FORM.pack(int(witness.first), witness.agreed, witness.disagreed, witness.day, witness.reports)
        self._ledger.put(Table.WITNESS, name, packed, now + KEEP)

    def compare(self, account: bytes, name: bytes, event: Event, trust: float, now: float) -> None:
        """Tell those who spoke of this account before that they were confirmed, or contradicted; then join them."""
        value = self._ledger.get(Table.VOTERS, account) or b""
        voters = [voter for voter in _VOTER.iter_unpack(value) if voter[0] != name]
        for other, spam, _ in voters:
            record = self.get(other, now)
            if spam == event.spam:
                record = replace(record, agreed=record.agreed + trust)
            else:
                record = replace(record, disagreed=record.disagreed + trust)
            self.put(other, record, now)
        voters = [*voters, (name, event.spam, trust)][-MOST_VOTERS:]
        self._ledger.put(Table.VOTERS, account, b"".join(_VOTER.pack(*voter) for voter in voters), now + KEEP_VOTERS)
