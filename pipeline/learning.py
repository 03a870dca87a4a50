"""What a user teaches, as it goes into the vault or waits for it to open."""

from dataclasses import dataclass, field
from typing import Self

from ..errors import IntegrityError
from ..scrubber import HASH_BYTES
from ..stanza import Encryption, Stanza
from ..vault import Vault
from .reading import NOTHING, Reading, study

# The kind of deposit as which a lesson waits for its user's vault to open.
LESSON = 1

_SPAM = 1
_UNDO = 2


@dataclass(frozen=True, slots=True)
class Lesson:
    """The hashes of one stanza (16 bytes each), its label, and whether it is to be unlearnt."""

    hashes: bytes = field(repr=False)
    spam: bool
    undo: bool = False

    @classmethod
    def of(cls, stanza: Stanza, *, spam: bool, undo: bool = False) -> Self | None:
        """Return the lesson of a stanza, or None where there is nothing to learn.

        For those who have no Study, as tests have none: without a doorkeeper, rare words are learnt at once.
        """
        hidden = stanza.encryption is Encryption.HIDDEN
        return cls.from_reading(NOTHING if hidden else study(stanza.texts, None), spam=spam, undo=undo)

    @classmethod
    def from_reading(cls, reading: Reading, *, spam: bool, undo: bool = False) -> Self | None:
        """Return the lesson of what was read for learning, or None where that is nothing."""
        return cls(reading.hashes, spam, undo) if reading.hashes else None

    def to_bytes(self) -> bytes:
        """Return the lesson as it waits in the sealed queue: one byte of flags, then the hashes."""
        return bytes([self.spam * _SPAM | self.undo * _UNDO]) + self.hashes

    @classmethod
    def from_bytes(cls, data: bytes | bytearray) -> Self:
        """Return the lesson that `to_bytes` wrote.

        Raises IntegrityError for anything else.
        """
        flags, hashes = data[:1], bytes(data[1:])
        if not flags or flags[0] & ~(_SPAM | _UNDO) or not hashes or len(hashes) % HASH_BYTES:
            raise IntegrityError("a waiting lesson is malformed")
        return cls(hashes, bool(flags[0] & _SPAM), bool(flags[0] & _UNDO))


def learn(lesson: Lesson, vault: Vault) -> None:
    """Teach an open vault; durable after the store's next commit."""
    vault.learn(lesson.hashes, spam=lesson.spam, undo=lesson.undo)
