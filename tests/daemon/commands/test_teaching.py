"""`learn` and `unlearn`."""

import json
from pathlib import Path
from typing import Any

import pytest

SmallDaemon = Any  # what conftest.py says
Providence = Any

ROMEO = "romeo@montague.example"


@pytest.fixture
def stanza(tmp_path: Path) -> Path:
    """Return a file with a stanza."""
    file = tmp_path / "stanza.xml"
    file.write_bytes(b"<message xmlns='jabber:client'><body>hi</body></message>")
    return file


@pytest.mark.parametrize("command", ["learn", "unlearn"])
@pytest.mark.parametrize("label", ["spam", "ham"])
def test_a_stanza_is_taught_under_its_label(
    daemon: SmallDaemon, providence: Providence, stanza: Path, command: str, label: str
) -> None:
    daemon.open.add(ROMEO)

    outcome = providence(command, ROMEO, f"--{label}", stanza, "--json")

    assert (outcome.code, outcome.json()) == (0, {f"{command}t": 1})
    [(verb, headers, body)] = daemon.heard
    undo = "yes" if command == "unlearn" else "no"
    assert (verb, headers["label"], headers["undo"], body) == ("TELL", label, undo, stanza.read_bytes())


@pytest.mark.usefixtures("daemon")
def test_a_locked_user_learns_later(providence: Providence, stanza: Path) -> None:
    outcome = providence("learn", ROMEO, "--spam", stanza)

    assert (outcome.code, outcome.out) == (0, "queued\n")


def test_a_mailbox_is_learnt_with_its_labels(daemon: SmallDaemon, providence: Providence, tmp_path: Path) -> None:
    daemon.open.add(ROMEO)
    rows = [
        {"text": "casino", "label": "spam"},
        {"text": "hi", "label": "ham"},
        {"text": "no label"},
        {"text": "reject", "label": "ham"},
        {"text": "hi", "label": "eggs"},
    ]
    file = tmp_path / "mailbox.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))

    outcome = providence("learn", ROMEO, "--mailbox", file, "--json")

    figures = outcome.json()
    del figures["seconds"], figures["per_second"]
    assert figures == {"messages": 2, "spam": 1, "ham": 1, "learnt": 2, "refused": 1, "bad_lines": 2}
    assert outcome.err == f"warning: {file}: 2 lines are no messages and were left out: 3, 5\n"
    assert [headers["label"] for _, headers, _ in daemon.heard] == ["spam", "ham", "ham"]


@pytest.mark.usefixtures("daemon")
def test_what_a_locked_user_is_taught_is_counted_as_queued(providence: Providence, tmp_path: Path) -> None:
    file = tmp_path / "mailbox.jsonl"
    file.write_text('{"text": "casino", "label": "spam"}\n')

    assert "1 queued, 1 spam\n" in providence("learn", ROMEO, "--mailbox", file).out


@pytest.mark.parametrize("arguments", [[], ["--spam", "--ham"], ["--mailbox", "m", "--spam"]])
def test_a_label_is_needed_once(providence: Providence, arguments: list[str]) -> None:
    assert providence("learn", ROMEO, *arguments).code == 2
