"""FrameProtocol and the two clients over real UNIX sockets."""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest

from providence.errors import BusyError, FrameError, RemoteError, UnreachableError
from providence.pnp import (
    MAX_BODY,
    MAX_PIPELINE,
    AsyncClient,
    Client,
    Reply,
    SlotKind,
    SlotName,
    Status,
    encode_request,
)
from providence.pnp.limits import HALF_FRAME_SECONDS, MAX_UNSENT, STALLED_SECONDS

USER = "juliet@capulet.example"
TICKET = [SlotName(SlotKind.TICKET)]

Serving = Any  # what conftest.py says
Clock = Any
Data = bytes | bytearray | memoryview
Talk = Callable[..., Coroutine[Any, Any, bytes]]


async def until(condition: Callable[[], object]) -> None:
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came true")


@pytest.fixture
def talk(socket_path: Path) -> Talk:
    """Send bytes, end our side unless told to stay, and return all that comes back."""

    async def speak(*chunks: bytes, stay: bool = False) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(socket_path))
        try:
            for chunk in chunks:
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            pass
        if not stay:
            writer.write_eof()
        try:
            return await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.close()

    return speak


def test_a_person_can_speak_it(serving: Serving, talk: Talk) -> None:
    async def run() -> None:
        async with serving():
            assert await talk(b"PING PNP/1.0\nId: 1\n\n") == b"PNP/1.0 200 OK\r\nId: 1\r\nLength: 0\r\n\r\n"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("sent", "first_line"),
    [
        (b"nonsense\n\n", "400 Bad request"),
        (b"STATUS PNP/1.0\nUser: \xff\n\n", "400 Bad request"),
        (b"CHECK PNP/1.0\nContent-Length: -1\n\n", "400 Bad request"),
        (b"CHECK PNP/1.0\nContent-Length: 10000000\n\n", "413 Too large"),
        (b"a" * 10_000, "413 Too large"),
        (b"PING PNP/9.0\n\n", "505 Version not supported"),
    ],
)
def test_a_bad_frame_is_answered_and_ends_the_connection(
    sent: bytes, first_line: str, serving: Serving, talk: Talk
) -> None:
    async def run() -> None:
        async with serving() as (_, daemon):
            answer = await talk(sent, stay=True)
            assert answer == f"PNP/1.0 {first_line}\r\n\r\n".encode()
            assert daemon.frames == []

    asyncio.run(run())


