"""Queues: what is sealed to a user whose vault is locked.

    place 12 | stamp u64 | kind u8 | bytes         stamp in microseconds since 1970, big-endian

Sealed to the user's public key by the keyring, padded to its size class; nobody can open it
before the user comes back, not even who sealed it. The place is the end of its address, so that
one deposit cannot be put in the place of another.
"""

import struct
from typing import NamedTuple

from ..errors import IntegrityError
from ..keyring import Envelope, Keys, wipe

PLACE_BYTES = 12
HEAD = struct.Struct(">12sQB")


class Deposit(NamedTuple):
    """One thing kept for a locked user; sorts by its arrival."""

    stamp: int
    kind: int
    plain: bytes


def seal(envelope: Envelope, address: bytes, clock: float, kind: int, plain: bytes) -> bytes:
    """Seal a deposit to a locked user; `clock` in seconds since 1970."""
    packed = bytearray(HEAD.pack(address[-PLACE_BYTES:], int(clock * 1e6), kind)) + plain
    try:
        return envelope.seal(packed)
    finally:
        wipe(packed)


def unseal(keys: Keys, address: bytes, sealed: bytes) -> Deposit:
    """Open a deposit; an IntegrityError if it does not open, or was stored elsewhere."""
    plain = keys.open_queued(sealed)
    try:
        if len(plain) < HEAD.size:
            raise IntegrityError("a deposit is cut short")
        place, stamp, kind = HEAD.unpack_from(plain)
        if place != address[-PLACE_BYTES:]:
            raise IntegrityError("a deposit is not in its place")
        return Deposit(stamp, kind, bytes(memoryview(plain)[HEAD.size :]))
    finally:
        wipe(plain)
