"""Making deletion real, across all workers."""

import asyncio
from collections.abc import Sequence

from ..errors import BusyError, UnreachableError
from ..pnp import FrameProtocol, Status, log_fault, status_of
from .links import Link


class Erasure:
    """Leads the workers into a new epoch of the host key; what was deleted before it is gone for good.

    One worker makes the epoch, all seal and write their shards anew under it, and only when every one has is
    the old epoch destroyed. Cut short at any point nothing is lost: the old epoch is still there, and the
    next start of the daemon finishes what was begun.
    """

    def __init__(self, links: Sequence[Link]) -> None:
        """Lead these workers."""
        self._links = links
        self._task: asyncio.Task[None] | None = None

    def begin(self, connection: FrameProtocol, ident: str) -> None:
        """Answer the request with this `Id` once it is done. BusyError while another is under way."""
        if self._task is not None and not self._task.done():
            raise BusyError("an erasure is under way")
        self._task = asyncio.get_running_loop().create_task(self._answered(connection, ident))

    async def run(self) -> None:
        """Take all steps; UnreachableError if a worker does not take its own."""
        first, *others = self._links
        await _step([first], "begin")
        await _step(self._links, "turn")
        await _step([first], "retire")
        await _step(others, "follow")

    async def _answered(self, connection: FrameProtocol, ident: str) -> None:
        try:
            await self.run()
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is answered
            if not isinstance(error, UnreachableError):
                log_fault(error)
            connection.answer(ident, status_of(error))
        else:
            connection.answer(ident, Status.OK)


async def _step(links: Sequence[Link], step: str) -> None:
    answers = await asyncio.gather(*(link.ask("EPOCH", {"Step": step}) for link in links))
    if any(code != Status.OK for code, _ in answers):
        raise UnreachableError("a worker did not take its step")
