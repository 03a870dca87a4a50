"""What a worker does unasked."""

import asyncio
import time
from pathlib import Path

from providence.daemon.sessions import Sessions
from providence.daemon.worker.commits import Commits
from providence.daemon.worker.desk import Desk
from providence.daemon.worker.upkeep import sweep
from providence.junk import WAITING_SECONDS, Box, Item, Place
from providence.keyring import HostKeys
from providence.pipeline import Thresholds
from providence.vault import Store, Vault


def test_a_sweep_turns_away_what_has_waited_too_long_in_open_vaults(store: Store, vault: Vault, tmp_path: Path) -> None:
    waiting, junk = Box(vault, Place.WAITING), Box(vault, Place.JUNK)
    now = int(time.time())
    for arrived in (now - WAITING_SECONDS, now - WAITING_SECONDS + 600):
        waiting.put(Item("romeo@montague.example", arrived, 0.95, (), b"<message/>"))

    async def run() -> None:
        commits = Commits(store, asyncio.get_running_loop(), 0.0)
        host = HostKeys.load(tmp_path / "keys" / "host.keys")
        desk = Desk(host, store, commits, Sessions(0.0, 0.0), Thresholds())
        await sweep(desk, tmp_path / "data")

    asyncio.run(run())
    assert [now - WAITING_SECONDS] == [item.arrived for _, item in junk]
    assert [now - WAITING_SECONDS + 600] == [item.arrived for _, item in waiting]
