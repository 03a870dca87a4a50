"""How a worker starts."""

import subprocess
import sys


def test_a_worker_brings_along_neither_the_command_line_nor_what_only_the_router_asks() -> None:
    program = "import sys, providence.daemon.worker.process; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert "providence.pipeline" in loaded
    assert loaded.isdisjoint({"providence.daemon.commands", "providence.authentication", "providence.karma"})
