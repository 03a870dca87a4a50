"""What the bot says unasked: a digest, to who asked for it; and what it asks members of the test program."""

from typing import Any

from providence.control import Choices, keep, news, notice
from providence.control.digest import DAY_SECONDS, MAX_NAMED
from providence.junk import MAX_ITEMS, Ring
from providence.pipeline import Action
from providence.stanza import parse

House = Any


def test_who_did_not_ask_for_a_digest_gets_none(house: House) -> None:
    house.junk()

    assert news(house.affairs) == []


def test_a_digest_comes_once_a_day_and_only_if_there_is_something_to_say(house: House) -> None:
    keep(house.vault, Choices(digest=True))
    assert news(house.affairs) == []
    house.junk("one", "a@b.example/x")
    house.junk("two", "a@b.example/y")
    house.junk("three", "c@d.example")

    (said,) = news(house.affairs)
    assert "3 stanzas went to your junk box (`list`), from c@d.example, a@b.example." in said
    assert said.endswith("`digest off` ends these messages.")
    house.junk("four", "e@f.example")
    house.steward.time += DAY_SECONDS - 2
    assert news(house.affairs) == []
    house.steward.time += 1
    (said,) = news(house.affairs)
    assert "1 stanza went to your junk box (`list`), from e@f.example." in said


def test_a_digest_tells_of_what_waits(house: House) -> None:
    keep(house.vault, Choices(digest=True))
    house.waiting()

    assert "Waiting for your decision (`waiting`): 1 stanza." in news(house.affairs)[0]


def test_a_digest_of_a_full_box_is_short(house: House) -> None:
    keep(house.vault, Choices(digest=True))
    for number in range(MAX_ITEMS // 10):
        house.junk("x", f"{'n' * 900}{number}@spam.example")
    (said,) = news(house.affairs)

    assert f" and {MAX_ITEMS // 10 - MAX_NAMED} others." in said
    assert len(said) < 3_000


def test_a_member_of_the_test_program_is_asked_by_a_code_that_stays(house: House) -> None:
    name = house.decide("Guaranteed profit", Action.JUNK)
    seen = Ring(house.vault).get(name)
    assert seen is not None
    said = notice(name, seen, parse(house.message("Guaranteed\nprofit \u202e")))

    assert "kept back the message from bad@spam.example (50 % spam): Guaranteed profit" in said
    assert "`valid d0` or `invalid d0`" in said
    assert house.say("list") == "Your junk box is empty."
    assert house.say("valid d0").startswith("Thank you.")


def test_nobody_is_asked_about_what_was_delivered(house: House) -> None:
    name = house.decide("Good morning", Action.DELIVER)

    seen = Ring(house.vault).get(name)
    assert seen is not None

    assert notice(name, seen, parse(house.message("Good morning"))) == ""
