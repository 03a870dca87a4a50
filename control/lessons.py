"""What a user teaches by a decision: each stanza once, and taken back exactly when the user thinks again."""

from dataclasses import replace
from enum import Enum

from ..errors import StanzaError
from ..junk import Item, Ring, Seen
from ..pipeline import Lesson, learn, read
from ..stanza import Stanza, parse
from ..vault import Vault


class Taught(Enum):
    """What became of a lesson."""

    LEARNT = "learnt"
    KNOWN = "known"  # it was taught just so before
    EMPTY = "empty"  # there is nothing in it to learn from


def stanza_of(item: Item) -> Stanza | None:
    """Read the stanza of an item; None if this version takes it for none."""
    try:
        return parse(item.stanza)
    except StanzaError:
        return None


def sender_of(item: Item) -> str:
    """Return the bare JID that an item is from, or nothing where it names none."""
    stanza = stanza_of(item)
    return "" if stanza is None or stanza.sender is None else str(stanza.sender.bare)


def teach(vault: Vault, item: Item, *, spam: bool) -> Taught:
    """Learn a kept stanza as spam or as ham.

    The ring knows what was taught of it before; the same words again from the same sender are the same lesson.
    A stanza that the ring has forgotten is learnt as new.
    """
    stanza = stanza_of(item)
    hashes = read(stanza).hashes if stanza is not None else b""
    if stanza is None or not hashes:
        return Taught.EMPTY
    for name, seen in Ring(vault).of(sender_of(item), stanza.id or ""):
        if seen.hashes == hashes:
            return teach_seen(vault, name, seen, spam=spam)
    learn(Lesson(hashes, spam), vault)
    return Taught.LEARNT


def teach_seen(vault: Vault, name: bytes, seen: Seen, *, spam: bool) -> Taught:
    """Learn what the ring remembers of a stanza, in place of what was learnt of it before."""
    if not seen.hashes:
        return Taught.EMPTY
    label = "spam" if spam else "ham"
    if seen.taught == label:
        return Taught.KNOWN
    if seen.taught:
        learn(Lesson(seen.hashes, spam=not spam, undo=True), vault)
    learn(Lesson(seen.hashes, spam), vault)
    Ring(vault).replace(name, replace(seen, taught=label))
    return Taught.LEARNT
