"""What an operator may choose."""

from dataclasses import dataclass

from ..errors import SettingsError
from .derivation import FREE, LANES, MEMORY_KIB, PASSES, Cost, Kdf

TICKET_DAYS = range(1, 91)


KDFS = ("argon2id", "hkdf")


@dataclass(frozen=True, slots=True)
class KeyringSettings:
    """The cost of guessing, and how long a ticket lasts; changes reach a slot when it is made anew.

    Raises SettingsError if a value is out of its bounds.

    kdf: what derives the keys of SCRAM slots, argon2id or hkdf (docs/adr/0002).
    memory_kib: memory of Argon2id, in KiB; 19 MiB is the first choice of OWASP.
    passes: passes of Argon2id.
    lanes: lanes of Argon2id.
    ticket_days: days for which a ticket opens a vault.
    """

    kdf: str = "argon2id"
    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1
    ticket_days: int = 14

    def __post_init__(self) -> None:
        """Check every bound."""
        if self.kdf not in KDFS:
            raise SettingsError(f"kdf must be one of {', '.join(KDFS)}")
        for name, bounds in (
            ("memory_kib", MEMORY_KIB),
            ("passes", PASSES),
            ("lanes", LANES),
            ("ticket_days", TICKET_DAYS),
        ):
            if getattr(self, name) not in bounds:
                raise SettingsError(f"{name} must lie in {bounds[0]}..{bounds[-1]}")

    @property
    def argon2id(self) -> Cost:
        """What a password costs."""
        return Cost(Kdf.ARGON2ID, self.passes, self.lanes, self.memory_kib)

    @property
    def scram(self) -> Cost:
        """What a SCRAM secret costs."""
        return FREE if self.kdf == "hkdf" else self.argon2id
