"""`scrub`: what would be kept of a text."""

import json
from pathlib import Path
from typing import Any

import pytest

from providence.scrubber import MAX_TEXT

Providence = Any  # what conftest.py says

CARD = "4111 1111 " + "1111 1111"


def write(folder: Path, text: str) -> Path:
    file = folder / "input"
    file.write_text(text, "utf-8")
    return file


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_each_row_comes_back_with_what_went_and_what_would_be_learnt(providence: Providence, tmp_path: Path) -> None:
    text = f"pay {CARD} now"
    file = write(tmp_path, json.dumps({"id": "one", "text": text}) + "\n\n" + json.dumps({"id": 2, "text": ""}) + "\n")

    first, second = rows(providence("scrub", "--jsonl", file).out)

    assert first["id"] == "one"
    assert first["spans"] == [[4, 4 + len(CARD), "card"]]
    assert {"word:pay", "word:now", "card:"} <= set(first["kept"])
    assert second == {"id": 2, "spans": [], "kept": []}


def test_a_rare_word_is_a_span_until_another_row_has_it(providence: Providence, tmp_path: Path) -> None:
    file = write(tmp_path, (json.dumps({"id": 1, "text": "hi zxqvbk"}) + "\n") * 2)

    first, second = rows(providence("scrub", "--jsonl", file).out)

    assert first["spans"] == [[3, 9, "rare"]]
    assert second["spans"] == []
    assert "word:zxqvbk" in second["kept"]


def test_a_text_past_the_bound_is_refused_as_a_whole(providence: Providence, tmp_path: Path) -> None:
    text = "a" * (MAX_TEXT + 1)
    [row] = rows(providence("scrub", "--jsonl", write(tmp_path, json.dumps({"text": text}))).out)

    assert row == {"id": None, "spans": [[0, len(text), "refused"]], "kept": []}


@pytest.mark.parametrize("line", ["no json", "[]", "{}", '{"text": 1}', "[" * 100_000])
def test_a_line_that_is_no_row_is_named_and_not_shown(providence: Providence, tmp_path: Path, line: str) -> None:
    outcome = providence("scrub", "--jsonl", write(tmp_path, '{"text": "a"}\n' + line))

    assert outcome.code == 3
    assert outcome.err.endswith("line 2: not an object with a text\n")


def test_a_person_sees_each_span_named(providence: Providence, tmp_path: Path) -> None:
    outcome = providence("scrub", write(tmp_path, f"pay {CARD}\nnow \x1b ok"))

    assert outcome.out.startswith(f"pay [card: {CARD}]\nnow")
    assert "\x1b" not in outcome.out
    assert "word:pay" in outcome.out


def test_strict_scrubs_as_the_answer_to_who_asked_for_a_password(providence: Providence, tmp_path: Path) -> None:
    assert "[strict: marble]" in providence("scrub", "--strict", write(tmp_path, "marble")).out


def test_a_file_is_counted_kind_by_kind(providence: Providence, tmp_path: Path) -> None:
    file = write(tmp_path, f"pay {CARD}\n" + json.dumps({"text": "$5 and $6"}) + "\nhello\n")

    counted = providence("scrub", "--stats", "--json", file).json()

    assert counted["messages"] == 3
    assert counted["kinds"]["money"] == {"spans": 2, "messages": 1, "characters": 4}
    assert "card" in providence("scrub", "--stats", file).out


def test_a_file_that_is_not_there_is_bad_input(providence: Providence, tmp_path: Path) -> None:
    assert providence("scrub", tmp_path / "none").code == 3


def test_an_empty_file_has_nothing_to_count(providence: Providence, tmp_path: Path) -> None:
    assert providence("scrub", "--stats", write(tmp_path, "")).code == 0
