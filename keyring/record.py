"""The keyring record: what is stored of a vault's lock (docs/spec/keyring-record.md).

    "PVK1" | host epoch u32 | nonce 12 | AES-256-GCM(wrap key of the epoch; body)

    body: format u8 | bucket bits u8 | aead u8 | kem u8 | created u16 | changed u16 | vid u32 |
          generation u64 | chunks u16 | slots u8 | 0 u8 | head u32 | public key 32 |
          box: nonce 12, AES-256-GCM(fold key, token key, item key, private key: 128) |
          8 x slot 128 | header MAC 32

A body always has the same length. The host opens it without the user and learns what
stands here in the clear; the box and what the slots wrap open with the user's secret
only.
"""

import hmac
import struct
from typing import NamedTuple

from ..errors import IntegrityError, VersionError
from . import purposes
from .cipher import KEY_BYTES, NONCE_BYTES, TAG_BYTES, expand, mac, nonce, seal, unseal
from .host import UID_BYTES, HostKeys
from .secret import Octets, Secret
from .slots import SLOT_BYTES, Facts

MAGIC = b"PVK1"
FORMAT = 1
AES_256_GCM = 1
X25519 = 1

# Token ids are cut to this many bits: features share buckets on purpose (docs/adr/0006-bucket-space.md).
# buckets).
BUCKET_BITS = 18

MAX_SLOTS = 8
MAX_CHUNKS = 64

HEAD = struct.Struct(">4B2HIQHBxI32s")
OUTER = struct.Struct(f">4sI{NONCE_BYTES}s")
BOX_KEYS = 4 * KEY_BYTES
BOX_BYTES = NONCE_BYTES + BOX_KEYS + TAG_BYTES
MAC_BYTES = 32
_SLOTS = HEAD.size + BOX_BYTES
_MAC = _SLOTS + MAX_SLOTS * SLOT_BYTES
BODY_BYTES = _MAC + MAC_BYTES
RECORD_BYTES = OUTER.size + BODY_BYTES + TAG_BYTES


class Head(NamedTuple):
    """What is readable while the vault is locked. Days are counted from 1970-01-01."""

    created: int
    changed: int  # when a slot was last added or dropped
    vid: int  # tells the vaults of one user apart
    generation: int
    chunks: int  # of this generation's table
    slots: int
    head: int  # journal entries at the last clean lock
    public_key: bytes

    def pack(self) -> bytes:
        """Encode."""
        return HEAD.pack(FORMAT, BUCKET_BITS, AES_256_GCM, X25519, *self)

    @classmethod
    def unpack(cls, packed: Octets) -> "Head":
        """Decode what `pack` made."""
        return cls(*HEAD.unpack_from(packed)[4:])

    @classmethod
    def parse(cls, packed: Octets) -> "Head":
        """Decode. Raises VersionError for what is newer, IntegrityError if a rule is broken."""
        version, bits, aead, kem = packed[:4]
        if (version, aead, kem) != (FORMAT, AES_256_GCM, X25519):
            raise VersionError("a newer Providence wrote this keyring record")
        if bits != BUCKET_BITS:
            raise VersionError("this vault was made with another bucket space")
        head = cls.unpack(packed)
        if head.slots > MAX_SLOTS or head.chunks > MAX_CHUNKS or head.pack() != packed[: HEAD.size]:
            raise IntegrityError("a keyring record breaks a bound")
        return head


