"""Lists of others as servers hand them over (LIST): whole, in parts, and entry by entry."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from ..errors import InputError
from ..karma import MAX_LIST, Lists
from ..pnp import Frame, Status


class Feeds:
    """What comes in parts takes the place of a list's last copy at its end, or never."""

    def __init__(self, lists: Lists, commit: Callable[[], None], clock: Callable[[], float] = time.time) -> None:
        """Fill these lists; `commit` makes a step durable."""
        self._lists = lists
        self._commit = commit
        self._clock = clock
        self._parts: dict[tuple[str, int], list[str]] = {}

    def take(self, connection: str, frame: Frame) -> Status | Coroutine[Any, Any, Status]:
        """Take a frame that came on a connection; NOT_FOUND for a part of what was not begun.

        A whole copy takes a while, and is what the coroutine does, step by step.

        InputError past MAX_LIST entries: the list stays as it was.
        """
        key, now = (connection, int(frame.headers["number"])), self._clock()
        entries = str(frame.body, "utf-8", "replace").split()
        action = frame.headers["action"]
        if action in {"add", "remove"}:
            change = self._lists.add if action == "add" else self._lists.remove
            for entry in entries:
                # What is no entry of any list is left alone, and the others are not.
                with suppress(InputError):
                    change(key[1], entry, now)
            return Status.OK
        if action in {"more", "end"} and key not in self._parts:
            return Status.NOT_FOUND
        parts = self._parts.pop(key, []) if action in {"more", "end"} else []
        parts += entries
        if len(parts) > MAX_LIST:
            raise InputError("a list has too many entries")
        if action in {"replace", "end"}:
            return self._replace(key[1], parts, now)
        self._parts[key] = parts
        return Status.OK

    async def _replace(self, number: int, entries: list[str], now: float) -> Status:
        for _ in self._lists.replace(number, entries, now):
            await asyncio.sleep(0)
            # Each step's part is committed at once: all of them together would keep everybody waiting.
            self._commit()
            await asyncio.sleep(0)
        self._commit()
        return Status.OK

    def lose(self, connection: str) -> None:
        """Forget what a connection began and did not end."""
        for key in [key for key in self._parts if key[0] == connection]:
            del self._parts[key]
