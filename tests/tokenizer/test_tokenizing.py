import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.tokenizer import MAX_FEATURES, tokenize

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
    features = tokenize(parts)

    assert len(set(features)) == len(features) <= MAX_FEATURES
    assert features == tokenize(iter(parts))


@given(PARTS)
def test_no_feature_holds_a_digit(parts: list[tuple[str, list[tuple[str, str]]]]) -> None:
    assert not any(map(str.isdigit, "".join(tokenize(parts))))


def test_a_message_has_features_up_to_the_bound_and_not_past_it() -> None:
    # Short words give one feature each, and beside them stand size, end, first and last; pairs need two words.
    words = [("word", chr(ord("a") + at)) for at in range(20)]
    marks = [("mark", f"{first}{second}") for first in ".,!?;" for second in ".,!?;"]

    at_bound = [*words, *marks[:20]]
    assert len(tokenize([("body", at_bound)])) == MAX_FEATURES
    assert len(tokenize([("body", [*at_bound, marks[20]])])) == MAX_FEATURES


def test_no_kind_is_crowded_out() -> None:
    """A dictionary in a message must not push out its link, nor many links the words."""
    flood = [("word", f"{first}{second}zzzzz") for first in "abcdefghij" for second in "abcdefghij"]
    features = tokenize([("body", [*flood, ("host", "shop.example"), ("mark", "!"), ("run", "你好")])])

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
