"""Where `unlock` takes the password from; it lies in bytearrays only, and whoever gets one wipes it."""

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import InputError
from ...pnp import wipe

# Bytes of a password; docs/spec/pnp.md bounds it so.
MAX_PASSWORD = 1024


def read_password(file: Path | None, descriptor: int | None) -> bytearray:
    """Return a password from a file, from a file descriptor, or typed at the terminal without being shown.

    One line end at its end is not part of it. Raises InputError if it is empty, longer than MAX_PASSWORD,
    or if there is nowhere to take it from.
    """
    try:
        if file is not None:
            opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            try:
                return _read(opened)
            finally:
                os.close(opened)
        if descriptor is not None:
            return _read(descriptor)
        return _prompt()
    except OSError as error:
        raise InputError(f"the password cannot be read: {error.strerror}") from error


def _prompt() -> bytearray:
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        error = InputError("there is no terminal to ask for the password")
        error.add_note("name a file with --secret-file, or a descriptor with --secret-fd")
        raise error from None
    try:
        with _unseen(terminal):
            os.write(terminal, b"Password: ")
            return _read(terminal, to_line_end=True)
    finally:
        os.close(terminal)


@contextmanager
def _unseen(terminal: int) -> Iterator[None]:
    """Let the terminal show nothing of what is typed."""
    before = termios.tcgetattr(terminal)
    during = [*before]
    during[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, during)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        os.write(terminal, b"\n")


def _read(descriptor: int, *, to_line_end: bool = False) -> bytearray:
    """Read to the end, or to the end of the line, into one buffer that never grows: growing would leave a copy."""
    room = bytearray(MAX_PASSWORD + 2)
    used = 0
    try:
        with memoryview(room) as view:
            while used < len(room) and (count := os.readv(descriptor, [view[used:]])):
                used += count
                if to_line_end and view[used - 1] == ord("\n"):
                    break
            if used and view[used - 1] == ord("\n"):
                used -= 1
            if not used:
                raise InputError("the password is empty")
            if used > MAX_PASSWORD:
                raise InputError(f"the password is longer than {MAX_PASSWORD} bytes")
            password = bytearray(used)
            password[:] = view[:used]
            return password
    finally:
        with memoryview(room) as view:
            wipe(view)
