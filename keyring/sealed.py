"""The forms of sealed values: sizes say as little as possible, labels bind each to its one place.

table    "PVB1" | aead u8 | 0 x3 | chunk u16 | 0 x6 | ciphertext | tag
entry    "PVJ1" | nonce 12 | ciphertext | tag
item     "PVI1" | nonce 12 | ciphertext | tag
"""

import struct
from collections.abc import Iterator, Sequence

from ..errors import IntegrityError, StorageError
from . import purposes
from .cipher import NONCE_BYTES, TAG_BYTES, nonce, seal, unseal
from .record import AES_256_GCM, MAX_CHUNKS, check_magic
from .secret import Octets, Secret, wipe

TABLE_MAGIC = b"PVB1"
ENTRY_MAGIC = b"PVJ1"
ITEM_MAGIC = b"PVI1"

# Stored lengths of a chunk: 4096k - 24 bytes or less fill whole pages of LMDB 0.9 and
# 1.0, and the text inside is a multiple of 16.
CHUNK_BYTES = (4064, 8160, 16352, 32736, 65504)
CHUNK_HEAD = struct.Struct(">4sB3xH6x")
_FRAME = CHUNK_HEAD.size + TAG_BYTES
TEXT_BYTES = tuple(size - _FRAME for size in CHUNK_BYTES)
FULL = TEXT_BYTES[-1]

# Items and queued values are padded to the next of 64, 128, 256 ... bytes.
MIN_PADDED = 64
MAX_ITEM_BYTES = 512 * 1024
MAX_ENTRY_BYTES = 64 * 1024
MAX_NAME_BYTES = 255
_LENGTH_BYTES = 4


def split(table: memoryview) -> Iterator[Secret]:
    """Cut a table into the texts of its chunks, all full but the last; zeros fill that one up."""
    last = max(0, (len(table) - 1) // FULL)
    if last >= MAX_CHUNKS:
        raise ValueError("the table has too many chunks")
    for chunk in range(last + 1):
        part = table[chunk * FULL : (chunk + 1) * FULL]
        size = FULL if chunk < last else next(text for text in TEXT_BYTES if text >= len(part))
        text = Secret(size)
        text.view()[: len(part)] = part
        yield text


def _table_label(place: bytes, chunk: int, chunks: int, head: bytes) -> bytes:
    return purposes.TABLE + place + struct.pack(">HH", chunk, chunks) + head


def seal_table(key: Octets, place: bytes, table: memoryview) -> list[bytes]:
    """Seal a table under a key that seals nothing else: the nonce counts the chunks."""
    texts = list(split(table))
    chunks = []
    for chunk, text in enumerate(texts):
        with text:
            head = CHUNK_HEAD.pack(TABLE_MAGIC, AES_256_GCM, chunk)
            label = _table_label(place, chunk, len(texts), head)
            chunks.append(head + seal(key, chunk.to_bytes(NONCE_BYTES), label, text.view()))
    return chunks


def open_table(key: Octets, place: bytes, chunks: Sequence[Octets], into: memoryview) -> int:
    """Open a table into a buffer, chunk after chunk; returns the bytes written.

    Raises IntegrityError or VersionError, with the buffer wiped.
    """
    written = 0
    try:
        for chunk, value in enumerate(chunks):
            sealed = memoryview(value)
            head = CHUNK_HEAD.pack(TABLE_MAGIC, AES_256_GCM, chunk)
            _check_chunk(head, sealed, CHUNK_BYTES if chunk == len(chunks) - 1 else CHUNK_BYTES[-1:])
            label = _table_label(place, chunk, len(chunks), head)
            written += unseal(key, chunk.to_bytes(NONCE_BYTES), label, sealed[CHUNK_HEAD.size :], into[written:])
    except StorageError:
        wipe(into)
        raise
    return written


def _check_chunk(head: bytes, sealed: memoryview, lengths: tuple[int, ...]) -> None:
    check_magic(TABLE_MAGIC, sealed)
    if len(sealed) not in lengths:
        raise IntegrityError("a chunk has a wrong length")
    if sealed[: CHUNK_HEAD.size] != head:
        raise IntegrityError("a chunk is not in its place")


def seal_value(key: Octets, magic: bytes, label: bytes, plain: Octets) -> bytes:
    """Seal a value on its own, under a random nonce."""
    fresh = nonce()
    return magic + fresh + seal(key, fresh, label, plain)


def open_value(key: Octets, magic: bytes, label: bytes, sealed: Octets) -> bytearray:
    """Open what `seal_value` sealed. Raises IntegrityError or VersionError."""
    check_magic(magic, sealed)
    start = len(magic) + NONCE_BYTES
    plain = bytearray(max(0, len(sealed) - start - TAG_BYTES))
    with memoryview(plain) as view:
        unseal(key, bytes(sealed[len(magic) : start]), label, sealed[start:], view)
    return plain


def _padded(length: int) -> int:
    return max(MIN_PADDED, 1 << (_LENGTH_BYTES + length - 1).bit_length())


def pad(plain: Octets) -> Secret:
    """Put the length before a value and zeros behind it, up to the next size class."""
    if len(plain) > MAX_ITEM_BYTES:
        raise ValueError("the value is too long")
    padded = Secret(_padded(len(plain)))
    view = padded.view()
    view[:_LENGTH_BYTES] = len(plain).to_bytes(_LENGTH_BYTES)
    view[_LENGTH_BYTES : _LENGTH_BYTES + len(plain)] = plain
    return padded


def strip(padded: Octets) -> bytearray:
    """Undo `pad`. Raises IntegrityError if that is not what made it."""
    length = int.from_bytes(padded[:_LENGTH_BYTES])
    end = _LENGTH_BYTES + length
    if length > MAX_ITEM_BYTES or len(padded) != _padded(length) or padded[end:] != bytes(len(padded) - end):
        raise IntegrityError("a padded value is not well formed")
    return bytearray(padded[_LENGTH_BYTES:end])


def item_label(place: bytes, box: bytes, ident: bytes) -> bytes:
    """Bind an item to its vault, its box and its name there."""
    if not max(len(box), len(ident)) <= MAX_NAME_BYTES:
        raise ValueError("a box or item has too long a name")
    return b"".join([purposes.ITEM, place, bytes([len(box)]), box, bytes([len(ident)]), ident])
