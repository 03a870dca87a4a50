"""ABOUT, STATS, VERIFY and EPOCH: what concerns no single user; and the sweep that nobody asks for."""

import asyncio
from pathlib import Path
from typing import TypeVar

from ...control import expire, listed
from ...vault import Steps
from ..hardening import release_files, report
from .calls import Call
from .desk import Desk

_Result = TypeVar("_Result")

# A damaged store has as many problems as it likes; the first ones tell enough.
MAX_PROBLEMS = 100
# How often what has expired is swept, in seconds.
SWEEP_SECONDS = 3600.0
# Steps between which nobody else is served: a millisecond or two.
STEPS = 16


async def take(desk: Desk, steps: Steps[_Result]) -> _Result:
    """Take the steps of some upkeep, serving others in between; what is staged is committed first."""
    desk.commits.flush()
    taken = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            # Through the commits: whoever else waits for what is staged is told how it went.
            desk.commits.flush()
            result: _Result = end.value
            return result
        taken += 1
        if taken % STEPS == 0:
            desk.commits.flush()
            await asyncio.sleep(0)


async def sweep(desk: Desk, data: Path) -> None:
    """Delete what has expired, and turn away what has waited too long, again and again."""
    while True:
        await take(desk, desk.store.sweeping())
        for vault in desk.store.vaults():
            expire(vault, desk.now())
        desk.commits.soon()
        # The files may have grown since, and what was mapped anew is locked in memory.
        release_files(data)
        await asyncio.sleep(SWEEP_SECONDS)


def about(desk: Desk, call: Call) -> None:  # noqa: ARG001 - a handler's signature
    """Tell the router what PING is to tell: the commands that there are."""
    call.answer_json({"commands": listed()})


def stats(desk: Desk, call: Call) -> None:
    """Count; no user is named."""
    counts = {f"{name.lower()}": count for name, count in sorted(desk.counts.items())}
    open_vaults = sum(1 for _ in desk.store.vaults())
    call.answer_json(
        {"counts": counts, "open_vaults": open_vaults, "sessions": len(desk.sessions), "hardening": [report()]}
    )


async def verify(desk: Desk, call: Call) -> None:
    """Look at every file and every record of these shards."""
    found = await take(desk, desk.store.verifying())
    call.answer_json({"users": found.users, "problems": found.problems[:MAX_PROBLEMS]})


async def epoch(desk: Desk, call: Call) -> None:
    """Take one step of an erasure (docs/spec/vault-format.md); the router leads the workers through them.

    `begin` makes a new epoch of the host key, `turn` seals and writes everything anew under it, `retire`
    destroys the old one, `follow` takes note of what another worker did to the host key.
    """
    match call.header("step"):
        case "begin":
            if not desk.store.erasing:
                desk.host.rotate()
        case "turn":
            desk.host.reload()
            await take(desk, desk.store.rotating())
            await take(desk, desk.store.compacting())
        case "retire":
            desk.store.retire()
        case _:
            desk.host.reload()
    call.answer()
