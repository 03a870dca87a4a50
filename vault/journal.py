"""Journal: one sealed entry for each training since the last fold.

    op u8 | 0 | n u16 | step i16 | receipt u16 | ids u32 x cap        cap is 32 or 64, little-endian

An entry shows nothing but which of the two sizes it has. One of format 1 has neither step nor receipt.
"""

import struct
import zlib
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import InputError, IntegrityError, VersionError

HEAD = struct.Struct("<BxHhH")
OLD_HEAD = struct.Struct("<BxH")
CAPS = (32, 64)
MAX_IDS = CAPS[-1]
SPAM = 1
UNDO = 2


class Entry(NamedTuple):
    """One training: the ids of a message, each once, what it was, and how far it moved their weights.

    receipt: the number by which an undo finds the step again; see `receipt_of`.
    """

    ids: tuple[int, ...]
    spam: bool
    undo: bool
    step: int = 0
    receipt: int = 0


def receipt_of(ids: Sequence[int], *, spam: bool) -> int:
    """Return sixteen bits that stand for a training: too few to prove that a message was learnt."""
    return zlib.crc32(array("I", ids).tobytes(), spam) & 0xFFFF


def encode(entry: Entry) -> bytearray:
    """Return an entry's plaintext; the caller wipes it. More than 64 ids: InputError."""
    ids = entry.ids
    if len(ids) > MAX_IDS:
        raise InputError("a message has at most 64 features")
    cap = next(cap for cap in CAPS if len(ids) <= cap)
    plain = bytearray(HEAD.size + 4 * cap)
    op = entry.spam * SPAM | entry.undo * UNDO
    HEAD.pack_into(plain, 0, op, len(ids), entry.step, entry.receipt)
    struct.pack_into(f"<{len(ids)}I", plain, HEAD.size, *ids)
    return plain


def decode(plain: bytearray) -> Entry:
    """Read an entry; what has not its form is an IntegrityError, a later op a VersionError."""
    head = next((head for head in (HEAD, OLD_HEAD) for cap in CAPS if len(plain) == head.size + 4 * cap), None)
    if head is None:
        raise IntegrityError("a training has a wrong size")
    op, count, *rest = head.unpack_from(plain)
    if op & ~(SPAM | UNDO):
        raise VersionError("a training is of a newer form")
    if count * 4 > len(plain) - head.size:
        raise IntegrityError("a training is cut short")
    ids = struct.unpack_from(f"<{count}I", plain, head.size)
    return Entry(ids, bool(op & SPAM), bool(op & UNDO), *rest)
