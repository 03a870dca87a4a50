"""Single flight: whoever asks for what is being fetched already waits for the same answer."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Generic, TypeVar

from ..errors import BusyError

Value = TypeVar("Value")


class Flights(Generic[Value]):
    """Fetches under way, at most one for each name and `most` in all."""

    def __init__(self, most: int) -> None:
        """Let `most` be under way at once."""
        self._most = most
        self._tasks: dict[str, asyncio.Task[Value]] = {}

    def __len__(self) -> int:
        """Count what is under way."""
        return len(self._tasks)

    def start(self, name: str, fetch: Callable[[], Coroutine[None, None, Value]]) -> asyncio.Task[Value]:
        """Begin a fetch, or join the one under way; BusyError where too many are."""
        task = self._tasks.get(name)
        if task is None:
            if len(self._tasks) >= self._most:
                raise BusyError("too much is being fetched")
            task = asyncio.get_running_loop().create_task(fetch())
            self._tasks[name] = task
            task.add_done_callback(lambda _: self._tasks.pop(name, None))
        return task

    async def wait(self, task: asyncio.Task[Value], seconds: float) -> Value | None:
        """Return what a fetch brings within `seconds`, or None: it goes on for whoever asks next.

        A fetch that failed is None as well.
        """
        done, _ = await asyncio.wait([task], timeout=seconds)
        return task.result() if done and not task.cancelled() and task.exception() is None else None

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
