"""From a secret to 32 bytes: Argon2id for what people choose, nothing for what is random."""

import enum
from typing import NamedTuple

from argon2.low_level import ARGON2_VERSION, Type, core, ffi
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .cipher import BLANK, KEY_BYTES
from .secret import Octets, Secret

SALT_BYTES = 16

# The floor is OWASP's order of size, the ceiling keeps a forged record from eating the
# machine.
MEMORY_KIB = range(16 * 1024, 256 * 1024 + 1)
PASSES = range(1, 11)
LANES = range(1, 5)


class Kdf(enum.IntEnum):
    """How a slot stretches its secret; the numbers are in every record."""

    ARGON2ID = 1
    HKDF = 2


class Cost(NamedTuple):
    """What one derivation costs: zeros for HKDF, else Argon2id's t, p and m in KiB."""

    kdf: Kdf
    passes: int = 0
    lanes: int = 0
    memory_kib: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether floors and ceilings hold."""
        if self.kdf is Kdf.HKDF:
            return not (self.passes or self.lanes or self.memory_kib)
        return self.passes in PASSES and self.lanes in LANES and self.memory_kib in MEMORY_KIB


FREE = Cost(Kdf.HKDF)
_LEAST = Cost(Kdf.ARGON2ID, 1, 1, 8)  # the least that Argon2 runs with


def stretch(secret: Octets, salt: bytes, cost: Cost) -> Secret:
    """Make guessing dear: Argon2id (RFC 9106, version 1.3). With HKDF this is the secret itself.

    The interpreter runs on meanwhile: other threads may work.
    """
    if cost.kdf is Kdf.HKDF:
        return Secret(secret)
    key = Secret(KEY_BYTES)
    for source, expense, into in ((secret, cost, key.view()), (BLANK, _LEAST, bytearray(KEY_BYTES))):
        _argon2id(source, salt, expense, into)  # the second round clears the stack, as in `expand`
    return key


def _argon2id(secret: Octets, salt: bytes, cost: Cost, into: bytearray | memoryview) -> None:
    """Run Argon2id from our buffer to our buffer.

    argon2-cffi's easier functions take bytes only and keep a copy that is never wiped.
    """
    with (
        ffi.from_buffer("uint8_t[]", into, require_writable=True) as out,
        ffi.from_buffer("uint8_t[]", secret) as pwd,
        ffi.from_buffer("uint8_t[]", salt) as held_salt,
    ):
        context = {
            "version": ARGON2_VERSION,
            "out": out,
            "outlen": len(into),
            "pwd": pwd,
            "pwdlen": len(secret),
            "salt": held_salt,
            "saltlen": len(salt),
            "t_cost": cost.passes,
            "m_cost": cost.memory_kib,
            "lanes": cost.lanes,
            "threads": cost.lanes,
        }
        if core(ffi.new("argon2_context*", context), Type.ID.value):
            raise MemoryError("Argon2id could not run")


def extract(stretched: Octets, pepper: Octets, salt: bytes, purpose: bytes) -> Secret:
    """Mix a stretched secret with the host's pepper into a key (HKDF, RFC 5869, SHA-256)."""
    key = Secret(KEY_BYTES)
    with Secret(len(stretched) + len(pepper)) as material:
        view = material.view()
        view[: len(stretched)] = stretched
        view[len(stretched) :] = pepper
        for source, into in ((view, key.view()), (BLANK, bytearray(KEY_BYTES))):
            HKDF(SHA256(), KEY_BYTES, salt, purpose).derive_into(source, into)
    return key
