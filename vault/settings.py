"""The vault's settings: what a user may keep, and for how long."""

from dataclasses import dataclass, fields

from ..errors import SettingsError

DAY = 86_400  # seconds

_BOUNDS = {
    "quota": (1_024, 65_536),
    "fold_every": (1, 256),
    "grace_days": (0, 365),
    "queue_items": (0, 4_096),
    "queue_bytes": (0, 64 * 2**20),
    "queue_days": (1, 365),
    "shard_bytes": (2**20, 2**40),
}


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """What a user may keep, and for how long.

    A value out of bounds is a SettingsError.

    quota: token ids in one table; above it the rarest and oldest go first.
    fold_every: trainings kept in the journal before they are folded into the table.
    grace_days: how long a vault is kept that no login opens any more.
    queue_items, queue_bytes, queue_days: what is kept for a user who is locked.
    shard_bytes: the size one file of the store may grow to.
    """

    quota: int = 20_000
    fold_every: int = 16
    grace_days: int = 30
    queue_items: int = 256
    queue_bytes: int = 4 * 2**20
    queue_days: int = 30
    shard_bytes: int = 2**36

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        for field in fields(self):
            low, high = _BOUNDS[field.name]
            if not low <= getattr(self, field.name) <= high:
                raise SettingsError(f"{field.name} must lie in {low}..{high}")
