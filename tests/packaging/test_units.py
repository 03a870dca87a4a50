"""What systemd makes of our files."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="systemd makes users and folders for root only")


def run(*command: object) -> str:
    """Run a command that must succeed, and return what it prints."""
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_the_service_is_exposed_to_at_most_one_in_ten() -> None:
    printed = run("systemd-analyze", "security", "--offline=true", "--threshold=10", PACKAGING / "providence.service")

    assert "Overall exposure level" in printed


@needs_root
def test_the_user_and_the_folders_are_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()

    run("systemd-sysusers", f"--root={tmp_path}", PACKAGING / "sysusers.d" / "providence.conf")
    run("systemd-tmpfiles", "--create", f"--root={tmp_path}", PACKAGING / "tmpfiles.d" / "providence.conf")

    user = next(
        line.split(":") for line in (tmp_path / "etc/passwd").read_text().splitlines() if line.startswith("providence:")
    )
    keys = (tmp_path / "etc/providence/keys").stat()
    assert (keys.st_mode & 0o777, keys.st_uid) == (0o700, int(user[2]))
    assert (tmp_path / "etc/providence").stat().st_uid == 0
