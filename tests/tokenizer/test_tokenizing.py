import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.tokenizer import MAX_FEATURES, MAX_JUDGED, MAX_VIEWS, WINDOW, Part, Tokens
from providence.tokenizer import tokenize as tokenize_parts

WORDS = st.text(st.characters(categories=["L"]), min_size=1, max_size=24)
PIECES = st.lists(
    st.one_of(
        st.tuples(st.just("word"), WORDS),
        st.tuples(st.just("run"), st.text("你好世界สวัสดี", min_size=1, max_size=30)),
        st.tuples(st.just("mark"), st.sampled_from([".", "!!", "😀"])),
        st.tuples(st.just("host"), st.sampled_from(["a.example", "#.b.example", "example"])),
        st.tuples(
            st.sampled_from(["number", "secret", "email", "mixed", "url"]), st.sampled_from(["", "##", "a#", "/?"])
        ),
        st.tuples(st.just("shape"), st.sampled_from(["capitals all", "lines |"])),
    ),
    max_size=60,
)
PARTS = st.lists(st.tuples(st.sampled_from(["body", "subject", "nick", "status", "reason"]), PIECES), max_size=3)


def tokens_of(parts: Iterable[tuple[str, list[tuple[str, str]]]]) -> Tokens:
    return tokenize_parts(Part(*part) for part in parts)


def tokenize(parts: Iterable[tuple[str, list[tuple[str, str]]]]) -> tuple[str, ...]:
    return tokens_of(parts).features


def test_a_message_gives_features_of_every_kind() -> None:
    pieces = [
        *(("word", "buy"), ("word", "chocolate"), ("mark", "!"), ("word", "now")),
        *(("money", "####"), ("word", "at"), ("host", "www.shop.example"), ("url", "/"), ("shape", "capitals few")),
    ]

    expected = {
        *(
            "word:buy",
            "word:chocolate",
            "word:now",
            "word:at",
            "stem:choco",
            "pair:buy chocolate",
            "pair:chocolate now",
        ),
        *("mark:!", "money:####", "host:www.shop.example", "host:shop.example", "url:/", "first:buy", "last:at"),
        *("shape:capitals few", f"size:{'|' * 17}", "marks:|", "numerals:|", "digits:|||", "contacts:|", "end:url"),
    }
    assert expected == set(tokenize([("body", pieces)]))


@pytest.mark.parametrize("run", ["你好吗", "สวั", "ကခဂ", "ខ្ម"])
def test_a_script_without_spaces_gives_single_letters_and_neighbours(run: str) -> None:
    features = tokenize([("body", [("run", run)])])

    assert {*run, run[:2], run[1:]} == {feature[4:] for feature in features if feature.startswith("run:")}
    assert {f"first:{run[:2]}", f"last:{run[-2:]}"} <= set(features)


@pytest.mark.parametrize("between", ["number", "secret", "email", "url", "mixed", "host", "run", "long"])
def test_no_pair_bridges_what_was_taken_out(between: str) -> None:
    features = tokenize([("body", [("word", "left"), ("mark", "."), (between, "#"), ("mark", "."), ("word", "right")])])

    assert not any(feature.startswith("pair") for feature in features)


def test_no_pair_bridges_two_fields() -> None:
    features = tokenize([("subject", [("word", "left")]), ("body", [("word", "right")])])

    assert not any(feature.startswith("pair") for feature in features)


def test_a_field_other_than_the_body_names_itself() -> None:
    features = tokenize([("nick", [("word", "bob")])])

    assert {"word.nick:bob", "first.nick:bob", "last.nick:bob", "end.nick:word"} <= set(features)
    assert all(feature.partition(":")[0].endswith(".nick") for feature in features)


