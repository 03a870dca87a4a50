"""Group commit: many trainings, one fsync; nobody is told `200` before it."""

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable

from ...errors import ProvidenceError
from ...vault import Store

# A full group is written at once; an fsync costs the same for one training as for this many.
GROUP = 64

Told = Callable[[ProvidenceError | None], None]


class Commits:
    """Those who wait to hear that what they staged is durable."""

    def __init__(self, store: Store, loop: AbstractEventLoop, seconds: float) -> None:
        """Let a group gather for `seconds`."""
        self._store = store
        self._loop = loop
        self._seconds = seconds
        self._waiting: list[Told] = []
        self._timer: TimerHandle | None = None

    def after(self, told: Told) -> None:
        """Call `told` once everything staged so far is durable, or with the error that kept it from that."""
        self._waiting.append(told)
        if len(self._waiting) >= GROUP:
            self.flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self.flush)

    def flush(self) -> None:
        """Write what is staged, and tell whoever waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        error: ProvidenceError | None = None
        try:
            self._store.commit()
        except ProvidenceError as failure:
            error = failure
        for told in waiting:
            told(error)
