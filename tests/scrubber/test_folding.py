# ruff: noqa: RUF003 - lookalikes are what this file is about
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.scrubber.confusables import resolve
from providence.scrubber.folding import MAX_FOLDED, MAX_GROWTH, MAX_MARKS, MAX_TEXT, fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＦＲＥＥ 𝐦𝐨𝐧𝐞𝐲", "free money"),
        ("ca\u200bsi\u00adno", "casino"),
        ("c\u0301a\u0336s\u0323ino", "casino"),
        ("Ёлка и чай", "елка и чаи"),
        ("Straße", "strasse"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("IĞDIR ığdır İzmir", "igdir igdir izmir"),
        ("٠١٢٣ ०१२ ๕๖ ４５ ①", "0123 012 56 45 1"),
        ("2\ufe0f\u20e3", "2"),
        ("שָׁלוֹם", "שלום"),
        ("كِتَابٌ مـــمتع", "كتاب ممتع"),
        ("पढ़ना", "पढ़ना"),
        ("がぎ ｶﾞ", "がぎ ガ"),
        ("한국어", "한국어"),
        ("สวัสดี", "สวัสดี"),
    ],
)
def test_what_reads_the_same_is_folded_to_one_spelling(written: str, folded: str) -> None:
    assert folded == fold(written)


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("сasino", "casino"),  # Cyrillic с
        ("kазино", "казино"),  # Latin k
        ("приветmир", "приветмир"),
        ("pаypаl", "paypal"),
        ("ελλaδa", "ελλαδα"),
        ("казино casino", "казино casino"),
        ("ссоo", "ссоо"),
        ("осеax", "осеах"),
    ],
)
def test_a_word_of_mixed_scripts_gets_its_own_script_back(written: str, resolved: str) -> None:
    assert resolved == resolve(written)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    folded = fold(text)

    assert folded == fold(folded)


@given(st.text())
def test_resolving_twice_changes_nothing(text: str) -> None:
    resolved = resolve(fold(text))

    assert resolved == resolve(resolved)


def test_no_single_character_folds_to_something_that_folds_on() -> None:
    points = (chr(point) for point in range(sys.maxunicode + 1))

    assert [point for point in points if (folded := fold(point)) != fold(folded)] == []


def test_no_character_grows_more_than_the_bound_says() -> None:
    points = map(chr, range(sys.maxunicode + 1))

    assert max(len(unicodedata.normalize("NFKD", point)) for point in points) == MAX_GROWTH


def test_text_is_read_up_to_the_bound_and_not_past_it() -> None:
    assert len(fold("a" * MAX_TEXT)) == MAX_TEXT
    assert "b" not in fold("a" * MAX_TEXT + "b")


def test_folding_that_writes_many_for_one_is_cut_at_its_bound() -> None:
    written = len(unicodedata.normalize("NFKD", "\ufdfa"))

    assert MAX_FOLDED - written < len(fold("\ufdfa" * MAX_TEXT)) <= MAX_FOLDED


@pytest.mark.parametrize("mark", ["\u0e38", "\u094d", "\u3099"])
def test_marks_in_a_row_are_kept_up_to_the_bound(mark: str) -> None:
    at, past = (len(fold("x" + mark * count)) for count in (MAX_MARKS, MAX_MARKS + 1))

    assert 1 + MAX_MARKS == at == past


def test_no_combining_character_is_a_letter_to_python() -> None:
    """The search for long runs of marks rests on it."""
    points = map(chr, range(sys.maxunicode + 1))

    assert not any(unicodedata.combining(point) and point.isalnum() for point in points)
