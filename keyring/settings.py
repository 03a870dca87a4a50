"""What an operator may choose."""

from dataclasses import dataclass

from ..errors import SettingsError
from .derivation import FREE, LANES, MEMORY_KIB, PASSES, Cost, Kdf

TICKET_DAYS = range(1, 91)


@dataclass(frozen=True, slots=True)
class KeyringSettings:
    """The cost of guessing, and how long a ticket lasts. Changes reach a slot when it is made anew.

    Raises SettingsError if a value is out of its bounds.
    """

    kdf: str = "argon2id"  # of SCRAM slots: "argon2id" or "hkdf" (docs/adr/0002)
    memory_kib: int = 19 * 1024  # Argon2id, 16 to 256 MiB; OWASP's first choice
    passes: int = 2  # Argon2id, 1 to 10
    lanes: int = 1  # Argon2id, 1 to 4
    ticket_days: int = 14  # 1 to 90

    def __post_init__(self) -> None:
        """Check every bound."""
        if self.kdf not in {"argon2id", "hkdf"}:
            raise SettingsError('keyring.kdf is "argon2id" or "hkdf"')
        for name, bounds in (
            ("memory_kib", MEMORY_KIB),
            ("passes", PASSES),
            ("lanes", LANES),
            ("ticket_days", TICKET_DAYS),
        ):
            if getattr(self, name) not in bounds:
                raise SettingsError(f"keyring.{name} is from {bounds[0]} to {bounds[-1]}")

    @property
    def argon2id(self) -> Cost:
        """What a password costs."""
        return Cost(Kdf.ARGON2ID, self.passes, self.lanes, self.memory_kib)

    @property
    def scram(self) -> Cost:
        """What a SCRAM secret costs."""
        return FREE if self.kdf == "hkdf" else self.argon2id
