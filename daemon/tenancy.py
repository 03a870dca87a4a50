"""Who uses a data folder: one daemon, or one command while there is no daemon."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import BusyError

FILE = "lock"


@contextmanager
def occupy(folder: Path) -> Iterator[None]:
    """Keep a data folder to this process while the block runs; the kernel lets go of it if the process dies.

    Raises BusyError if another process has it. The folder must be there.
    """
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError("another process uses the data folder") from None
        yield
    finally:
        os.close(descriptor)
