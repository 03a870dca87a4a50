"""What a user makes of a stranger's stanzas, said outright or in passing, and exactly what that teaches.

All of it goes through the ring, which knows of each stanza what was learnt of it. So the same thing said twice
teaches once, and who changes their mind leaves no trace of what was learnt before.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

import msgpack

from ..errors import IntegrityError, VersionError
from ..junk import MAX_IDENT, Ring, Seen
from ..pipeline import Correspondents, Exemptions, Listing, Reading, Verdict, learn
from ..scrubber import HASH_BYTES
from ..stanza import Jid, Kind, Stanza
from ..vault import Vault
from .lessons import lesson_of, teach_seen
from .waiting import NOTHING, Outcome, reconsider

# The kind of deposit as which a signal waits for its user's vault to open.
SIGNAL = 6
SIGNAL_VERSION = 1


class Change(StrEnum):
    """What happened between a user and a JID.

    `reported` says outright that it is spam. The others are said in passing: into the roster, blocked without a
    report, let in again, and out of the roster.
    """

    REPORTED = "reported"
    ADDED = "added"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Signal:
    """A change, the bare JID it is about, and what a report says of the stanza.

    ident: its id. hashes: of what may be learnt of it; None where the stanza itself is not at hand.
    """

    change: Change
    sender: str = field(repr=False)
    arrived: int
    ident: str = field(default="", repr=False)
    hashes: bytes | None = field(default=None, repr=False)
    outline: int = 0

    def to_bytes(self) -> bytes:
        """Return the signal as it waits in the sealed queue: one msgpack array."""
        packed: bytes = msgpack.packb(
            (SIGNAL_VERSION, self.change.value, self.sender, self.arrived, self.ident, self.hashes, self.outline)
        )
        return packed

    @classmethod
    def from_bytes(cls, data: bytes | bytearray) -> Self:
        """Return the signal that `to_bytes` wrote.

        Raises VersionError for a newer one and IntegrityError for what is none.
        """
        try:
            fields = msgpack.unpackb(data, use_list=False, max_array_len=8, max_map_len=0)
        except (ValueError, msgpack.UnpackException):
            raise IntegrityError("a waiting signal is malformed") from None
        match fields:
            case (1, str(change), str(sender), int(arrived), str(ident), bytes() | None as hashes, int(outline)) if (
                change in set(Change) and len(hashes or b"") % HASH_BYTES == 0
            ):
                return cls(Change(change), sender, arrived, ident, hashes, outline)
            case (int(version), *_) if version > SIGNAL_VERSION:
                raise VersionError("a newer Providence wrote this signal")
        raise IntegrityError("a waiting signal is malformed")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a signal: whether its JID ever wrote, and who left the waiting room."""

    known: bool
    moved: Outcome


def seen_of(stanza: Stanza, arrived: int, verdict: Verdict, reading: Reading) -> Seen:
    """Return what the ring keeps of a stanza that was judged; `reading` is what may be learnt of it."""
    sender = str(stanza.sender.bare) if stanza.sender is not None else ""
    kind = "subscribe" if stanza.kind is Kind.PRESENCE else "invite" if stanza.invites else "message"
    reasons = tuple((reason.name, reason.log_odds) for reason in verdict.reasons)
    ident = (stanza.id or "")[:MAX_IDENT]
    action, outline = verdict.action.value, reading.shape.outline
    return Seen(sender, arrived, ident, kind, action, verdict.probability, reasons, reading.lesson, outline=outline)


def heed(vault: Vault, signal: Signal, now: int) -> Heard:
    """Learn what a signal teaches, and let the waiting room follow it; durable after the store's next commit."""
    sender, ring = signal.sender, Ring(vault)
    entries = ring.of(sender, signal.ident)
    known = bool(entries) or signal.hashes is not None
    match signal.change:
        case Change.REPORTED:
            _report(vault, signal, entries)
            Correspondents(vault).remove(sender)
            return Heard(known, reconsider(vault, now, sender, Listing.DENY) if known else NOTHING)
        case Change.ADDED:
            for name, seen in entries:
                teach_seen(vault, name, seen, spam=False)
            Correspondents(vault).add(sender)
            return Heard(known, reconsider(vault, now, sender, Listing.ALLOW))
        case Change.BLOCKED:
            if entries and not _is_contradicted(vault, sender, entries):
                teach_seen(vault, *entries[0], spam=True)
            return Heard(known, reconsider(vault, now, sender, Listing.DENY))
        case Change.UNBLOCKED:
            for name, seen in ring:
                if seen.sender == sender and seen.taught == "spam":
                    _unteach(vault, name, seen)
        case Change.REMOVED:
            # A stranger from now on; whether what they wrote is spam was not said.
            Correspondents(vault).remove(sender)
    return Heard(known, NOTHING)


def _report(vault: Vault, signal: Signal, entries: list[tuple[bytes, Seen]]) -> None:
    if signal.hashes is not None:
        entries = [_entry(vault, signal, signal.hashes)]
    for name, seen in entries:
        teach_seen(vault, name, seen, spam=True)


def _entry(vault: Vault, signal: Signal, hashes: bytes) -> tuple[bytes, Seen]:
    """Return the entry of the stanza that was reported, which may have come unjudged, or be gone: then it is noted."""
    ring = Ring(vault)
    for name, seen in ring:
        if (seen.sender, seen.ident) == (signal.sender, signal.ident) and (signal.ident or seen.hashes == hashes):
            return name, seen
    arrived, ident, outline = signal.arrived, signal.ident, signal.outline
    seen = Seen(signal.sender, arrived, ident, "message", "deliver", 0.0, (), hashes, outline=outline)
    return ring.note(seen), seen


def _unteach(vault: Vault, name: bytes, seen: Seen) -> None:
    learn(lesson_of(seen, spam=seen.taught == "spam", undo=True), vault)
    Ring(vault).replace(name, replace(seen, taught=""))


def _is_contradicted(vault: Vault, sender: str, entries: list[tuple[bytes, Seen]]) -> bool:
    """Say whether something speaks against taking a plain block for a word about spam."""
    return (
        any(seen.taught == "ham" or (seen.answer == "invalid" and seen.action != "deliver") for _, seen in entries)
        or Correspondents(vault).knows(sender)
        or Exemptions(vault).listing(Jid.read(sender)) is Listing.ALLOW
    )
