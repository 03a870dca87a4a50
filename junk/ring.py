"""What lately came from whom and what became of it: no words, only their hashes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import msgpack

from ..errors import IntegrityError, VersionError
from ..keyring import wipe
from ..vault import Vault
from .item import MAX_REASONS

# Stanzas remembered of all senders together; the oldest gives way.
MAX_RING = 200
# Days that one is remembered.
RING_DAYS = 30
# Stanzas of one sender that are handed out at a time.
PAIR = 5
# Characters of a stanza's id that are remembered.
MAX_IDENT = 256
# Bytes of an entry's name.
NAME_BYTES = 8
# The first field of every entry: what follows may change with it.
SEEN_VERSION = 1

_BOX = b"ring"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Seen:
    """One stanza that was judged, and what its user made of it.

    sender: a bare JID. arrived: seconds since 1970. ident: the stanza's own id, cut to MAX_IDENT characters.
    kind: `message`, `subscribe` or `invite`. action: `deliver`, `junk` or `delay`; in passive mode what would
    have been done. probability and reasons: the verdict's. hashes: of what may be learnt, 16 bytes each,
    the first `outline` of the text as a whole.
    answer: `valid` or `invalid`, what its user says of the verdict. taught: `ham` or `spam`, what was learnt of it.
    """

    sender: str = field(repr=False)
    arrived: int
    ident: str = field(repr=False)
    kind: str
    action: str
    probability: float
    reasons: tuple[tuple[str, float], ...]
    hashes: bytes = field(repr=False)
    answer: str = ""
    taught: str = ""
    outline: int = 0

    def to_bytes(self) -> bytes:
        """Return the entry as it is sealed: one msgpack array, so that no key can come twice."""
        packed: bytes = msgpack.packb(
            (
                SEEN_VERSION,
                self.sender,
                self.arrived,
                self.ident[:MAX_IDENT],
                self.kind,
                self.action,
                self.probability,
                self.reasons,
                self.hashes,
                self.answer,
                self.taught,
                self.outline,
            )
        )
        return packed

    @classmethod
    def from_bytes(cls, data: bytes | bytearray) -> Self:
        """Return the entry that `to_bytes` wrote.

        Raises VersionError for a newer one and IntegrityError for what is none.
        """
        try:
            fields = msgpack.unpackb(data, use_list=False, max_array_len=MAX_REASONS, max_map_len=0)
        except (ValueError, msgpack.UnpackException):
            # Not `from` the library's error: its repr holds the bytes.
            raise IntegrityError("an entry of the ring is malformed") from None
        match fields:
            case (
                1,
                str(sender),
                int(arrived),
                str(ident),
                "message" | "subscribe" | "invite" as kind,
                "deliver" | "junk" | "delay" as action,
                float(probability),
                tuple(reasons),
                bytes(hashes),
                "" | "valid" | "invalid" as answer,
                "" | "ham" | "spam" as taught,
                int(outline),
            ) if len(ident) <= MAX_IDENT and all(_is_reason(reason) for reason in reasons):
                return cls(sender, arrived, ident, kind, action, probability, reasons, hashes, answer, taught, outline)
            case (int(version), *_) if version > SEEN_VERSION:
                raise VersionError("a newer Providence wrote this entry")
        raise IntegrityError("an entry of the ring is malformed")


class Ring:
    """The last stanzas that were judged for the user of one open vault.

    It lets a report that names no stanza teach from the right one, a second thought undo exactly what was
    taught, and its user ask why. A name is a number that counts up: whoever has the data folder sees how many
    stanzas were judged in all and on which days, and of none from whom or what became of it.
    """

    def __init__(self, vault: Vault) -> None:
        """Look into this vault."""
        self._items = vault.items
        self._marks = vault.marks

    def note(self, seen: Seen) -> bytes:
        """Seal an entry and return its name; beyond MAX_RING the oldest gives way."""
        number = self._marks[_BOX] if _BOX in self._marks else self._trim()
        self._marks[_BOX] = number + 1
        if number >= MAX_RING:
            self._items.delete(_BOX, (number - MAX_RING).to_bytes(NAME_BYTES))
        name = number.to_bytes(NAME_BYTES)
        self.replace(name, seen)
        return name

    def of(self, sender: str, ident: str = "") -> list[tuple[bytes, Seen]]:
        """Return the last stanzas of a bare JID, the newest first, PAIR at most.

        Only the one of this id, if the sender wrote one of that id.
        """
        found = [(name, seen) for name, seen in self if seen.sender == sender]
        named = [(name, seen) for name, seen in found if ident and seen.ident == ident[:MAX_IDENT]]
        return named[:1] or found[:PAIR]

    def latest(self, count: int) -> list[tuple[bytes, Seen]]:
        """Return the last stanzas of all senders, the newest first, `count` at most."""
        return [entry for _, entry in zip(range(count), self, strict=False)]

    def get(self, name: bytes) -> Seen | None:
        """Return an entry, or None where there is none of this name."""
        packed = self._items.get(_BOX, name)
        if packed is None:
            return None
        try:
            return Seen.from_bytes(packed)
        finally:
            wipe(packed)

    def replace(self, name: bytes, seen: Seen) -> None:
        """Seal an entry in place of the one of this name."""
        self._items.put(_BOX, name, seen.to_bytes(), seen.arrived // _DAY + RING_DAYS)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._items.names(_BOX))

    def __iter__(self) -> Iterator[tuple[bytes, Seen]]:
        """Open the entries one by one, the newest first."""
        for name in reversed(self._items.names(_BOX)):
            seen = self.get(name)
            if seen is not None:
                yield name, seen

    def _trim(self) -> int:
        """Make room for one more and return its number: once a vault, because to name all entries takes its time."""
        names = self._items.names(_BOX)
        for name in names[: max(0, len(names) + 1 - MAX_RING)]:
            self._items.delete(_BOX, name)
        return int.from_bytes(names[-1]) + 1 if names else 0


def _is_reason(reason: object) -> bool:
    match reason:
        case (str(), float()):
            return True
    return False
