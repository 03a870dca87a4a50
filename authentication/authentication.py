"""The authentication filter: what is known of a sender's server, cached, and found out within a budget."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from cryptography.x509 import verification

from ..cache import Cache, Flights
from ..errors import BusyError, InputError
from .chains import system_authorities
from .check import Check
from .checks import CHECKS
from .evidence import Evidence, Served
from .guard import Guard
from .names import domain_of, is_public
from .probe import Probe
from .resolver import Resolver
from .settings import AuthenticationSettings
from .states import NA, UNKNOWN, Fact, State
from .survey import survey

# Domains that are looked up at once; whoever comes then is unknown for now.
MOST_FLIGHTS = 256
# After a failure, when to try again: first after five minutes, then after twice as long each time.
# Who writes once writes again soon: facts that hold are kept at hand for a minute.
REMEMBERED_SECONDS, MOST_REMEMBERED = 60.0, 4096
AGAIN_SECONDS, MOST_AGAIN = 300.0, 6 * 3600.0

_NAMES = tuple(check.name for check in CHECKS)


class Authentication:
    """Asks the twelve checks, each at most as often as its answer holds.

    `clock` gives seconds since 1970; `authorities` are this machine's where none are given.
    """

    def __init__(
        self,
        settings: AuthenticationSettings,
        cache: Cache,
        clock: Callable[[], float] = time.time,
        authorities: verification.Store | None = None,
    ) -> None:
        """Keep facts in this cache."""
        self._cache = cache
        self._clock = clock
        self._authorities = authorities or system_authorities()
        if settings.resolver:
            self.resolver = Resolver(settings.resolver, settings.resolver_port, settings.trust_resolver)
        else:
            self.resolver = Resolver.of_system()
        self._remembered: dict[tuple[str, str], tuple[float, Mapping[str, Fact]]] = {}
        self._flights: Flights[None] = Flights(MOST_FLIGHTS)
        self._probe = None
        if settings.probing:
            self._probe = Probe(
                self.resolver, Guard(), domain_of(settings.origin), settings.networks(), settings.https_port
            )

    async def facts(self, name: str, served: Served, budget: float) -> Mapping[str, Fact]:
        """Return what is known of a domain within `budget` seconds; the rest is found out behind.

        A name that the public DNS does not know has no facts.
        """
        found, is_due = self.known(name, served)
        if not is_due:
            return found
        domain = domain_of(name)
        try:
            flight = self._flights.start(domain, lambda: self._find(domain, served))
        except BusyError:
            return found
        if any(fact.state is State.UNKNOWN for fact in found.values()) and budget > 0:
            await self._flights.wait(flight, budget)
            found, _ = self.known(domain, served)
        return found

    def known(self, name: str, served: Served) -> tuple[dict[str, Fact], bool]:
        """Return what is known at once, and whether something of it is due to be found out."""
        try:
            domain = domain_of(name)
        except InputError:
            return {}, False
        if not is_public(domain):
            return dict.fromkeys(_NAMES, NA), False
        now = self._clock()
        evidence = Evidence(domain, served, now)
        remembered = self._remembered.get((domain, served.address))
        if remembered is not None and now < remembered[0]:
            return {check.name: _told(check, remembered[1][check.name], evidence) for check in CHECKS}, False
        facts, is_due = self._cached(evidence)
        if not is_due:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[domain, served.address] = now + REMEMBERED_SECONDS, dict(facts)
        return facts, is_due

    def _cached(self, evidence: Evidence) -> tuple[dict[str, Fact], bool]:
        domain, served, now = evidence.domain, evidence.served, evidence.now
        facts: dict[str, Fact] = {}
        is_due = False
        for check in CHECKS:
            if check.is_served:
                facts[check.name] = check.look(evidence)
                continue
            entry = self._cache.get(check.name, _key(check.name, domain, served), now)
            is_due = is_due or entry is None or entry.is_stale
            facts[check.name] = _told(check, UNKNOWN if entry is None else Fact.from_bytes(entry.value), evidence)
        return facts, is_due

    def find_behind(self, domain: str, served: Served) -> None:
        """Have what is due found out, for whoever asks next."""
        with suppress(BusyError):
            self._flights.start(domain, lambda: self._find(domain, served))

    async def close(self) -> None:
        """End what is under way."""
        await self._flights.close()

    async def _find(self, domain: str, served: Served) -> None:
        now = self._clock()
        evidence = Evidence(domain, served, now, authorities=self._authorities)
        await survey(evidence, self.resolver)
        if self._probe is not None and served.is_authenticated:
            try:
                await self._probe.look(evidence)
            except BusyError:
                evidence.failed = True
        for check in CHECKS:
            if not check.is_served:
                self._keep(check.name, check.seconds, domain, served, check.look(evidence))

    def _keep(self, check: str, seconds: float, domain: str, served: Served, fact: Fact) -> None:
        now = self._clock()
        key = _key(check, domain, served)
        if fact.state in {State.UNKNOWN, State.BOGUS}:
            before = self._cache.get(check, key, now)
            old = Fact.from_bytes(before.value) if before else UNKNOWN
            if fact.state is State.UNKNOWN and old.state not in {State.UNKNOWN, State.BOGUS}:
                fact = old  # a failure makes nobody forget what was found before
            tries = int(old.detail or 0) if old.state is State.UNKNOWN and old.detail.isdigit() else 0
            seconds = min(MOST_AGAIN, AGAIN_SECONDS * 2**tries)
            if fact.state is State.UNKNOWN:
                fact = Fact(State.UNKNOWN, str(min(tries + 1, 10)))
        self._cache.put(check, key, fact.to_bytes(), seconds, now)


def facts_told(name: str, served: Served, now: float) -> Mapping[str, Fact]:
    """Return what the XMPP server tells of a domain, with nobody asked; no facts for what is no domain."""
    try:
        evidence = Evidence(domain_of(name), served, now)
    except InputError:
        return {}
    if not is_public(evidence.domain):
        return dict.fromkeys(_NAMES, NA)
    return {check.name: check.look(evidence) for check in CHECKS}


def _told(check: Check, fact: Fact, evidence: Evidence) -> Fact:
    """Return a fact, or what the server tells, where that is what counts or nothing else is known."""
    if fact.state is not State.UNKNOWN and not check.is_served:
        return fact
    told = check.look(evidence)
    return fact if told.state is State.UNKNOWN and not check.is_served else told


def _key(check: str, domain: str, served: Served) -> str:
    # What depends on the address is kept for the address.
    return f"{domain} {served.address}" if check == "REVERSE_DNS" else domain
