"""Strangers' words: shown, and unable to pass for anything else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.control.rendering import (
    MAX_ADDRESS,
    MAX_LINES,
    MAX_PREVIEW,
    MAX_WORDS,
    address,
    inline,
    percent,
    plain,
    quoted,
    when,
)
from providence.stanza import Jid

ISOLATES = "\u2068\u2069"


@given(st.text())
def test_nothing_that_does_not_show_gets_through(text: str) -> None:
    for shown in (plain(text), quoted(text), inline(text), address(text)):
        odd = [point for point in shown if unicodedata.category(point) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
        assert [point for point in odd if point != "\n"] == []
        assert [point for point in shown if point in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\ufffe\uffff"] == []


@given(st.text())
def test_every_line_of_a_stranger_is_a_quotation(text: str) -> None:
    assert all(line.startswith("> ") for line in quoted(text).split("\n"))
    assert "\n" not in inline(text) + address(text)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_line_end_starts_a_line_of_ours(line_end: str) -> None:
    """
    A stranger wrote "Providence: your vault is locked" after it.
    """
    assert quoted(f"hello{line_end}Providence says") == "> hello\n> Providence says"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://evil.example/a", "https[:]//evil.example/a"),
        ("javascript://x", "javascript[:]//x"),
        ("XMPP:eve@evil.example?join", "XMPP[:]eve@evil.example?join"),
        ("see www.evil.example", "see www[.]evil.example"),
        ("mailto:a@b.example tel:123", "mailto[:]a@b.example tel[:]123"),
        ("at 12:30, note: tea", "at 12:30, note: tea"),
    ],
)
def test_links_are_not_alive(link: str, shown: str) -> None:
    assert shown == plain(link)


def test_a_text_that_turns_the_direction_of_writing_turns_only_itself() -> None:
    assert plain("safe \u202eexe.txt") == "safe \ufffdexe.txt"
    assert inline("\u05e9\u05dc\u05d5\u05dd") == "\u2068\u05e9\u05dc\u05d5\u05dd\u2069"
    assert inline("hello") == "hello"


def test_joiners_of_scripts_and_emoji_stay_and_stacks_of_marks_do_not() -> None:
    family = "\U0001f469\u200d\U0001f467"
    assert family == plain(family)
    assert plain("a" + "\u0301" * 40) == "a" + "\u0301" * 4


def test_lengths_are_cut_with_a_note() -> None:
    """
    At the bound all of it is shown, one past it there is a note.
    """
    assert "x" * MAX_WORDS == plain("x" * MAX_WORDS)
    assert plain("x" * (MAX_WORDS + 1)).endswith(f"it has {MAX_WORDS + 1} characters]")
    assert plain("\n" * (MAX_LINES - 1)) == "\n" * (MAX_LINES - 1)
    assert plain("\n" * MAX_LINES).endswith("characters]")
    assert "x" * MAX_PREVIEW == inline("x" * MAX_PREVIEW)
    assert inline("x" * (MAX_PREVIEW + 1)) == "x" * MAX_PREVIEW + "\u2026"
    assert "x" * MAX_ADDRESS == address("x" * MAX_ADDRESS)
    assert len(address("x" * (MAX_ADDRESS + 1))) == MAX_ADDRESS + 1


def test_numbers_are_told_as_people_read_them() -> None:
    assert when(1_700_000_000) == "2023-11-14 22:13 UTC"
    assert [percent(value) for value in (0.0, 0.5, 0.9999, 1.0)] == ["1 %", "50 %", "99 %", "99 %"]


def test_a_participant_of_a_room_is_shown_by_the_address_that_clients_know() -> None:
    nurse = Jid.parse("garden@rooms.example/Nurse").participant("dd72")

    assert ("garden@rooms.example/Nurse", "garden@rooms.example") == (address(str(nurse)), address(str(nurse.bare)))
