"""What is held of an open vault: one buffer, wiped at the end, and how it becomes a record again.

    root key 32 | fold key 32 | token key 32 | item key 32 | private key 32 | uid 16 | head 60 | slots

About 600 bytes in Python for a user with two slots.
"""

import struct
from collections.abc import Collection
from typing import NamedTuple

from ..errors import LockedError
from . import purposes
from .cipher import KEY_BYTES
from .envelope import Slot
from .host import UID_BYTES, HostKeys
from .queue import make_pair
from .record import BOX_KEYS, HEAD, MAGIC, Body, Head, seal_host, write_body
from .secret import Faceless, Octets, Secret, randomise, wipe
from .settings import KeyringSettings
from .slots import SLOT_BYTES, Facts
from .unlocks import SlotKind

ROOT = slice(KEY_BYTES)
BOX = slice(KEY_BYTES, KEY_BYTES + BOX_KEYS)
FOLD, TOKEN, ITEM, PRIVATE = (slice(start, start + KEY_BYTES) for start in range(BOX.start, BOX.stop, KEY_BYTES))
UID = slice(BOX.stop, BOX.stop + UID_BYTES)
HEAD_PLACE = slice(UID.stop, UID.stop + HEAD.size)
SLOTS = slice(HEAD_PLACE.stop, None)
_PLACED = slice(UID.start, HEAD_PLACE.stop)
_PLACE = struct.Struct(f">{UID_BYTES}s8xIQH")  # the uid, and of the head behind it what names a table


class Place(NamedTuple):
    """Where the present generation's values belong: whose vault, which, and what table; its chunks."""

    uid: bytes
    vid: int
    generation: int
    chunks: int

    def label(self) -> bytes:
        """Name the generation in what authenticates its values."""
        return self.uid + self.vid.to_bytes(4) + self.generation.to_bytes(8)


def held(uid: bytes, root: Secret, body: Body) -> bytearray:
    """Fill the buffer from an opened record. Raises IntegrityError if its owner did not write it."""
    buffer = bytearray(SLOTS.start + SLOT_BYTES * len(body.slots))
    with memoryview(buffer) as view:
        body.open_box(uid, root.view(), view[BOX])
        view[ROOT] = root.view()
        view[UID] = uid
        view[HEAD_PLACE] = body.head.pack()
        view[SLOTS] = b"".join(body.slots)
    return buffer


def fresh(uid: bytes, today: int) -> bytearray:
    """Fill the buffer for an empty vault that nothing opens yet."""
    buffer = bytearray(SLOTS.start)
    vid = bytearray(4)
    randomise(vid)
    with memoryview(buffer) as view:
        randomise(view[: BOX.stop])
        public_key = make_pair(view[PRIVATE])
        view[UID] = uid
        view[HEAD_PLACE] = Head(today, today, int.from_bytes(vid), 0, 0, 0, 0, public_key).pack()
    return buffer


class Holder(Faceless):
    """An open vault's keys and head, until `lock`; from then on every use raises LockedError."""

    __slots__ = ("_buffer", "_host", "_settings")

    def __init__(self, host: HostKeys, settings: KeyringSettings, buffer: bytearray) -> None:
        self._host = host
        self._settings = settings
        self._buffer = buffer

    @property
    def place(self) -> Place:
        """All that a look into the table asks for, at once."""
        return Place._make(_PLACE.unpack_from(self._part(_PLACED)))

    @property
    def uid(self) -> bytes:
        """Whose vault this is."""
        return bytes(self._part(UID))

    @property
    def vid(self) -> int:
        """Which of the user's vaults this is: a random u32."""
        return self.place.vid

    @property
    def generation(self) -> int:
        """How often the table was folded."""
        return self.place.generation

    @property
    def chunks(self) -> int:
        """Of how many chunks the table of this generation is."""
        return self.place.chunks

    @property
    def head(self) -> int:
        """How many journal entries there were at the last clean lock."""
        return self._head.head

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What opens this vault."""
        return tuple(Slot.of(Facts.parse(slot)) for slot in self._slots().values())

    def record(self) -> bytes:
        """Make the keyring record as it must be stored now."""
        return self._record(self._head, self._part(BOX))

    def mark(self, head: int) -> None:
        """Note how many journal entries there are, for the record of a clean lock."""
        self._set_head(self._head._replace(head=head))

    def lock(self) -> None:
        """Wipe every key."""
        wipe(self._buffer)
        self._buffer = bytearray()

    def _part(self, part: slice) -> memoryview:
        if not self._buffer:
            raise LockedError("the vault is locked")
        return memoryview(self._buffer)[part]

    @property
    def _head(self) -> Head:
        return Head.unpack(self._part(HEAD_PLACE))

    def _set_head(self, head: Head) -> None:
        self._part(HEAD_PLACE)[:] = head.pack()

    def _slots(self) -> dict[tuple[SlotKind, str], bytes]:
        packed = self._part(SLOTS)
        cut = (bytes(packed[at : at + SLOT_BYTES]) for at in range(0, len(packed), SLOT_BYTES))
        return {Facts.parse(slot).name: slot for slot in cut}

    def _set_slots(self, slots: Collection[bytes], today: int) -> None:
        old = self._buffer
        longer = bytearray(SLOTS.start + SLOT_BYTES * len(slots))
        with memoryview(longer) as view:
            view[: SLOTS.start] = self._part(slice(SLOTS.start))
            view[SLOTS] = b"".join(slots)
        head = self._head._replace(changed=today, slots=len(slots))
        self._buffer = longer
        self._set_head(head)
        wipe(old)

    def _record(self, head: Head, box: Octets) -> bytes:
        body = write_body(self.uid, head, self._part(ROOT), box, tuple(self._slots().values()))
        return seal_host(self._host, MAGIC, purposes.KEYRING, self.uid, body)

    def __del__(self) -> None:
        """Wipe what nobody locked."""
        self.lock()
