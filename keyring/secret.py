"""Bytes that are wiped after use and have no face."""

import ctypes
from types import TracebackType
from typing import Never, Self

Octets = bytes | bytearray | memoryview

# getentropy(3) takes no more at once.
ENTROPY_BYTES = 256

_libc = ctypes.CDLL(None, use_errno=True)


def wipe(buffer: bytearray | memoryview) -> None:
    """Overwrite a writable buffer of bytes with zeros, in place."""
    if len(buffer):
        ctypes.memset(ctypes.byref(ctypes.c_char.from_buffer(buffer)), 0, len(buffer))


def randomise(buffer: bytearray | memoryview) -> None:
    """Fill a writable buffer of bytes from the system's generator, in place.

    `os.urandom` would leave a copy in a bytes object, which cannot be wiped.
    """
    for start in range(0, len(buffer), ENTROPY_BYTES):
        with memoryview(buffer)[start : start + ENTROPY_BYTES] as part:
            if _libc.getentropy(ctypes.byref(ctypes.c_char.from_buffer(part)), len(part)):
                raise OSError(ctypes.get_errno(), "no randomness")


class Faceless:
    """What shows nothing but its type, and is neither copied, pickled nor compared."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]  # the same value twice must not be findable

    def __repr__(self) -> str:
        """Name the type."""
        return f"<{type(self).__name__}>"

    def __eq__(self, other: object) -> bool:
        """Refuse: comparing in Python tells by its time where the difference lies."""
        raise TypeError(f"a {type(self).__name__} is not compared")

    def __reduce_ex__(self, protocol: object) -> Never:
        """Refuse to be pickled or copied."""
        raise TypeError(f"a {type(self).__name__} is not copied")


class Secret(Faceless):
    """A buffer of its own that is wiped at the end, at the latest when nobody holds it any more.

    For example:

        with Secret.take(buffer) as secret:
            use(secret.view())

    A view does not keep its secret alive: hold the secret for as long as the view.
    """

    __slots__ = ("_bytes",)

    def __init__(self, source: int | Octets) -> None:
        """Make a length of zeros, or a copy of a buffer."""
        self._bytes = bytearray(source)

    @classmethod
    def take(cls, buffer: bytearray | memoryview) -> Self:
        """Copy a writable buffer in and wipe it."""
        secret = cls(buffer)
        wipe(buffer)
        return secret

    @classmethod
    def random(cls, length: int) -> Self:
        """Make a length of random bytes."""
        secret = cls(length)
        randomise(secret.view())
        return secret

    def view(self) -> memoryview:
        """Lend the bytes; they are zeros after `wipe`."""
        return memoryview(self._bytes)

    def wipe(self) -> None:
        """Overwrite the bytes with zeros."""
        wipe(self._bytes)

    def __len__(self) -> int:
        """Count the bytes."""
        return len(self._bytes)

    def __enter__(self) -> Self:
        """Lend the secret to a block, at whose end it is wiped."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe."""
        self.wipe()

    def __del__(self) -> None:
        """Wipe what nobody wiped."""
        self.wipe()
