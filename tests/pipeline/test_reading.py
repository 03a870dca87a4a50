"""What may be learnt of a message: all of it or nothing."""

from collections.abc import Callable

import pytest

from providence.pipeline import REFUSED, read_texts, study
from providence.pipeline.reading import BUDGET_SECONDS
from providence.scrubber import MAX_TEXT, Doorkeeper


def seconds(*times: float) -> Callable[[], float]:
    ticks = iter(times)
    return ticks.__next__


def test_a_text_up_to_the_bound_is_learnt_and_one_past_it_is_not() -> None:
    assert not study([("body", "a" * MAX_TEXT)], None).refused
    assert study([("body", "a" * (MAX_TEXT + 1))], None) == REFUSED


def test_one_field_past_the_bound_refuses_the_whole_message() -> None:
    assert study([("subject", "hello"), ("body", "a" * (MAX_TEXT + 1))], None) == REFUSED


def test_a_message_that_took_its_time_is_learnt_and_one_that_took_longer_is_not() -> None:
    assert not study([("body", "hello")], None, clock=seconds(0.0, BUDGET_SECONDS)).refused
    assert study([("body", "hello")], None, clock=seconds(0.0, BUDGET_SECONDS + 0.001)) == REFUSED


def test_whatever_the_scrubber_raises_refuses_the_message_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, *, strict: bool) -> None:
        raise ValueError(text)

    monkeypatch.setattr("providence.pipeline.reading.examine", fail)

    assert study([("body", "marigold")], None) == REFUSED


def test_a_rare_word_waits_at_the_door_and_without_a_door_it_does_not() -> None:
    door = Doorkeeper()

    first, second = (study([("body", "zxqvbk")], door) for _ in range(2))

    assert "word:zxqvbk" not in first.features
    assert "word:zxqvbk" in second.features
    assert "word:zxqvbk" in study([("body", "zxqvbk")], None).features


def test_no_feature_holds_a_digit() -> None:
    texts = [("subject", "4111 and ٤٢"), ("nick", "h4ck3r"), ("body", "call +49 170 12345 at 10:30, pay $5, 1️⃣ ⑦ 七 ½")]

    assert not any(
        char.isdigit() or char.isnumeric()
        for feature in study(texts, None).features
        for char in feature
        if char != "七"
    )


@pytest.mark.parametrize(
    ("written", "word"), [("w1n a fr3e trip", "free"), ("f.r.e.e trip", "free"), ("p4ssw0rd", "password")]
)
def test_what_a_disguise_spells_is_judged_by_and_never_learnt(written: str, word: str) -> None:
    """The word itself may be a secret with digits for letters."""
    judged = read_texts((("body", written),))
    lessons = [study([("body", written)], door) for door in (None, Doorkeeper())]

    assert f"word:{word}" in judged.features
    if "." not in written:  # letters set apart hide nothing: the word is learnt as a word
        for learnt in (judged.features[: judged.learnt], *(lesson.features for lesson in lessons)):
            assert not any(word[:3] in feature.partition(":")[2] for feature in learnt)
    assert judged.lesson == lessons[0].lesson


def test_a_message_without_disguise_is_read_once() -> None:
    assert read_texts((("body", "are you free at 5pm?"),)).shape.lines == ()
