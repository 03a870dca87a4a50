"""One stanza kept back, with why."""

from dataclasses import dataclass, field
from typing import Self

import msgpack

from ..errors import IntegrityError, VersionError

# The first field of every item: what follows may change with it.
ITEM_VERSION = 1
# More filters than any verdict names.
MAX_REASONS = 64


@dataclass(frozen=True, slots=True)
class Item:
    """A stanza as it was received, when (seconds since 1970), from whom, and the verdict's reasons."""

    sender: str = field(repr=False)
    arrived: int
    probability: float
    reasons: tuple[tuple[str, float], ...]
    stanza: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """Return the item as it is sealed: one msgpack array, so that no key can come twice."""
        packed: bytes = msgpack.packb(
            (ITEM_VERSION, self.sender, self.arrived, self.probability, self.reasons, self.stanza)
        )
        return packed

    @classmethod
    def from_bytes(cls, data: bytes | bytearray) -> Self:
        """Return the item that `to_bytes` wrote.

        Raises VersionError for a newer item and IntegrityError for what is none.
        """
        try:
            fields = msgpack.unpackb(data, use_list=False, max_array_len=MAX_REASONS, max_map_len=0)
        except (ValueError, msgpack.UnpackException):
            # Not `from` the library's error: its repr holds the bytes.
            raise IntegrityError("a sealed item is malformed") from None
        match fields:
            case (1, str(sender), int(arrived), float(probability), tuple(reasons), bytes(stanza)) if all(
                _is_reason(reason) for reason in reasons
            ):
                return cls(sender, arrived, probability, reasons, stanza)
            case (int(version), *_) if version > ITEM_VERSION:
                raise VersionError("a newer Providence wrote this item")
        raise IntegrityError("a sealed item is malformed")


def _is_reason(reason: object) -> bool:
    match reason:
        case (str(), float()):
            return True
    return False
