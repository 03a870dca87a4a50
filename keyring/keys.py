"""The abilities of an open vault; its keys never leave this file."""

import struct
from array import array
from collections.abc import Collection, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ..errors import IntegrityError, LockedError
from . import purposes
from .cipher import KEY_BYTES, expand
from .envelope import Slot
from .host import UID_BYTES, HostKeys
from .queue import make_pair, open_queued
from .record import (
    BOX_KEYS,
    BUCKET_BITS,
    HEAD,
    MAGIC,
    Body,
    Head,
    seal_host,
    write_body,
)
from .sealed import (
    ENTRY_MAGIC,
    ITEM_MAGIC,
    item_label,
    open_table,
    open_value,
    pad,
    seal_table,
    seal_value,
    strip,
)
from .secret import Faceless, Octets, Secret, randomise, wipe
from .settings import KeyringSettings
from .slots import SLOT_BYTES, Facts, Wrapper, print_of
from .unlocks import RECOVERY_BYTES, TICKET_BYTES, SlotKind, Unlock
from .wrapping import prepare

HASH_BYTES = 16
_BUCKETS = (1 << BUCKET_BITS) - 1

# What the one buffer of an open vault holds.
_ROOT = slice(KEY_BYTES)
_BOX = slice(KEY_BYTES, KEY_BYTES + BOX_KEYS)
_FOLD, _TOKEN, _ITEM, _PRIVATE = (slice(start, start + KEY_BYTES) for start in range(_BOX.start, _BOX.stop, KEY_BYTES))
_UID = slice(_BOX.stop, _BOX.stop + UID_BYTES)
_HEAD = slice(_UID.stop, _UID.stop + HEAD.size)
_SLOTS = _HEAD.stop

LOGINS = {SlotKind.PASSWORD, SlotKind.SCRAM}


class Fold(Faceless):
    """The next generation of a vault, ready to be stored; `Keys.turn` makes it the present one.

    `chunks` and `record` are stored in one transaction, in which the chunks and the
    journal of the generation before are deleted.
    """

    __slots__ = ("_fold_key", "_head", "_private_key", "chunks", "record")

    def __init__(self, head: Head, fold_key: Secret, private_key: Secret) -> None:
        self._head = head
        self._fold_key = fold_key
        self._private_key = private_key
        self.chunks: list[bytes] = []
        self.record = b""

    @property
    def generation(self) -> int:
        """The number of this generation."""
        return self._head.generation

    def wipe(self) -> None:
        """Forget the fresh keys: the fold was not stored."""
        self._fold_key.wipe()
        self._private_key.wipe()


