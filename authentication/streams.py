"""The beginning of an XMPP stream (RFC 6120 section 4), as far as one gets without logging in.

Whoever is at the other end was named by a stranger. So a stream has bounds for all it may cost: bytes, depth, time,
and XML that RFC 6120 section 11.1 forbids.
"""

import asyncio
import re
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Self
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..errors import InputError
from .chains import Chain, chain_of, unverified

# One connection, and each step of it: a name to resolve, a handshake, an element to arrive.
STEP_SECONDS = 3.0
MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
CHUNK = 4096

STREAMS = "http://etherx.jabber.org/streams"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
# `proceed` and nothing after it: what follows in the clear would be taken for what comes under TLS (CVE-2011-0411).
_PROCEED = re.compile(rb"\s*<proceed\s[^<>]{1,200}(?:/>|>\s*</proceed\s*>)\s*")


class Allowance:
    """The bytes that all connections of one probe may read together."""

    def __init__(self, most: int = MAX_BYTES) -> None:
        """Allow `most` bytes."""
        self._left = most

    def take(self, count: int) -> None:
        """Count bytes that were read; InputError past the bound."""
        self._left -= count
        if self._left < 0:
            raise InputError("a server sent too much")


class Stream:
    """A stream to a pinned address: `async with await Stream.connect(...)`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, allowance: Allowance) -> None:
        """Read and write here, within the allowance."""
        self._reader = reader
        self._writer = writer
        self._allowance = allowance
        self._raw = bytearray()
        self._elements: list[Element] = []

    @classmethod
    async def connect(cls, address: str, port: int, allowance: Allowance) -> Self:
        """Connect; OSError or TimeoutError where nobody answers."""
        async with asyncio.timeout(STEP_SECONDS):
            reader, writer = await asyncio.open_connection(address, port, limit=MAX_BYTES)
        return cls(reader, writer, allowance)

    async def __aenter__(self) -> Self:
        """Use the stream."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection, politely if that is quick."""
        with suppress(OSError, RuntimeError):
            self._writer.write(b"</stream:stream>")
        self._writer.transport.abort() if error else self._writer.close()
        with suppress(OSError, TimeoutError, ssl.SSLError):
            async with asyncio.timeout(STEP_SECONDS):
                await self._writer.wait_closed()

    async def open(self, domain: str, namespace: str, sender: str = "") -> Element:
        """Begin the stream to a domain and return the features; both names are A-labels."""
        self._begin()
        origin = f" from='{sender}'" if sender else ""
        self.write(
            f"<?xml version='1.0'?><stream:stream xmlns='{namespace}' xmlns:stream='{STREAMS}' version='1.0' "
            f"to='{domain}'{origin}>"
        )
        features = await self.next()
        if features.tag != f"{{{STREAMS}}}features":
            raise InputError("a stream begins with its features")
        return features

    async def start_tls(self, domain: str) -> Chain:
        """Secure the stream, trusting nobody, and return what the server presented."""
        self.write(f"<starttls xmlns='{TLS}'/>")
        answer = await self.next()
        if answer.tag != f"{{{TLS}}}proceed" or not _PROCEED.fullmatch(self._raw) or self._elements:
            raise InputError("a server does not proceed to TLS, or goes on talking")
        async with asyncio.timeout(STEP_SECONDS):
            await self._writer.start_tls(unverified(), server_hostname=domain, ssl_handshake_timeout=STEP_SECONDS)
        return chain_of(self._writer.get_extra_info("ssl_object"))

    def write(self, xml: str) -> None:
        """Send; what comes from now on answers it."""
        self._raw.clear()
        self._writer.write(xml.encode())

    async def next(self) -> Element:
        """Return the next element of the stream.

        InputError: what RFC 6120 forbids, or past a bound. EOFError: the end. TimeoutError: nothing in time.
        """
        async with asyncio.timeout(STEP_SECONDS):
            while not self._elements:
                chunk = await self._reader.read(CHUNK)
                if not chunk:
                    raise EOFError
                self._allowance.take(len(chunk))
                self._raw += chunk
                try:
                    self._parser.Parse(chunk)
                except expat.ExpatError:
                    raise InputError("a stream is not well-formed") from None
        return self._elements.pop(0)

    def _begin(self) -> None:
        self._elements.clear()
        self._depth = 0
        self._builder: TreeBuilder | None = None
        parser = self._parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.ProcessingInstructionHandler = _refuse
        parser.CommentHandler = _refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth >= MAX_DEPTH:
            raise InputError("a stream is too deep")
        if self._depth == 1:
            self._builder = TreeBuilder()
        if self._builder is not None:
            self._builder.start(_tag(name), attributes)
        self._depth += 1

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._builder is not None:
            self._builder.end(_tag(name))
            if self._depth == 1:
                self._elements.append(self._builder.close())
                self._builder = None

    def _data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name


def _refuse(*_: object) -> None:
    raise InputError("a stream holds what RFC 6120 forbids")
