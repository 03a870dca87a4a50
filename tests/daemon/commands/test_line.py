"""The command line as a whole: usage, errors, exit codes, the pages that describe them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from providence import errors
from providence.daemon.commands import check, line
from providence.daemon.exits import Exit, exit_of
from providence.pnp import Status

Providence = Any  # what conftest.py says

ROMEO = "romeo@montague.example"
PAGE = Path(__file__).parents[3] / "docs" / "cli.md"


@pytest.mark.parametrize("arguments", [[], ["fly"], ["check"], ["status", "--jsn"], ["completion", "tcsh"]])
def test_wrong_usage_is_one_error_and_one_hint(providence: Providence, arguments: list[str]) -> None:
    outcome = providence(*arguments)

    assert outcome.code == 2
    assert re.fullmatch(r"error: [^\n]+\nhint: see providence[^\n]* --help\n", outcome.err)


def test_without_a_daemon_commands_say_how_to_start_one(providence: Providence) -> None:
    outcome = providence("status")

    assert outcome.code == 5
    error, hint = outcome.err.splitlines()
    assert error == "error: no daemon listens on the socket"
    assert hint == "hint: start it with `providence serve`, or name its socket with --socket"


def test_a_settings_error_comes_with_its_own_hint(providence: Providence, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[worker]\n")

    outcome = providence("status", "--config", tmp_path / "p.toml")

    assert outcome.code == 3
    assert outcome.err == f"error: {tmp_path}/p.toml: table “worker” is unknown\nhint: did you mean “workers”?\n"


def test_an_unexpected_error_shows_its_type_and_place_and_no_value(
    providence: Providence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("correct horse battery staple")

    monkeypatch.setattr(check, "connect", fail)

    outcome = providence("check", ROMEO, __file__)

    assert outcome.code == 1
    assert re.fullmatch(r"error: unexpected KeyError at test_line.py:\d+\nhint: [^\n]+\n", outcome.err)


def test_ctrl_c_ends_a_command_without_a_word(providence: Providence, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "connect", interrupt)

    outcome = providence("check", ROMEO, __file__)

    assert (outcome.code, outcome.err) == (130, "")


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    command = f"{sys.executable} -m providence config --reference | head -n 1; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(["/bin/bash", "-c", command], check=True, capture_output=True, text=True, timeout=60)

    assert (done.stdout, done.stderr) == ("# Settings\n0\n", "")


def test_every_error_of_ours_has_an_exit_code() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ProvidenceError)
    ]
    made = [kind(400, "Bad request") if kind is errors.RemoteError else kind.__new__(kind) for kind in kinds]

    general = {type(error).__name__ for error in made if exit_of(error) is Exit.INTERNAL}

    assert general == {"ProvidenceError"}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.BAD_REQUEST, Exit.INPUT),
        (Status.TOO_LARGE, Exit.INPUT),
        (Status.LOCKED, Exit.REFUSED),
        (Status.BUSY, Exit.BUSY),
        (Status.AWAY, Exit.BUSY),
        (Status.FULL, Exit.FULL),
        (Status.INTERNAL, Exit.INTERNAL),
    ],
)
def test_what_the_daemon_answers_becomes_an_exit_code(status: Status, code: Exit) -> None:
    assert code is exit_of(errors.RemoteError(status, status.phrase))


def test_the_page_shows_every_command_option_and_exit_code() -> None:
    page = PAGE.read_text()
    rows = [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    printed = subprocess.run(
        [sys.executable, "-m", "providence", "completion", "bash"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout

    assert [*Exit, line.INTERRUPTED] == rows
    assert [name for command in line.COMMANDS if (name := f"providence {command.name}") not in page] == []
    assert {option for option in re.findall(r"--[a-z-]+", printed) if option not in page} == set()


@pytest.mark.parametrize("command", [command.name for command in line.COMMANDS])
def test_every_command_shows_its_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit):
        line.run([command, "--help"])

    assert capsys.readouterr().out.startswith(f"usage: providence {command} ")


@pytest.mark.parametrize(
    "arguments",
    [["a@b.example", "FILE", "--text"], ["a@b.example", "--text", "FILE"], ["--text", "a@b.example", "FILE"]],
)
def test_a_file_may_stand_before_and_behind_the_options(providence: Providence, arguments: list[str]) -> None:
    assert providence("check", *arguments).err.splitlines()[0] in {
        "error: no daemon listens on the socket",
        "error: FILE: No such file or directory",
    }


def test_version_names_what_matters_in_a_report(providence: Providence) -> None:
    assert {"providence", "protocol", "python", "cryptography", "argon2-cffi", "lmdb"} <= set(
        providence("version", "--json").json()
    )


def test_config_prints_what_is_in_force(providence: Providence, socket: Path) -> None:
    assert f'path = "{socket}"' in providence("config").out
    assert providence("config", "--json").json()["socket"]["path"] == str(socket)
    assert "#count = 1" in providence("config", "--example").out
    assert providence("config", "--reference").out.startswith("# Settings")
