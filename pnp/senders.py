"""Bytes on their way out of one connection, wiped as they leave."""

import asyncio
import os
from collections.abc import Callable

from .buffers import WipedBuffer
from .frames import Data
from .limits import MAX_UNSENT

_BUFFER = 8192
_TLS_PIECE = 65_536


class Sender:
    """Copies what is to be sent into one buffer, and zeroes there what has left.

    On a UNIX socket it writes to the transport's descriptor itself, since the transport
    would keep what the kernel did not take in memory that nobody wipes. Under TLS the
    transport encrypts before its `write` returns (TLS 1.3 has no renegotiation that
    could make it wait) and keeps ciphertext. What is sent within one turn of the event
    loop leaves in one write. `drained` is called whenever nothing waits any more.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        clock: Callable[[], float],
        drained: Callable[[], None],
    ) -> None:
        self.stalled_since: float | None = None
        self._transport = transport
        self._clock = clock
        self._drained = drained
        self._loop = asyncio.get_running_loop()
        self._tls = transport.get_extra_info("ssl_object") is not None
        self._socket = transport.get_extra_info("socket")
        self._buffer = WipedBuffer(_BUFFER)
        self._flushing = False
        self._paused = False
        self._writer = -1

    def __len__(self) -> int:
        """Return how many bytes wait."""
        return len(self._buffer)

    def send(self, head: Data, body: Data) -> None:
        """Queue bytes, or drop them if the connection is closing.

        Past MAX_UNSENT the connection is cut.
        """
        if self._transport.is_closing():
            return
        self._buffer.put(head)
        if body:
            self._buffer.put(body)
        if len(self._buffer) > MAX_UNSENT:
            self._transport.abort()
        elif not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def pause(self) -> None:
        """Keep what comes in our own buffer.

        Asyncio asks for this under TLS only, elsewhere it is given nothing.
        """
        self._paused = True
        self._stall()

    def resume(self) -> None:
        """Go on."""
        self._paused = False
        self.stalled_since = None
        self._flush()

    def close(self) -> None:
        """Wipe what did not leave."""
        self.stalled_since = None
        self._unwatch()
        self._buffer.clear()

    def _flush(self) -> None:
        self._flushing = False
        if self._transport.is_closing() or self._writer >= 0:
            return
        buffer = self._buffer
        while len(buffer) and not self._paused:
            waiting = buffer.view[buffer.start : buffer.end]
            try:
                count = self._write(waiting)
            except BlockingIOError:
                self._watch()
                return
            except OSError:
                self._transport.abort()
                return
            self.stalled_since = None
            buffer.drop(count)
        if not len(buffer):
            self._drained()

    def _write(self, waiting: memoryview) -> int:
        if not self._tls:
            return os.write(self._socket.fileno(), waiting)
        piece = waiting[:_TLS_PIECE]
        self._transport.write(piece)
        return len(piece)

    def _stall(self) -> None:
        if self.stalled_since is None:
            self.stalled_since = self._clock()

    def _watch(self) -> None:
        # The event loop watches no descriptor that belongs to a transport, but it takes
        # a second one for the socket.
        self._stall()
        self._writer = os.dup(self._socket.fileno())
        self._loop.add_writer(self._writer, self._writable)

    def _writable(self) -> None:
        self._unwatch()
        self._flush()

    def _unwatch(self) -> None:
        if self._writer >= 0:
            self._loop.remove_writer(self._writer)
            os.close(self._writer)
            self._writer = -1
