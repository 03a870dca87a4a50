"""`unlock`, `lock`, `status` and `forget`."""

import io
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from providence.daemon.commands.passwords import MAX_PASSWORD, read_password
from providence.errors import InputError

SmallDaemon = Any  # what conftest.py says
Providence = Any

ROMEO = "romeo@montague.example"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file with the right password."""
    file = tmp_path / "secret"
    file.write_bytes(b"sesame\n")
    return file


def test_a_vault_is_opened_and_locked(daemon: SmallDaemon, providence: Providence, secret: Path) -> None:
    assert providence("unlock", ROMEO, "--secret-file", secret).code == 0
    assert providence("status", ROMEO, "--json").json() == {"state": "open"}
    assert providence("lock", ROMEO).code == 0
    assert providence("status", ROMEO).out == "state  locked\n"
    assert [headers.get("enrol") for verb, headers, _ in daemon.heard if verb == "UNLOCK"] == ["no"]


def test_a_vault_is_made_only_on_demand(daemon: SmallDaemon, providence: Providence, secret: Path) -> None:
    providence("unlock", ROMEO, "--create", "--secret-file", secret)

    assert daemon.heard[0][1]["enrol"] == "yes"


@pytest.mark.usefixtures("daemon")
def test_a_wrong_password_is_refused(providence: Providence, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_bytes(b"open barley")

    outcome = providence("unlock", ROMEO, "--secret-file", tmp_path / "wrong")

    assert outcome.code == 4
    assert outcome.err.startswith("error: 403 Locked\nhint: ")
    assert "barley" not in outcome.err


@pytest.mark.usefixtures("daemon")
def test_a_password_comes_from_a_file_descriptor(providence: Providence) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"ses")
    os.write(writer, b"ame")
    os.close(writer)

    assert providence("unlock", ROMEO, "--secret-fd", reader).code == 0
    os.close(reader)


@pytest.mark.parametrize(
    ("data", "password"), [(b"a\n", b"a"), (b"a", b"a"), (b"a\n\n", b"a\n"), (b" \xff ", b" \xff ")]
)
def test_one_line_end_is_no_part_of_a_password(tmp_path: Path, data: bytes, password: bytes) -> None:
    (tmp_path / "secret").write_bytes(data)

    assert password == read_password(tmp_path / "secret", None)


def test_a_password_is_taken_at_its_bound_and_not_past_it(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"x" * MAX_PASSWORD + b"\n")

    assert len(read_password(file, None)) == MAX_PASSWORD
    file.write_bytes(b"x" * (MAX_PASSWORD + 1))
    with pytest.raises(InputError, match="longer than"):
        read_password(file, None)


@pytest.mark.parametrize("data", [b"", b"\n"])
def test_an_empty_password_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "secret").write_bytes(data)

    with pytest.raises(InputError, match="empty"):
        read_password(tmp_path / "secret", None)


PROMPT = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from providence.daemon.commands.passwords import read_password
sys.stdout.write(f"got {len(read_password(None, None))}")
"""


def test_a_password_is_typed_unseen() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", PROMPT], stdin=theirs, stdout=subprocess.PIPE) as child:
        shown = os.read(ours, 100)
        hidden = not termios.tcgetattr(theirs)[3] & termios.ECHO
        os.write(ours, b"sesame\n")
        printed, _ = child.communicate(timeout=60)
    shown += os.read(ours, 100)
    visible_again = termios.tcgetattr(theirs)[3] & termios.ECHO
    os.close(theirs)
    os.close(ours)

    assert (shown, printed) == (b"Password: \r\n", b"got 6")
    assert hidden
    assert visible_again


def test_without_a_terminal_another_source_is_proposed() -> None:
    code = """
import os, sys
os.setsid()
from providence.daemon.commands.passwords import read_password
try:
    read_password(None, None)
except Exception as error:
    print(error, *error.__notes__, sep="; ")
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)

    message, hint = done.stdout.split("; ")
    assert message == "there is no terminal to ask for the password"
    assert hint == "name a file with --secret-file, or a descriptor with --secret-fd\n"


@pytest.mark.usefixtures("daemon")
def test_the_daemon_tells_how_it_is_doing(providence: Providence) -> None:
    assert providence("status").out == "workers        1\nmemory.locked  True\n"
    assert providence("status", "--json").json() == {"workers": 1, "memory": {"locked": True}}


class Typed(io.StringIO):
    """Standard input of a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [("yes\n", 0), ("y\n", 2), ("", 2)])
def test_a_user_is_erased_once_it_was_confirmed(
    daemon: SmallDaemon, providence: Providence, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(typed))

    assert providence("forget", ROMEO).code == code
    assert [verb for verb, _, _ in daemon.heard] == ["FORGET"] * (code == 0)


def test_a_script_must_confirm_in_advance(
    daemon: SmallDaemon, providence: Providence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))

    assert providence("forget", ROMEO).code == 2
    assert daemon.heard == []
    assert providence("forget", ROMEO, "--yes").code == 0
