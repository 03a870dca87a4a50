"""A link: one worker process, the socket to it, and whoever waits for its answers."""

import asyncio
import itertools
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Protocol

from ..errors import UnreachableError
from ..pnp import Frame, FrameProtocol, Status, attach

_NONE: Mapping[str, str] = {}
_LOG = logging.getLogger("providence.daemon")

# A worker that dies is started again after this long, then twice as long, and so on.
FIRST_DELAY = 0.1
LAST_DELAY = 10.0
# A worker that lived this long was well.
HEALTHY_SECONDS = 30.0
# Locking and committing what is open takes far less.
STOP_SECONDS = 20.0

# Overwrites memory as it is freed (docs/adr/0008). MALLOC_PERTURB_ alone does not reach what malloc caches by thread.
WIPE_ON_FREE = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.perturb=165",
}


def _deaf(user: str, testimony: str) -> None:
    """Hear nothing."""


class Answerable(Protocol):
    """Who waits for a worker's answer: a connection, or a survey of all workers."""

    def relay(self, frame: Frame, ident: str) -> None:
        """Take the answer."""

    def answer(self, ident: str, code: int) -> None:
        """Take an error in place of one."""


class Link:
    """One worker, from its start to its next start.

    When it dies, whoever waits for it is told `503`, and a new one takes its place: its users are locked
    until their tickets or logins open their vaults again. Nobody else notices.
    """

    def __init__(self, orders: bytes, *, wipe_on_free: bool, hear: Callable[[str, str], None] = _deaf) -> None:
        """Start workers with these orders; `hear(user, testimony)` takes what they tell of users' decisions."""
        self._orders = orders
        self._hear = hear
        self._wipe_on_free = wipe_on_free
        self._connection: FrameProtocol | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._idents = map(str, itertools.count(1))
        self._waiting: dict[str, tuple[Answerable, str, str]] = {}
        self._delay = FIRST_DELAY
        self._stopping = False
        self._was_well = False
        self._started = 0.0
        self._restart: asyncio.Task[None] | None = None
        # What the worker said of itself when it was started.
        self.about: dict[str, object] = {}

    @property
    def backlog(self) -> int:
        """Bytes the worker has not taken yet."""
        return self._connection.unsent if self._connection is not None else 0

    async def start(self) -> int:
        """Start the worker and wait until it answers; return 0, or its exit code if it refused to start."""
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        self._started = loop.time()
        self._process = _spawn(theirs, self._orders, wipe_on_free=self._wipe_on_free)
        theirs.close()
        self._connection = await attach(ours, self, None)
        code, about = await self.ask("ABOUT")
        if code == Status.OK:
            self._was_well = True
            self.about = json.loads(about)
            return 0
        return await loop.run_in_executor(None, self._process.wait)

    async def stop(self) -> None:
        """Let the worker commit, lock and go; end it by its id if it does not."""
        self._stopping = True
        if self._restart is not None:
            self._restart.cancel()
        if self._connection is not None:
            self._connection.close()
        if self._process is None:
            return
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(None, self._process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await loop.run_in_executor(None, self._process.wait)

    def forward(self, who: Answerable, frame: Frame, extra: Mapping[str, str] = _NONE) -> None:
        """Send a request to the worker, with these headers besides; UnreachableError while there is none."""
        if self._connection is None:
            raise UnreachableError("a worker is being started")
        ident = next(self._idents)
        self._connection.forward(frame, ident, extra)
        self._waiting[ident] = (who, frame.ident, frame.headers.get("user", ""))

    async def ask(self, verb: str, headers: Mapping[str, str] = _NONE) -> tuple[int, bytes]:
        """Ask the worker something of the router's own; return the status and the body of its answer."""
        if self._connection is None:
            return Status.AWAY, b""
        asked, ident = _Asked(), next(self._idents)
        self._waiting[ident] = (asked, "", "")
        self._connection.send(verb, {"Id": ident, **headers})
        return await asked.answered

    def tell(self, verb: str, headers: Mapping[str, str]) -> None:
        """Tell the worker something whose answer nobody waits for."""
        if self._connection is not None:
            self._connection.send(verb, {"Id": next(self._idents), **headers})

    # What the connection calls.

    def opened(self, connection: FrameProtocol) -> None:
        """Take note of the worker."""

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:  # noqa: ARG002 - the protocol's signature
        """Hand an answer to whoever waits for it."""
        waiting = self._waiting.pop(frame.ident, None)
        if waiting is not None:
            who, ident, user = waiting
            # For us alone: whom a user trusts is nobody else's business.
            testimony = frame.headers.pop("karma", None)
            who.relay(frame, ident)
            if testimony is not None:
                # In the loop's next turn, which begins with writing the answer.
                asyncio.get_running_loop().call_soon(self._hear, user, testimony)

    def closed(self, connection: FrameProtocol) -> None:  # noqa: ARG002 - the protocol's signature
        """Tell whoever waits, and start another worker."""
        self._connection = None
        waiting, self._waiting = self._waiting, {}
        for who, ident, _ in waiting.values():
            who.answer(ident, Status.AWAY)
        # A worker that refuses to start at the very first has said why, and ends the daemon.
        if self._was_well and not self._stopping:
            _LOG.error("a worker ended; its users are locked until they log in or show their tickets")
            self._restart = asyncio.get_running_loop().create_task(self._start_again())

    async def _start_again(self) -> None:
        loop = asyncio.get_running_loop()
        if self._process is not None:
            await loop.run_in_executor(None, self._process.wait)
        if loop.time() - self._started > HEALTHY_SECONDS:
            self._delay = FIRST_DELAY
        await asyncio.sleep(self._delay)
        self._delay = min(2 * self._delay, LAST_DELAY)
        await self.start()


class _Asked:
    """Waits for a worker's answer to a question of our own."""

    def __init__(self) -> None:
        self.answered: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()

    def relay(self, frame: Frame, ident: str) -> None:  # noqa: ARG002 - there is one question only
        """Take the answer."""
        self._settle(frame.code, bytes(frame.body))

    def answer(self, ident: str, code: int) -> None:  # noqa: ARG002 - as above
        """Take an error in place of one."""
        self._settle(code, b"")

    def _settle(self, code: int, body: bytes) -> None:
        if not self.answered.done():
            self.answered.set_result((code, body))


def _spawn(theirs: socket.socket, orders: bytes, *, wipe_on_free: bool) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **(WIPE_ON_FREE if wipe_on_free else {})}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-m", "providence.daemon.worker", str(theirs.fileno())],
        stdin=subprocess.PIPE,
        pass_fds=[theirs.fileno()],
        env=environment,
        start_new_session=True,
    )
    if process.stdin is not None:
        process.stdin.write(orders)
        process.stdin.close()
    return process
