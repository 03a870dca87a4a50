"""A real corpus through the running daemon, with the vault open and with it locked again and again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "corpus.py"
CORPUS = ROOT.parent / "shared" / "data" / "messages" / "uci_sms.jsonl"
BUNDLED = ROOT / "examples" / "messages.jsonl"


@pytest.mark.skipif(not SCRIPT.exists(), reason="the benchmarks do not ship")
def test_locking_between_messages_changes_no_verdict() -> None:
    """The bundled messages; with PROVIDENCE_SOAK the corpus beside the checkout, where there is one."""
    is_soak = "PROVIDENCE_SOAK" in os.environ and CORPUS.exists()
    mailbox, count, every = (CORPUS, 1000, 100) if is_soak else (BUNDLED, 19, 4)
    command = [sys.executable, str(SCRIPT), str(mailbox), "--learn", str(count), "--judge", str(count)]
    done = subprocess.run([*command, "--every", str(every)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("learnt") == 2 * 2
