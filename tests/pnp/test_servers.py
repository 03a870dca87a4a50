"""Who may speak: peer credentials, the socket's file, mutual TLS 1.3, never plain TCP."""

import asyncio
import contextlib
import os
import socket
import ssl
import stat
from pathlib import Path
from typing import Any

import pytest

from providence.errors import SettingsError, UnreachableError
from providence.pnp import (
    AsyncClient,
    Body,
    Client,
    Form,
    Frame,
    FrameProtocol,
    Peers,
    SlotKind,
    SlotName,
    attach,
    quiet_exception_handler,
    serve_tls,
    serve_unix,
    tls_client_context,
    tls_server_context,
)
from providence.pnp.limits import MAX_CONNECTIONS

Serving = Any
NOBODY = 65534


def ask_as(uid: int, gid: int, groups: list[int], path: Path) -> bytes:
    """Ask from a child process with other rights."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        answer = b"refused"
        try:
            os.setgroups(groups)
            os.setgid(gid)
            os.setuid(uid)
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect(str(path))
                sock.sendall(b"PING PNP/1.0\n\n")
                answer = sock.recv(100) or b"refused"
        except OSError as error:
            answer = type(error).__name__.encode()
        finally:
            os.write(theirs, answer)
            os._exit(0)
    os.close(theirs)
    answer = os.read(ours, 1000)
    os.close(ours)
    os.waitpid(child, 0)
    return answer


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("peers", "answered"),
    [
        (None, True),
        (Peers(uids={0}), False),
        (Peers(uids={0, NOBODY}), True),
        (Peers(gids={4711}), True),
        (Peers(gids={4712}), True),
        (Peers(gids={4713}), False),
    ],
)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_kernel_says_who_speaks(
    peers: Peers | None,
    answered: bool,
    tmp_path: Path,
    serving: Serving,
) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)

    async def run() -> None:
        async with serving(mode=0o666, peers=peers) as (server, daemon):
            answer = await asyncio.to_thread(ask_as, NOBODY, 4711, [4712], tmp_path / "pnp.sock")
            assert (answer[:15] == b"PNP/1.0 200 OK\r") == answered
            assert len(daemon.frames) == answered
            assert not server.connections or answered

    asyncio.run(run())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_mode_of_the_file_keeps_others_out(tmp_path: Path, serving: Serving) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)

    async def run() -> None:
        async with serving():
            path = tmp_path / "pnp.sock"
            assert stat.S_IMODE(path.stat().st_mode) == 0o660
            answer = await asyncio.to_thread(ask_as, NOBODY, NOBODY, [], path)
            assert answer == b"PermissionError"

    asyncio.run(run())


def test_a_daemon_knows_its_peer(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with (
            serving() as (_, daemon),
            await AsyncClient.unix(socket_path) as client,
        ):
            await client.ping()
            [connection] = daemon.connections
            peer = connection.peer
            assert (os.getpid(), os.geteuid()) == (peer.pid, peer.uid)
            assert set(os.getgroups()) <= {peer.gid, *peer.groups}

    asyncio.run(run())


def test_a_socket_that_a_dead_daemon_left_is_replaced(serving: Serving, socket_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(socket_path))

    async def run() -> None:
        async with (
            serving(),
            await AsyncClient.unix(socket_path) as client,
        ):
            assert (await client.ping()).code == 200

    asyncio.run(run())
    assert not socket_path.exists()


def test_a_live_daemon_keeps_its_socket(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving():
            with pytest.raises(SettingsError, match="another daemon"):
                async with serving():
                    pass
            async with await AsyncClient.unix(socket_path) as client:
                assert (await client.ping()).code == 200

    asyncio.run(run())


def test_a_file_is_never_replaced(serving: Serving, socket_path: Path) -> None:
    socket_path.write_text("mine")

    async def run() -> None:
        with pytest.raises(SettingsError, match="no socket"):
            async with serving():
                pass

    asyncio.run(run())
    assert socket_path.read_text() == "mine"


def test_a_path_that_cannot_be_is_a_wrong_setting(tmp_path: Path) -> None:
    async def run() -> None:
        with pytest.raises(SettingsError):
            await serve_unix(tmp_path / "none" / "pnp.sock", handler=Silent())

    asyncio.run(run())


def test_one_connection_too_many_is_told_so(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving() as (server, _):
            clients = [await AsyncClient.unix(socket_path) for _ in range(MAX_CONNECTIONS)]
            assert (await clients[-1].ping()).code == 200
            reader, writer = await asyncio.open_unix_connection(str(socket_path))
            assert await reader.read() == b"PNP/1.0 429 Busy\r\nRetry-After: 1\r\n\r\n"
            writer.close()
            await clients.pop().close()
            for _ in range(10_000):
                if len(server.connections) < MAX_CONNECTIONS:
                    break
                await asyncio.sleep(0)
            clients.append(await AsyncClient.unix(socket_path))
            assert (await clients[-1].ping()).code == 200
            for client in clients:
                await client.close()

    asyncio.run(run())


def test_a_server_that_closes_answers_what_it_read(serving: Serving, socket_path: Path) -> None:
    async def run() -> None:
        async with serving() as (server, daemon):
            client = await AsyncClient.unix(socket_path)
            waiting = asyncio.ensure_future(client.sent("a@b.example", b"<a/>"))
            await client.ping()
            closing = asyncio.ensure_future(server.close(grace=20))
            await asyncio.sleep(0)
            daemon.release()
            assert (await waiting).code == 200
            await closing
            await client.close()

    asyncio.run(run())


def test_two_processes_may_speak_over_a_socketpair() -> None:
    async def run() -> None:
        here, there = socket.socketpair()
        asking, answering = Silent(), Echo()
        client = await attach(here, asking, None)
        await attach(there, answering, {"STOP": Form(body=Body.OPTIONAL)})
        client.send("STOP", {"Id": "1"}, b"now")
        await asking.answered.wait()
        assert asking.answers == [(200, "1", b"now")]
        client.abort()
        await asking.lost.wait()

    asyncio.run(run())


class Silent:
    """A handler that keeps answers."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str, bytes]] = []
        self.answered = asyncio.Event()
        self.lost = asyncio.Event()

    def opened(self, _connection: FrameProtocol) -> None:
        pass

    def frame(self, _connection: FrameProtocol, frame: Frame) -> None:
        self.answers.append((frame.code, frame.ident, bytes(frame.body)))
        self.answered.set()

    def closed(self, _connection: FrameProtocol) -> None:
        self.lost.set()