@given(PARTS)
def test_features_are_few_distinct_and_the_same_each_time(parts: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """The same features mean that unlearning takes back just what was learnt."""
    tokens = tokens_of(parts)

    assert len(set(tokens.features)) == len(tokens.features) <= MAX_JUDGED
    assert tokens.shapes <= tokens.learnt <= MAX_FEATURES
    assert tokens == tokens_of(iter(parts))
    assert all(set(view) <= set(range(len(tokens.features))) for view in tokens.windows)


@given(PARTS)
def test_no_feature_holds_a_digit(parts: list[tuple[str, list[tuple[str, str]]]]) -> None:
    assert not any(map(str.isdigit, "".join(tokenize(parts))))


def test_a_message_has_features_up_to_the_bound_and_not_past_it() -> None:
    marks = [("mark", f"{first}{second}") for first in ".,!?;" for second in ".,!?;"]

    words = [("word", chr(ord("a") + at) * 2) for at in range(20)]
    base = len(tokenize([("body", [*words, *marks[:16]])]))
    count = 16 + MAX_FEATURES - base
    at_bound = tokens_of([("body", [*words, *marks[:count]])])
    assert at_bound.learnt == len(at_bound.features) == MAX_FEATURES
    past = tokens_of([("body", [*words, *marks[: count + 1]])])
    assert past.learnt == MAX_FEATURES
    assert len(past.features) == MAX_FEATURES + 1


def test_no_kind_is_crowded_out() -> None:
    """A dictionary in a message must not push out its link, nor many links the words."""
    flood = [("word", f"{first}{second}zzzzz") for first in "abcdefghij" for second in "abcdefghij"]
    tokens = tokens_of([("body", [*flood, ("host", "shop.example"), ("mark", "!"), ("run", "你好")])])
    features = tokens.features[: tokens.learnt]

    assert {"host:shop.example", "mark:!", "run:你好", "word:aazzzzz", "stem:aazzz", "pair:aazzzzz abzzzzz"} <= set(
        features
    )


def test_nothing_said_has_no_features() -> None:
    assert tokenize([]) == ()
    assert tokenize([("body", [])]) == ()


def test_time_grows_linearly() -> None:
    """Eight times the pieces may take 24 times as long, for the noise; a quadratic step would take 64."""

    def cost(count: int) -> float:
        pieces = [piece for at in range(count) for piece in (("word", f"w{at}"), ("run", "你好吗"), ("mark", "!"))]
        times = []
        for _ in range(3):
            start = time.thread_time()
            tokenize([("body", pieces)])
            times.append(time.thread_time() - start)
        return min(times)

    assert cost(4096) < 24 * cost(512)


def test_letters_set_apart_are_read_as_the_word_they_spell() -> None:
    spaced = [("word", letter) for letter in "viagra"]
    dotted = [piece for letter in "viagra" for piece in (("word", letter), ("mark", "."))][:-1]

    assert {"word:viagra", "spaced"} <= set(tokenize([("body", spaced)]))
    assert {"word:viagra", "spaced"} <= set(tokenize([("body", dotted)]))


@pytest.mark.parametrize(("count", "joined"), [(3, False), (4, True)])
def test_four_letters_in_a_row_are_a_word_and_three_are_not(count: int, joined: bool) -> None:
    assert joined == ("word:" + "abcd"[:count] in tokenize([("body", [("word", letter) for letter in "abcd"[:count]])]))


@pytest.mark.parametrize(("count", "kept"), [(24, True), (25, False)])
def test_letters_set_apart_that_spell_too_long_a_word_may_be_a_token(count: int, kept: bool) -> None:
    features = tokenize([("body", [("word", "x")] * count)])

    assert kept == ("word:" + "x" * count in features)
    assert (not kept) == ("long:" in features)


@pytest.mark.parametrize(("words", "windows"), [(WINDOW, 0), (WINDOW + 1, 2), (WINDOW * 3, 3), (WINDOW * 3 + 1, 4)])
def test_a_long_text_is_also_seen_through_windows(words: int, windows: int) -> None:
    assert windows == len(tokens_of([("body", [("word", "abcdefg"[at % 7] * 3) for at in range(words)])]).windows)


def test_a_window_holds_what_stands_in_it() -> None:
    pieces = [("word", "ham")] * WINDOW + [("word", "spam")] + [("word", "ham")] * WINDOW
    tokens = tokens_of([("body", pieces)])
    spam = tokens.features.index("word:spam")

    assert [spam in window for window in tokens.windows] == [False, True, False]


def test_windows_are_bounded_and_look_at_both_ends() -> None:
    words = [("word", f"{first}{second}") for first in "abcdefghijklmnopqrst" for second in "abcdefghijklmnopqrst"]
    tokens = tokens_of([("body", words)])

    assert len(tokens.windows) == MAX_VIEWS
    assert len(tokens.features) <= MAX_JUDGED
    assert tokens.features.index("word:tt") in tokens.windows[-1]
    assert tokens.features.index("word:aa") in tokens.windows[0]


def test_lines_are_judged_as_if_they_had_come_alone() -> None:
    lines = [Part("body", [("word", "one")], "one"), Part("body", [("word", "two"), ("mark", "!")], "TWO!")]
    tokens = tokenize_parts([Part("body", [*lines[0].pieces, *lines[1].pieces], "one\nTWO!")], lines)

    assert len(tokens.lines) == 2
    for view, line in zip(tokens.lines, lines, strict=True):
        assert set(tokenize_parts([line]).features) == {tokens.features[at] for at in view}
    assert tokens.learnt == tokenize_parts([Part("body", [*lines[0].pieces, *lines[1].pieces], "one\nTWO!")]).learnt


@pytest.mark.parametrize("texts", [("hey world", "три слова"), ("αβγ ζηθικ", "hey world"), ("نحن اليوم", "אבג דהוזח")])
def test_an_outline_tells_no_alphabet_from_another(texts: tuple[str, str]) -> None:
    """Letters without capitals lack the one feature that tells how many there are."""
    outlines = [{f for f in tokenize_parts([Part("body", [], text)]).features if "capitals" not in f} for text in texts]

    assert outlines[0] == outlines[1]
