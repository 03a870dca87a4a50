"""A file of the module, played outside of a server, with Prosody's own libraries in the path."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PLAYERS = Path(__file__).parents[1] / "players"
MODULE = Path(__file__).parents[3] / "modules" / "prosody" / "mod_providence"
LIBRARY = Path("/usr/lib/prosody")
LUA = shutil.which("lua5.4") or ""

needs_lua = pytest.mark.skipif(
    not LUA or not LIBRARY.exists(), reason="Prosody is not installed: scripts/install-test-servers"
)


def play(player: str, library: str, *words: str) -> list[str]:
    """Have a player play a library of the module, and return the lines that are printed."""
    paths = {"LUA_PATH": f"{LIBRARY}/?.lua;;", "LUA_CPATH": f"{LIBRARY}/?.so;;"}
    command = [LUA, str(PLAYERS / f"{player}.lua"), str(MODULE / f"{library}.lib.lua"), *words]
    done = subprocess.run(command, env={**os.environ, **paths}, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout.splitlines()
