"""A client that blocks: one request at a time over one connection."""

import contextlib
import itertools
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from ..errors import UnreachableError
from .buffers import wipe
from .calls import Calls
from .contexts import check_context
from .frames import Data, Frame
from .heads import request_head
from .readers import FrameReader
from .refusals import RefusalError
from .replies import Reply, reply_from

_NONE: Mapping[str, str] = {}
_TIMEOUT = 30.0


class Client(Calls[Reply]):
    """Asks and waits for the answer.

    RemoteError for an error status. UnreachableError when the daemon is not there or
    does not answer in time; the client is closed then: make another to try again.

        with Client.unix(Path("/run/providence/providence.sock")) as client:
            client.check("romeo@montague.example", stanza).headers["verdict"]
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._reader = FrameReader(replies=True)
        self._idents = map(str, itertools.count(1))

    @classmethod
    def unix(cls, path: Path, timeout: float = _TIMEOUT) -> Self:
        """Connect to a UNIX socket; `timeout` in seconds holds for each request too."""
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(timeout)
        try:
            sock.connect(str(path))
        except OSError:
            sock.close()
            raise UnreachableError("no daemon listens on the socket") from None
        return cls(sock)

    @classmethod
    def tls(cls, host: str, port: int, context: ssl.SSLContext, timeout: float = _TIMEOUT) -> Self:
        """Connect over TLS, with a context from `tls_client_context`."""
        check_context(context)
        try:
            plain = socket.create_connection((host, port), timeout)
        except OSError:
            raise UnreachableError("no daemon listens on the host and port") from None
        try:
            return cls(context.wrap_socket(plain, server_hostname=host))
        except OSError:
            plain.close()
            raise UnreachableError("the TLS handshake failed") from None

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the connection and wipe what was read."""
        self._reader.close()
        self._socket.close()

    def request(
        self,
        verb: str,
        headers: Mapping[str, str] = _NONE,
        body: Data = b"",
        *,
        wiping: bool = False,
    ) -> Reply:
        """Ask and return the answer; with `wiping` the body is zeroed once sent."""
        ident = next(self._idents)
        try:
            head = request_head(verb, {"Id": ident, **headers}, len(body))
            self._send(head, body)
        finally:
            if wiping:
                with memoryview(body) as view:
                    wipe(view)
        try:
            return reply_from(self._receive(ident))
        finally:
            self._reader.release()

    def _send(self, head: bytes, body: Data) -> None:
        # A daemon that refuses a frame answers and closes while we still send: its
        # answer says more than our error.
        with contextlib.suppress(OSError):
            self._socket.sendall(head)
            self._socket.sendall(body)

    def _receive(self, ident: str) -> Frame:
        try:
            while True:
                frame = self._reader.read()
                if frame and frame.ident in {"", ident}:
                    return frame
                count = 0 if frame else self._socket.recv_into(self._reader.get_buffer())
                if not frame and not count:
                    break
                self._reader.advance(count)
        except (OSError, RefusalError):
            pass
        self.close()
        raise UnreachableError("the daemon went away, or did not answer in time")