class Echo(Silent):
    """A handler that gives bodies back."""

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:
        connection.answer(frame.ident, 200, {}, frame.body)


@pytest.fixture
def server_context(pki: Path) -> ssl.SSLContext:
    return tls_server_context(pki / "server.pem", pki / "server.key", pki / "ca.pem")


def client_context(pki: Path, name: str = "client") -> ssl.SSLContext:
    return tls_client_context(pki / f"{name}.pem", pki / f"{name}.key", pki / "ca.pem")


def bare_context(pki: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=pki / "ca.pem")


def test_tls_with_a_certificate_is_served(pki: Path, server_context: ssl.SSLContext) -> None:
    ticket = [SlotName(SlotKind.TICKET)]

    async def run() -> None:
        server = await serve_tls("localhost", 0, server_context, echo := Named())
        client = await AsyncClient.tls("localhost", server.port, client_context(pki))
        secret = bytearray(range(32))
        async with client:
            reply = await client.unlock("a@b.example", "s", ticket, [secret])
            assert reply.body == bytes(range(32))
            big = await client.sent("a@b.example", bytes(200_000))
            assert len(big.body) == 200_000
        assert echo.names == ["client.example"]

        def ask() -> None:
            with Client.tls("localhost", server.port, client_context(pki)) as blocking:
                assert blocking.sent("a@b.example", b"<a/>").body == b"<a/>"

        await asyncio.to_thread(ask)
        await server.close(grace=5)

    asyncio.run(run())


