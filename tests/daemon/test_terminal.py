"""What a terminal gets to see."""

import io
import json

import pytest

from providence.daemon.terminal import Terminal, outline, table, visible


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_result_is_lines_or_one_line_of_json() -> None:
    text, value = io.StringIO(), io.StringIO()

    Terminal(text, io.StringIO(), json_wanted=False).show({"a": 1}, "one", "two")
    Terminal(value, io.StringIO(), json_wanted=True).show({"a": "ü"}, "one", "two")

    assert text.getvalue() == "one\ntwo\n"
    assert json.loads(value.getvalue()) == {"a": "ü"}
    assert value.getvalue().isascii()


def test_an_error_is_one_line_and_a_hint_another() -> None:
    err = io.StringIO()

    Terminal(io.StringIO(), err, json_wanted=False).error("it\nbroke", "mend it")

    assert err.getvalue() == "error: it?broke\nhint: mend it\n"


@pytest.mark.parametrize("sequence", ["\x1b]0;title\x07", "\x9b31m", "\u202e", "\r", "\u200b"])
def test_nothing_that_steers_a_terminal_is_printed(sequence: str) -> None:
    assert visible(f"a{sequence}b").isprintable()


def test_columns_stand_under_each_other_in_every_script() -> None:
    rows = [("word", 1), ("слово", 20), ("単語", 300)]

    assert table(rows) == ["word     1", "слово   20", "単語   300"]


def test_an_outline_names_what_lies_inside() -> None:
    assert outline({"a": 1, "b": {"c": [1, 2]}}) == ["a    1", "b.c  1, 2"]
    assert outline({"a": [{"b": 1}, {"b": 2}]}) == ["a.0.b  1", "a.1.b  2"]


def test_a_bar_is_drawn_on_a_terminal_not_too_often_and_wiped_away() -> None:
    screen = Screen()
    ticks = iter([0.0, 0.0, 0.05, 0.2, 0.2])
    terminal = Terminal(io.StringIO(), screen, json_wanted=False, clock=lambda: next(ticks))

    with terminal.bar("messages") as draw:
        draw(1, 4)
        draw(2, 4)
        draw(4, 4)

    drawn = screen.getvalue()
    assert "1/4 messages" in drawn
    assert "2/4" not in drawn
    assert f"[{'#' * 30}] 4/4 messages" in drawn
    assert drawn.endswith("\r\x1b[K")


def test_a_bar_without_an_end_counts() -> None:
    screen = Screen()

    with Terminal(io.StringIO(), screen, json_wanted=False).bar("messages") as draw:
        draw(7, 0)

    assert screen.getvalue().startswith("\r7 messages")


def test_nothing_is_drawn_where_nobody_looks() -> None:
    err = io.StringIO()

    with Terminal(io.StringIO(), err, json_wanted=False).bar("messages") as draw:
        draw(1, 2)

    assert err.getvalue() == ""
