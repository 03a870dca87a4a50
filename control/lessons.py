"""What a user teaches by a decision: each stanza once, and taken back exactly when the user thinks again."""

from dataclasses import replace
from enum import Enum

from ..errors import StanzaError
from ..junk import Item, Ring, Seen
from ..pipeline import Lesson, learn, learnable
from ..scrubber import HASH_BYTES
from ..stanza import Jid, Stanza, parse
from ..vault import Vault

# Two readings of one text share at least this part of their features.
SAME = 0.8


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
    """Return the bare JID or participant that an item is from, or nothing where it names none."""
    return str(Jid.read(item.sender).bare)


def teach(vault: Vault, item: Item, *, spam: bool) -> Taught:
    """Learn a kept stanza as spam or as ham.

    The ring knows what was taught of it before; the same words again from the same sender are the same lesson.
    A stanza that the ring has forgotten is learnt as new.
    """
    stanza = stanza_of(item)
    if stanza is None:
        return Taught.EMPTY
    reading = learnable(stanza)
    if not reading.learnt:
        return Taught.EMPTY
    entries = Ring(vault).of(sender_of(item), stanza.id or "")
    same = [entry for entry in entries if _is_same(entry[1].hashes, reading.lesson)]
    if same:
        label = "spam" if spam else "ham"
        return teach_seen(vault, *max(same, key=lambda entry: entry[1].taught == label), spam=spam)
    lesson = Lesson.of_reading(reading, spam=spam)
    if lesson is not None:
        learn(lesson, vault)
    return Taught.LEARNT


def _is_same(kept: bytes, fresh: bytes) -> bool:
    """Say whether the ring's reading is of the same words: it may hold rare ones besides, in place of a few others."""
    one, other = (
        {hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)} for hashes in (kept, fresh)
    )
    return len(one & other) >= SAME * len(other)


def lesson_of(seen: Seen, *, spam: bool, undo: bool = False) -> Lesson:
    """Return what the ring remembers of a stanza as a lesson."""
    return Lesson(seen.hashes, spam, undo, seen.outline)


def teach_seen(vault: Vault, name: bytes, seen: Seen, *, spam: bool) -> Taught:
    """Learn what the ring remembers of a stanza, in place of what was learnt of it before."""
    if not seen.hashes:
        return Taught.EMPTY
    label = "spam" if spam else "ham"
    if seen.taught == label:
        return Taught.KNOWN
    if seen.taught:
        learn(lesson_of(seen, spam=not spam, undo=True), vault)
    learn(lesson_of(seen, spam=spam), vault)
    Ring(vault).replace(name, replace(seen, taught=label))
    return Taught.LEARNT
