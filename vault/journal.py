"""Journal: one sealed entry for each training since the last fold.

    op u8 | 0 | n u16 | ids u32 x cap        cap is 32 or 64, little-endian

An entry shows nothing but which of the two sizes it has.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import InputError, IntegrityError, VersionError

HEAD = struct.Struct("<BxH")
CAPS = (32, 64)
MAX_IDS = CAPS[-1]
SPAM = 1
UNDO = 2


class Entry(NamedTuple):
    """One training: the ids of a message, each once, and what it was."""

    ids: tuple[int, ...]
    spam: bool
    undo: bool


def encode(ids: Sequence[int], *, spam: bool, undo: bool) -> bytearray:
    """Return an entry's plaintext; the caller wipes it. More than 64 ids: InputError."""
    if len(ids) > MAX_IDS:
        raise InputError("a message has at most 64 features")
    cap = next(cap for cap in CAPS if len(ids) <= cap)
    plain = bytearray(HEAD.size + 4 * cap)
    HEAD.pack_into(plain, 0, spam * SPAM | undo * UNDO, len(ids))
    struct.pack_into(f"<{len(ids)}I", plain, HEAD.size, *ids)
    return plain


def decode(plain: bytearray) -> Entry:
    """Read an entry; what has not its form is an IntegrityError, a later op a VersionError."""
    if len(plain) not in {HEAD.size + 4 * cap for cap in CAPS}:
        raise IntegrityError("a training has a wrong size")
    op, count = HEAD.unpack_from(plain)
    if op & ~(SPAM | UNDO):
        raise VersionError("a training is of a newer form")
    if count * 4 > len(plain) - HEAD.size:
        raise IntegrityError("a training is cut short")
    ids = struct.unpack_from(f"<{count}I", plain, HEAD.size)
    return Entry(ids, bool(op & SPAM), bool(op & UNDO))
