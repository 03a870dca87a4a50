"""Where PNP is served.

A UNIX socket whose peers the kernel names, or TCP under mutual TLS; never plain TCP.
"""

import asyncio
import contextlib
import socket
import ssl
import stat
import time
from collections.abc import Callable
from pathlib import Path

from ..errors import SettingsError
from .connections import FrameProtocol, Handler
from .contexts import check_context
from .limits import HALF_FRAME_SECONDS, MAX_CONNECTIONS
from .peers import Peers
from .statuses import Status
from .verbs import VERBS, Forms

_SWEEP_SECONDS = 1.0
_RETRY = {"Retry-After": "1"}


class Server:
    """The connections of one listening socket.

    Between them and the handler it stands as the gate.

    A peer that may not speak is cut without a word; one connection too many is told
    429. `close()` ends it.
    """

    def __init__(
        self,
        handler: Handler,
        forms: Forms,
        peers: Peers | None,
        clock: Callable[[], float],
    ) -> None:
        self.connections: set[FrameProtocol] = set()
        self.frame = handler.frame
        self._handler = handler
        self._forms = forms
        self._peers = peers
        self._clock = clock
        self._empty = asyncio.Event()
        self._empty.set()
        self._listener: asyncio.Server | None = None
        self._path: Path | None = None
        self._inode = -1
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def port(self) -> int:
        """The TCP port, for whoever asked for port 0."""
        sockets = self._listener.sockets if self._listener else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0

    def opened(self, connection: FrameProtocol) -> None:
        """Let a connection in, or not."""
        if self._peers is not None and not self._peers.allow(connection.peer):
            connection.abort()
        elif len(self.connections) >= MAX_CONNECTIONS:
            connection.unanswered += 1
            connection.answer("", Status.BUSY, _RETRY)
            connection.close()
        else:
            self.connections.add(connection)
            self._empty.clear()
            self._handler.opened(connection)

    def closed(self, connection: FrameProtocol) -> None:
        """Tell the handler of a connection it knows."""
        if connection in self.connections:
            self.connections.discard(connection)
            if not self.connections:
                self._empty.set()
            self._handler.closed(connection)

    def sweep(self) -> None:
        """Close the connections that keep us waiting for too long."""
        for connection in tuple(self.connections):
            connection.sweep()

    async def close(self, grace: float = 0.0) -> None:
        """Listen no more, read no more, and cut what is unanswered after `grace` seconds.

        Requests that were read are answered within that time.
        """
        if self._sweeper:
            self._sweeper.cancel()
        if self._listener:
            self._listener.close()
        self._unlink()
        for connection in tuple(self.connections):
            connection.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), grace)
        for connection in tuple(self.connections):
            connection.abort()
        await self._empty.wait()

    def _accept(self) -> FrameProtocol:
        return FrameProtocol(self, self._forms, self._clock)

    def _sweep_on(self) -> None:
        self.sweep()
        self._sweeper = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep_on)

    async def _listen_unix(self, path: Path, mode: int) -> None:
        sock, self._inode = _bound(path, mode)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_unix_server(self._accept, sock=sock, backlog=MAX_CONNECTIONS)
        self._path = path
        self._sweep_on()

    async def _listen_tls(self, host: str, port: int, context: ssl.SSLContext) -> None:
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                self._accept,
                host,
                port,
                ssl=context,
                ssl_handshake_timeout=HALF_FRAME_SECONDS,
            )
        except OSError:
            raise SettingsError("the host and port cannot be listened on") from None
        self._sweep_on()

    def _unlink(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._path and self._path.stat().st_ino == self._inode:
                self._path.unlink()


async def serve_unix(  # noqa: PLR0913 - one setting a name
    path: Path,
    handler: Handler,
    *,
    mode: int = 0o660,
    peers: Peers | None = None,
    forms: Forms = VERBS,
    clock: Callable[[], float] = time.monotonic,
) -> Server:
    """Serve on a UNIX socket; `peers` None means whoever the file's mode lets in.

    A socket that a dead daemon left is replaced. SettingsError if the path is taken by
    a live daemon or by a file that is no socket, or cannot be made.
    """
    server = Server(handler, forms, peers, clock)
    await server._listen_unix(path, mode)  # noqa: SLF001 - same module
    return server


async def serve_tls(  # noqa: PLR0913 - one setting a name
    host: str,
    port: int,
    context: ssl.SSLContext,
    handler: Handler,
    *,
    forms: Forms = VERBS,
    clock: Callable[[], float] = time.monotonic,
) -> Server:
    """Serve on TCP.

    SettingsError for a context that would take TLS below 1.3 or a client without a
    certificate.
    """
    check_context(context)
    server = Server(handler, forms, None, clock)
    await server._listen_tls(host, port, context)  # noqa: SLF001 - same module
    return server


def _bound(path: Path, mode: int) -> tuple[socket.socket, int]:
    _clear(path)
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.bind(str(path))
        # Nobody can connect before listen(), so nobody meets the socket under another
        # mode.
        path.chmod(mode)
        inode = path.stat().st_ino
    except OSError:
        sock.close()
        raise SettingsError("the socket cannot be made at its path") from None
    return sock, inode


def _clear(path: Path) -> None:
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise SettingsError("the socket's path is taken by a file that is no socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
        except OSError:
            raise SettingsError("the socket's path is taken and cannot be asked by whom") from None
    raise SettingsError("another daemon listens on the socket")
