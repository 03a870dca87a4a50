"""Shell completion."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

Providence = Any  # what conftest.py says


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_a_shell_takes_its_script(providence: Providence, tmp_path: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} here")
    script = tmp_path / "script"
    script.write_text(providence("completion", shell).out)

    subprocess.run([program, "-n", script], check=True, timeout=60)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("providence ver", "verify\nversion\n"),
        ("providence unlock --sec", "--secret-file\n--secret-fd\n"),
        ("providence check romeo@montague.example --mai", "--mailbox\n"),
        ("providence nonsense --", ""),
    ],
)
def test_bash_completes_commands_and_options(providence: Providence, tmp_path: Path, typed: str, expected: str) -> None:
    script = tmp_path / "script"
    script.write_text(providence("completion", "bash").out)
    code = f"""
. {script}
COMP_WORDS=({typed})
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_providence
printf '%s\\n' "${{COMPREPLY[@]}}" | sed '/^$/d'
"""
    done = subprocess.run(["/bin/bash", "-c", code], check=True, capture_output=True, text=True, timeout=60)

    assert done.stdout == expected


@pytest.mark.parametrize("shell", ["fish", "zsh"])
def test_every_command_is_offered(providence: Providence, shell: str) -> None:
    script = providence("completion", shell).out

    assert all(command in script for command in ("serve", "unlearn", "secret-file", "completion"))