def test_under_tls_many_large_bodies_pass_both_ways(pki: Path, server_context: ssl.SSLContext) -> None:
    """More than the sockets hold, so that both ends wait for each other."""
    bodies = [bytes([n]) * 250_000 for n in range(25)]

    async def run() -> None:
        server = await serve_tls("localhost", 0, server_context, Echo())
        async with await AsyncClient.tls("localhost", server.port, client_context(pki)) as client:
            replies = await asyncio.gather(*(client.sent("a@b.example", body) for body in bodies))
        assert bodies == [reply.body for reply in replies]
        await server.close()

    asyncio.run(run())


def test_a_peer_that_keeps_its_end_of_tls_open_does_not_hold_up_the_end(
    pki: Path, server_context: ssl.SSLContext
) -> None:
    """The transport waits for the peer's farewell much longer than we do."""

    def connect(port: int) -> ssl.SSLSocket:
        plain = socket.create_connection(("localhost", port), timeout=20)
        peer = client_context(pki).wrap_socket(plain, server_hostname="localhost")
        peer.sendall(b"PING PNP/1.0\n\n")
        peer.recv(1000)
        return peer

    async def run() -> None:
        server = await serve_tls("localhost", 0, server_context, Echo())
        with await asyncio.to_thread(connect, server.port):
            await asyncio.wait_for(server.close(0.1), 5)

    asyncio.run(run())


class Named(Echo):
    """An Echo that keeps its peers' names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def opened(self, connection: FrameProtocol) -> None:
        self.names.append(connection.peer.name)


@pytest.mark.parametrize("what", ["bare", "stranger", "old", "plain"])
def test_without_mutual_tls_nothing_is_served(
    what: str,
    pki: Path,
    server_context: ssl.SSLContext,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No certificate, another CA's, TLS 1.2, no TLS at all."""
    handler = Silent()

    def ask(port: int) -> bytes:
        with socket.create_connection(("localhost", port), timeout=20) as plain:
            if what == "plain":
                plain.sendall(b"PING PNP/1.0\n\n")
                return plain.recv(1000)
            context = bare_context(pki)
            if what != "bare":
                name = "stranger" if what == "stranger" else "client"
                context.load_cert_chain(pki / f"{name}.pem", pki / f"{name}.key")
            if what == "old":
                context.maximum_version = ssl.TLSVersion.TLSv1_2
            with context.wrap_socket(plain, server_hostname="localhost") as sock:
                sock.sendall(b"PING PNP/1.0\n\n")
                return sock.recv(1000)

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(quiet_exception_handler)
        server = await serve_tls("localhost", 0, server_context, handler)
        with contextlib.suppress(OSError):
            assert b"PNP" not in await asyncio.to_thread(ask, server.port)
        await server.close()

    asyncio.run(run())
    assert handler.answers == []
    assert "PING" not in caplog.text


def test_a_client_leaves_a_server_that_is_another(pki: Path, server_context: ssl.SSLContext) -> None:
    async def run() -> None:
        server = await serve_tls("localhost", 0, server_context, Silent())
        wrong = tls_client_context(pki / "client.pem", pki / "client.key", pki / "other-ca.pem")
        with pytest.raises(UnreachableError):
            await AsyncClient.tls("localhost", server.port, wrong)
        with pytest.raises(UnreachableError):
            await asyncio.to_thread(Client.tls, "localhost", server.port, wrong)
        await server.close()

    asyncio.run(run())


@pytest.mark.parametrize("weakness", ["no client certificate", "TLS 1.2"])
def test_a_weak_context_is_a_wrong_setting(weakness: str, server_context: ssl.SSLContext) -> None:
    if weakness == "TLS 1.2":
        server_context.minimum_version = ssl.TLSVersion.TLSv1_2
    else:
        server_context.verify_mode = ssl.CERT_NONE
    with pytest.raises(SettingsError):
        asyncio.run(serve_tls("localhost", 0, server_context, Silent()))


def test_certificates_that_are_not_there_are_a_wrong_setting(pki: Path) -> None:
    with pytest.raises(SettingsError):
        tls_server_context(pki / "none.pem", pki / "server.key", pki / "ca.pem")
    with pytest.raises(SettingsError):
        tls_client_context(pki / "client.pem", pki / "server.key", pki / "ca.pem")
