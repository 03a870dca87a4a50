"""`export`."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SmallDaemon = Any  # what conftest.py says
Providence = Any

ROMEO = "romeo@montague.example"
# Three parts of the small daemon.
WHOLE = "".join(json.dumps({"part": part, "word": "Семья"}) for part in range(3))


def test_all_parts_come_in_their_order(daemon: SmallDaemon, providence: Providence) -> None:
    daemon.open.add(ROMEO)

    assert WHOLE == providence("export", ROMEO).out


def test_a_file_is_new_and_its_owners_alone(daemon: SmallDaemon, providence: Providence, tmp_path: Path) -> None:
    daemon.open.add(ROMEO)
    file = tmp_path / "romeo.jsonl"
    before = os.umask(0)
    try:
        outcome = providence("export", ROMEO, "--output", file, "--json")
    finally:
        os.umask(before)
    assert {"file": str(file), "bytes": len(WHOLE)} == outcome.json()
    assert (WHOLE, 0o600) == (file.read_text(), file.stat().st_mode & 0o777)

    file.write_text("mine")
    again = providence("export", ROMEO, "--output", file)
    assert (3, "mine") == (again.code, file.read_text())
    assert "File exists" in again.err


def test_nothing_is_left_of_a_file_that_cannot_be_finished(
    daemon: SmallDaemon, providence: Providence, tmp_path: Path
) -> None:
    daemon.open.add(ROMEO)
    daemon.broken = 1
    file = tmp_path / "romeo.jsonl"

    assert 4 == providence("export", ROMEO, "--output", file).code
    assert not file.exists()


@pytest.mark.usefixtures("daemon")
def test_a_locked_vault_is_refused(providence: Providence) -> None:
    outcome = providence("export", ROMEO)

    assert (4, "") == (outcome.code, outcome.out)


def test_strangers_words_do_not_reach_a_terminal(daemon: SmallDaemon, socket: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "providence", "export", ROMEO, "--socket", str(socket)]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(theirs)
    os.close(ours)

    assert (2, []) == (done.returncode, daemon.heard)
    assert b"--output" in done.stderr
