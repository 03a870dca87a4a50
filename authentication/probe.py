"""A look at the server itself: its certificate, its registration, its website. Only where an operator allows it.

A stranger chose the names, and so the addresses. Each connection goes to an address that was looked at after it was
resolved, and to that very address; whatever is said is read within the bounds of one probe. A probe asks, and never
logs in, sends a form or follows a redirect.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from xml.etree.ElementTree import Element

from ..errors import BusyError, InputError
from .addresses import Network, is_allowed, is_allowed_port
from .chains import unverified
from .evidence import Evidence, Service
from .guard import Guard
from .resolver import Resolver
from .streams import STEP_SECONDS, TLS, Allowance, Stream
from .survey import parent_of, service_of

PROBE_SECONDS = 10.0
CLIENT_PORT = 5222
MAX_PAGE = 16 * 1024
AGENT = "Providence (XMPP spam filter; looks once a week)"

_REGISTER = "jabber:iq:register"
_FEATURE = "{http://jabber.org/features/iq-register}register"
_FORM = "{jabber:x:data}"
_OUT_OF_BAND = "{jabber:x:oob}x"
# ejabberd's CAPTCHA form is a plain registration form but for these fields (XEP-0158).
_CAPTCHA = {
    "challenge", "captcha-fallback-url", "captcha-fallback-text", "ocr", "audio_recog", "picture_recog", "qa",
    "picture_q", "speech_q", "speech_recog", "video_q", "video_recog", "SHA-256",
}  # fmt: skip

_BROKEN = (OSError, EOFError, TimeoutError, InputError, BusyError, ValueError, ssl.SSLError)


class Probe:
    """Probes on behalf of one domain of ours."""

    def __init__(
        self, resolver: Resolver, guard: Guard, origin: str, exempt: Sequence[Network] = (), https_port: int = 443
    ) -> None:
        """Resolve and hold back with these; `exempt` networks may be connected to though they are not public."""
        self._resolver = resolver
        self._guard = guard
        self._origin = origin
        self._exempt = exempt
        self._https_port = https_port

    async def look(self, evidence: Evidence) -> None:
        """Fill in what the server shows; what breaks on the way is left unknown.

        BusyError: too much is under way. No probe takes longer than PROBE_SECONDS, nor reads more than MAX_BYTES.
        """
        self._guard.enter()
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                allowance = Allowance()
                await asyncio.gather(
                    self._certificate(evidence, allowance),
                    self._registration(evidence, allowance),
                    self._website(evidence, allowance),
                )
        except TimeoutError:
            evidence.failed = True
        finally:
            self._guard.leave()

    async def _certificate(self, evidence: Evidence, allowance: Allowance) -> None:
        if evidence.service is None:
            return
        try:
            address = self._pick(evidence.addresses.records, evidence.service.port)
            async with await Stream.connect(address, evidence.service.port, allowance) as stream:
                features = await stream.open(evidence.domain, "jabber:server", self._origin)
                if features.find(f"{{{TLS}}}starttls") is not None:
                    evidence.chain = await stream.start_tls(evidence.domain)
        except _BROKEN:
            evidence.failed = True

    async def _registration(self, evidence: Evidence, allowance: Allowance) -> None:
        try:
            domain, service, addresses = await self._clients(evidence.domain)
            if service is None:
                evidence.registration = "closed"
                return
            address = self._pick(addresses, service.port)
            async with await Stream.connect(address, service.port, allowance) as stream:
                features = await stream.open(domain, "jabber:client")
                if features.find(f"{{{TLS}}}starttls") is not None:
                    await stream.start_tls(domain)
                    features = await stream.open(domain, "jabber:client")
                stream.write(f"<iq type='get' id='r' to='{domain}'><query xmlns='{_REGISTER}'/></iq>")
                evidence.registration = registration_of(features, await stream.next())
        except _BROKEN:
            evidence.failed = True

    async def _clients(self, domain: str) -> tuple[str, Service | None, Sequence[str]]:
        """Return where clients log in: of a sub-host without addresses of its own, at the domain above."""
        for name in filter(None, (domain, parent_of(domain))):
            srv = await self._resolver.ask(f"_xmpp-client._tcp.{name}", "SRV")
            service = service_of(srv, name, CLIENT_PORT)
            if service is None:
                return name, None, ()
            addresses = await self._resolver.addresses(service.host)
            if addresses.records:
                return name, service, addresses.records
        raise InputError("no server for clients")

    async def _website(self, evidence: Evidence, allowance: Allowance) -> None:
        for name in filter(None, (evidence.domain, parent_of(evidence.domain))):
            addresses = await self._resolver.addresses(name)
            if not addresses.is_known:
                return
            if not addresses.records:
                evidence.website = "down"
                continue
            try:
                evidence.website = await self._page(self._pick(addresses.records, self._https_port), name, allowance)
            except ConnectionRefusedError:
                evidence.website = "down"
            except _BROKEN:
                evidence.failed = True
            if evidence.website == "up":
                return

    async def _page(self, address: str, domain: str, allowance: Allowance) -> str:
        """Ask for a website's first page over TLS, and read its first line."""
        async with asyncio.timeout(STEP_SECONDS):
            reader, writer = await asyncio.open_connection(
                address, self._https_port, ssl=unverified(), server_hostname=domain, limit=MAX_PAGE
            )
        try:
            request = (
                f"GET / HTTP/1.1\r\nHost: {domain}\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            )
            writer.write(request.encode())
            async with asyncio.timeout(STEP_SECONDS):
                line = await reader.readline()
            allowance.take(len(line))
        finally:
            writer.transport.abort()
            with suppress(OSError, ssl.SSLError):
                await writer.wait_closed()
        parts = line.split()
        if len(parts) < 2 or not parts[0].startswith(b"HTTP/") or not parts[1].isdigit():  # noqa: PLR2004 - both used here
            raise InputError("no HTTP")
        return "up" if 200 <= int(parts[1]) < 400 else "down"  # noqa: PLR2004 - RFC 9110 section 15

    def _pick(self, addresses: Sequence[str], port: int) -> str:
        """Return the address to connect to; InputError where none may be."""
        address = next((each for each in addresses if is_allowed(each, self._exempt)), None)
        if address is None or not is_allowed_port(port):
            raise InputError("a server at an address or a port where no server is")
        self._guard.touch(address)
        return address


def registration_of(features: Element, answer: Element) -> str:
    """Return what an answer to `jabber:iq:register` means: `closed`, `web`, `captcha`, `open`, or empty for no meaning.

    The feature of service discovery means nothing: Prosody shows it on every host.
    """
    query = answer.find(f"{{{_REGISTER}}}query")
    if answer.get("type") == "error" or query is None:
        refused = answer.get("type") == "error"
        return "closed" if refused or features.find(_FEATURE) is None else ""
    form = query.find(f"{_FORM}x")
    fields = [] if form is None else form.findall(f"{_FORM}field")
    names = {field.get("var", "") for field in fields}
    kinds = {
        value for field in fields if field.get("var") == "FORM_TYPE" for value in [field.findtext(f"{_FORM}value")]
    }
    if "urn:xmpp:captcha" in kinds or names & _CAPTCHA:
        return "captcha"
    if query.find(f"{{{_REGISTER}}}username") is not None or "username" in names:
        return "open"
    return "web" if query.find(_OUT_OF_BAND) is not None else "closed"
