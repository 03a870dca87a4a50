"""A queue of bytes in one bytearray of its own, zeroed wherever no byte is waiting."""

_ZEROS = memoryview(bytes(65_536))


def wipe(view: memoryview) -> None:
    """Overwrite a writable view of bytes with zeros."""
    size = len(view)
    step = len(_ZEROS)
    if size <= step:
        view[:] = _ZEROS[:size]
        return
    for start in range(0, size, step):
        part = view[start : start + step]
        part[:] = _ZEROS[: len(part)]


class WipedBuffer:
    """Bytes enter at `end`, leave at `start`, and are zeroed as they leave.

    The bytearray is never resized, since resizing moves bytes and leaves the old ones
    behind: a full buffer is replaced by one twice as large and wiped. All copying goes
    through memoryviews: `array[a:b] = view` would make a third copy on the way.
    """

    __slots__ = ("_least", "data", "end", "start", "view")

    def __init__(self, least: int) -> None:
        self._least = least
        self.start = 0
        self.end = 0
        self._replace(least)

    def __len__(self) -> int:
        """Return how many bytes are waiting."""
        return self.end - self.start

    def __repr__(self) -> str:
        """Show how much waits, never what."""
        return f"<WipedBuffer {len(self)} bytes>"

    def room(self, size: int) -> memoryview:
        """Return the free space after the last byte, at least `size` bytes of it."""
        if len(self.data) - self.end < size:
            self._make_room(size)
        return self.view[self.end :]

    def fill(self, count: int) -> None:
        """Take the first `count` bytes of `room` as written."""
        self.end += count

    def put(self, data: bytes | bytearray | memoryview) -> None:
        """Copy `data` in; the caller may wipe its own at once."""
        size = len(data)
        self.room(size)[:size] = data
        self.end += size

    def drop(self, count: int) -> None:
        """Let the first `count` bytes go, and zero them."""
        stop = self.start + count
        wipe(self.view[self.start : stop])
        self.start = stop
        if stop == self.end:
            self.start = self.end = 0
            if len(self.data) > self._least:
                self._replace(self._least)

    def clear(self) -> None:
        """Let everything go."""
        self.drop(len(self))

    def _replace(self, capacity: int) -> None:
        self.data = bytearray(capacity)
        self.view = memoryview(self.data)

    def _make_room(self, size: int) -> None:
        old, start, end = self.view, self.start, self.end
        waiting = end - start
        capacity = len(old)
        while capacity < waiting + size:
            capacity *= 2
        if capacity > len(old):
            self._replace(capacity)
            self.view[:waiting] = old[start:end]
            wipe(old[start:end])
        else:
            # Within one buffer this is memmove.
            old[:waiting] = old[start:end]
            wipe(old[max(start, waiting) : end])
        self.start, self.end = 0, waiting
