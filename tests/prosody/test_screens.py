"""The guide for users shows what a client shows: a short run in Profanity brings the same screens again."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE, SCREENS = ROOT / "docs" / "junk-box.md", ROOT / "docs" / "screens"
# Other versions draw otherwise.
VERSION = "Profanity, version 0.13.1"
# In `show` the reasons are told, which change with the formula.
SAME = ("report", "help", "list", "ok", "released", "commands", "form", "submitted")
BLOCK = re.compile(r"<!-- screens/([a-z-]+\.txt) -->\n```text\n(.*?)```\n", re.DOTALL)


def without_what_changes(screen: str) -> str:
    """Without names of things, dates and numbers, nor the places where lines break for their lengths."""
    return " ".join(re.sub(r"\d+", "0", re.sub(r"\[[0-9a-f]{32}\]", "[]", screen)).split())


def test_the_guide_shows_the_screens_as_they_were() -> None:
    blocks = BLOCK.findall(GUIDE.read_text())

    assert blocks
    assert all((SCREENS / name).read_text() == block for name, block in blocks)
    assert GUIDE.read_text().count("```") == 2 * len(blocks)


def test_a_user_of_profanity_reports_spam_and_has_junk_released_by_chat_and_by_form(tmp_path: Path) -> None:
    profanity = shutil.which("profanity")
    if profanity is None or shutil.which("tmux") is None or shutil.which("prosody") is None:
        pytest.skip("no profanity, tmux or prosody: scripts/install-test-servers")

    subprocess.run(
        [sys.executable, ROOT / "examples" / "screens.py", "--short", "--to", tmp_path], check=True, timeout=120
    )

    assert "will be delivered now" in " ".join((tmp_path / "submitted.txt").read_text().split())
    version = subprocess.run([profanity, "--version"], capture_output=True, text=True, check=True).stdout
    if version.startswith(VERSION):
        for name in SAME:
            then, now = ((folder / f"{name}.txt").read_text() for folder in (SCREENS, tmp_path))
            assert without_what_changes(then) == without_what_changes(now)
