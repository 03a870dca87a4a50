"""A mailbox on its way through the daemon: many requests under way at a time, answers in order."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from ...errors import RemoteError
from ...pnp import AsyncClient, Reply, quiet_exception_handler
from ..exits import Exit, exit_of
from ..terminal import Terminal
from .mailboxes import Mailbox, Row

# Enough for group commits to be full, far below what one connection may have under way.
WINDOW = 128

Ask = Callable[[AsyncClient, Row], Coroutine[Any, Any, Reply]]
Take = Callable[[Row, Reply], None]


def post(socket: Path, mailbox: Mailbox, ask: Ask, take: Take, terminal: Terminal) -> int:
    """Ask about each row of a mailbox and take its answer; return how many rows the daemon would not take.

    Any error but that ends it: RemoteError, UnreachableError, InputError.
    """
    return asyncio.run(_post(socket, mailbox, ask, take, terminal))


async def _post(socket: Path, mailbox: Mailbox, ask: Ask, take: Take, terminal: Terminal) -> int:
    asyncio.get_running_loop().set_exception_handler(quiet_exception_handler)
    refused = 0
    under_way: deque[tuple[Row, asyncio.Task[Reply]]] = deque()

    async def settle() -> None:
        nonlocal refused
        row, task = under_way.popleft()
        try:
            take(row, await task)
        except RemoteError as error:
            if exit_of(error) is not Exit.INPUT:
                raise
            refused += 1

    async with await AsyncClient.unix(socket) as client:
        try:
            with terminal.bar("messages") as draw:
                for number, row in enumerate(mailbox, 1):
                    under_way.append((row, asyncio.create_task(ask(client, row))))
                    # Lets the request leave before the next row is read.
                    await asyncio.sleep(0)
                    if len(under_way) >= WINDOW:
                        await settle()
                    draw(number, mailbox.limit or 0)
                while under_way:
                    await settle()
        finally:
            for _, task in under_way:
                task.cancel()
            await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)
    return refused
