"""Karma: what is remembered of senders, asked before a verdict and taught after it.

    karma = Karma.open(folder, secret, KarmaSettings())
    sender = sender_of("spammer@bad.example", "203.0.113.7")
    karma.assess(sender, now).reasons
    karma.vote(user, sender, Event.REPORT, now)
    karma.commit()

Whoever calls is one thread. Users and senders are known by keyed hashes; nothing of a message comes here. Time is
handed in, in seconds since 1970.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from .accounts import Account
from .assessment import Assessment
from .events import Event
from .formula import DAY, Standing, base_rate, estimate, log_odds, multiplier
from .ledger import STEPS, Ledger, Table
from .lists import Lists
from .pairs import Pair, Pairs
from .profiles import KEEP as KEEP_PROFILE
from .profiles import Profile
from .pseudonyms import Pseudonyms
from .senders import Level, Sender
from .settings import KarmaSettings
from .standings import Standings
from .throttle import Throttle
from .witnesses import TRUSTED, Witnesses

# A witness has one voice for or against a sender in this time.
EPOCH = 7 * DAY
KEEP_VOTE = 2 * EPOCH
KEEP_PACE = 7 * DAY
# An address carries many accounts: it may do so much more than one.
ADDRESS_PACE = 10
# So many trusted reporters, with the sender certainly worse than this, put it on the blacklist.
BLACKLIST_REPORTERS = 5
BLACKLIST_CHANCE = 0.7
BLACKLISTED = ("BLACKLISTED", 2.0)
# A parent hears of what its sub-hosts do, and answers for half of it.
_SHARE = {Level.PARENT: 0.5}
_REASONS = {
    Level.ACCOUNT: "KARMA_JID",
    Level.HOST: "KARMA_HOST",
    Level.PARENT: "KARMA_HOST",
    Level.ADDRESS: "KARMA_IP",
    Level.NETWORK: "KARMA_AS",
}
# Seen less than this much, a level is not what an estimate rests on.
_OWN_MASS = 1.0
_WEIGHT = struct.Struct("<fI")
_DUE = struct.Struct("<d")


class Karma:
    """The reputation of all senders of one server."""

    def __init__(self, ledger: Ledger, secret: bytes, settings: KarmaSettings) -> None:
        """Keep it in this ledger, under hashes of this secret (SECRET_BYTES)."""
        self._ledger = ledger
        self._pseudonyms = Pseudonyms(secret)
        self._standings = Standings(ledger, self._pseudonyms, settings.retention_days * DAY)
        self._witnesses = Witnesses(ledger)
        self._pairs = Pairs(ledger, self._pseudonyms)
        self._paces = {
            Level.ACCOUNT: Throttle(settings.pace, settings.burst),
            Level.ADDRESS: Throttle(settings.pace * ADDRESS_PACE, settings.burst * ADDRESS_PACE),
        }
        self.lists = Lists(ledger, self._pseudonyms, settings.agreement)

    @classmethod
    def open(cls, folder: Path, secret: bytes, settings: KarmaSettings) -> Self:
        """Open the store in a folder, or make one.

        StorageError: another process has it. ForeignStoreError: it is none.
        """
        return cls(Ledger.open(folder), secret, settings)

    def __enter__(self) -> Self:
        """Use the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def assess(self, sender: Sender, now: float, account: Account | None = None) -> Assessment:
        """Return what speaks for and against a sender; nothing is changed.

        `account` is what the sender's own server says of it, where that may be believed.
        """
        names = self._standings.names(sender)
        standings = self._standings.of(names, now)
        base = base_rate(self._standings.everything(now))
        found = estimate(standings, base)
        reasons = []
        if shift := log_odds(found, base):
            own = next((level for level in sorted(names, reverse=True) if standings[level].mass >= _OWN_MASS), None)
            reasons.append((_REASONS[own or Level.NETWORK], shift))
        reporters = self._standings.reporters(names[Level.ACCOUNT])
        if reporters >= BLACKLIST_REPORTERS and found.low > BLACKLIST_CHANCE:
            reasons.append(BLACKLISTED)
        reasons += self._profile(names[Level.ACCOUNT], now).reasons()
        if account is not None and (rumour := account.log_odds(now)):
            reasons.append(("ACCOUNT", rumour))
        return Assessment((*reasons, *self.lists.reasons(sender, now)), multiplier(found))

    def admit(self, sender: Sender, recipient: bytes, pace: float, now: float) -> bool:
        """Count a stanza towards the sender's rate, and say whether it is within it.

        Only the first stanza to each recipient counts, for a week: whoever talks to one person talks as fast as they
        like. `recipient` is an opaque name, `pace` the one of the assessment.
        """
        names = self._standings.names(sender)
        pair = self._pairs.get(names[Level.ACCOUNT], recipient)
        if pair is not None:
            return True
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
        self._pairs.put(names[Level.ACCOUNT], recipient, Pair(tuple(names.items())), now)
        profile = self._profile(names[Level.ACCOUNT], now)
        self._keep(names[Level.ACCOUNT], Profile(profile.client, profile.picture, profile.strangers + 1, now), now)
        return True

    def vote(self, witness: bytes, sender: Sender, event: Event, now: float) -> None:
        """Let a local user, by an opaque name, speak for or against a sender: once a week each way.

        What was said before is made louder, never added to. More reports in a day than a person makes are not heard.
        """
        own = self._pseudonyms.of(b"witness", witness)
        record = self._witnesses.get(own, now)
        if event is Event.REPORT:
            if record.is_tireless(now):
                return
            self._witnesses.put(own, record.reported(now), now)
        trust = record.trust(now)
        weight = min(1.0, trust * event.weight)
        names = self._standings.names(sender)
        known = self._pairs.get(names[Level.ACCOUNT], witness)
        if known is not None:
            # Where the stanza came from then: a report says who, and not from which address.
            names = dict(known.names) | names
            self._pairs.spoken(names[Level.ACCOUNT], witness, known)
        heard = False
        for level, name in names.items():
            added = self._added(own, name, event, weight, now)
            if added <= 0 or (level is Level.PARENT and not self._standings.of({level: name}, now)[level].mass):
                continue
            counts = level is Level.ACCOUNT and event is Event.REPORT and trust >= TRUSTED and added == weight
            self._standings.add(level, name, added * _SHARE.get(level, 1.0), now, spam=event.spam, reporters=counts)
            heard = True
        if heard:
            self._standings.add_to_everything(weight, now, spam=event.spam)
            self._witnesses.compare(names[Level.ACCOUNT], own, event, trust, now)

    def withdraw(self, witness: bytes, sender: Sender, event: Event, now: float) -> None:
        """Take back what a user said: it was a mistake."""
        own = self._pseudonyms.of(b"witness", witness)
        names = self._standings.names(sender)
        known = self._pairs.get(names[Level.ACCOUNT], witness)
        for level, name in (dict(known.names) | names if known else names).items():
            for vote in self._votes(own, name, event, now):
                value = self._ledger.get(Table.VOTE, vote)
                if value is None:
                    continue
                weight, when = _WEIGHT.unpack(value)
                self._ledger.delete(Table.VOTE, vote)
                faded = self._faded(level, weight * _SHARE.get(level, 1.0), when, now)
                reporters = -1 if level is Level.ACCOUNT and event is Event.REPORT else 0
                self._standings.add(level, name, -faded, now, spam=event.spam, reporters=reporters)

    def note(self, sender: Sender, now: float, *, client: bool | None = None, picture: bool | None = None) -> None:
        """Note what was learnt of the sender's client and card; None says nothing new."""
        name = self._standings.names(sender)[Level.ACCOUNT]
        old = self._profile(name, now)
        new = Profile(
            old.client if client is None else client,
            old.picture if picture is None else picture,
            old.strangers,
            now,
        )
        self._keep(name, new, now)

    def erase(self, sender: Sender) -> None:
        """Forget an account: its standing, its profile, its pace.

        Its host and its address stay: others share in them.
        """
        name = self._standings.names(sender)[Level.ACCOUNT]
        for table in (Table.STANDING, Table.PROFILE, Table.PACE, Table.VOTERS):
            self._ledger.delete(table, name)

    def sweep(self, now: float) -> Iterator[None]:
        """Forget what is out of date, step by step; what nobody complained of in a week is counted as ham."""
        for step in range(STEPS):
            for table, _, value in self._ledger.expired(step, now):
                if table is Table.PAIR and (pair := Pair.from_bytes(value)).is_unspoken:
                    for level, name in pair.names:
                        self._standings.add(level, name, Event.UNREPORTED.weight, now, spam=False)
            yield

    def commit(self) -> None:
        """Make durable what happened since the last commit."""
        self._ledger.commit()

    def close(self) -> None:
        """Commit and close."""
        self._ledger.close()

    def _added(self, witness: bytes, name: bytes, event: Event, weight: float, now: float) -> float:
        """Write a vote down and return by how much it is louder than what this witness said before."""
        current, last = self._votes(witness, name, event, now)
        before = max(
            (_WEIGHT.unpack(value)[0] for vote in (current, last) if (value := self._ledger.get(Table.VOTE, vote))),
            default=0.0,
        )
        if weight > before:
            self._ledger.put(Table.VOTE, current, _WEIGHT.pack(weight, int(now)), now + KEEP_VOTE)
        return weight - before

    def _votes(self, witness: bytes, name: bytes, event: Event, now: float) -> tuple[bytes, bytes]:
        epoch, sign = int(now // EPOCH), b"spam" if event.spam else b"ham"
        current, last = (
            self._pseudonyms.of(b"vote", witness, name, sign, number.to_bytes(4)) for number in (epoch, epoch - 1)
        )
        return current, last

    @staticmethod
    def _faded(level: Level, weight: float, when: float, now: float) -> float:
        return Standing(spam=weight, when=when).at(now, level).spam

    def _profile(self, name: bytes, now: float) -> Profile:
        raw = self._ledger.get(Table.PROFILE, name)
        return (Profile() if raw is None else Profile.from_bytes(raw)).at(now)

    def _keep(self, name: bytes, profile: Profile, now: float) -> None:
        self._ledger.put(Table.PROFILE, name, profile.to_bytes(), now + KEEP_PROFILE)
