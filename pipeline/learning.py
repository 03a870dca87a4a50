"""What a user teaches, as it goes into the vault or waits for it to open."""

from dataclasses import dataclass, field
from functools import partial
from typing import Self

from ..classifier import step
from ..errors import IntegrityError
from ..scrubber import HASH_BYTES
from ..stanza import Encryption, Stanza
from ..vault import Vault
from .reading import NOTHING, Reading, study

# The kind of deposit as which a lesson waits for its user's vault to open.
LESSON = 1

_SPAM = 1
_UNDO = 2
_OUTLINE = 4  # a byte after the flags says how many of the hashes are of the outline


@dataclass(frozen=True, slots=True)
class Lesson:
    """The hashes of one stanza (16 bytes each), its label, and whether it is to be unlearnt.

    The first `outline` hashes are of features that describe the whole text.
    """

    hashes: bytes = field(repr=False)
    spam: bool
    undo: bool = False
    outline: int = 0

    @classmethod
    def of(cls, stanza: Stanza, *, spam: bool, undo: bool = False) -> Self | None:
        """Return the lesson of a stanza, or None where there is nothing to learn.

        For those who have no Study, as tests have none: without a doorkeeper, rare words are learnt at once.
        """
        hidden = stanza.encryption is Encryption.HIDDEN
        return cls.of_reading(NOTHING if hidden else study(stanza.texts, None), spam=spam, undo=undo)

    @classmethod
    def of_reading(cls, reading: Reading, *, spam: bool, undo: bool = False) -> Self | None:
        """Return the lesson of what was read for learning, or None where that is nothing."""
        return cls(reading.lesson, spam, undo, reading.shape.outline) if reading.learnt else None

    def to_bytes(self) -> bytes:
        """Return the lesson as it waits in the sealed queue: flags, the size of the outline, then the hashes."""
        return bytes([self.spam * _SPAM | self.undo * _UNDO | _OUTLINE, self.outline]) + self.hashes

    @classmethod
    def from_bytes(cls, data: bytes | bytearray) -> Self:
        """Return the lesson that `to_bytes` wrote, now or in a version that knew of no outline.

        Raises IntegrityError for anything else.
        """
        flags = data[0] if data else 0
        begin = 2 if flags & _OUTLINE else 1
        outline, hashes = (data[1] if len(data) > begin > 1 else 0), bytes(data[begin:])
        count, odd = divmod(len(hashes), HASH_BYTES)
        if flags & ~(_SPAM | _UNDO | _OUTLINE) or not count or odd or outline > count:
            raise IntegrityError("a waiting lesson is malformed")
        return cls(hashes, bool(flags & _SPAM), bool(flags & _UNDO), outline)


def learn(lesson: Lesson, vault: Vault) -> None:
    """Teach an open vault; durable after the store's next commit."""
    moved = partial(step, outline=lesson.outline, spam=lesson.spam)
    vault.learn(lesson.hashes, spam=lesson.spam, undo=lesson.undo, step=moved)
