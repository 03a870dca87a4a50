"""What is sealed to a locked user: HPKE to the user's public key, inside the host's own seal.

    "PVQ1" | host epoch u32 | nonce 12 | AES-256-GCM(wrap key of the epoch; HPKE enc 32 | ct | tag)

Whoever writes to the disk knows no public key without the host key, and cannot forge an
item.
"""

from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from ..errors import IntegrityError
from . import purposes
from .host import HostKeys
from .record import open_host, seal_host
from .sealed import pad, strip
from .secret import Octets, randomise

MAGIC = b"PVQ1"
# RFC 9180, base mode.
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def make_pair(private_key: bytearray | memoryview) -> bytes:
    """Fill a buffer of 32 bytes with a fresh private key and return the public one."""
    randomise(private_key)
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


class Owner(NamedTuple):
    """Whom a value is sealed to; all of it is bound to the value as HPKE's info."""

    uid: bytes
    vid: int
    public_key: bytes

    @property
    def info(self) -> bytes:
        """Encode."""
        return purposes.SEAL + self.uid + self.vid.to_bytes(4) + self.public_key


def seal_queued(host: HostKeys, owner: Owner, plain: Octets) -> bytes:
    """Seal a value to a locked user."""
    to = X25519PublicKey.from_public_bytes(owner.public_key)
    with pad(plain) as padded:
        inner = SUITE.encrypt(padded.view(), to, owner.info)
    return seal_host(host, MAGIC, purposes.QUEUE, owner.uid, inner)


def open_queued(host: HostKeys, owner: Owner, private_key: Octets, sealed: Octets) -> bytearray:
    """Open a queued value. Raises IntegrityError or VersionError."""
    key = X25519PrivateKey.from_private_bytes(private_key)
    with open_host(host, MAGIC, purposes.QUEUE, owner.uid, sealed) as inner:
        try:
            padded = SUITE.decrypt(inner.view(), key, owner.info)
        except InvalidTag:
            raise IntegrityError("a queued value does not authenticate") from None
    return strip(padded)


def rehost_queued(host: HostKeys, uid: bytes, sealed: Octets) -> bytes:
    """Seal the same queued value under the newest epoch."""
    with open_host(host, MAGIC, purposes.QUEUE, uid, sealed) as inner:
        return seal_host(host, MAGIC, purposes.QUEUE, uid, inner.view())
