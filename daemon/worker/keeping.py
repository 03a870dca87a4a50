"""Where a stanza goes that was judged: sealed into a box of the open vault, or to a user who is locked."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from ...control import seen_of
from ...junk import Box, Item, Place, Seen, WaitingRoom
from ...pipeline import NOTHING, Action, Reading, Reason, Verdict
from ...stanza import Stanza
from ...vault import Vault
from .desk import Desk

_PLACES = {Action.JUNK: Place.JUNK, Action.DELAY: Place.WAITING, Action.DELIVER: Place.RELEASED}
# Too many of its sender or server wait already (XEP-0159 §3.3).
_CROWD = Reason("CROWD")
# No room to keep it: in doubt the user gets the message.
NO_ROOM = Reason("NO_ROOM")


@dataclass(frozen=True, slots=True)
class Case:
    """A stanza, its bytes, when it came (seconds since 1970), its verdict, and what may be learnt of it."""

    stanza: Stanza
    raw: bytes | memoryview
    arrived: int
    verdict: Verdict
    reading: Reading = NOTHING

    @property
    def place(self) -> Place:
        """Where it belongs."""
        return _PLACES[self.verdict.action]

    @property
    def item(self) -> Item:
        """What a box keeps of it."""
        sender = str(self.stanza.sender) if self.stanza.sender is not None else ""
        reasons = tuple((reason.name, reason.log_odds) for reason in self.verdict.reasons)
        return Item(sender, self.arrived, self.verdict.probability, reasons, bytes(self.raw))

    @property
    def seen(self) -> Seen:
        """What the ring keeps of it."""
        return seen_of(self.stanza, self.arrived, self.verdict, self.reading)

    def but(self, action: Action, reason: Reason) -> "Case":
        """Return the case with another end, for one more reason; what is delivered all the same is doubtful."""
        reasons = (*self.verdict.reasons, reason)
        verdict = Verdict(action, self.verdict.probability, reasons, flagged=action is Action.DELIVER)
        return replace(self, verdict=verdict)


class Kept(NamedTuple):
    """What became of a stanza, and its name in its place, if it lies in one."""

    case: Case
    name: bytes


def seal(vault: Vault, case: Case, now: int) -> Kept:
    """Put a stanza where it belongs, durable after the next commit.

    One too many for the waiting room is junk. Where the room is full of everybody's, it is to be delivered.
    """
    if case.place is Place.WAITING:
        room = WaitingRoom(vault)
        if room.is_full():
            return Kept(case.but(Action.DELIVER, NO_ROOM), b"")
        if not room.is_crowded(case.item.sender):
            return Kept(case, room.put(case.item))
        case = case.but(Action.JUNK, _CROWD)
    return Kept(case, Box(vault, case.place).put(case.item, now))


def deposit(desk: Desk, uid: bytes, case: Case) -> Case:
    """Seal a stanza to a user who is locked, and return what became of it: to be delivered, if there is no room."""
    sender = case.stanza.sender if case.place is Place.WAITING else None
    if sender is not None and desk.crowds.is_crowded(uid, sender):
        case, sender = case.but(Action.JUNK, _CROWD), None
    if not desk.store.deposit(uid, case.place, case.item.to_bytes()):
        return case.but(Action.DELIVER, NO_ROOM)
    if sender is not None:
        desk.crowds.count(uid, sender)
    return case


def is_one_too_many(item: Item) -> bool:
    """Say whether an item is junk for no other reason than that others waited."""
    return any(name == _CROWD.name for name, _ in item.reasons)
