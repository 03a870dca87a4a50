"""Group commit: many trainings, one fsync; nobody is told `200` before it."""

import logging
from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable

from ...errors import CommitError
from ...pnp import place_of
from ...vault import Store

_LOG = logging.getLogger("providence.daemon")

# A full group is written at once; an fsync costs the same for one training as for this many.
GROUP = 64
# What nobody waits for, such as entries of the ring, is written this much later at the latest.
SOON_SECONDS = 1.0

Told = Callable[[Exception | None], None]


class Commits:
    """Those who wait to hear that what they staged is durable."""

    def __init__(self, store: Store, loop: AbstractEventLoop, seconds: float) -> None:
        """Let a group gather for `seconds`."""
        self._store = store
        self._loop = loop
        self._seconds = seconds
        self._waiting: list[tuple[bytes, Told]] = []
        self._timer: TimerHandle | None = None
        self._later: TimerHandle | None = None

    def after(self, uid: bytes, told: Told) -> None:
        """Call `told` once what is staged for a user is durable, or with the error that kept it from that."""
        self._waiting.append((uid, told))
        if len(self._waiting) >= GROUP:
            self.flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self.flush)

    def soon(self) -> None:
        """Write what is staged with the next group, or a little later if there is none."""
        if self._later is None:
            self._later = self._loop.call_later(SOON_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what is staged, and tell whoever waits."""
        for timer in (self._timer, self._later):
            if timer is not None:
                timer.cancel()
        self._timer = self._later = None
        waiting, self._waiting = self._waiting, []
        error: Exception | None = None
        lost: frozenset[bytes] = frozenset()
        try:
            self._store.commit()
        except CommitError as failure:
            error, lost = _cause(failure), failure.lost
            _LOG.error("a commit failed: %s", place_of(error))
        for uid, told in waiting:
            told(error if uid in lost else None)


def _cause(failure: CommitError) -> Exception:
    """Return why it failed, such as a full disk, where that is known."""
    return failure.__cause__ if isinstance(failure.__cause__, Exception) else failure
