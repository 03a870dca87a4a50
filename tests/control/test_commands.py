"""What users type, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.control.commands import MAX_NUMBERS, Said


@pytest.mark.parametrize(
    ("text", "verb", "words"),
    [
        ("list", "list", ()),
        ("  LIST ", "list", ()),
        ("/list", "list", ()),
        ("List.", "list", ()),
        ("Show #3", "show", ("#3",)),
        ("ok3", "ok", ("3",)),
        ("ok#3,4", "ok", ("3,4",)),
        ("release 1", "ok", ("1",)),
        ("\u200bhelp\u2069", "help", ()),
        ("", "help", ()),
        ("?", "help", ()),
        ("exempt allow group My Friends", "exempt", ("allow", "group", "My", "Friends")),
    ],
)
def test_a_command_may_be_written_in_many_ways(text: str, verb: str, words: tuple[str, ...]) -> None:
    assert Said(verb, words) == Said.parse(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("x 3", [3]),
        ("x #3.", [3]),
        ("x 1 2, 3 and 4", [1, 2, 3, 4]),
        ("x 4-6", [4, 5, 6]),
        ("x 2 2 1-3", [2, 1, 3]),
        ("x 6-4", []),
        ("x", []),
        ("x three", []),
        ("x 1 two", []),
        ("x -1", []),
        ("x \u0663", []),
        (f"x 1-{MAX_NUMBERS}", [*range(1, MAX_NUMBERS + 1)]),
        (f"x 1-{MAX_NUMBERS + 1}", []),
        ("x 999", [999]),
        ("x 1000", []),
    ],
)
def test_numbers_are_read_or_there_are_none(text: str, numbers: list[int]) -> None:
    assert numbers == Said.parse(text).numbers


def test_a_decision_goes_by_its_code() -> None:
    assert [Said.parse(f"why {word}").code for word in ("d127", "D0", "#d3.", "127", "dd", "d1 d2")] == [
        127,
        0,
        3,
        None,
        None,
        None,
    ]
    assert Said.parse("why d" + "9" * 12).code == 10**12 - 1
    assert Said.parse("why d" + "9" * 13).code is None


@given(st.text())
def test_whatever_is_written_is_read(text: str) -> None:
    said = Said.parse(text)

    assert said.verb
    assert len(said.numbers) <= MAX_NUMBERS
    assert said.all in {True, False}
    assert said.code is None or said.code >= 0
