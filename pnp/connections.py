"""One connection.

Bytes in through a reader, frames to a handler, bytes out through a sender.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol, cast

from .faults import log_fault
from .frames import Data, Frame
from .heads import reply_head, request_head
from .limits import HALF_FRAME_SECONDS, MAX_PIPELINE, STALLED_SECONDS
from .peers import Peer, peer_of
from .readers import FrameReader
from .refusals import Refusal, RefusalError
from .senders import Sender
from .statuses import Status, status_of
from .verbs import VERBS, Forms, check_request

_HIGH_WATER = 262_144
_NONE: Mapping[str, str] = {}


class Handler(Protocol):
    """What a connection calls, always from the event loop and one call at a time."""

    def opened(self, connection: "FrameProtocol") -> None:
        """Take note of a new connection."""

    def frame(self, connection: "FrameProtocol", frame: Frame) -> None:
        """Handle a frame, whose body is wiped when this returns.

        At the server's end each request is answered once, now or later, by
        `connection.answer` or `connection.relay`; an error raised here is the answer
        (`status_of`), so raise or answer, never both.
        """

    def closed(self, connection: "FrameProtocol") -> None:
        """Forget a connection."""


class FrameProtocol(asyncio.BufferedProtocol):
    """A connection that speaks PNP.

    `forms` are the requests it takes, or None at the end that reads answers.

    All that passes, in or out, lies in bytearrays of ours and is zeroed behind itself.
    Nothing is read while MAX_PIPELINE requests wait for their answer or many bytes wait
    for a peer that does not read.
    """

    def __init__(
        self,
        handler: Handler,
        forms: Forms | None = VERBS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.peer = Peer()
        self.unanswered = 0
        self._handler = handler
        self._forms = forms
        self._clock = clock
        self._reader = FrameReader(replies=forms is None)
        self._reading = True
        self._resuming = False
        self._ending_since: float | None = None
        self._half_since: float | None = None

    def __repr__(self) -> str:
        """Show counts only."""
        return f"<FrameProtocol {self.unanswered} unanswered>"

    @property
    def unsent(self) -> int:
        """Bytes that the other end has not taken yet.

        Who sends on for others looks here before it sends more.
        """
        return len(self._sender)

    # What a handler calls.

    def answer(
        self,
        ident: str,
        code: int,
        headers: Mapping[str, str] = _NONE,
        body: Data = b"",
    ) -> None:
        """Answer the request with this `Id`.

        The body may be wiped as soon as this returns.
        """
        if ident:
            headers = {"Id": ident, **headers}
        head = reply_head(code, headers, len(body))
        self.unanswered -= 1
        self._sender.send(head, body)
        self._resume_soon()

    def relay(self, frame: Frame, ident: str) -> None:
        """Answer the request with this `Id` by an answer that came from elsewhere."""
        headers = dict(frame.headers)
        headers.pop("id", None)
        self.answer(ident, frame.code, headers, frame.body)

    def forward(self, frame: Frame, ident: str, extra: Mapping[str, str] = _NONE) -> None:
        """Send a request on under another `Id`, its body untouched.

        `extra` (lower-case names) replaces headers.
        """
        headers = {**frame.headers, **extra, "id": ident}
        self._sender.send(request_head(frame.verb, headers, len(frame.body)), frame.body)

    def send(self, verb: str, headers: Mapping[str, str] = _NONE, body: Data = b"") -> None:
        """Send a request of one's own.

        The body may be wiped as soon as this returns.
        """
        self._sender.send(request_head(verb, headers, len(body)), body)

    def refuse(self, status: Status) -> None:
        """Say why, without an `Id`, and close."""
        self.unanswered += 1
        self.answer("", status)
        self.close()

    def close(self) -> None:
        """Read nothing more.

        Close once every request has its answer and every answer has left.
        """
        if self._ending_since is None:
            self._ending_since = self._clock()
            self._half_since = None
            self._pause()
        self._finish()

    def abort(self) -> None:
        """Close at once."""
        self.close()
        self._transport.abort()

    def sweep(self) -> None:
        """Close if the peer holds half a frame, or takes no answers, for too long.

        To be called every second or so.
        """
        now = self._clock()
        if self._half_since is not None and now - self._half_since > HALF_FRAME_SECONDS:
            self.refuse(Refusal.HALF_FRAME.status)
        waits = (self._ending_since, self._sender.stalled_since)
        if any(since is not None and now - since > STALLED_SECONDS for since in waits):
            self.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._loop = asyncio.get_running_loop()
        self._transport = cast("asyncio.Transport", transport)
        self._sender = Sender(self._transport, self._clock, self._finish)
        self.peer = peer_of(transport)
        self._handler.opened(self)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        """Lend the reader's own buffer to the socket."""
        return self._reader.get_buffer()

    def buffer_updated(self, nbytes: int) -> None:
        """Handle each frame that is now whole."""
        self._reader.advance(nbytes)
        self._read_on()

    def eof_received(self) -> bool:
        """Answer what was asked, then close.

        `nc -N` and the like end their side first.
        """
        self.close()
        tls = self._transport.get_extra_info("ssl_object") is not None
        return not tls and not self._transport.is_closing()

    def pause_writing(self) -> None:
        """Let bytes wait."""
        self._sender.pause()

    def resume_writing(self) -> None:
        """Go on."""
        self._sender.resume()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Wipe both buffers."""
        if self._ending_since is None:
            self._ending_since = self._clock()
        self._half_since = None
        self._reader.close()
        self._sender.close()
        self._handler.closed(self)

    # Reading.

    def _blocked(self) -> bool:
        return self._ending_since is not None or self.unanswered >= MAX_PIPELINE or len(self._sender) > _HIGH_WATER

    def _read_on(self) -> None:
        seen = False
        try:
            while not self._blocked():
                frame = self._reader.read()
                if frame is None:
                    break
                seen = True
                self._handle(frame)
        except RefusalError as error:
            self._give_up(error.refusal)
        self._reader.release()
        if self._ending_since is not None:
            self._reader.close()
        elif self._blocked():
            self._half_since = None
            self._pause()
        elif not self._reader.half:
            self._half_since = None
        elif seen or self._half_since is None:
            self._half_since = self._clock()

    def _handle(self, frame: Frame) -> None:
        ident = frame.ident
        serving = self._forms is not None
        try:
            if self._forms is not None:
                self.unanswered += 1
                check_request(frame, self._forms)
            self._handler.frame(self, frame)
        except Exception as error:  # noqa: BLE001 - one request's failure is that request's answer
            status = error.refusal.status if isinstance(error, RefusalError) else status_of(error)
            if status is Status.INTERNAL or not serving:
                log_fault(error)
            if serving:
                self.answer(ident, status)

    def _give_up(self, refusal: Refusal) -> None:
        if self._forms is None:
            self.abort()
        else:
            self.refuse(refusal.status)

    def _pause(self) -> None:
        if self._reading:
            self._reading = False
            self._transport.pause_reading()

    def _resume_soon(self) -> None:
        if not self._reading and not self._resuming and not self._blocked():
            self._resuming = True
            self._loop.call_soon(self._resume)

    def _resume(self) -> None:
        self._resuming = False
        if self._ending_since is None:
            self._reading = True
            self._transport.resume_reading()
            self._read_on()

    def _finish(self) -> None:
        self._resume_soon()
        done = self._ending_since is not None and not self.unanswered and not len(self._sender)
        # Closed twice, a transport of asyncio's TLS can no more be aborted.
        if done and not self._transport.is_closing():
            self._transport.close()
