"""Voices: what one witness has said for or against one name, so that it counts once a week and can be taken back.

Within a week a word may be made louder, and counts by as much as it is louder; it is never said twice. The voice keeps
what it has added to the name's standing, faded as the standing fades.
"""

import struct
from typing import NamedTuple, Self

from .formula import DAY, Mass
from .ledger import Ledger, Table
from .pseudonyms import Pseudonyms
from .senders import Level

# A witness has one voice for and one against a name in this time.
WEEK = 7 * DAY
# Who said what is forgotten after this time, and can then not be taken back any more.
KEEP = 2 * WEEK

_FORM = struct.Struct("<fdffd")


class Voice(NamedTuple):
    """The loudest word of the week, when that week began, and all that is left of what was said."""

    loudest: float = 0.0
    begun: float = 0.0
    mass: Mass = Mass()

    def louder(self, weight: float, now: float, level: Level) -> tuple[Self, Mass | None]:
        """Return the voice after a word of this weight, and what it adds: None if it was said before."""
        is_new = now - self.begun >= WEEK
        before = 0.0 if is_new else self.loudest
        if weight <= before:
            return self, None
        added = Mass.of(weight - before, now)
        begun = now if is_new else self.begun
        return self._replace(loudest=weight, begun=begun, mass=self.mass.plus(added, level)), added


class Voices:
    """All voices of the last two weeks."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms) -> None:
        """Look into this ledger."""
        self._ledger = ledger
        self._pseudonyms = pseudonyms

    def speak(  # noqa: PLR0913 - who, of whom, what, when
        self, witness: bytes, level: Level, name: bytes, weight: float, now: float, *, spam: bool
    ) -> Mass | None:
        """Let a witness speak of a name, and return what that adds to its standing, if anything."""
        key = self._name(witness, name, spam=spam)
        raw = self._ledger.get(Table.VOICE, key)
        voice, added = (Voice() if raw is None else _unpack(raw)).louder(_rounded(weight), now, level)
        if added is not None:
            packed = _FORM.pack(voice.loudest, voice.begun, *voice.mass)
            self._ledger.put(Table.VOICE, key, packed, now + KEEP)
        return added

    def take_back(self, witness: bytes, name: bytes, *, spam: bool) -> Mass | None:
        """Forget what a witness said of a name, and return what it had added."""
        key = self._name(witness, name, spam=spam)
        raw = self._ledger.get(Table.VOICE, key)
        if raw is None:
            return None
        self._ledger.delete(Table.VOICE, key)
        return _unpack(raw).mass

    def _name(self, witness: bytes, name: bytes, *, spam: bool) -> bytes:
        return self._pseudonyms.under(name, b"voice", witness, b"spam" if spam else b"ham")


def _unpack(raw: bytes) -> Voice:
    loudest, begun, *mass = _FORM.unpack(raw)
    return Voice(loudest, begun, Mass(*mass))


def _rounded(weight: float) -> float:
    """Return the weight as a record keeps it, so that a word said twice is as loud as before."""
    rounded: float = struct.unpack("<f", struct.pack("<f", weight))[0]
    return rounded