class Body(NamedTuple):
    """A parsed body: its head, its sealed box, and each slot beside the facts it states."""

    head: Head
    box: bytes
    slots: tuple[bytes, ...]
    facts: tuple[Facts, ...]
    mac: bytes

    @classmethod
    def parse(cls, packed: Octets) -> "Body":
        """Decode. Raises IntegrityError unless every rule holds; nothing is derived before."""
        head = Head.parse(packed)
        end = _SLOTS + head.slots * SLOT_BYTES
        slots = tuple(bytes(packed[at : at + SLOT_BYTES]) for at in range(_SLOTS, end, SLOT_BYTES))
        facts = tuple(Facts.parse(slot) for slot in slots)
        if any(packed[end:_MAC]) or len({fact.name for fact in facts}) != len(facts):
            raise IntegrityError("a keyring record has a slot too many")
        return cls(head, bytes(packed[HEAD.size : _SLOTS]), slots, facts, bytes(packed[_MAC:]))

    def open_box(self, uid: bytes, root: Octets, into: memoryview) -> None:
        """Check the header MAC and open the box. Raises IntegrityError."""
        if not hmac.compare_digest(self.mac, _mac(uid, root, self.head, self.box, self.slots)):
            raise IntegrityError("a keyring record is not what its owner wrote")
        with expand(root, purposes.BOX) as key:
            label = purposes.BOX + uid + self.head.pack()
            unseal(key.view(), self.box[:NONCE_BYTES], label, self.box[NONCE_BYTES:], into)


def _mac(uid: bytes, root: Octets, head: Head, box: bytes, slots: tuple[Octets, ...]) -> bytes:
    with expand(root, purposes.MAC) as key:
        return mac(key.view(), purposes.MAC, b"".join([uid, head.pack(), box, *slots]))


def write_body(uid: bytes, head: Head, root: Octets, keys: Octets, slots: tuple[Octets, ...]) -> bytes:
    """Make a body: seal the box under the root key, and put the header MAC on top."""
    fresh = nonce()
    with expand(root, purposes.BOX) as key:
        box = fresh + seal(key.view(), fresh, purposes.BOX + uid + head.pack(), keys)
    rest = bytes((MAX_SLOTS - head.slots) * SLOT_BYTES)
    return b"".join([head.pack(), box, *slots, rest, _mac(uid, root, head, box, slots)])


def _label(purpose: bytes, uid: bytes, epoch: int) -> bytes:
    if len(uid) != UID_BYTES:
        raise ValueError("a uid has 16 bytes")
    return purpose + uid + epoch.to_bytes(4)


def seal_host(host: HostKeys, magic: bytes, purpose: bytes, uid: bytes, plain: Octets) -> bytes:
    """Seal for this host, under its newest epoch."""
    epoch = host.epoch
    fresh = nonce()
    sealed = seal(host.wrap_key(epoch), fresh, _label(purpose, uid, epoch), plain)
    return OUTER.pack(magic, epoch, fresh) + sealed


def open_host(host: HostKeys, magic: bytes, purpose: bytes, uid: bytes, sealed: Octets) -> Secret:
    """Open what this host sealed. Raises IntegrityError or VersionError."""
    check_magic(magic, sealed)
    if len(sealed) < OUTER.size + TAG_BYTES:
        raise IntegrityError("a sealed value is too short")
    _, epoch, fresh = OUTER.unpack_from(sealed)
    plain = Secret(len(sealed) - OUTER.size - TAG_BYTES)
    label = _label(purpose, uid, epoch)
    unseal(host.wrap_key(epoch), fresh, label, sealed[OUTER.size :], plain.view())
    return plain


def check_magic(magic: bytes, sealed: Octets) -> None:
    """Raise VersionError when the version is a higher digit, IntegrityError for all else."""
    found = bytes(sealed[:4])
    if found != magic:
        if found[:3] == magic[:3] and magic[3:] < found[3:] <= b"9":
            raise VersionError("a newer Providence wrote this")
        raise IntegrityError("a sealed value is of another kind")


def open_record(host: HostKeys, uid: bytes, record: Octets) -> Body:
    """Open the host's seal around a record and read the body."""
    if len(record) != RECORD_BYTES:
        check_magic(MAGIC, record)
        raise IntegrityError("a keyring record has a wrong length")
    with open_host(host, MAGIC, purposes.KEYRING, uid, record) as body:
        return Body.parse(body.view())
