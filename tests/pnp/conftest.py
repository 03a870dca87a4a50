"""What the tests of pnp share: readers fed by hand, servers on real sockets, certificates."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import pytest

from providence.pnp import (
    Frame,
    FrameProtocol,
    FrameReader,
    Peers,
    RefusalError,
    Server,
    quiet_exception_handler,
    serve_unix,
)

Outcome = tuple[list[tuple[str, int, dict[str, str], bytes]], str]


@pytest.fixture
def outcome() -> Callable[..., Outcome]:
    """Read chunks; return the frames and how it ended: `ok`, `half-frame` or a rule."""

    def read(
        chunks: Iterable[bytes],
        *,
        replies: bool = False,
        check: Callable[[Frame], None] = lambda _: None,
    ) -> Outcome:
        reader = FrameReader(replies=replies)
        frames = []
        try:
            for chunk in chunks:
                rest = memoryview(chunk)
                while rest:
                    room = reader.get_buffer()
                    count = min(len(room), len(rest))
                    room[:count] = rest[:count]
                    reader.advance(count)
                    rest = rest[count:]
                    while frame := reader.read():
                        check(frame)
                        body = bytes(frame.body)
                        frames.append((frame.verb, frame.code, frame.headers, body))
        except RefusalError as error:
            return frames, error.refusal.label
        return frames, "half-frame" if reader.half else "ok"

    return read


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Daemon:
    """
    A handler that keeps what it was asked, and answers as the verb says.

    CHECK is answered at once with the body's length, SENT not before `release`, FORGET
    by an error nobody foresaw, everything else with nothing.
    """

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.held: list[tuple[FrameProtocol, str]] = []
        self.connections: list[FrameProtocol] = []
        self.bodies: list[memoryview] = []
        self.lost = asyncio.Event()

    def opened(self, connection: FrameProtocol) -> None:
        self.connections.append(connection)

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:
        self.frames.append(frame)
        if frame.verb == "SENT":
            self.held.append((connection, frame.ident))
        elif frame.verb == "FORGET":
            raise RuntimeError(frame.headers["user"])
        elif frame.verb == "UNLOCK":
            self.bodies.append(frame.body[:])
            connection.answer(frame.ident, 200, {"Vault": "open"}, frame.body)
        else:
            headers = {"Length": str(len(frame.body))}
            connection.answer(frame.ident, 200, headers)

    def closed(self, connection: FrameProtocol) -> None:
        self.connections.remove(connection)
        self.lost.set()

    def release(self) -> None:
        for connection, ident in self.held:
            connection.answer(ident, 200)
        self.held.clear()


Serving = Callable[..., contextlib.AbstractAsyncContextManager[tuple[Server, Daemon]]]


@pytest.fixture
def socket_path(tmp_path: Path) -> Path:
    """Return where the tests' daemons listen."""
    return tmp_path / "pnp.sock"


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def serving(socket_path: Path, clock: Clock) -> Serving:
    """Serve on a UNIX socket while a block runs."""

    @contextlib.asynccontextmanager
    async def serve(mode: int = 0o660, peers: Peers | None = None) -> AsyncIterator[tuple[Server, Daemon]]:
        asyncio.get_running_loop().set_exception_handler(quiet_exception_handler)
        daemon = Daemon()
        server = await serve_unix(socket_path, daemon, mode=mode, peers=peers, clock=clock)
        try:
            yield server, daemon
        finally:
            await server.close()

    return serve
