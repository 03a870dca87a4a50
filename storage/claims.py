"""Claims: one process at a time has a shard, and the next one learns how the last one ended.

A claim is a file of one byte beside the shard, locked while the shard is open: `o` for open, `c`
for closed. Whoever finds `o` and gets the lock knows that its last holder came to a sudden end.
"""

import fcntl
import os
from pathlib import Path

from ..errors import StorageError
from .files import FILE_MODE

OPEN = b"o"
CLOSED = b"c"


class Claim:
    """The right to open one shard; a StorageError while another process has it."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StorageError("another process has the store open") from error
        self.was_clean = os.pread(self._descriptor, 1, 0) == CLOSED
        self._mark(OPEN)

    def _mark(self, mark: bytes) -> None:
        os.pwrite(self._descriptor, mark, 0)
        os.fsync(self._descriptor)

    def release(self) -> None:
        """Give the shard back as it should be."""
        self._mark(CLOSED)
        os.close(self._descriptor)

    def abandon(self) -> None:
        """Give the shard back unopened: whoever comes next looks at all of it."""
        os.close(self._descriptor)