class Keys(Faceless):
    """What may be done with one open vault, until `lock`; from then on every use raises LockedError.

    Everything that depends on a generation (`open_table`, entries) means the present
    one. Methods that change slots change what `record` returns: the caller stores it.
    Used by one thread at a time.
    """

    __slots__ = ("_buffer", "_host", "_settings")

    def __init__(
        self,
        host: HostKeys,
        settings: KeyringSettings,
        uid: bytes,
        root: Secret,
        body: Body,
    ) -> None:
        self._host = host
        self._settings = settings
        self._buffer = bytearray(_SLOTS)
        with memoryview(self._buffer) as view:
            view[_ROOT] = root.view()
            view[_UID] = uid
            body.open_box(uid, root.view(), view[_BOX])
        self._write(body.head, body.slots)

    @classmethod
    def fresh(cls, host: HostKeys, settings: KeyringSettings, uid: bytes, today: int) -> "Keys":
        """Make the keys of an empty vault that nothing opens yet."""
        keys = cls.__new__(cls)
        keys._host = host
        keys._settings = settings
        keys._buffer = bytearray(_SLOTS)
        with memoryview(keys._buffer) as view:
            randomise(view[: _BOX.stop])
            view[_UID] = uid
            public_key = make_pair(view[_PRIVATE])
        vid = bytearray(4)
        randomise(vid)
        keys._write(Head(today, today, int.from_bytes(vid), 0, 0, 0, 0, public_key), ())
        return keys

    def _part(self, part: slice) -> memoryview:
        if not self._buffer:
            raise LockedError("the vault is locked")
        return memoryview(self._buffer)[part]

    @property
    def _head(self) -> Head:
        return Head.parse(self._part(_HEAD))

    def _slots(self) -> dict[tuple[SlotKind, str], bytes]:
        packed = self._part(slice(_SLOTS, None))
        cut = (bytes(packed[at : at + SLOT_BYTES]) for at in range(0, len(packed), SLOT_BYTES))
        return {Facts.parse(slot).name: slot for slot in cut}

    def _write(self, head: Head, slots: Collection[bytes]) -> None:
        old = self._buffer
        fresh = bytearray(_SLOTS + SLOT_BYTES * len(slots))
        with memoryview(fresh) as view:
            view[: _HEAD.start] = memoryview(old)[: _HEAD.start]
            view[_HEAD] = head._replace(slots=len(slots)).pack()
            view[_SLOTS:] = b"".join(slots)
        self._buffer = fresh
        wipe(old)

    @property
    def uid(self) -> bytes:
        """Whose vault this is."""
        return bytes(self._part(_UID))

    @property
    def vid(self) -> int:
        """Which of the user's vaults this is: a random u32."""
        return self._head.vid

    @property
    def generation(self) -> int:
        """How often the table was folded."""
        return self._head.generation

    @property
    def chunks(self) -> int:
        """Of how many chunks the table of this generation is."""
        return self._head.chunks

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
        return self._record(self._head, self._part(_BOX))

    def _record(self, head: Head, box: Octets) -> bytes:
        slots = tuple(self._slots().values())
        body = write_body(self.uid, head, self._part(_ROOT), box, slots)
        return seal_host(self._host, MAGIC, purposes.KEYRING, self.uid, body)

    def lock(self) -> None:
        """Wipe every key."""
        wipe(self._buffer)
        self._buffer = bytearray()

    def __del__(self) -> None:
        if hasattr(self, "_buffer"):
            self.lock()

    # The table, its journal and what lies beside them.

    def blind(self, hashes: Octets) -> "array[int]":
        """Turn 16-byte hashes, one after the other, into this vault's buckets below 2^BUCKET_BITS.

        AES-256 as a keyed permutation, cut: nobody without the vault's token key can
        tell which bucket a word falls into.
        """
        if len(hashes) % HASH_BYTES:
            raise ValueError("a hash has 16 bytes")
        # ECB is what a permutation of single blocks is called; nothing is encrypted
        # with it.
        cipher = Cipher(algorithms.AES(self._part(_TOKEN)), modes.ECB())  # noqa: S305
        blinded = cipher.encryptor().update(hashes)
        return array("I", [low & _BUCKETS for (low,) in struct.iter_unpack("<I12x", blinded)])

    def _place(self, head: Head) -> bytes:
        return self.uid + head.vid.to_bytes(4) + head.generation.to_bytes(8)

    def open_table(self, chunks: Sequence[Octets], into: bytearray | memoryview) -> int:
        """Open the table into a buffer of at least `FULL` bytes a chunk; returns the bytes written.

        Raises IntegrityError, and VersionError for a newer form.
        """
        head = self._head
        if len(chunks) != head.chunks:
            raise IntegrityError("the table has lost or gained a chunk")
        with expand(self._part(_FOLD), purposes.TABLE) as key, memoryview(into) as view:
            return open_table(key.view(), self._place(head), chunks, view)

    def fold(self, table: Octets, head: int = 0, *, renew: bool = False) -> Fold:
        """Seal a table as the next generation under a fresh fold key; zeros fill its last chunk up.

        Nothing here changes until `turn`. With `renew` a fresh key pair comes along, so
        that what was queued under the old one cannot be opened any more.
        """
        present = self._head
        fold_key = Secret.random(KEY_BYTES)
        private_key = Secret(self._part(_PRIVATE))
        public_key = make_pair(private_key.view()) if renew else present.public_key
        following = present._replace(generation=present.generation + 1, head=head, public_key=public_key)
        with expand(fold_key.view(), purposes.TABLE) as key:
            chunks = seal_table(key.view(), self._place(following), memoryview(table))
        return self._fold(following._replace(chunks=len(chunks)), fold_key, private_key, chunks)

    def renew(self) -> Fold:
        """Make a fresh key pair, once the queue is drained: a fold of the same generation.

        Its record is stored in the transaction that deletes the queue; then `turn`.
        """
        private_key = Secret(KEY_BYTES)
        head = self._head._replace(public_key=make_pair(private_key.view()))
        return self._fold(head, Secret(self._part(_FOLD)), private_key, [])

    def _fold(self, head: Head, fold: Secret, private: Secret, chunks: list[bytes]) -> Fold:
        made = Fold(head, fold, private)
        with Secret(self._part(_BOX)) as box:
            view = box.view()
            view[:KEY_BYTES] = fold.view()
            view[-KEY_BYTES:] = private.view()
            made.record = self._record(head, view)
        made.chunks = chunks
        return made

    def turn(self, fold: Fold) -> None:
        """Go over to a fold, now that it is stored. Slots are as they are here, not there."""
        present, following = self._head, fold._head
        if following.vid != present.vid or not 0 <= following.generation - present.generation <= 1:
            raise ValueError("this fold does not follow the present generation")
        self._part(_FOLD)[:] = fold._fold_key.view()
        self._part(_PRIVATE)[:] = fold._private_key.view()
        merged = following._replace(changed=present.changed, slots=present.slots)
        self._part(_HEAD)[:] = merged.pack()
        fold.wipe()

    def mark(self, head: int) -> None:
        """Note how many journal entries there are, for the record of a clean lock."""
        self._part(_HEAD)[:] = self._head._replace(head=head).pack()

    def seal_entry(self, seq: int, plain: Octets) -> bytes:
        """Seal a journal entry at its place."""
        with expand(self._part(_FOLD), purposes.ENTRY) as key:
            return seal_value(key.view(), ENTRY_MAGIC, self._entry_label(seq), plain)

    def open_entry(self, seq: int, sealed: Octets) -> bytearray:
        """Open a journal entry. Raises IntegrityError or VersionError."""
        with expand(self._part(_FOLD), purposes.ENTRY) as key:
            return open_value(key.view(), ENTRY_MAGIC, self._entry_label(seq), sealed)

    def _entry_label(self, seq: int) -> bytes:
        return purposes.ENTRY + self._place(self._head) + seq.to_bytes(4)

    def seal_item(self, box: bytes, ident: bytes, plain: Octets) -> bytes:
        """Seal a value of at most `MAX_ITEM_BYTES` under a name in a box, padded."""
        with pad(plain) as padded:
            label = self._item_label(box, ident)
            return seal_value(self._part(_ITEM), ITEM_MAGIC, label, padded.view())

    def open_item(self, box: bytes, ident: bytes, sealed: Octets) -> bytearray:
        """Open an item. Raises IntegrityError or VersionError."""
        label = self._item_label(box, ident)
        padded = open_value(self._part(_ITEM), ITEM_MAGIC, label, sealed)
        try:
            return strip(padded)
        finally:
            wipe(padded)

    def _item_label(self, box: bytes, ident: bytes) -> bytes:
        return item_label(self.uid + self.vid.to_bytes(4), box, ident)

    def open_queued(self, sealed: Octets) -> bytearray:
        """Open what was sealed while locked. Raises IntegrityError or VersionError."""
        head = self._head
        private_key = self._part(_PRIVATE)
        return open_queued(self._host, self.uid, head.vid, private_key, head.public_key, sealed)

    # Slots.

    def matches(self, unlock: Unlock) -> bool:
        """Whether a slot is meant for this unlock: a SCRAM one by salt and iterations."""
        mark = print_of(self._host.slot_print.view(), self.uid, unlock)
        return any(Facts.parse(slot).matches(unlock, mark) for slot in self._slots().values())

    def enrol(self, unlocks: Collection[Unlock], today: int) -> None:
        """Give each unlock that matches no slot one; it replaces another of its kind and hash."""
        self.add(
            prepare(self._host, self._settings, self.uid, self.unknown(unlocks), today),
            today,
        )

    def unknown(self, unlocks: Collection[Unlock]) -> list[Unlock]:
        """Choose the unlocks that match no slot."""
        return [unlock for unlock in unlocks if not self.matches(unlock)]

    def rewrap(self, unlocks: Collection[Unlock], today: int) -> None:
        """Follow a new password: every PASSWORD and SCRAM slot goes, one for each unlock comes."""
        prepared = prepare(self._host, self._settings, self.uid, unlocks, today)
        for kind, name in list(self._slots()):
            if kind in LOGINS:
                self.drop(kind, name, today)
        self.add(prepared, today)

    def add(self, prepared: Collection[Wrapper], today: int) -> None:
        """Complete prepared slots; each replaces another of its kind and hash."""
        slots = self._slots()
        for wrapper in prepared:
            slots[wrapper.facts.name] = wrapper.wrap(self.uid, self._part(_ROOT))
        if prepared:
            self._write(self._head._replace(changed=today), slots.values())

    def drop(self, kind: SlotKind, name: str, today: int) -> None:
        """Remove a slot by its kind and hash, if there is one."""
        slots = self._slots()
        if slots.pop((kind, name), None):
            self._write(self._head._replace(changed=today), slots.values())

    def ticket(self, today: int) -> Secret:
        """Enrol a fresh ticket for some days; it replaces the one before."""
        return self._generated(SlotKind.TICKET, TICKET_BYTES, today)

    def recovery(self, today: int) -> Secret:
        """Enrol a fresh recovery code; it replaces the one before. `spell` makes it readable."""
        return self._generated(SlotKind.RECOVERY, RECOVERY_BYTES, today)

    def _generated(self, kind: SlotKind, length: int, today: int) -> Secret:
        secret = Secret.random(length)
        unlocks = [Unlock(kind, secret)]
        self.add(prepare(self._host, self._settings, self.uid, unlocks, today), today)
        return secret

    def adopt(self, old: "Keys") -> None:
        """Become another vault of the same user, under the slots of this one.

        From here on this is the old vault: its vid, generation, table, journal, items
        and queue.
        """
        if old.uid != self.uid:
            raise ValueError("a vault adopts only one of the same user")
        self._part(_BOX)[:] = old._part(_BOX)
        present = self._head
        merged = old._head._replace(changed=present.changed, slots=present.slots)
        self._part(_HEAD)[:] = merged.pack()
