"""DNS block lists: the addresses and domains that others have complained of (RFC 5782).

Only lists that the operator names are asked. A list that has died often answers yes to everything; so each is tried on
the entries that every list must have and must not have, at the start and each day, and is left alone while it fails.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address
from typing import Any

from ..cache import Cache
from ..errors import InputError, SettingsError
from .names import domain_of
from .resolver import Found, Resolver

MAX_BLOCKLISTS = 16
LEAST_SECONDS, MOST_SECONDS = 60.0, 3600.0
AGAIN_SECONDS = 300.0
TRIAL_SECONDS = 86_400.0
# RFC 5782 sections 2.1 and 5: what every list has, and what none has.
_LISTED_4, _CLEAN_4 = "127.0.0.2", "127.0.0.1"
_LISTED_NAME, _CLEAN_NAME = "test", "invalid"
_ANSWERS = IPv4Network("127.0.0.0/8")
# Not a listing but a complaint about the question, as several large lists practise it.
_ERRORS = (IPv4Network("127.255.255.0/24"), IPv4Network("127.0.0.1/32"))


@dataclass(frozen=True, slots=True)
class BlockList:
    """One list: its zone, whether it lists domains or addresses, and which answers count (all, if none are named).

    is_enough: a hit decides on its own; else it is `log_odds` of evidence. SettingsError: a value out of bounds.
    """

    zone: str
    lists_domains: bool = False
    answers: frozenset[str] = frozenset()
    log_odds: float = 2.0
    is_enough: bool = False

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        try:
            known = domain_of(self.zone) == self.zone and all(IPv4Address(each) in _ANSWERS for each in self.answers)
        except (InputError, ValueError):
            known = False
        if not known or not 0 <= self.log_odds <= 3:  # noqa: PLR2004 - as much as karma may say
            raise SettingsError("a block list has a zone, answers in 127.0.0.0/8 and log-odds in 0..3")


class BlockLists:
    """The operator's lists, behind a cache."""

    def __init__(
        self, lists: Sequence[BlockList], resolver: Resolver, cache: Cache, clock: Callable[[], float] = time.time
    ) -> None:
        """Ask these lists; SettingsError past MAX_BLOCKLISTS."""
        if len(lists) > MAX_BLOCKLISTS:
            raise SettingsError("too many block lists")
        self._lists = lists
        self._resolver = resolver
        self._cache = cache
        self._clock = clock
        self._tried: dict[str, tuple[float, bool]] = {}

    async def hits(self, domain: str, address: str) -> tuple[BlockList, ...]:
        """Return the lists that name a sender's domain or address; no answer counts as none."""
        found = await asyncio.gather(*(self._has(each, domain, address) for each in self._lists))
        return tuple(each for each, is_hit in zip(self._lists, found, strict=True) if is_hit)

    async def works(self, blocklist: BlockList) -> bool:
        """Say whether a list has the entry that every list has, and not the one that none has."""
        now = self._clock()
        when, works = self._tried.get(blocklist.zone, (0.0, False))
        if now - when < (TRIAL_SECONDS if works else AGAIN_SECONDS):
            return works
        names = (_LISTED_NAME, _CLEAN_NAME) if blocklist.lists_domains else (_reversed(_LISTED_4), _reversed(_CLEAN_4))
        listed, clean = await asyncio.gather(*(self._resolver.ask(f"{name}.{blocklist.zone}", "A") for name in names))
        works = listed.found is Found.YES and clean.found in {Found.NO_NAME, Found.NO_DATA}
        self._tried[blocklist.zone] = now, works
        return works

    async def _has(self, blocklist: BlockList, domain: str, address: str) -> bool:
        name = domain if blocklist.lists_domains else address and _reversed(address)
        if not name:
            return False
        now = self._clock()
        entry = self._cache.get("dnsbl", f"{name}.{blocklist.zone}", now)
        if entry is not None and not entry.is_stale:
            return entry.value == b"listed"
        if not await self.works(blocklist):
            return False
        answer = await self._resolver.ask(f"{name}.{blocklist.zone}", "A")
        is_hit = answer.found is Found.YES and any(_counts(record, blocklist) for record in answer.records)
        seconds = max(LEAST_SECONDS, min(MOST_SECONDS, answer.seconds)) if answer.is_known else LEAST_SECONDS
        self._cache.put("dnsbl", f"{name}.{blocklist.zone}", b"listed" if is_hit else b"", seconds, now)
        return is_hit


def _reversed(address: str) -> str:
    """Return an address as it stands in a list: its octets, or nibbles, backwards."""
    pointer = ip_address(address).reverse_pointer
    return pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


def _counts(record: Any, blocklist: BlockList) -> bool:  # noqa: ANN401 - dnspython's A has no types
    answer = IPv4Address(str(record))
    if answer not in _ANSWERS or any(answer in error for error in _ERRORS):
        return False
    return not blocklist.answers or str(answer) in blocklist.answers
