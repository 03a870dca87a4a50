"""Which autonomous system announces an address, as a DNS zone of Team Cymru's form tells.

TXT of `0.108.90.216.ZONE` is `23028 | 216.90.108.0/24 | US | arin | 1998-09-25`: numbers, prefix, and what we do not
read. Nobody waits for it: what is not known is found out behind, for the next stanza. Asked is for the block of an
address and never for the address itself, for nothing smaller is announced; so the zone learns less, and is asked once.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from ..cache import Cache, Flights
from ..errors import BusyError
from .addresses import Network, is_allowed
from .prefixes import MAX_ASN
from .resolver import Resolver

BLOCK = {4: 24, 6: 48}
# Prefixes change hands seldom; a failure is tried again soon.
HOLD_SECONDS, AGAIN_SECONDS = 86_400.0, 300.0
# Blocks that are looked up at once; whoever comes then has none for now.
MOST_FLIGHTS = 64
# What is read of a record: numbers and prefix stand at its beginning.
MAX_TEXT = 512

_KIND = "origin"


class Origins:
    """Asks a zone for IPv4 and one for IPv6; an empty name is none."""

    def __init__(
        self,
        zones: tuple[str, str],
        resolver: Resolver,
        cache: Cache,
        exempt: Sequence[Network] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep answers in this cache; of addresses that are not public only the `exempt` are asked for."""
        self._zones = dict(zip((4, 6), zones, strict=True))
        self._resolver = resolver
        self._cache = cache
        self._exempt = exempt
        self._clock = clock
        self._flights: Flights[None] = Flights(MOST_FLIGHTS)

    def asn(self, address: str) -> int:
        """Return the number of the system as far as it is known now, else 0; what is due is found out behind."""
        try:
            block = _block(address)
        except ValueError:
            return 0
        if not self._zones[block.version] or not is_allowed(address, self._exempt):
            return 0
        entry = self._cache.get(_KIND, str(block), self._clock())
        if entry is None or entry.is_stale:
            with suppress(BusyError):
                self._flights.start(str(block), lambda: self._find(block))
        return 0 if entry is None else int(entry.value)

    async def close(self) -> None:
        """End what is under way."""
        await self._flights.close()

    async def _find(self, block: IPv4Address | IPv6Address) -> None:
        name, _, _ = block.reverse_pointer.rpartition(".in-addr" if block.version == 4 else ".ip6")  # noqa: PLR2004 - IP's
        answer = await self._resolver.ask(f"{name}.{self._zones[block.version]}", "TXT")
        seconds = HOLD_SECONDS if answer.is_known else AGAIN_SECONDS
        # The most particular prefix of several.
        _, asn = max((_read(record, block) for record in answer.records), default=(0, 0))
        if not answer.is_known:
            before = self._cache.get(_KIND, str(block), self._clock())
            asn = 0 if before is None else int(before.value)
        self._cache.put(_KIND, str(block), b"%d" % asn, seconds, self._clock())


def _block(address: str) -> IPv4Address | IPv6Address:
    """Return the first address of the block that an address lies in; ValueError where it is none."""
    place = ip_address(address)
    if isinstance(place, IPv6Address) and place.ipv4_mapped is not None:
        place = place.ipv4_mapped
    bits = place.max_prefixlen - BLOCK[place.version]
    return type(place)(int(place) >> bits << bits)


def _read(record: Any, block: IPv4Address | IPv6Address) -> tuple[int, int]:  # noqa: ANN401 - dnspython's TXT has no types
    """Return the length of a record's prefix and the first number; zeros where it tells nothing of the block."""
    numbers, _, rest = b"".join(record.strings)[:MAX_TEXT].decode("ascii", "replace").partition("|")
    try:
        network, asn = ip_network(rest.partition("|")[0].strip()), int(numbers.split()[0])
    except (ValueError, IndexError):
        return 0, 0
    return (network.prefixlen, asn) if block in network and 0 < asn <= MAX_ASN else (0, 0)
