"""The abilities of an open vault; its keys never leave this room."""

import sys
from array import array
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ..errors import IntegrityError, StorageError
from . import purposes
from .cipher import KEY_BYTES
from .folds import Fold
from .holders import BOX, FOLD, ITEM, PRIVATE, TOKEN
from .locks import Locks
from .queue import Owner, make_pair, open_queued
from .record import BUCKET_BITS
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
from .secret import Octets, Secret, wipe

HASH_BYTES = 16
_BUCKETS = (1 << BUCKET_BITS) - 1
_WORDS = HASH_BYTES // 4
_ECB = modes.ECB()  # noqa: S305  # a permutation of blocks

if sys.byteorder != "little":  # memoryview.cast has no other order than the machine's
    raise StorageError("vaults need a little-endian machine")


class Keys(Locks):
    """What may be done with one open vault, until `lock`; from then on every use raises LockedError.

    Tables and journal entries are those of the present generation. Whatever changes slots, keys or
    head changes what `record` returns, and the caller stores that. One thread at a time.
    """

    __slots__ = ()

    def blind(self, hashes: Octets) -> "array[int]":
        """Turn 16-byte hashes, one after the other, into this vault's buckets below 2^BUCKET_BITS.

        AES-256 as a keyed permutation, cut: nobody without the vault's token key can tell which
        bucket a word falls into.
        """
        if len(hashes) % HASH_BYTES:
            raise ValueError("a hash has 16 bytes")
        blinded = Cipher(algorithms.AES(self._part(TOKEN)), _ECB).encryptor().update(hashes)
        return array("I", [word & _BUCKETS for word in memoryview(blinded).cast("I")[::_WORDS]])

    def open_table(self, chunks: Sequence[Octets], into: bytearray | memoryview) -> int:
        """Open the table into a buffer of at least `FULL` bytes a chunk; returns the bytes written.

        Raises IntegrityError, and VersionError for a newer form. The buffer holds nothing then.
        """
        place = self.place
        if not chunks or len(chunks) != place.chunks:
            raise IntegrityError("the table has lost or gained a chunk")
        with memoryview(into) as view:
            return open_table(self._part(FOLD), place.label(), chunks, view)

    def fold(self, table: Octets, head: int = 0, *, renew: bool = False) -> Fold:
        """Seal a table as the next generation under a fresh fold key; zeros fill its last chunk up.

        Nothing here changes until `turn`. With `renew` a fresh key pair comes along, so that what
        was queued under the old one cannot be opened any more.
        """
        present = self._head
        fold_key = Secret.random(KEY_BYTES)
        private_key = Secret(self._part(PRIVATE))
        public_key = make_pair(private_key.view()) if renew else present.public_key
        generation = present.generation + 1
        label = self.place._replace(generation=generation).label()
        chunks = seal_table(fold_key.view(), label, memoryview(table))
        following = present._replace(generation=generation, chunks=len(chunks), head=head, public_key=public_key)
        fold = Fold(following, fold_key, private_key)
        fold.chunks = chunks
        return self._recorded(fold)

    def renew(self) -> Fold:
        """Make a fresh key pair, once the queue is drained: a fold of the same generation.

        Its record is stored in the transaction that deletes the queue; then `turn`.
        """
        private_key = Secret(KEY_BYTES)
        head = self._head._replace(public_key=make_pair(private_key.view()))
        return self._recorded(Fold(head, Secret(self._part(FOLD)), private_key))

    def turn(self, fold: Fold) -> None:
        """Go over to a fold, now that it is stored, and wipe it. The slots stay as they are here.

        Raises ValueError if it is not made from the present generation.
        """
        present, following = self._head, fold.head
        if following.vid != present.vid or following.generation - present.generation not in {0, 1}:
            raise ValueError("this fold does not follow the present generation")
        fold.pour(self._part(FOLD), self._part(PRIVATE))
        self._set_head(following._replace(changed=present.changed, slots=present.slots))
        fold.wipe()

    def seal_entry(self, seq: int, plain: Octets) -> bytes:
        """Seal a journal entry at its place: a u32, counted anew in each generation."""
        return seal_value(self._part(FOLD), ENTRY_MAGIC, self._entry_label(seq), plain)

    def open_entry(self, seq: int, sealed: Octets) -> bytearray:
        """Open a journal entry. Raises IntegrityError or VersionError."""
        return open_value(self._part(FOLD), ENTRY_MAGIC, self._entry_label(seq), sealed)

    def seal_item(self, box: bytes, ident: bytes, plain: Octets) -> bytes:
        """Seal a value of at most `MAX_ITEM_BYTES` under a name in a box, padded."""
        with pad(plain) as padded:
            label = self._item_label(box, ident)
            return seal_value(self._part(ITEM), ITEM_MAGIC, label, padded.view())

    def open_item(self, box: bytes, ident: bytes, sealed: Octets) -> bytearray:
        """Open an item. Raises IntegrityError or VersionError."""
        padded = open_value(self._part(ITEM), ITEM_MAGIC, self._item_label(box, ident), sealed)
        try:
            return strip(padded)
        finally:
            wipe(padded)

    def open_queued(self, sealed: Octets) -> bytearray:
        """Open what was sealed while locked. Raises IntegrityError or VersionError."""
        owner = Owner(self.uid, self.vid, self._head.public_key)
        return open_queued(self._host, owner, self._part(PRIVATE), sealed)

    def _recorded(self, fold: Fold) -> Fold:
        with Secret(self._part(BOX)) as box:
            view = box.view()
            fold.pour(view[:KEY_BYTES], view[-KEY_BYTES:])
            fold.record = self._record(fold.head, view)
        return fold

    def _entry_label(self, seq: int) -> bytes:
        return purposes.ENTRY + self.place.label() + seq.to_bytes(4)

    def _item_label(self, box: bytes, ident: bytes) -> bytes:
        return item_label(self.uid + self.vid.to_bytes(4), box, ident)
