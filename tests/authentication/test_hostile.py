"""Servers that want to hurt whoever looks at them: each probe ends, soon and small."""

import asyncio
import resource
import ssl
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_network
from typing import TYPE_CHECKING

import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from providence.authentication.evidence import Evidence, Served, Service
from providence.authentication.guard import Guard
from providence.authentication.probe import PROBE_SECONDS, Probe
from providence.authentication.resolver import Answer, Found, Resolver
from providence.authentication.streams import MAX_BYTES, MAX_DEPTH, STEP_SECONDS, Allowance, Stream
from providence.errors import InputError

if TYPE_CHECKING:
    from providence.tests.authentication.rig.internet import Internet

Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

HERE = "127.77.9.1"
HEAD = (
    b"<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
    b"version='1.0' id='x' from='evil.example'>"
)
OFFER = b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
PROCEED = b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
# What the ends of a probe may hold besides its 64 KiB: TLS, buffers, Python.
MOST_KIB = 16 * 1024


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not reader.at_eof():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.2)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"<stream:features>")
    while True:
        writer.write(b"<a xmlns='u:x'>" + b"x" * 60_000 + b"</a>")
        await writer.drain()


async def depth(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"<stream:features>" + b"<a>" * 20_000)
    await reader.read()


async def laughs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>" + HEAD[21:])
    await reader.read()


async def long_name(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"<stream:features><a q='")
    while True:
        writer.write(b"y" * 60_000)
        await writer.drain()


async def comments(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"<!-- hello -->")
    await reader.read()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    writer.close()


async def hang_in_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b">")
    writer.write(HEAD + OFFER)
    await reader.readuntil(b"/>")
    writer.write(PROCEED)
    await reader.read()


async def rubbish_in_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b">")
    writer.write(HEAD + OFFER)
    await reader.readuntil(b"/>")
    writer.write(PROCEED)
    await reader.read(1)
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n" * 100)
    await reader.read()


async def inject(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b">")
    writer.write(HEAD + OFFER)
    await reader.readuntil(b"/>")
    writer.write(PROCEED + b"<stream:features/>")
    await reader.read()


async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"<message><body>You have won</body></message>")
    await reader.read()


async def another_protocol(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")
    await reader.read()


PLAYS = [
    silence, drip, flood, depth, laughs, long_name, comments, reset, hang_up, hang_in_tls, rubbish_in_tls, inject, lie,
    another_protocol,
]  # fmt: skip


class OneAnswer(Resolver):
    """A resolver that knows one address."""

    async def ask(self, _name: str, _kind: str) -> Answer:
        """Say that there is no such record."""
        return Answer(Found.NO_DATA)

    async def addresses(self, _name: str) -> Answer:
        """Return the address."""
        return Answer(Found.YES, records=(HERE,))


async def served(play: Play, context: ssl.SSLContext | None = None) -> tuple[asyncio.Server, int]:
    async def shielded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await play(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(shielded, HERE, 0, ssl=context)
    return server, server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_a_hostile_server_tells_nothing_and_costs_little(play: Play) -> None:
    async def run() -> Evidence:
        server, port = await served(play)
        evidence = Evidence("evil.example", Served(is_authenticated=True), time.time())
        evidence.service = Service("evil.example", port, is_named=True)
        evidence.addresses = Answer(Found.YES, records=(HERE,))
        probe = Probe(OneAnswer("127.0.0.1"), Guard(), "home.example", (ip_network("127.77.0.0/16"),), port)
        await probe.look(evidence)
        server.close()
        return evidence

    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    evidence = asyncio.run(run())

    assert evidence.failed
    assert (None, "", "") == (evidence.chain, evidence.registration, evidence.website)
    assert time.monotonic() - begun < PROBE_SECONDS + STEP_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KIB


class TestStream:
    @staticmethod
    def read(data: bytes) -> str:
        """Return the tag of the first element of a stream that brings these bytes."""

        async def run() -> str:
            async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(data)
                await reader.read()

            server, port = await served(play)
            async with server, await Stream.connect(HERE, port, Allowance()) as stream:
                return (await stream.open("evil.example", "jabber:server")).tag

        return asyncio.run(run())

    def test_depth_is_bounded(self) -> None:
        def nested(depth: int) -> bytes:
            inner = depth - 2  # the stream and its features
            return HEAD + b"<stream:features>" + b"<a>" * inner + b"</a>" * inner + b"</stream:features>"

        assert self.read(nested(MAX_DEPTH)).endswith("features")
        with pytest.raises(InputError):
            self.read(nested(MAX_DEPTH + 1))

    def test_bytes_are_bounded(self) -> None:
        def padded(size: int) -> bytes:
            frame = HEAD + b"<stream:features></stream:features>"
            return frame.replace(b"s></", b"s>" + b"x" * (size - len(frame)) + b"</")

        assert self.read(padded(MAX_BYTES)).endswith("features")
        with pytest.raises(InputError):
            self.read(padded(MAX_BYTES + 1))


def test_an_endless_web_page_and_a_long_first_line_are_not_read(internet: "Internet") -> None:
    folder = internet.folder
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certs/good.example.crt", folder / "certs/good.example.key")

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 60_000)
            await writer.drain()

    async def no_end_of_line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x" * 60_000)
            await writer.drain()

    async def look(play: Play) -> str:
        server, port = await served(play, context)
        evidence = Evidence("evil.example", Served(is_authenticated=True), time.time())
        probe = Probe(OneAnswer("127.0.0.1"), Guard(), "home.example", (ip_network("127.77.0.0/16"),), port)
        await probe.look(evidence)
        server.close()
        return evidence.website

    assert "up" == asyncio.run(look(endless))
    assert "" == asyncio.run(look(no_end_of_line))


@pytest.mark.parametrize("kind", ["rubbish", "another question", "nothing", "a thousand records", "a loop"])
def test_a_hostile_name_server_tells_nothing_or_a_bounded_lot(kind: str) -> None:
    def reply(query: dns.message.Message) -> bytes:
        name = query.question[0].name
        answer = dns.message.make_response(query)
        match kind:
            case "rubbish":
                return b"\xff" * 40
            case "another question":
                return dns.message.make_response(dns.message.make_query("else.example", "A")).to_wire()
            case "a thousand records":
                texts = [f"10.0.{n >> 8}.{n & 255}" for n in range(1000)]
                answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "A", texts))
            case _:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", name.to_text()))
        return answer.to_wire(max_size=65535)

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: object) -> None:
            if kind != "nothing":
                self.transport.sendto(reply(dns.message.from_wire(data)), address)  # type: ignore[attr-defined]

    async def run() -> Answer:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Server, (HERE, 0))
        port = transport.get_extra_info("sockname")[1]
        answer = await Resolver(HERE, port).ask("evil.example", "A")
        transport.close()
        return answer

    begun = time.monotonic()
    answer = asyncio.run(run())
    assert time.monotonic() - begun < 2 * STEP_SECONDS
    assert answer.found is {"a thousand records": Found.YES, "a loop": Found.NO_DATA}.get(kind, Found.BROKEN)
    assert len(answer.records) <= 32
