"""Admissions: how many strangers a sender may write to, and what is counted meanwhile."""

import struct
from dataclasses import replace

from .formula import DAY
from .ledger import Ledger, Table
from .pairs import Pair
from .profiles import KEEP as KEEP_PROFILE
from .profiles import Profile
from .senders import Level, Sender
from .settings import KarmaSettings
from .standings import Standings
from .testimony import Testimony
from .throttle import Throttle

KEEP_PACE = 7 * DAY
# An address carries many accounts: it may do so much more than one.
ADDRESS_PACE = 10

_DUE = struct.Struct("<d")


class Admissions:
    """A pace for each account, and one for each address."""

    def __init__(self, ledger: Ledger, standings: Standings, testimony: Testimony, settings: KarmaSettings) -> None:
        """Write to this ledger."""
        self._ledger = ledger
        self._standings = standings
        self._testimony = testimony
        self._paces = {
            Level.ACCOUNT: Throttle(settings.pace, settings.burst),
            Level.ADDRESS: Throttle(settings.pace * ADDRESS_PACE, settings.burst * ADDRESS_PACE),
        }

    def admit(self, sender: Sender, recipient: bytes, pace: float, now: float) -> bool:
        """Count a stanza towards the sender's rate; `Karma.admit` says how."""
        names = self._standings.names(sender)
        account = names[Level.ACCOUNT]
        pairs = self._testimony.pairs
        if pairs.get(account, recipient) is not None:
            return True
        if Level.ADDRESS in names:
            self._testimony.neighbourhoods.meet(names[Level.ADDRESS], names[Level.HOST], now)
        due = {}
        for level, throttle in self._paces.items():
            if level in names:
                state = self._ledger.get(Table.PACE, names[level])
                admission = throttle.admit(_DUE.unpack(state)[0] if state else 0.0, now, pace)
                if not admission.within:
                    return False
                due[level] = admission.due
        for level, when in due.items():
            self._ledger.put(Table.PACE, names[level], _DUE.pack(when), when + KEEP_PACE)
        reader = self._testimony.witnesses.meet(self._testimony.name(recipient), now, now)
        pairs.begin(account, recipient, Pair(tuple(names.items()), reader.trust(now)), now)
        profile = self.profile(account, now)
        self.keep(account, replace(profile, strangers=profile.strangers + 1), now)
        return True

    def profile(self, account: bytes, now: float) -> Profile:
        """Return what is known of an account, by its hashed name."""
        raw = self._ledger.get(Table.PROFILE, account)
        return (Profile() if raw is None else Profile.from_bytes(raw)).at(now)

    def keep(self, account: bytes, profile: Profile, now: float) -> None:
        """Keep a profile."""
        self._ledger.put(Table.PROFILE, account, profile.to_bytes(), now + KEEP_PROFILE)
