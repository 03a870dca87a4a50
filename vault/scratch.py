"""Scratch: the one buffer in which tables are decrypted, looked up and wiped."""

import ctypes


class Scratch:
    """A buffer that grows to the largest table and is reused: fresh memory would cost page faults."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def room(self, size: int) -> memoryview:
        """Return the whole buffer, with room for at least so many bytes; release the view after use."""
        if len(self._buffer) < size:
            self._buffer = bytearray(size)
        return memoryview(self._buffer)

    def wipe(self, size: int) -> None:
        """Overwrite the first bytes."""
        wipe(self._buffer, size)


def wipe(buffer: bytearray, size: int = -1) -> None:
    """Overwrite a buffer, or its first bytes, in place."""
    if buffer:
        start = ctypes.addressof(ctypes.c_char.from_buffer(buffer))
        ctypes.memset(start, 0, len(buffer) if size < 0 else size)
