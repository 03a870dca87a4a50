"""`check` and `explain`."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.daemon.commands.inputs import message_of
from providence.errors import InputError
from providence.pnp import MAX_BODY
from providence.stanza import parse

SmallDaemon = Any  # what conftest.py says
Providence = Any

ROMEO = "romeo@montague.example"
STANZA = b"<message xmlns='jabber:client'><body>come to the casino</body></message>"


def write(folder: Path, data: bytes) -> Path:
    file = folder / "input"
    file.write_bytes(data)
    return file


def type_in(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_stanza_is_judged_as_it_lies_in_a_file(daemon: SmallDaemon, providence: Providence, tmp_path: Path) -> None:
    outcome = providence("check", ROMEO, write(tmp_path, STANZA))

    assert outcome.code == 0
    assert outcome.out == "junk 0.9876\n  PRIOR  -0.85\n  BAYES  +4.50\n"
    [(verb, headers, body)] = daemon.heard
    assert (verb, headers["user"], headers["mode"], body) == ("CHECK", ROMEO, "judge", STANZA)


@pytest.mark.usefixtures("daemon")
def test_a_verdict_is_printed_as_json(providence: Providence, tmp_path: Path) -> None:
    outcome = providence("check", ROMEO, write(tmp_path, STANZA), "--json")

    reasons = [["PRIOR", -0.8473], ["BAYES", 4.5]]
    assert outcome.json() == {"verdict": "junk", "score": 0.9876, "flagged": False, "reasons": reasons}


def test_without_a_file_standard_input_is_judged(
    daemon: SmallDaemon, providence: Providence, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, STANZA)

    assert providence("check", ROMEO).code == 0
    assert daemon.heard[0][2] == STANZA


def test_plain_text_becomes_the_body_of_a_message(
    daemon: SmallDaemon, providence: Providence, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "<b>R&D</b> ß".encode())

    providence("check", ROMEO, "--text", "--from", "juliet@capulet.example")

    stanza = parse(daemon.heard[0][2])
    assert [text for _, text in stanza.texts] == ["<b>R&D</b> ß"]
    assert str(stanza.sender) == "juliet@capulet.example"
    assert str(stanza.recipient) == ROMEO


@given(st.text(st.characters(exclude_categories=[]), max_size=100))
def test_any_text_makes_a_stanza(text: str) -> None:
    assert parse(message_of(text, "juliet@capulet.example", ROMEO)) is not None


def test_a_text_is_taken_at_the_bound_of_a_request_and_not_past_it() -> None:
    frame = len(message_of("", "a@b.example", ROMEO))

    assert len(message_of("x" * (MAX_BODY - frame), "a@b.example", ROMEO)) == MAX_BODY
    with pytest.raises(InputError):
        message_of("x" * (MAX_BODY - frame + 1), "a@b.example", ROMEO)


@pytest.mark.usefixtures("daemon")
@pytest.mark.parametrize(("data", "code"), [(STANZA, 10), (b"<message><body>hi</body></message>", 11)])
def test_the_exit_code_tells_the_verdict_if_it_is_wanted(
    providence: Providence, tmp_path: Path, data: bytes, code: int
) -> None:
    assert providence("check", ROMEO, write(tmp_path, data), "--exit-code").code == code
    assert providence("check", ROMEO, write(tmp_path, data)).code == 0


@pytest.mark.usefixtures("daemon")
@pytest.mark.parametrize(
    ("arguments", "data", "message"),
    [
        ([], b"x" * (MAX_BODY + 1), "larger than 256 KiB"),
        (["--text"], b"\xff", "not UTF-8"),
        (["--text"], b"reject", "400 Bad request"),
    ],
)
def test_input_that_cannot_be_taken_is_an_error(
    providence: Providence, tmp_path: Path, arguments: list[str], data: bytes, message: str
) -> None:
    outcome = providence("check", ROMEO, write(tmp_path, data), *arguments)

    assert outcome.code == 3
    assert message in outcome.err
    assert outcome.out == ""


def test_a_missing_file_is_an_error_that_names_it(providence: Providence, tmp_path: Path) -> None:
    outcome = providence("check", ROMEO, tmp_path / "none")

    assert outcome.code in {3, 5}


@pytest.mark.usefixtures("daemon")
def test_an_explanation_lists_the_features_and_steers_no_terminal(providence: Providence, tmp_path: Path) -> None:
    outcome = providence("explain", ROMEO, write(tmp_path, STANZA))

    assert outcome.out == (
        "junk 0.9876\n  PRIOR  -0.85\n  BAYES  +4.50\n"
        "feature     spam  ham  seed spam  seed ham  slope  weight\n"
        "casino         3    0  4.50       0.10      +0.75  +2.500\n"
        "?[2J文字化     0   12  0.00       0.00      -0.50  -1.250\n"
    )


@pytest.mark.parametrize("command", ["check", "explain"])
def test_the_sender_of_a_stanza_is_told_so_that_its_past_counts(
    command: str, daemon: SmallDaemon, providence: Providence, tmp_path: Path
) -> None:
    providence(command, ROMEO, write(tmp_path, STANZA))
    providence(command, ROMEO, write(tmp_path, STANZA.replace(b"<message", b"<message from='a@bad.example/x'")))
    providence(command, ROMEO, write(tmp_path, b"no stanza"))

    assert [None, "a@bad.example/x", None] == [headers.get("from") for _, headers, _ in daemon.heard]


def mailbox(folder: Path, *rows: object) -> Path:
    file = folder / "mailbox.jsonl"
    file.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows))
    return file


def test_a_mailbox_is_judged_in_figures(daemon: SmallDaemon, providence: Providence, tmp_path: Path) -> None:
    daemon.open.add(ROMEO)
    spam = [{"text": f"casino {n}", "label": "spam"} for n in range(3)]
    ham = [{"text": f"hello {n}", "label": "ham"} for n in range(300)]
    rows = [*spam, {"text": "missed", "label": "spam"}, *ham, {"text": "the casino", "label": "ham"}, {"text": "?"}]

    outcome = providence("check", ROMEO, "--mailbox", mailbox(tmp_path, *rows), "--json")

    figures = outcome.json()
    assert outcome.code == 0
    assert figures.pop("seconds") > 0
    assert figures.pop("per_second") > 0
    assert figures == {
        "messages": 306,
        "spam": {"deliver": 1, "junk": 3, "delay": 0},
        "ham": {"deliver": 300, "junk": 1, "delay": 0},
        "unlabelled": {"deliver": 1, "junk": 0, "delay": 0},
        "spam_caught": 0.75,
        "ham_blocked": 0.0033,
        "refused": 0,
        "bad_lines": 0,
    }
    assert len(daemon.heard) == 306


@pytest.mark.usefixtures("daemon")
def test_figures_are_printed_for_people_too(providence: Providence, tmp_path: Path) -> None:
    file = mailbox(tmp_path, {"text": "casino", "label": "spam"}, {"text": "reject", "label": "ham"}, "no row\n")

    outcome = providence("check", ROMEO, "--mailbox", file)

    lines = outcome.out.splitlines()
    assert lines[:4] == [
        "      deliver  junk  delay",
        "spam        0     1      0",
        "spam caught  100.00%",
        "refused      1",
    ]
    assert lines[4].startswith("1 messages in ")
    assert outcome.err == f"warning: {file}: 1 lines are no messages and were left out: 3\n"


def test_a_part_of_a_mailbox_is_judged(daemon: SmallDaemon, providence: Providence, tmp_path: Path) -> None:
    file = mailbox(tmp_path, *({"text": f"number {n}"} for n in range(10)))

    providence("check", ROMEO, "--mailbox", file, "--skip", 4, "--limit", 2)

    assert [b"number 4" in body or b"number 5" in body for _, _, body in daemon.heard] == [True, True]


@pytest.mark.usefixtures("daemon")
def test_a_busy_daemon_ends_a_mailbox(providence: Providence, tmp_path: Path) -> None:
    file = mailbox(tmp_path, *({"text": text} for text in ["fine", "wait", *["fine"] * 300]))

    outcome = providence("check", ROMEO, "--mailbox", file)

    assert outcome.code == 9
    assert outcome.err == "error: 429 Busy\nhint: try again in a moment\n"


@pytest.mark.parametrize(
    "arguments",
    [["--skip", "3"], ["--limit", "3"], ["--mailbox", "m", "FILE"], ["--mailbox", "m", "--text"], ["--limit", "-1"]],
)
def test_arguments_that_do_not_go_together_are_refused(providence: Providence, arguments: list[str]) -> None:
    assert providence("check", ROMEO, *arguments).code == 2
