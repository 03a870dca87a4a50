import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.scrubber import MAX_TEXT, undisguised
from providence.scrubber.disguises import MAX_GUESSES, MAX_LETTERS, MAX_LOOKUPS, MAX_SIGNS, _guesses
from providence.scrubber.words import MAX_WORD

TEXTS = st.one_of(st.text(max_size=60), st.text("fre ercash01345$@.-_* привет看", max_size=60))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("f r e e money", "free money"),
        ("W.I.N.N.E.R f-r-e-e c*a*l*l c_a_s_h", "WINNER free call cash"),
        ("a f r e e c a l l", "a free call"),
        ("п р и в е т", "привет"),
        ("看 我 资 料 加 V 信", "看我资料加V信"),
        ("W1n a fr3e pr1ze n0w!", "win a free prize now!"),
        ("FR33 m0n3y, ca$h", "free money, cash"),
        ("Р4бота без 0пыта", "работа без опыта"),
        ("MUD4H/CEP4T", "mudah/cepat"),
    ],
)
def test_what_is_disguised_is_read_as_people_read_it(written: str, read: str) -> None:
    assert read == undisguised(written)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "see you at 5pm on the 1st floor",
            "mp3, gr8, b4, 4u",
            "10k, 24h, 3 p.m.",
            "I a m",
            "2024-11-21",
        ),
        *("https://cl1ck.example/w1n", "@b0bby", "xq7zk2", "14000", "e.g. U.S.A.", "A - B - C", "看我资料2个"),
    ],
)
def test_what_is_plain_stays(text: str) -> None:
    assert text == undisguised(text)


@pytest.mark.parametrize(("signs", "read"), [(MAX_SIGNS, "book"), (MAX_SIGNS + 1, "b000k")])
def test_more_digits_in_a_row_are_a_number(signs: int, read: str) -> None:
    assert read == undisguised("b" + "0" * signs + "k")


@pytest.mark.parametrize(("letters", "is_read"), [(MAX_WORD, True), (MAX_WORD + 1, False)])
def test_a_longer_word_is_no_word(letters: int, is_read: bool) -> None:
    word = "pr1ze".ljust(letters, "s")

    assert is_read == (undisguised(word) != word)


@pytest.mark.parametrize(("letters", "is_cut"), [(MAX_LETTERS, True), (MAX_LETTERS + 4, False)])
def test_more_letters_set_apart_are_not_cut_into_words(letters: int, is_cut: bool) -> None:
    assert is_cut == (" " in undisguised(" ".join("free" * (letters // 4))))


def test_guesses_at_one_word_are_bounded() -> None:
    assert len(list(_guesses("11611"))) == MAX_GUESSES
    assert len(list(_guesses("116161"))) == MAX_GUESSES


@pytest.mark.parametrize(("left", "is_read"), [(1, True), (0, False)])
def test_readings_of_one_text_are_bounded(left: int, is_read: bool) -> None:
    many, one = "z1q1x1v1q6x ", "3xqz "
    assert len(list(_guesses(many.strip()))) == MAX_GUESSES
    full, rest = divmod(MAX_LOOKUPS - left, MAX_GUESSES)

    assert undisguised(many + one) == many + one  # no public words, however they are read
    assert is_read == undisguised(many * full + one * rest + "pr1ze").endswith("prize")


@given(TEXTS)
def test_any_text_is_read_and_never_grows(text: str) -> None:
    assert len(undisguised(text)) <= max(len(text), 1)


@pytest.mark.parametrize("unit", ["f r e e ", "a.", "fr3e ", "1", "$", "1i1i1i1i ", "a1", "://", "看 "])
def test_long_texts_take_no_long_time(unit: str) -> None:
    started = time.process_time()
    undisguised(unit * MAX_TEXT)

    assert time.process_time() - started < 5
