"""Karma: what is remembered of senders, asked before a verdict and taught after it.

    karma = Karma.open(folder, secret, KarmaSettings())
    sender = sender_of("spammer@bad.example", "203.0.113.7")
    pace = karma.assess(sender, now).pace
    karma.admit(sender, user, pace, now)
    karma.vote(user, sender, Event.REPORT, now)
    karma.commit()

Whoever calls is one thread. Users and senders are known by keyed hashes; nothing of a message comes here. Time is
handed in, in seconds since 1970.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from .accounts import Account
from .admissions import Admissions
from .assessment import Assessment
from .events import Event
from .formula import DAY, Mass, estimate, log_odds, multiplier
from .ledger import STEPS, Ledger, Table
from .lists import Lists
from .pairs import Pair, State
from .profiles import Profile
from .pseudonyms import OWNER_BYTES, Pseudonyms
from .publication import Finding
from .senders import Level, Sender
from .settings import KarmaSettings
from .standings import SHARE, Standings, faded
from .testimony import Testimony
from .witnesses import reporters, unpack_voters

# So many trusted reporters, with the sender certainly worse than this, put it on the blacklist.
BLACKLIST_REPORTERS = 5
BLACKLIST_CHANCE = 0.7
BLACKLISTED = ("BLACKLISTED", 2.0)
# A server that speaks against its own user counts as one list by others does, for this one stanza.
MARKED = ("MARKED", 0.8)
_REASONS = {
    Level.ACCOUNT: "KARMA_JID",
    Level.HOST: "KARMA_HOST",
    Level.PARENT: "KARMA_HOST",
    Level.ADDRESS: "KARMA_IP",
    Level.NETWORK: "KARMA_AS",
}
# A step of a sweep counts the silence of so many pairs at most: 20 ms.
PAIRS_AT_ONCE = 100
# The estimate rests on the most particular level that was seen so much: a report of somebody trusted, lately.
_OWN_MASS = 0.5
# Somebody trusted has lately answered.
_WELL_SPOKEN = 0.5


class Neighbourhood(NamedTuple):
    """How many hosts come from a sender's address, and the chance that the address's next stanza is spam."""

    hosts: int
    chance: float


class Karma:
    """The reputation of all senders of one server."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms, settings: KarmaSettings) -> None:
        """Keep it in this ledger, under these pseudonyms."""
        self._ledger = ledger
        self._standings = Standings(ledger, pseudonyms, settings.retention_days * DAY)
        self._testimony = Testimony(ledger, pseudonyms, self._standings)
        self._admissions = Admissions(ledger, self._standings, self._testimony, settings)
        self.lists = Lists(ledger, pseudonyms, settings.agreement)

    @classmethod
    def open(cls, folder: Path, secret: bytes, settings: KarmaSettings) -> Self:
        """Open the store in a folder, or make one; `secret` is of SECRET_BYTES.

        StorageError: another process has it. ForeignStoreError: it is none, or under another secret. VersionError: a
        newer version wrote it. InputError: the secret has another length.
        """
        pseudonyms = Pseudonyms(secret)
        return cls(Ledger.open(folder, pseudonyms.of(b"mark")), pseudonyms, settings)

    def __enter__(self) -> Self:
        """Use the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def assess(
        self, sender: Sender, now: float, account: Account | None = None, *, is_marked: bool = False
    ) -> Assessment:
        """Return what speaks for and against a sender; nothing is changed.

        `account` is what the sender's own server says of it, where that may be believed. `is_marked`: that server says
        that what is asked about is spim (XEP-0287).
        """
        names = self._standings.names(sender)
        own = names[Level.ACCOUNT]
        listed = self.lists.keys(sender)
        voters, profile, *rest = self._ledger.get_all(
            [
                (Table.VOTERS, own),
                (Table.PROFILE, own),
                *((Table.STANDING, name) for name in names.values()),
                *listed.values(),
            ]
        )
        standings = faded(zip(names, rest, strict=False), now)
        found = estimate(standings)
        reasons = []
        if shift := log_odds(found):
            resting = max(standings, key=lambda level: (min(standings[level].mass, _OWN_MASS), level))
            reasons.append((_REASONS[resting], shift))
        if found.low > BLACKLIST_CHANCE and reporters(unpack_voters(voters, now)) >= BLACKLIST_REPORTERS:
            reasons.append(BLACKLISTED)
        if profile is not None:
            reasons += Profile.from_bytes(profile).at(now).reasons()
        if account is not None and (rumour := account.log_odds(now)):
            reasons.append(("ACCOUNT", rumour))
        if is_marked:
            reasons.append(MARKED)
        reasons += self.lists.weigh(dict(zip(listed, rest[len(names) :], strict=True)), standings, now)
        return Assessment(tuple(reasons), multiplier(found))

    def neighbourhood(self, sender: Sender, now: float) -> Neighbourhood:
        """Return who else comes from the sender's address; no hosts where it is not known."""
        names = self._standings.names(sender)
        if Level.ADDRESS not in names:
            return Neighbourhood(0, 0.0)
        places = {level: names[level] for level in (Level.NETWORK, Level.ADDRESS)}
        chance = estimate(self._standings.of(places, now)).chance
        return Neighbourhood(self._testimony.neighbourhoods.get(names[Level.ADDRESS], now).hosts, chance)

    def meet(self, user: bytes, since: float, now: float) -> None:
        """Take note that a local user has been there since then, by an opaque name: trust grows with time.

        Whoever receives a stanza or speaks is known from then on at the latest.
        """
        self._testimony.witnesses.meet(self._testimony.name(user), min(since, now), now)

    def admit(self, sender: Sender, recipient: bytes, pace: float, now: float) -> bool:
        """Count a stanza towards the sender's rate, and say whether it is within it.

        Only the first stanza to each recipient counts, for a week: whoever talks to one person talks as fast as they
        like. `recipient` is an opaque name, `pace` the one of the assessment.
        """
        return self._admissions.admit(sender, recipient, pace, now)

    def delivered(self, sender: Sender, recipient: bytes) -> None:
        """Take note that a stanza that was admitted reached its recipient: a week's silence speaks for the sender."""
        account = self._standings.names(sender)[Level.ACCOUNT]
        pair = self._testimony.pairs.get(account, recipient)
        if pair is not None:
            self._testimony.pairs.advance(account, recipient, pair, State.DELIVERED)

    def vote(self, witness: bytes, sender: Sender, event: Event, now: float, *, consent: bool = False) -> None:
        """Let a local user, by an opaque name, speak for or against a sender: once a week each way.

        What was said before is made louder, never added to. More complaints in a day than a person makes are not
        heard. The caller has made sure that the sender wrote to the witness. With `consent` a report may be counted
        in what is published; an address can then be named only if the sender given here has one.
        """
        self._testimony.hear(witness, sender, event, now, consent=consent)

    def withdraw(self, witness: bytes, sender: Sender, event: Event, now: float) -> None:
        """Take back what a user said on the event's side in the last two weeks, as if it had never been said.

        Only what it told of the trust in others stays.
        """
        self._testimony.take_back(witness, sender, event, now)

    def note(self, sender: Sender, now: float, *, client: bool | None = None, picture: bool | None = None) -> None:
        """Note what was learnt of the sender's client and card; None says nothing new."""
        old = self.profile(sender, now)
        new = replace(
            old,
            client=old.client if client is None else client,
            picture=old.picture if picture is None else picture,
        )
        self._admissions.keep(self._standings.names(sender)[Level.ACCOUNT], new, now)

    def profile(self, sender: Sender, now: float) -> Profile:
        """Return what is known of the sender's client and card."""
        return self._admissions.profile(self._standings.names(sender)[Level.ACCOUNT], now)

    def has_written(self, sender: Sender, recipient: bytes) -> bool:
        """Say whether a stanza of the sender to this recipient was admitted within a week."""
        return self._testimony.pairs.get(self._standings.names(sender)[Level.ACCOUNT], recipient) is not None

    def erase(self, sender: Sender) -> None:
        """Forget an account and whatever is kept under its name: who wrote to whom, who spoke of it, what is published.

        Its host and its address stay: others share in them.
        """
        self._ledger.forget(self._standings.names(sender)[Level.ACCOUNT][:OWNER_BYTES])

    def forget(self, user: bytes) -> None:
        """Forget a local user's trust; what the user said fades, and in two weeks nobody knows whose it was."""
        self._testimony.witnesses.forget(self._testimony.name(user))

    def findings(self, now: float) -> Iterator[Finding]:
        """Yield what was reported with consent, to be held against the rules of `publish`."""
        for exhibit in self._testimony.exhibits.all(now):
            found = estimate(self._standings.of(exhibit.names, now))
            address = exhibit.names.get(Level.ADDRESS)
            neighbours = 0 if address is None else self._testimony.neighbourhoods.get(address, now).good_hosts
            yield Finding(exhibit.level, exhibit.name, tuple(exhibit.reporters.values()), found.low, neighbours)

    def unlist(self, sender: Sender) -> None:
        """Remove an account, a host and an address from what is published, until others report them."""
        self._testimony.exhibits.remove(self._standings.names(sender))

    def sweep(self, now: float) -> Iterator[None]:
        """Forget what is out of date, step by step; what nobody complained of in a week is counted as ham."""
        for step in range(STEPS):
            gone = [value for table, _, value in self._ledger.expired(step, now) if table is Table.PAIR]
            for number, value in enumerate(gone, 1):
                self._count_silence(Pair.from_bytes(value))
                if number % PAIRS_AT_ONCE == 0:
                    yield
            yield

    def _count_silence(self, pair: Pair) -> None:
        names = dict(pair.names)
        if pair.state is State.DELIVERED and not self._is_accused(names[Level.ACCOUNT], pair.ends):
            for level, name in self._standings.known(names).items():
                weight = Event.UNREPORTED.weight * pair.trust * SHARE.get(level, 1.0)
                self._standings.add(level, name, Mass.of(weight, pair.ends), spam=False)

    def _is_accused(self, account: bytes, now: float) -> bool:
        """Say whether an account was spoken against, and hardly for: the silence about such a one is no praise."""
        spam, ham = self._standings.of({Level.ACCOUNT: account}, now)[Level.ACCOUNT]
        return spam.slow > ham.slow < _WELL_SPOKEN

    def __len__(self) -> int:
        """Count the records that are committed."""
        return len(self._ledger)

    def commit(self) -> None:
        """Make durable what happened since the last commit."""
        self._ledger.commit()

    def close(self) -> None:
        """Commit and close."""
        self._ledger.close()
