"""Addresses: the keys under which the records of a user lie.

    uid 16 | kind 1 | vid 4 | ...          all integers big-endian

Whatever belongs to a user is one contiguous range of keys, and so is what belongs to one of the
user's vaults within a kind. docs/spec/vault-format.md has the table.
"""

import os
from enum import IntEnum
from typing import NamedTuple

from ..errors import InputError
from ..keyring import MAX_CHUNKS

UID_BYTES = 16
MAX_BOX_BYTES = 32
MAX_IDENT_BYTES = 64


class Kind(IntEnum):
    """What a record is: the byte behind the uid."""

    RECORD = 1  # the keyring record of the live vault
    ASIDE = 2  # the keyring record of a vault that is set aside
    BASE = 3  # a chunk of a table
    JOURNAL = 4  # one training
    ITEM = 5  # a small sealed item
    QUEUE = 6  # something sealed to a user while locked


OWNED = (Kind.BASE, Kind.JOURNAL, Kind.ITEM, Kind.QUEUE)  # their addresses name a vault
FOLDED = (Kind.BASE, Kind.JOURNAL)  # and these a generation


_NUMBERS = [number.to_bytes(2, "big") for number in range(MAX_CHUNKS)]


class Aside(NamedTuple):
    """The address of a set-aside keyring record: the day it was set aside, and its vault."""

    day: int
    vid: int


def _vid(vid: int) -> bytes:
    return vid.to_bytes(4, "big")


def of_record(uid: bytes) -> bytes:
    """Return where the live vault's keyring record lies."""
    return uid + bytes((Kind.RECORD,))


def of_asides(uid: bytes) -> bytes:
    """Return the range of the user's set-aside keyring records."""
    return uid + bytes((Kind.ASIDE,))


def of_aside(uid: bytes, aside: Aside) -> bytes:
    """Return where a keyring record lies that is set aside."""
    return of_asides(uid) + aside.day.to_bytes(2, "big") + _vid(aside.vid)


def to_aside(key: bytes) -> Aside:
    """Read the address of a set-aside keyring record."""
    rest = key[UID_BYTES + 1 :]
    return Aside(int.from_bytes(rest[:2], "big"), int.from_bytes(rest[2:], "big"))


def of_kind(uid: bytes, kind: Kind, vid: int) -> bytes:
    """Return the range of one vault's records of one kind."""
    return uid + bytes((kind,)) + _vid(vid)


def of_chunks(uid: bytes, vid: int, generation: int, count: int) -> list[bytes]:
    """Return where the chunks of a table lie, in their order."""
    table = of_generation(uid, Kind.BASE, vid, generation)
    return [table + number for number in _NUMBERS[:count]]


def of_entry(uid: bytes, vid: int, generation: int, sequence: int) -> bytes:
    """Return where a training lies."""
    return of_generation(uid, Kind.JOURNAL, vid, generation) + sequence.to_bytes(4, "big")


def of_generation(uid: bytes, kind: Kind, vid: int, generation: int) -> bytes:
    """Return the range of a generation's chunks or trainings."""
    return of_kind(uid, kind, vid) + generation.to_bytes(8, "big")


def to_generation(key: bytes) -> int:
    """Read the generation a chunk or training belongs to."""
    return int.from_bytes(key[UID_BYTES + 5 : UID_BYTES + 13], "big")


def of_box(uid: bytes, vid: int, box: bytes) -> bytes:
    """Return the range of the items in a box; the box's name may have 1 to 32 bytes."""
    if not 0 < len(box) <= MAX_BOX_BYTES:
        raise InputError("the name of a box has 1 to 32 bytes")
    return of_kind(uid, Kind.ITEM, vid) + bytes((len(box),)) + box


def of_item(uid: bytes, vid: int, box: bytes, ident: bytes) -> bytes:
    """Return where an item lies; an item's name may have 1 to 64 bytes."""
    if not 0 < len(ident) <= MAX_IDENT_BYTES:
        raise InputError("the name of an item has 1 to 64 bytes")
    return of_box(uid, vid, box) + ident


def to_item(key: bytes) -> tuple[bytes, bytes]:
    """Read the box and the name of an item."""
    rest = key[UID_BYTES + 5 :]
    return rest[1 : 1 + rest[0]], rest[1 + rest[0] :]


def of_queued(uid: bytes, vid: int, hour: int) -> bytes:
    """Return a new place for something for a locked user: the hour, and eight random bytes."""
    return of_kind(uid, Kind.QUEUE, vid) + hour.to_bytes(4, "big") + os.urandom(8)


def to_hour(key: bytes) -> int:
    """Read the hour since 1970 in which something was queued."""
    return int.from_bytes(key[UID_BYTES + 5 : UID_BYTES + 9], "big")


def to_kind(key: bytes) -> int:
    """Read the kind of a record; may be none of Kind."""
    return key[UID_BYTES]


def to_vid(key: bytes) -> int:
    """Read the vault a chunk, training, item or queued record belongs to."""
    return int.from_bytes(key[UID_BYTES + 1 : UID_BYTES + 5], "big")
