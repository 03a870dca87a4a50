"""A client that awaits: many requests at a time over one connection."""

import asyncio
import itertools
import socket
import ssl
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Self

from ..errors import BusyError, RemoteError, UnreachableError
from .buffers import wipe
from .calls import Calls
from .connections import FrameProtocol, Handler
from .contexts import check_context
from .frames import Data, Frame
from .limits import MAX_PIPELINE
from .replies import Reply, reply_from
from .statuses import phrase_of
from .verbs import Forms

_NONE: Mapping[str, str] = {}


class AsyncClient(Calls[Coroutine[Any, Any, Reply]]):
    """Asks, and hands each answer to whoever waits for it, in whatever order they come.

    RemoteError for an error status; UnreachableError when the connection is lost, for
    all who wait and all who ask later: make another client to connect again. BusyError
    past MAX_PIPELINE unanswered requests.

        async with await AsyncClient.unix(Path("/run/providence/providence.sock")) as client:
            reply = await client.check("romeo@montague.example", stanza)
    """

    def __init__(self) -> None:
        self._connection: FrameProtocol | None = None
        self._idents = map(str, itertools.count(1))
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._over = asyncio.Event()

    @classmethod
    async def unix(cls, path: Path) -> Self:
        """Connect to a UNIX socket."""
        client = cls()
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: FrameProtocol(client, None), str(path))
        except OSError:
            raise UnreachableError("no daemon listens on the socket") from None
        return client

    @classmethod
    async def tls(cls, host: str, port: int, context: ssl.SSLContext) -> Self:
        """Connect over TLS, with a context from `tls_client_context`."""
        client = cls()
        check_context(context)
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: FrameProtocol(client, None), host, port, ssl=context
            )
        except OSError:
            raise UnreachableError("no daemon answers at the host and port") from None
        return client

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Close the connection; whoever waits gets UnreachableError."""
        if self._connection:
            self._connection.abort()
        await self._over.wait()

    async def request(
        self,
        verb: str,
        headers: Mapping[str, str] = _NONE,
        body: Data = b"",
        *,
        wiping: bool = False,
    ) -> Reply:
        """Ask and return the answer; with `wiping` the body is zeroed once sent."""
        try:
            ident, future = self._ask(verb, headers, body)
        finally:
            if wiping:
                with memoryview(body) as view:
                    wipe(view)
        try:
            return await future
        finally:
            self._waiting.pop(ident, None)

    def opened(self, connection: FrameProtocol) -> None:
        """Take note of the connection."""
        self._connection = connection

    def frame(self, connection: FrameProtocol, frame: Frame) -> None:
        """Hand an answer on; one without an `Id` says why the daemon closes, to all."""
        if not frame.ident:
            self._fail(RemoteError(frame.code, phrase_of(frame.code)))
            connection.close()
            return
        future = self._waiting.pop(frame.ident, None)
        if future is None or future.done():
            return
        try:
            future.set_result(reply_from(frame))
        except RemoteError as error:
            future.set_exception(error.with_traceback(None))

    def closed(self, connection: FrameProtocol) -> None:  # noqa: ARG002 - there is only one
        """Tell all who wait."""
        self._connection = None
        self._fail(UnreachableError("the daemon went away"))
        self._over.set()

    def _ask(self, verb: str, headers: Mapping[str, str], body: Data) -> tuple[str, asyncio.Future[Reply]]:
        if self._connection is None:
            raise UnreachableError("the daemon went away")
        if len(self._waiting) >= MAX_PIPELINE:
            raise BusyError("too many requests wait for their answer")
        ident = next(self._idents)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._connection.send(verb, {"Id": ident, **headers}, body)
        self._waiting[ident] = future
        return ident, future

    def _fail(self, error: RemoteError | UnreachableError) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(error)
        self._waiting.clear()


async def attach(sock: socket.socket, handler: Handler, forms: Forms | None) -> FrameProtocol:
    """Speak PNP over a connected UNIX socket, such as one half of a socketpair.

    `forms` are the requests this end takes, or None at the end that reads answers.
    """
    sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
    _, protocol = await asyncio.get_running_loop().create_unix_connection(
        lambda: FrameProtocol(handler, forms), sock=sock
    )
    return protocol
