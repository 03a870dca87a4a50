"""
A process that is killed loses nothing it has acknowledged.

PROVIDENCE_KILLS says how often; with PROVIDENCE_SOAK=1 it is 200.
"""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from providence.vault import VaultSettings

World = Any
LEARNER = Path(__file__).parent / "players" / "learner.py"
SOAK = os.environ.get("PROVIDENCE_SOAK") == "1"
KILLS = int(os.environ.get("PROVIDENCE_KILLS", "200" if SOAK else "6"))


def test_a_killed_process_loses_nothing_it_acknowledged(disk: World) -> None:
    chance = random.Random(159)  # noqa: S311 - when to kill: nothing secret
    users = ("romeo", "juliet")
    for number in range(KILLS):
        command = [sys.executable, str(LEARNER), str(disk.folder), str(number), "100000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(chance.randrange(1, 80)):
                line = child.stdout.readline()
            child.kill()
            line = (child.stdout.read().rstrip("\n").rpartition("\n")[2]) or line
        acknowledged = [int(count) for count in line.split()]
        disk.host = type(disk.host).load(disk.folder / "host.key")
        disk.keyring = type(disk.keyring)(disk.host, disk.keyring.settings)
        with disk.store(VaultSettings(fold_every=4)) as store:
            assert not store.erasing
            assert store.verify().problems == []
            kept = [disk.open(store, name, enrol=False).counts(b"").spam for name in users]
        for least, count in zip(acknowledged, kept, strict=True):
            assert least <= count <= least + 5
