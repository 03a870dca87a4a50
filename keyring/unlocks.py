"""One way to open a vault, as it is handed over at a login."""

import enum
from types import TracebackType
from typing import Self

from ..errors import InputError
from .secret import Faceless, Secret

MAX_UNLOCKS = 4  # one for each SCRAM hash and one more: what a request costs at most, in KDF runs
MAX_PASSWORD_BYTES = 1024
MAX_SALT_BYTES = 255
MAX_ITERATIONS = 2**32 - 1

SCRAM_BYTES = 32
TICKET_BYTES = 32
RECOVERY_BYTES = 20


class SlotKind(enum.IntEnum):
    """What opens a slot; the numbers are in every record."""

    PASSWORD = 1
    SCRAM = 2
    TICKET = 3
    RECOVERY = 4
    RESIDENT = 5


# The names are those of the SCRAM mechanisms; the numbers are in every record, 0 is
# none.
HASHES = ("", "sha-1", "sha-256", "sha-512")

_LENGTHS = {
    SlotKind.PASSWORD: range(1, MAX_PASSWORD_BYTES + 1),
    SlotKind.SCRAM: range(SCRAM_BYTES, SCRAM_BYTES + 1),
    SlotKind.TICKET: range(TICKET_BYTES, TICKET_BYTES + 1),
    SlotKind.RECOVERY: range(RECOVERY_BYTES, RECOVERY_BYTES + 1),
    SlotKind.RESIDENT: range(1),
}


class Unlock(Faceless):
    """A kind, its secret, and for SCRAM the hash, salt and iterations that the server stores.

    The secret of SCRAM is the 32 bytes derived from ClientKey, never ClientKey itself;
    RESIDENT has none. Who makes an Unlock wipes it. Raises InputError if a bound is
    broken.
    """

    __slots__ = ("hash", "iterations", "kind", "salt", "secret")

    def __init__(
        self,
        kind: SlotKind,
        secret: Secret | None = None,
        hash: str = "",  # noqa: A002  # SCRAM's own word
        salt: bytes = b"",
        iterations: int = 0,
    ) -> None:
        self.kind = kind
        self.secret = secret or Secret(0)
        self.hash = hash
        self.salt = salt
        self.iterations = iterations
        if len(self.secret) not in _LENGTHS[kind]:
            raise InputError("an unlock secret has a wrong length")
        if kind is SlotKind.SCRAM:
            sound = hash in HASHES[1:] and 0 < len(salt) <= MAX_SALT_BYTES and 0 < iterations <= MAX_ITERATIONS
        else:
            sound = not (hash or salt or iterations)
        if not sound:
            raise InputError("an unlock has a wrong hash, salt or iteration count")

    @property
    def name(self) -> tuple[SlotKind, str]:
        """What a keyring record has one slot of."""
        return self.kind, self.hash

    def wipe(self) -> None:
        """Wipe the secret."""
        self.secret.wipe()

    def __enter__(self) -> Self:
        """Lend the unlock to a block, at whose end it is wiped."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe."""
        self.wipe()

    def __repr__(self) -> str:
        """Name the kind."""
        return f"<Unlock {self.kind.name.lower()}>"
