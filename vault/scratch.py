"""Scratch: the one buffer in which tables are decrypted, looked up and wiped."""

from ..keyring import wipe


class Scratch:
    """A buffer that grows to the largest table and is reused: fresh memory costs page faults."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def room(self, size: int) -> memoryview:
        """Return room for that many bytes; the caller releases the view after use."""
        if len(self._buffer) < size:
            self._buffer = bytearray(size)
        return memoryview(self._buffer)[:size]

    def wipe(self, size: int) -> None:
        """Overwrite the first bytes."""
        with memoryview(self._buffer)[:size] as used:
            wipe(used)
