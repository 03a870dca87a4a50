"""From bytes to frames, with no socket in sight."""

from .buffers import WipedBuffer
from .frames import Frame
from .heads import parse_head, parse_reply_line, parse_request_line
from .limits import MAX_HEAD
from .refusals import Refusal, RefusalError

_BUFFER = 32_768
_LEAST_READ = 4096


class FrameReader:
    """Cuts a stream of bytes into frames.

    The bytes lie in one buffer that is zeroed behind each frame.

    Write into `get_buffer()`, say how much with `advance(count)`, then call `read()`
    until it returns None. The frame it returns is good until the next call. What is
    read, and what is refused, depends on the bytes alone, never on how they were cut on
    their way. After a RefusalError nobody knows where the next frame starts: each later
    `read()` raises it again.

        reader = FrameReader()
        count = sock.recv_into(reader.get_buffer())
        reader.advance(count)
        while frame := reader.read():
            ...
    """

    __slots__ = ("_buffer", "_frame", "_head", "_refusal", "_replies", "_size")

    def __init__(self, *, replies: bool = False) -> None:
        self._replies = replies
        self._buffer = WipedBuffer(_BUFFER)
        self._head: tuple[str, int, dict[str, str], int, int] | None = None
        self._frame: Frame | None = None
        self._size = 0
        self._refusal: Refusal | None = None

    @property
    def half(self) -> bool:
        """Whether a frame has begun that is not yet whole.

        To be asked once `read()` returned None.
        """
        return len(self._buffer) > 0

    def get_buffer(self) -> memoryview:
        """Return where the next bytes go, at least 4 KiB."""
        return self._buffer.room(_LEAST_READ)

    def advance(self, count: int) -> None:
        """Say that `count` bytes were written into `get_buffer()`."""
        self._buffer.fill(count)

    def read(self) -> Frame | None:
        """Wipe the last frame and return the next, or None if it is not whole yet.

        RefusalError if it is none.
        """
        self.release()
        if self._refusal:
            raise RefusalError(self._refusal)
        try:
            head = self._head or self._read_head()
        except RefusalError as error:
            self._refusal = error.refusal
            raise
        if head is None:
            return None
        verb, code, headers, offset, size = head
        buffer = self._buffer
        if buffer.end - buffer.start < size:
            self._head = head
            return None
        self._head = None
        start = buffer.start
        self._size = size
        self._frame = frame = Frame(verb, code, headers, buffer.view[start + offset : start + size])
        return frame

    def release(self) -> None:
        """Wipe the frame that was read last."""
        if self._frame:
            self._frame.body.release()
            self._frame = None
            self._buffer.drop(self._size)

    def close(self) -> None:
        """Wipe everything."""
        self.release()
        self._head = None
        self._buffer.clear()

    def _read_head(self) -> tuple[str, int, dict[str, str], int, int] | None:
        buffer = self._buffer
        start, end = buffer.start, buffer.end
        if start == end:
            return None
        data = buffer.data
        limit = min(end, start + MAX_HEAD)
        # The head ends with the first LF that is followed by an empty line, which may
        # have a CR or not.
        stop = data.find(b"\n\r\n", start, limit)
        bare = data.find(b"\n\n", start, limit if stop < 0 else stop + 1)
        if bare >= 0:
            stop, after = bare, bare + 2
        elif stop >= 0:
            after = stop + 3
        elif end - start >= MAX_HEAD:
            raise RefusalError(Refusal.HEAD_TOO_LONG)
        else:
            return None
        line, headers, length = parse_head(buffer.view[start : stop + 1])
        if self._replies:
            verb, code = "", parse_reply_line(line)
        else:
            verb, code = parse_request_line(line), 0
        return verb, code, headers, after - start, after - start + length
