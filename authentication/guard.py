"""What keeps probes from being turned against others: ten thousand domains may all point to one victim."""

import time
from collections.abc import Callable
from ipaddress import ip_address

from ..errors import BusyError

# Probes of one block of addresses in an hour, at once in all, and begun in a second.
PER_BLOCK = 6
AT_ONCE = 8
PER_SECOND = 2
BLOCK = {4: 24, 6: 64}
HOUR = 3600.0
# Blocks remembered; past it there is no probe until an hour has passed for some.
MAX_BLOCKS = 10_000


class Guard:
    """Admits probes; time is monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the time from `clock`."""
        self._clock = clock
        self._under_way = 0
        self._begun: list[float] = []
        self._blocks: dict[str, list[float]] = {}

    def enter(self) -> None:
        """Begin a probe; BusyError: not now. Every entry needs its `leave`."""
        now = self._clock()
        self._begun = [when for when in self._begun if when > now - 1]
        if self._under_way >= AT_ONCE or len(self._begun) >= PER_SECOND:
            raise BusyError("too many probes")
        self._begun.append(now)
        self._under_way += 1

    def leave(self) -> None:
        """End a probe."""
        self._under_way -= 1

    def touch(self, address: str) -> None:
        """Count a probe of an address's block; BusyError: it had its share."""
        now = self._clock()
        place = ip_address(address)
        bits = place.max_prefixlen - BLOCK[place.version]
        block = f"{place.version}/{int(place) >> bits}"
        times = [when for when in self._blocks.get(block, []) if when > now - HOUR]
        if not times and len(self._blocks) >= MAX_BLOCKS:
            self._blocks = {name: each for name, each in self._blocks.items() if each[-1] > now - HOUR}
        if len(times) >= PER_BLOCK or (not times and len(self._blocks) >= MAX_BLOCKS):
            raise BusyError("too many probes of one network")
        self._blocks[block] = [*times, now]
