"""The forms of sealed values: sizes say as little as possible, labels bind each to its one place.

table    "PVB1" | nonce 12 | a part of the ciphertext, the tag at the end of the last
entry    "PVJ1" | nonce 12 | ciphertext | tag
item     "PVI1" | nonce 12 | ciphertext | tag
"""

from collections.abc import Sequence

from ..errors import IntegrityError
from . import purposes
from .cipher import NONCE_BYTES, TAG_BYTES, nonce, seal, seal_parts, unseal, unseal_parts
from .record import MAX_CHUNKS, check_magic
from .secret import Octets, Secret

TABLE_MAGIC = b"PVB1"
ENTRY_MAGIC = b"PVJ1"
ITEM_MAGIC = b"PVI1"

_MAGIC_BYTES = 4
HEAD_BYTES = _MAGIC_BYTES + NONCE_BYTES

# Stored lengths of a chunk: 4096k - 24 bytes or less fill whole pages of LMDB 0.9 and
# 1.0, and the text inside is a multiple of 16.
CHUNK_BYTES = (4064, 8160, 16352, 32736, 65504)
FULL = CHUNK_BYTES[-1] - HEAD_BYTES  # text in each chunk but the last, which has room for less
TEXT_BYTES = tuple(size - HEAD_BYTES - TAG_BYTES for size in CHUNK_BYTES)

# Items and queued values are padded to the next of 64, 128, 256 ... bytes.
MIN_PADDED = 64
MAX_ITEM_BYTES = 512 * 1024
MAX_NAME_BYTES = 255
_LENGTH_BYTES = 4


def seal_table(key: Octets, place: bytes, table: memoryview) -> list[bytes]:
    """Seal a table as one text, zeros at its end, and cut it into chunks: the last as small as it may be."""
    full = max(0, -(-(len(table) - TEXT_BYTES[-1]) // FULL))
    if full >= MAX_CHUNKS:
        raise ValueError("the table has too many chunks")
    rest = next(text for text in TEXT_BYTES if text >= len(table) - full * FULL)
    head = TABLE_MAGIC + nonce()
    with Secret(full * FULL + rest) as padded, padded.view() as text:
        text[: len(table)] = table
        label = _table_label(place, [head] * (full + 1))
        parts = [text[start : start + FULL] for start in range(0, len(text), FULL)]
        return [head + part for part in seal_parts(key, head[_MAGIC_BYTES:], label, parts)]


def open_table(key: Octets, place: bytes, chunks: Sequence[Octets], into: memoryview) -> int:
    """Open a table into a buffer and return its length, the zeros included.

    Raises IntegrityError or VersionError, with nothing of it left in the buffer.
    """
    views = [memoryview(chunk) for chunk in chunks]
    for view in views:
        check_magic(TABLE_MAGIC, view)
    *most, last = map(len, views)
    if last not in CHUNK_BYTES or any(length != CHUNK_BYTES[-1] for length in most):
        raise IntegrityError("a chunk has a wrong length")
    label = _table_label(place, [view[:HEAD_BYTES] for view in views])
    parts = [view[HEAD_BYTES:] for view in views]
    return unseal_parts(key, bytes(views[0][_MAGIC_BYTES:HEAD_BYTES]), label, parts, into)


def _table_label(place: bytes, heads: Sequence[Octets]) -> bytes:
    return b"".join([purposes.TABLE, place, *heads])


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
