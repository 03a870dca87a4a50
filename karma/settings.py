"""What an operator may set."""

from dataclasses import dataclass, fields

from ..errors import SettingsError


@dataclass(frozen=True, slots=True)
class KarmaSettings:
    """Bounds are part of each setting; a value past them is a SettingsError.

    pace: strangers that an unknown sender may write to in an hour (an address: ten times as many).
    burst: how many of them at once.
    agreement: lists that must name a sender before it counts in full.
    retention_days: a name that nothing was heard of for so long is forgotten.
    """

    pace: float = 12.0
    burst: int = 6
    agreement: int = 2
    retention_days: int = 365

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        bounds = {"pace": (0.1, 100_000), "burst": (1, 10_000), "agreement": (1, 8), "retention_days": (8, 3650)}
        for field in fields(self):
            least, most = bounds[field.name]
            if not least <= getattr(self, field.name) <= most:
                raise SettingsError(f"{field.name} must lie in {least:g}..{most:g}")
