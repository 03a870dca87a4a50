"""Queues: what is sealed to a user whose vault is locked.

    stamp u64 | kind u8 | bytes            stamp in microseconds since 1970, big-endian

Sealed to the user's public key by the keyring, padded to its size class; nobody can open it
before the user comes back, not even who sealed it.
"""

import struct
from typing import NamedTuple

from ..errors import IntegrityError
from ..keyring import Envelope, wipe

HEAD = struct.Struct(">QB")


class Deposit(NamedTuple):
    """One thing kept for a locked user; sorts by its arrival."""

    stamp: int
    kind: int
    plain: bytes


def seal(envelope: Envelope, clock: float, kind: int, plain: bytes) -> bytes:
    """Seal a deposit to a locked user; `clock` in seconds since 1970."""
    packed = bytearray(HEAD.pack(int(clock * 1e6), kind)) + plain
    try:
        return envelope.seal(packed)
    finally:
        wipe(packed)


def unpack(plain: bytearray) -> Deposit:
    """Read a deposit's plaintext; one that is too short is an IntegrityError."""
    if len(plain) < HEAD.size:
        raise IntegrityError("a deposit is cut short")
    stamp, kind = HEAD.unpack_from(plain)
    return Deposit(stamp, kind, bytes(plain[HEAD.size :]))
