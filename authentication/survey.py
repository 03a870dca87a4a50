"""What the DNS says of a domain: at most a dozen questions, side by side, to our own resolver."""

import asyncio
from typing import Any

import dns.reversename

from .evidence import Evidence, Service
from .resolver import Answer, Found, Resolver

SERVER_PORT = 5269
_FEWEST_LABELS = 2


def parent_of(domain: str) -> str:
    """Return the domain above a sub-host such as `conference.example.org`, or an empty string."""
    above = domain.partition(".")[2]
    return above if above.count(".") + 1 >= _FEWEST_LABELS else ""


async def survey(evidence: Evidence, resolver: Resolver) -> None:
    """Fill in what the DNS says; failures leave NOT_ASKED."""
    await asyncio.gather(_service(evidence, resolver), _mail(evidence, resolver), _pointer(evidence, resolver))


async def _service(evidence: Evidence, resolver: Resolver) -> None:
    evidence.srv = await resolver.ask(f"_xmpp-server._tcp.{evidence.domain}", "SRV")
    evidence.service = service_of(evidence.srv, evidence.domain, SERVER_PORT)
    service = evidence.service
    if service is None:
        return
    if service.is_named:
        name = f"_{service.port}._tcp.{service.host}"
        evidence.addresses, evidence.tlsa = await asyncio.gather(
            resolver.addresses(service.host), resolver.ask(name, "TLSA")
        )
    else:
        evidence.addresses = await resolver.addresses(service.host)


def service_of(srv: Answer, domain: str, port: int) -> Service | None:
    """Return where a service is: its best target (RFC 2782), else the domain; None where it is refused."""
    if not srv.records:
        return Service(domain, port, is_named=False)
    best = min(srv.records, key=_order)
    host = best.target.to_text(omit_final_dot=True)
    return Service(host, best.port, is_named=True) if host not in {"", "."} else None


def _order(record: Any) -> tuple[int, float]:  # noqa: ANN401 - dnspython's SRV has no types
    # Any of the same priority will do to look at; the heaviest is the one that most clients meet.
    return record.priority, -record.weight


async def _mail(evidence: Evidence, resolver: Resolver) -> None:
    for domain in filter(None, (evidence.domain, parent_of(evidence.domain))):
        evidence.mail = await resolver.ask(domain, "MX")
        if evidence.mail.records or not evidence.mail.is_known:
            break
    if evidence.mail.records:
        best = min(evidence.mail.records, key=lambda record: record.preference)
        evidence.mail_addresses = await resolver.addresses(best.exchange.to_text(omit_final_dot=True))


async def _pointer(evidence: Evidence, resolver: Resolver) -> None:
    if not evidence.served.address:
        return
    name = dns.reversename.from_address(evidence.served.address).to_text()
    evidence.pointer = await resolver.ask(name, "PTR")
    if evidence.pointer.found is Found.YES:
        target = evidence.pointer.records[0].target.to_text(omit_final_dot=True)
        evidence.forward = await resolver.addresses(target)
