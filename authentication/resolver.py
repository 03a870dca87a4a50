"""Questions to the DNS, through a resolver that validates.

We do not validate DNSSEC ourselves: dnspython has no chain validation. The AD bit of a local validating resolver is
believed (RFC 6840 section 5.8), and of no other unless the operator says so; extended errors tell bogus from broken
(RFC 8914).
"""

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from typing import Any, NamedTuple

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.resolver

# What one question may take, with its second try over TCP.
SECONDS = 3.0
MAX_RECORDS = 32
# Without fragments over the paths of today (DNS flag day 2020).
PAYLOAD = 1232
# Extended errors that mean that validation failed (RFC 8914): signatures, keys, proofs.
_BOGUS = {1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 27}


class Found(Enum):
    """What a question brought."""

    YES = "yes"
    NO_NAME = "no name"
    NO_DATA = "no data"
    BOGUS = "bogus"
    BROKEN = "broken"
    """No answer in time, or a server's failure: nothing is known."""


class Answer(NamedTuple):
    """What was found, whether it is authenticated, the records, and how long they hold (seconds)."""

    found: Found
    is_secure: bool = False
    records: tuple[Any, ...] = ()
    seconds: float = 0.0
    is_alias: bool = False

    @property
    def is_known(self) -> bool:
        """Say whether anything is known now."""
        return self.found is not Found.BROKEN and self.found is not Found.BOGUS


@dataclass(slots=True)
class Resolver:
    """One resolver at an address and a port; `is_trusted` says whether its AD bit is believed."""

    address: str
    port: int = 53
    is_trusted: bool = False
    _validates: bool | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Believe a resolver on this machine."""
        self.is_trusted = self.is_trusted or ip_address(self.address).is_loopback

    @classmethod
    def of_system(cls) -> "Resolver":
        """Return the system's first resolver; the one on this machine where it names none."""
        try:
            servers = [str(server) for server in dns.resolver.Resolver().nameservers]
        except dns.exception.DNSException:
            servers = []
        return cls(servers[0] if servers else "127.0.0.1")

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask one question; failures are answers too, and none takes longer than SECONDS."""
        try:
            async with asyncio.timeout(SECONDS):
                response = await self._send(name, kind)
        except (TimeoutError, OSError, dns.exception.DNSException, ValueError):
            return Answer(Found.BROKEN)
        rcode = response.rcode()
        if rcode == dns.rcode.SERVFAIL and any(int(error.code) in _BOGUS for error in response.extended_errors()):
            return Answer(Found.BOGUS)
        is_secure = bool(response.flags & dns.flags.AD) and await self.validates()
        if rcode == dns.rcode.NXDOMAIN:
            return Answer(Found.NO_NAME, is_secure)
        if rcode != dns.rcode.NOERROR:
            return Answer(Found.BROKEN)
        wanted = dns.rdatatype.from_text(kind)
        records = [record for rrset in response.answer if rrset.rdtype == wanted for record in rrset]
        seconds = min((rrset.ttl for rrset in response.answer), default=0)
        is_alias = any(rrset.rdtype == dns.rdatatype.CNAME for rrset in response.answer)
        found = Found.YES if records else Found.NO_DATA
        return Answer(found, is_secure, tuple(records[:MAX_RECORDS]), seconds, is_alias)

    async def addresses(self, name: str) -> Answer:
        """Ask for the addresses of a name, of both kinds; the records are their texts."""
        both = await asyncio.gather(self.ask(name, "A"), self.ask(name, "AAAA"))
        texts = tuple(str(record) for answer in both for record in answer.records)
        worst = next((answer for answer in both if answer.found is Found.BOGUS), None)
        if worst is not None:
            return worst
        if texts:
            used = [answer for answer in both if answer.records]
            seconds, is_alias = min(answer.seconds for answer in used), any(answer.is_alias for answer in used)
            return Answer(Found.YES, all(answer.is_secure for answer in used), texts, seconds, is_alias)
        return next((answer for answer in both if not answer.is_known), both[0])

    async def validates(self) -> bool:
        """Say whether this resolver is trusted and validates: it must authenticate the root's keys.

        Asked once; a resolver that did not answer is asked again next time.
        """
        if not self.is_trusted:
            return False
        if self._validates is None:
            try:
                async with asyncio.timeout(SECONDS):
                    response = await self._send(".", "DNSKEY")
            except (TimeoutError, OSError, dns.exception.DNSException):
                return False
            self._validates = bool(response.flags & dns.flags.AD)
        return self._validates

    async def _send(self, name: str, kind: str) -> dns.message.Message:
        query = dns.message.make_query(name, kind, use_edns=0, payload=PAYLOAD)
        query.flags |= dns.flags.AD
        response, _ = await dns.asyncquery.udp_with_fallback(query, self.address, timeout=SECONDS, port=self.port)
        return response