def test_ten_megabytes_of_body_are_not_taken(serving: Serving, socket_path: Path) -> None:
    def send() -> bytes:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(socket_path))
            size = 10_000_000
            head = f"SENT PNP/1.0\nUser: {USER}\nContent-Length: {size}\n\n"
            with pytest.raises(OSError, match=r"Broken pipe|reset"):
                sock.sendall(head.encode() + bytes(size))
            return sock.recv(1000)

    async def run() -> None:
        async with serving():
            answer = await asyncio.to_thread(send)
            assert answer == b"PNP/1.0 413 Too large\r\n\r\n"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (b"DANCE PNP/1.0\nId: 1\n\n", "405 Unknown verb"),
        (b"STATUS PNP/1.0\nId: 1\n\n", "400 Bad request"),
        (b"FORGET PNP/1.0\nId: 1\nUser: a@b.example\n\n", "500 Internal error"),
    ],
)
def test_a_request_that_fails_leaves_the_connection_open(
    request_: bytes,
    code: str,
    serving: Serving,
    talk: Talk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    async def run() -> None:
        async with serving():
            answer = await talk(request_ + b"PING PNP/1.0\nId: 2\n\n")
            assert answer == (f"PNP/1.0 {code}\r\nId: 1\r\n\r\nPNP/1.0 200 OK\r\nId: 2\r\nLength: 0\r\n\r\n").encode()

    asyncio.run(run())

    assert "a@b.example" not in caplog.text
    assert ("RuntimeError at conftest.py" in caplog.text) == (code[:3] == "500")


def test_half_a_frame_at_the_end_is_dropped(serving: Serving, talk: Talk) -> None:
    async def run() -> None:
        async with serving() as (_, daemon):
            assert await talk(encode_request("SENT", {"User": USER}, b"abc")[:-1]) == b""
            assert daemon.frames == []

    asyncio.run(run())


def test_half_a_frame_is_waited_for_and_no_longer(serving: Serving, socket_path: Path, clock: Clock) -> None:
    """Each byte more does not buy more time; a whole frame does."""

    async def run() -> None:
        async with serving() as (server, daemon):
            reader, writer = await asyncio.open_unix_connection(str(socket_path))

            async def send(data: bytes) -> None:
                writer.write(data)
                for _ in range(50):
                    await asyncio.sleep(0)

            await send(b"PING PNP/1.0\n\nPI")
            clock.now += HALF_FRAME_SECONDS
            server.sweep()
            await send(b"NG PNP/1.0\n\nP")
            clock.now += HALF_FRAME_SECONDS
            server.sweep()
            await send(b"I")
            assert len(daemon.frames) == 2
            clock.now += 0.1
            server.sweep()
            assert b"PNP/1.0 408 Too slow\r\n\r\n" in await reader.read()
            writer.close()

    asyncio.run(run())


def test_a_connection_between_frames_may_wait_for_ever(serving: Serving, socket_path: Path, clock: Clock) -> None:
    async def run() -> None:
        async with (
            serving() as (server, _),
            await AsyncClient.unix(socket_path) as client,
        ):
            await client.ping()
            clock.now += 1e6
            server.sweep()
            await client.ping()

    asyncio.run(run())


def test_what_was_asked_is_answered_before_a_bad_frame_ends_it(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving() as (_, daemon):
            reader, writer = await asyncio.open_unix_connection(str(socket_path))
            writer.write(encode_request("SENT", {"Id": "1", "User": USER}, b"abc"))
            writer.write(b"nonsense\n\n")
            first = await reader.readuntil(b"\r\n\r\n")
            assert first == b"PNP/1.0 400 Bad request\r\n\r\n"
            daemon.release()
            assert await reader.read() == b"PNP/1.0 200 OK\r\nId: 1\r\n\r\n"
            writer.close()

    asyncio.run(run())


def test_past_the_pipeline_nothing_more_is_read(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving() as (_, daemon):
            reader, writer = await asyncio.open_unix_connection(str(socket_path))
            one = encode_request("SENT", {"User": USER}, b"abc")
            writer.write(one * (MAX_PIPELINE + 1))
            writer.write_eof()
            await until(lambda: len(daemon.frames) == MAX_PIPELINE)
            for _ in range(300):
                await asyncio.sleep(0)
            assert len(daemon.frames) == MAX_PIPELINE
            answers = b""
            while len(daemon.frames) == MAX_PIPELINE:
                daemon.release()
                answers += await reader.read(1 << 20)
            daemon.release()
            answers += await reader.read()
            assert answers.count(b"200 OK") == MAX_PIPELINE + 1
            writer.close()

    asyncio.run(run())


def test_a_peer_that_does_not_read_is_not_read_from_and_then_cut(
    serving: Serving, socket_path: Path, clock: Clock
) -> None:
    async def run() -> None:
        async with serving() as (server, daemon):
            with socket.socket(socket.AF_UNIX) as sock:
                sock.settimeout(0)
                sock.connect(str(socket_path))
                loop = asyncio.get_running_loop()
                headers = {"User": USER, "Session": "s", "Slots": "password"}
                one = encode_request("UNLOCK", headers, b"p" * 1024)
                sending = asyncio.ensure_future(loop.sock_sendall(sock, one * 5000))
                await until(lambda: daemon.connections and daemon.connections[0].unsent > 0)
                [connection] = daemon.connections
                for _ in range(2000):
                    await asyncio.sleep(0)
                assert not sending.done()
                assert 0 < connection.unsent < MAX_UNSENT / 8
                clock.now += STALLED_SECONDS
                server.sweep()
                assert not daemon.lost.is_set()
                clock.now += 0.1
                server.sweep()
                await daemon.lost.wait()
                assert connection.unsent == 0
                with pytest.raises(OSError, match=r"reset|Broken pipe"):
                    await sending

    asyncio.run(run())


def test_a_slow_reader_gets_every_byte(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving():
            reader, writer = await asyncio.open_unix_connection(str(socket_path), limit=1 << 16)
            headers = {"User": USER, "Session": "s", "Slots": "password"}
            one = encode_request("UNLOCK", headers, b"p" * 1024)
            writer.write(one * 2000)
            answers = 0
            while answers < 2000:
                answers += (await reader.readuntil(b"\r\n\r\n")).count(b"200 OK")
                assert await reader.readexactly(1024) == b"p" * 1024
            writer.close()

    asyncio.run(run())


def test_answers_that_nobody_takes_are_bounded(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving() as (_, daemon):
            client = await AsyncClient.unix(socket_path)
            await client.ping()
            [connection] = daemon.connections
            connection.unanswered += 1 + MAX_UNSENT // MAX_BODY
            for _ in range(1 + MAX_UNSENT // MAX_BODY):
                connection.answer("1", 200, {}, bytes(MAX_BODY))
            await daemon.lost.wait()
            await client.close()

    asyncio.run(run())


def test_the_frame_is_wiped_when_its_handler_returns(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with (
            serving() as (_, daemon),
            await AsyncClient.unix(socket_path) as client,
        ):
            secret = bytearray(range(32))
            reply = await client.unlock(USER, "s", TICKET, [secret], ticket=True)
            assert reply.body == bytes(range(32))
            assert secret == bytes(32)
            assert bytes(daemon.bodies[0]) == bytes(32)
            reply.wipe()
            assert reply.body == bytes(32)

    asyncio.run(run())


def test_answers_may_overtake_each_other(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with (
            serving() as (_, daemon),
            await AsyncClient.unix(socket_path) as client,
        ):
            slow = asyncio.ensure_future(client.sent(USER, b"<a/>"))
            checks = [client.check(USER, b"a" * n) for n in range(1, 50)]
            replies = await asyncio.gather(*checks)
            lengths = [reply.headers["length"] for reply in replies]
            assert [str(n) for n in range(1, 50)] == lengths
            assert not slow.done()
            daemon.release()
            assert (await slow).code == 200

    asyncio.run(run())


def test_a_client_that_waits_learns_that_the_daemon_went(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving() as (_, daemon):
            client = await AsyncClient.unix(socket_path)
            waiting = asyncio.ensure_future(client.sent(USER, b"<a/>"))
            await client.ping()
            daemon.connections[0].abort()
            with pytest.raises(UnreachableError):
                await waiting
            with pytest.raises(UnreachableError):
                await client.ping()
            await client.close()

    asyncio.run(run())


def test_a_refusal_of_the_connection_reaches_all_who_wait(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving() as (_, daemon):
            client = await AsyncClient.unix(socket_path)
            waiting = [asyncio.ensure_future(client.sent(USER, b"<a/>")) for _ in range(3)]
            await client.ping()
            daemon.connections[0].refuse(Status.TOO_SLOW)
            results = await asyncio.gather(*waiting, return_exceptions=True)
            assert [str(result) for result in results] == ["408 Too slow"] * 3
            daemon.release()
            await client.close()

    asyncio.run(run())


def test_a_daemon_that_speaks_something_else_is_left(socket_path: Path) -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async def run() -> None:
        server = await asyncio.start_unix_server(speak, socket_path)
        client = await AsyncClient.unix(socket_path)
        with pytest.raises(UnreachableError):
            await client.ping()
        with pytest.raises(UnreachableError):
            await asyncio.to_thread(Client.unix(socket_path).ping)
        server.close()

    asyncio.run(run())


def test_a_client_asks_no_more_than_the_pipeline_holds(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with (
            serving() as (_, daemon),
            await AsyncClient.unix(socket_path) as client,
        ):
            tasks = [asyncio.ensure_future(client.sent(USER, b"<a/>")) for _ in range(MAX_PIPELINE)]
            await asyncio.sleep(0)
            with pytest.raises(BusyError):
                await client.ping()
            await until(lambda: len(daemon.frames) == MAX_PIPELINE)
            daemon.release()
            await asyncio.gather(*tasks)
            assert (await client.ping()).code == 200

    asyncio.run(run())


def test_a_blocking_client_asks_one_thing_at_a_time(serving: Serving, socket_path: Path) -> None:
    def ask() -> None:
        with Client.unix(socket_path) as client:
            assert client.ping().code == 200
            assert client.check(USER, b"<a/>").headers["length"] == "4"
            secret = bytearray(range(32))
            reply = client.unlock(USER, "s", TICKET, [secret])
            assert reply.body == bytes(range(32))
            assert secret == bytes(32)
            with pytest.raises(RemoteError, match="500 Internal error") as caught:
                client.forget(USER)
            assert caught.value.code == 500
            with pytest.raises(FrameError):
                client.check(USER, bytes(MAX_BODY + 1))
            assert client.status(USER).code == 200

    async def run() -> None:
        async with serving():
            await asyncio.to_thread(ask)

    asyncio.run(run())


def test_a_blocking_client_gives_up_in_time(serving: Serving, socket_path: Path) -> None:
    def ask() -> None:
        with (
            Client.unix(socket_path, timeout=0.05) as client,
            pytest.raises(UnreachableError),
        ):
            client.sent(USER, b"<a/>")

    async def run() -> None:
        async with serving():
            await asyncio.to_thread(ask)

    asyncio.run(run())


def test_no_daemon_is_an_error_of_ours(socket_path: Path) -> None:
    with pytest.raises(UnreachableError):
        Client.unix(socket_path)
    with pytest.raises(UnreachableError):
        asyncio.run(AsyncClient.unix(socket_path))
    with pytest.raises(UnreachableError):
        asyncio.run(AsyncClient.unix(socket_path / ("x" * 200)))


@pytest.mark.parametrize("size", [8, 64])
def test_the_length_of_a_password_does_not_show(size: int) -> None:
    """Head, padding and password fill whole blocks; the Id comes on top."""
    sizes = []

    class Recorder(Client):
        def request(
            self,
            verb: str,
            headers: Mapping[str, str] = {},
            body: Data = b"",
            *,
            wiping: bool = False,
        ) -> Reply:
            sizes.append(len(encode_request(verb, headers, body)))
            return Reply(200, {}, bytearray(wiping))

    here, there = socket.socketpair()
    with here, there:
        password = bytearray(b"p" * size)
        Recorder(here).unlock(USER, "s", [SlotName(SlotKind.PASSWORD)], [password])
        Recorder(here).unlock(USER, "s", [SlotName(SlotKind.PASSWORD)], [bytearray(b"12345678")])
    assert sizes == [512, 512]
