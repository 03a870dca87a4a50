import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = Path("/usr/lib/prosody")


@pytest.mark.skipif(
    shutil.which("lua5.4") is None or not LIBRARY.exists(),
    reason="Prosody is not installed: scripts/install-test-servers",
)
def test_the_module_reads_and_writes_what_every_program_of_pnp_does() -> None:
    vectors = sorted(map(str, (ROOT / "tests" / "vectors" / "pnp").glob("*.txt")))
    pnp = ROOT / "modules" / "prosody" / "mod_providence" / "pnp.lib.lua"
    runner = ROOT / "tests" / "prosody" / "players" / "vectors.lua"
    paths = {"LUA_PATH": f"{LIBRARY}/?.lua;;", "LUA_CPATH": f"{LIBRARY}/?.so;;"}

    done = subprocess.run(
        [shutil.which("lua5.4") or "", str(runner), str(pnp), *vectors],
        env={**os.environ, **paths},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
