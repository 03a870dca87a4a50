"""What all vaults of a store share: the keyring, the settings, the clock and the scratch buffer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..keyring import Keyring
from .scratch import Scratch
from .settings import DAY, VaultSettings

HOUR = 3_600  # seconds


@dataclass(frozen=True, slots=True)
class Desk:
    """One for each store; `clock` gives seconds since 1970."""

    keyring: Keyring
    settings: VaultSettings
    clock: Callable[[], float]
    scratch: Scratch = field(default_factory=Scratch)

    @property
    def today(self) -> int:
        """Days since 1970."""
        return int(self.clock()) // DAY

    @property
    def hour(self) -> int:
        """Hours since 1970."""
        return int(self.clock()) // HOUR
