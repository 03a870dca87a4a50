import pytest

from providence.pipeline import read_texts
from providence.pipeline.reading import MAX_LINES, MIN_BLANKS, NOTHING
from providence.scrubber import HASH_BYTES, blind
from providence.tokenizer import MAX_FEATURES


def test_a_reading_has_one_hash_for_each_feature() -> None:
    reading = read_texts((("body", "hello world"), ("subject", "hi")))

    assert blind(reading.features) == reading.hashes
    assert reading.learnt == len(reading.features)
    assert reading.lesson == reading.hashes


def test_of_a_long_text_only_the_first_features_are_learnt() -> None:
    words = " ".join(f"{a}{b}" for a in "abcdefghij" for b in "klmnopqrst")
    reading = read_texts((("body", words),))

    assert reading.learnt == MAX_FEATURES < len(reading.features)
    assert len(reading.lesson) == HASH_BYTES * MAX_FEATURES


@pytest.mark.parametrize(("lines", "views"), [(1, 0), (2, 2), (MAX_LINES, MAX_LINES), (MAX_LINES + 1, MAX_LINES)])
def test_a_body_is_judged_line_by_line_up_to_the_bound(lines: int, views: int) -> None:
    assert views == len(read_texts((("body", "\n".join(["hello"] * lines)),)).shape.lines)


def test_empty_lines_are_no_lines() -> None:
    assert read_texts((("body", "hello\n\n \n"),)).shape.lines == ()


def test_another_field_has_no_lines() -> None:
    assert read_texts((("subject", "one\ntwo"),)).shape.lines == ()


@pytest.mark.parametrize(("count", "views"), [(MIN_BLANKS - 1, 0), (MIN_BLANKS, MIN_BLANKS)])
def test_where_words_have_no_spaces_a_text_is_cut_at_its_blanks(count: int, views: int) -> None:
    assert views == len(read_texts((("body", " ".join(["你好"] * count)),)).shape.lines)
    assert read_texts((("body", " ".join(["hello"] * count)),)).shape.lines == ()


def test_nothing_said_is_nothing_read() -> None:
    assert read_texts(()) == NOTHING
