"""Whose network an address belongs to: what the operator's table says, then what a DNS zone says."""

from .origins import Origins
from .prefixes import Prefixes


class Networks:
    """Asks both, or whichever there is; `table` may be replaced at any time."""

    def __init__(self, table: Prefixes | None = None, origins: Origins | None = None) -> None:
        """Ask these."""
        self.table = table
        self._origins = origins

    def asn(self, address: str) -> int:
        """Return the number of the autonomous system; 0 where it is not known, or not yet."""
        if self.table is not None and (found := self.table.asn(address)):
            return found
        return 0 if self._origins is None else self._origins.asn(address)

    async def close(self) -> None:
        """End what is under way."""
        if self._origins is not None:
            await self._origins.close()
