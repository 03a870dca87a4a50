"""One process uses a data folder at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from providence.daemon.tenancy import occupy
from providence.errors import BusyError


def test_a_folder_in_use_is_refused_until_it_is_left(tmp_path: Path) -> None:
    with occupy(tmp_path), pytest.raises(BusyError), occupy(tmp_path):
        pass

    with occupy(tmp_path):
        pass


def test_a_process_that_dies_lets_go_of_the_folder(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from providence.daemon.tenancy import occupy
with occupy(Path(sys.argv[1])):
    print("in", flush=True)
    os.kill(os.getpid(), 9)
"""
    died = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=False, capture_output=True, text=True, timeout=60
    )

    assert (died.returncode, died.stdout) == (-9, "in\n")
    with occupy(tmp_path):
        pass
