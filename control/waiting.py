"""What lets a stanza out of the waiting room, or turns it away (XEP-0159 §3.3)."""

from dataclasses import dataclass

from ..junk import Box, Place, WaitingRoom
from ..pipeline import HASTE, Action, Facts, Listing, by_lists
from ..stanza import Jid
from ..vault import Vault

# Whoever writes to too many strangers is reported by the first of them within this time, or was no spammer.
HASTE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many stanzas left the waiting room: to be delivered, and into the junk box."""

    released: int = 0
    denied: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        """Count both."""
        return Outcome(self.released + other.released, self.denied + other.denied)


NOTHING = Outcome()


def reconsider(vault: Vault, now: int, sender: str = "", listed: Listing = Listing.NONE) -> Outcome:
    """Let out what the user's lists allow now, and into the junk box what they deny.

    To be called after each change of exemptions, roster or correspondents: with the bare JID or domain it is
    about, or without one for all. `listed` is what the server's own list says of it.
    """
    room = WaitingRoom(vault)
    moved = NOTHING
    for name in room.of(sender) if sender else room.names():
        item = room.get(name)
        verdict = None if item is None or not item.sender else by_lists(Jid.read(item.sender), Facts(listed), vault)
        match verdict and verdict.action:
            case Action.DELIVER:
                moved += release(vault, name)
            case Action.JUNK:
                moved += deny(vault, name, now)
    return moved


def expire(vault: Vault, now: int) -> Outcome:
    """Turn away what has waited too long, and let out what waited only because its sender was in haste."""
    moved = NOTHING
    room = WaitingRoom(vault)
    for name in room.overdue(now):
        moved += deny(vault, name, now)
    for name, item in room:
        was_hasty = item.reasons[-1:] == ((HASTE.name, HASTE.log_odds),)
        if was_hasty and now - item.arrived >= HASTE_SECONDS:
            moved += release(vault, name)
    return moved


def release(vault: Vault, name: bytes) -> Outcome:
    """Hand an item of the waiting room to who delivers it."""
    return Outcome(released=_move(vault, name, Place.RELEASED))


def deny(vault: Vault, name: bytes, now: int) -> Outcome:
    """Move an item of the waiting room into the junk box, where it is kept as long as if it came now."""
    return Outcome(denied=_move(vault, name, Place.JUNK, now))


def _move(vault: Vault, name: bytes, place: Place, now: int = 0) -> int:
    room = WaitingRoom(vault)
    item = room.get(name)
    if item is None:
        return 0
    Box(vault, place).put(item, now)
    room.delete(name)
    return 1
