"""One slot of a keyring record: the vault's root key, wrapped under one secret.

kind u8 | kdf u8 | t u8 | p u8 | m_kib u32 | salt 16 | print 16 | hash u8 | flags u8 |
created u16 | expires u16 | 0 u16 | commitment 32 | wrapped root key 48
"""

import hmac
import struct
from typing import NamedTuple

from ..errors import IntegrityError
from . import purposes
from .cipher import KEY_BYTES, NONCE_BYTES, TAG_BYTES, expand, mac, seal, unseal
from .derivation import Cost, Kdf, extract, stretch
from .secret import Faceless, Octets, Secret
from .unlocks import HASHES, SlotKind, Unlock

PRINT_BYTES = 16
COMMIT_BYTES = 32
WRAPPED_BYTES = KEY_BYTES + TAG_BYTES
FACTS = struct.Struct(">4BI16s16s2B2H2x")
SLOT_BYTES = FACTS.size + COMMIT_BYTES + WRAPPED_BYTES

# The operator's choice to derive a SCRAM slot by HKDF: such a slot says so in a flag of
# its own, so that no single value turns a dear derivation into a cheap one.
FLAG_CHEAP_SCRAM = 1

# A key that a slot's random salt makes unique encrypts once.
_NONCE = bytes(NONCE_BYTES)


class Facts(NamedTuple):
    """What a slot says about itself; days are counted from 1970-01-01, 0 is never."""

    kind: SlotKind
    cost: Cost
    salt: bytes
    print: bytes  # SCRAM: which stored key opens; RESIDENT: random; else zeros
    hash: str
    created: int
    expires: int = 0

    @property
    def name(self) -> tuple[SlotKind, str]:
        """What a record has one slot of."""
        return self.kind, self.hash

    def matches(self, unlock: Unlock, mark: bytes) -> bool:
        """Whether an unlock, of this print, is for this slot."""
        return unlock.name == self.name and (unlock.kind is not SlotKind.SCRAM or hmac.compare_digest(mark, self.print))

    @property
    def flags(self) -> int:
        """The flags that belong to these facts."""
        cheap = self.kind is SlotKind.SCRAM and self.cost.kdf is Kdf.HKDF
        return FLAG_CHEAP_SCRAM if cheap else 0

    def pack(self) -> bytes:
        """Encode; these bytes are authenticated with the wrapped key."""
        cost = self.cost
        return FACTS.pack(
            self.kind,
            cost.kdf,
            cost.passes,
            cost.lanes,
            cost.memory_kib,
            self.salt,
            self.print,
            HASHES.index(self.hash),
            self.flags,
            self.created,
            self.expires,
        )

    @classmethod
    def parse(cls, packed: Octets) -> "Facts":
        """Decode. Raises IntegrityError unless every rule holds, before any derivation."""
        kind, kdf, passes, lanes, memory, salt, mark, name, flags, created, expires = FACTS.unpack_from(packed)
        try:
            facts = cls(
                SlotKind(kind),
                Cost(Kdf(kdf), passes, lanes, memory),
                salt,
                mark,
                HASHES[name],
                created,
                expires,
            )
        except (ValueError, IndexError):
            raise IntegrityError("a slot is of no known kind") from None
        dear = facts.kind is SlotKind.PASSWORD
        if (
            facts.flags != flags
            or not facts.cost.is_sound
            or (dear and facts.cost.kdf is not Kdf.ARGON2ID)
            or (facts.kind is SlotKind.SCRAM) != bool(facts.hash)
            or facts.pack() != packed[: FACTS.size]
        ):
            raise IntegrityError("a slot breaks the rules of its kind")
        return facts


class Wrapper(Faceless):
    """A slot whose dear step is done: it needs the root key, and nothing else, to be complete."""

    __slots__ = ("_kek", "facts")

    def __init__(self, uid: bytes, facts: Facts, secret: Octets, pepper: Octets) -> None:
        self.facts = facts
        source = facts.print if facts.kind is SlotKind.RESIDENT else secret
        with stretch(source, facts.salt, facts.cost) as stretched:
            purpose = purposes.SLOT_KEK + bytes([facts.kind]) + uid
            self._kek = extract(stretched.view(), pepper, facts.salt, purpose)

    def wrap(self, uid: bytes, root: Octets) -> bytes:
        """Make a slot of `SLOT_BYTES` that opens to the root key, and wipe."""
        packed = self.facts.pack()
        with (
            self._kek as kek,
            expand(kek.view(), purposes.SLOT_COMMIT) as commitment,
            expand(kek.view(), purposes.SLOT_WRAP) as key,
        ):
            sealed = seal(key.view(), _NONCE, purposes.SLOT + uid + packed, root)
            return packed + commitment.view() + sealed

    def unwrap(self, uid: bytes, slot: Octets) -> Secret | None:
        """Open a slot, and wipe: the root key, or None when the secret is not this slot's.

        AES-GCM does not commit to its key, so a wrong secret is told by the commitment.
        Raises IntegrityError when the secret is right and the rest is not what was
        written.
        """
        packed, committed, sealed = (
            slot[: FACTS.size],
            slot[FACTS.size : -WRAPPED_BYTES],
            slot[-WRAPPED_BYTES:],
        )
        with (
            self._kek as kek,
            expand(kek.view(), purposes.SLOT_COMMIT) as commitment,
            expand(kek.view(), purposes.SLOT_WRAP) as key,
        ):
            if not hmac.compare_digest(commitment.view(), committed):
                return None
            root = Secret(KEY_BYTES)
            unseal(key.view(), _NONCE, purposes.SLOT + uid + packed, sealed, root.view())
            return root


def print_of(key: Octets, uid: bytes, unlock: Unlock) -> bytes:
    """Name a stored SCRAM key by its hash, salt and iterations; for every other kind, zeros."""
    if unlock.kind is not SlotKind.SCRAM:
        return bytes(PRINT_BYTES)
    text = struct.pack(">16sBI", uid, HASHES.index(unlock.hash), unlock.iterations) + unlock.salt
    return mac(key, purposes.SLOT_PRINT, text)[:PRINT_BYTES]
