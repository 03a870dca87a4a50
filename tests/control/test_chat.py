"""The bot, spoken to: what is said back, and what is done."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providence.control import MAX_AT_ONCE, Choices, choices_of
from providence.control.chat import VERBS
from providence.control.talks import PAGE
from providence.junk import MAX_ITEMS, Place, Ring
from providence.pipeline import Action, Correspondents, Exemption, Exemptions

House = Any

# Longer than whatever a user without thousands of reasons is told.
MAX_REPLY = 8_000


def test_junk_is_listed_read_out_and_explained(house: House) -> None:
    house.teach()
    house.junk("Guaranteed profit, join our crypto channel https://evil.example")
    listed, shown, why = house.say("list"), house.say("show 1"), house.say("why 1")

    assert "1. message from bad@spam.example, 2024-10-04 12:00 UTC, 98 % spam\n   Guaranteed profit" in listed
    assert shown.startswith("From: bad@spam.example/x\nCame: 2024-10-04 12:00 UTC\nWhat: message\n> Guaranteed")
    assert "https[:]//evil.example" in shown
    assert "+4.7 its content, by what you taught me" in why
    assert "words +" in why
    assert "“crypto channel” (in 10 spam, 0 wanted)" in why


@pytest.mark.parametrize("verb", ["show", "ok", "spam", "ham", "delete", "why", "valid", "forget", "exempt remove"])
def test_without_a_list_a_number_means_nothing(house: House, verb: str) -> None:
    """
    Nothing is done, and the user is asked for the list first.
    """
    house.junk()

    assert house.say(f"{verb} 1").startswith("Please write `")
    assert len(house.names(Place.JUNK)) == 1


@pytest.mark.parametrize("text", ["show 2", "delete 0", "ok 500", "why 1 2", "show 1 1-2", "ok", "spam one"])
def test_a_number_that_is_not_in_the_list_is_said_so(house: House, text: str) -> None:
    house.junk()
    house.say("list")

    assert house.say(text).startswith(("There is no ", "Tell me which", "One at a time"))
    assert not house.affairs.effects.changed


def test_numbers_mean_the_list_as_it_was_shown(house: House) -> None:
    """
    What comes in or goes between the list and the command changes no number.
    """
    old = house.junk("old")
    new = house.junk("new")
    house.say("list")
    house.junk("newest")
    house.say("delete 1")

    assert old in house.names(Place.JUNK)
    assert new not in house.names(Place.JUNK)
    assert house.say("delete 1") == "It is no longer there."
    assert house.say("show 1") == "It is no longer there."


def test_a_long_list_has_pages_with_numbers_that_go_on(house: House) -> None:
    for number in range(2 * PAGE + 1):
        house.junk(f"text {number}")
    first, second, third, end = house.say("list"), house.say("more"), house.say("more"), house.say("more")

    assert f"\n{PAGE}. " in first
    assert f"`more` shows the next of {PAGE + 1}." in first
    assert second.startswith(f"{PAGE + 1}. ")
    assert third.startswith(f"{2 * PAGE + 1}. ")
    assert end == "That was all."
    assert "> text 0" in house.say(f"show {2 * PAGE + 1}")


def test_what_is_released_is_ham_and_its_sender_a_correspondent(house: House) -> None:
    name = house.junk("Dinner at eight?")
    house.say("list")
    reply = house.say("ok 1")

    assert "1 stanza will be delivered now" in reply
    assert house.affairs.effects.released
    assert (house.names(Place.JUNK), len(house.names(Place.RELEASED))) == ([], 1)
    assert Correspondents(house.vault).all() == ["bad@spam.example"]
    assert house.counts() == (0, 1)
    assert name not in house.names(Place.RELEASED)


@pytest.mark.parametrize("kind", ["request", "invite"])
def test_requests_and_invitations_are_junk_that_can_be_released(house: House, kind: str) -> None:
    raw = getattr(house, kind)()
    house.keep(Place.JUNK, raw, Action.JUNK)
    listed = house.say("list")
    house.say("ok 1")

    assert {"request": "contact request from", "invite": "invitation to casino@rooms.example from"}[kind] in listed
    assert [item.stanza for _, item in house.affairs.items(Place.RELEASED, house.names(Place.RELEASED))] == [raw]


def test_who_is_released_once_is_released_with_all_that_waits(house: House) -> None:
    house.waiting("first")
    house.waiting("second")
    house.waiting("other", "other@spam.example/x")
    house.say("waiting")
    house.say("ok 3")

    assert len(house.names(Place.RELEASED)) == 2
    assert len(house.names(Place.WAITING)) == 1


def test_what_waits_can_be_made_junk_or_deleted(house: House) -> None:
    house.waiting("Guaranteed profit")
    house.waiting("Good morning")
    house.say("waiting")

    assert "went to the junk box" in house.say("spam 2")
    assert house.say("delete 1") == "1 stanza deleted. I learnt nothing from that."
    assert house.counts() == (1, 0)
    assert (len(house.names(Place.WAITING)), len(house.names(Place.JUNK))) == (0, 1)


def test_to_delete_unread_teaches_nothing(house: House) -> None:
    for number in range(3):
        house.junk(f"text {number}")
    house.say("list")
    house.junk("came after the list")

    assert house.say("delete all") == "3 stanzas deleted. I learnt nothing from that."
    assert len(house.names(Place.JUNK)) == 1
    assert house.counts() == (0, 0)


def test_a_lesson_is_learnt_once_and_taken_back_exactly(house: House) -> None:
    """
    The vault is, number by number, as if the last word had been the only one.
    """
    house.teach()
    house.junk("A word or two of doubt")
    house.say("list")
    house.say("ham 1")
    once = house.vault.buckets()
    assert [house.say(text) for text in ("ham 1", "spam 1", "spam 1")] == [
        "That I knew already.",
        "I learnt 1 stanza.",
        "That I knew already.",
    ]
    assert house.counts() == (11, 10)
    house.say("ham 1")

    assert once == house.vault.buckets()
    assert house.counts() == (10, 11)


def test_what_has_no_words_teaches_nothing(house: House) -> None:
    house.keep(Place.JUNK, b"<presence xmlns='jabber:client' type='subscribe' from='a@b.example'/>", Action.JUNK)
    house.say("list")

    assert house.say("spam 1") == "Where there are no words to learn from, I learnt nothing."


def test_too_many_lessons_at_once_are_refused_before_the_first(house: House) -> None:
    for number in range(MAX_AT_ONCE + 1):
        house.junk("profit", f"{number}@spam.example")
    house.say("list")
    for _ in range(6):
        house.say("more")

    assert house.say(f"spam 1-{MAX_AT_ONCE + 1}").startswith("Tell me which")
    assert house.counts() == (0, 0)
    assert house.say(f"spam 1-{MAX_AT_ONCE}").startswith(f"I learnt {MAX_AT_ONCE} stanzas")


def test_the_same_words_of_the_same_sender_are_one_lesson(house: House) -> None:
    """
    Who floods a user teaches the filter no more than who writes once.
    """
    for _ in range(3):
        house.junk()
    house.say("list")

    assert house.say("spam 1-3") == "I learnt 1 stanza. That I knew already."
    assert house.counts() == (1, 0)


@pytest.mark.parametrize(
    ("action", "word", "learnt"),
    [
        (Action.JUNK, "valid", (1, 0)),
        (Action.JUNK, "invalid", (0, 1)),
        (Action.DELAY, "valid", (1, 0)),
        (Action.DELIVER, "valid", (0, 1)),
        (Action.DELIVER, "invalid", (1, 0)),
    ],
)
def test_an_answer_teaches_what_the_stanza_was(
    house: House, action: Action, word: str, learnt: tuple[int, int]
) -> None:
    house.decide("Guaranteed profit", action)
    house.say("log")

    assert house.say(f"{word} 1").startswith("Thank you.")
    assert learnt == house.counts()
    assert house.steward.counts == {f"program-{word}": 1}


def test_an_answer_counts_once_and_can_be_changed(house: House) -> None:
    name = house.decide("Guaranteed profit", Action.JUNK)
    replies = [house.say(f"{word} d0") for word in ("valid", "valid", "invalid")]

    assert replies[2].endswith("What I had learnt from your other answer is taken back.")
    assert house.counts() == (0, 1)
    assert house.steward.counts == {"program-valid": 1, "program-changed": 1}
    seen = Ring(house.vault).get(name)
    assert seen is not None
    assert seen.answer == "invalid"


def test_decisions_are_explained_without_their_words(house: House) -> None:
    house.teach()
    house.junk("Guaranteed profit, join our crypto channel")
    assert "[d0] message from bad@spam.example" in house.say("log")
    why = house.say("why d0")

    assert "The words themselves I did not keep." in why
    assert "crypto" not in why
    assert house.say("why d99") == house.say("valid d99") == "It is no longer there."


@pytest.mark.parametrize(
    ("text", "exemption"),
    [
        ("exempt allow Friend@Example.org", Exemption("jid", "friend@example.org", allow=True)),
        ("exempt friend@example.org", Exemption("jid", "friend@example.org", allow=True)),
        ("allow example.org", Exemption("domain", "example.org", allow=True)),
        ("deny example.org", Exemption("domain", "example.org", allow=False)),
        ("exempt deny jid friend@example.org/phone", Exemption("jid", "friend@example.org", allow=False)),
        ("exempt allow group Old Friends", Exemption("group", "Old Friends", allow=True)),
    ],
)
def test_rules_are_made_shown_and_removed(house: House, text: str, exemption: Exemption) -> None:
    house.say(text)
    assert [exemption] == Exemptions(house.vault).all()
    assert exemption.value in house.say("exempt")
    assert house.say("exempt remove 1") == "1 rule removed."
    assert Exemptions(house.vault).all() == []

    house.say(text)
    assert house.say(f"exempt remove {exemption.kind} {exemption.value}") == "1 rule removed."
    assert Exemptions(house.vault).all() == []


@pytest.mark.parametrize(
    "text", ["allow", "exempt allow a b", "deny @", "exempt deny domain a@b.example", "allow x@y z"]
)
def test_a_rule_for_nobody_is_none(house: House, text: str) -> None:
    assert house.say(text).startswith("I did not understand that.")
    assert Exemptions(house.vault).all() == []


def test_a_rule_decides_what_waits(house: House) -> None:
    house.waiting("Hello", "a@good.example/x")
    house.waiting("Hello", "b@bad.example/x")
    house.say("allow good.example")
    assert house.affairs.effects.released
    house.say("deny bad.example")

    assert [len(house.names(place)) for place in (Place.RELEASED, Place.JUNK, Place.WAITING)] == [1, 1, 0]


def test_contacts_are_seen_and_forgotten(house: House) -> None:
    Correspondents(house.vault).merge(["a@b.example", "c@d.example", "e@f.example"])

    assert "1. e@f.example\n2. c@d.example\n3. a@b.example" in house.say("contacts")
    assert house.say("forget 2").startswith("I forgot 1 contact.")
    assert house.say("forget A@b.example/x").startswith("I forgot 1 contact.")
    assert house.say("forget nobody@b.example") == "Nobody of that name is among your contacts."
    assert Correspondents(house.vault).all() == ["e@f.example"]
    house.say("forget all")
    assert Correspondents(house.vault).all() == []


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("settings mode mark", Choices(mode="mark")),
        ("set Mode Passive", Choices(mode="passive")),
        ("settings hours 12", Choices(linger_hours=12)),
        ("settings opening linger", Choices(opening="linger")),
        ("settings doubtful delay", Choices(doubtful="delay")),
        ("digest on", Choices(digest=True)),
        ("settings forward yes", Choices(forward=True)),
        ("join", Choices(program=True)),
    ],
)
def test_settings_are_changed_by_a_word(house: House, text: str, choices: Choices) -> None:
    house.say(text)

    assert choices == choices_of(house.vault)
    assert [choices] == house.steward.abided
    assert house.affairs.effects.chosen
    house.say(text)
    assert not house.affairs.effects.changed


@pytest.mark.parametrize(
    "text", ["settings mode", "settings mode loud", "settings hours 337", "settings hours x", "settings x y", "digest"]
)
def test_settings_that_are_none_are_explained(house: House, text: str) -> None:
    assert "`settings " in house.say(text)
    assert Choices() == choices_of(house.vault)


def test_a_mode_goes_back_to_what_the_server_does(house: House) -> None:
    house.say("settings mode off")
    house.say("settings mode server")

    assert Choices() == choices_of(house.vault)


def test_who_joins_and_leaves_the_test_program_is_counted_and_not_named(house: House) -> None:
    for text in ("join", "join", "leave", "leave"):
        house.say(text)

    assert house.steward.counts == {"program-enrolled": 1, "program-left": 1}


def test_erasing_asks_for_the_users_own_address(house: House) -> None:
    for text in ("erase", "erase everything", "erase yes", "erase romeo@montague.example", "erase 1"):
        assert "write: `erase juliet@capulet.example`" in house.say(text)
    assert house.steward.done == []

    house.say("Erase Juliet@Capulet.example")
    assert house.steward.done == ["erase"]
    assert house.affairs.effects.erased


def test_locking_says_for_how_long(house: House) -> None:
    assert "next login" in house.say("lock")
    house.say("settings opening resident")
    assert "next message to you opens it again" in house.say("lock")
    assert house.steward.done == ["lock", "lock"]


def test_status_and_export_say_how_much_there_is(house: House) -> None:
    house.teach()
    house.junk()
    status, export = house.say("status"), house.say("export")

    assert "I learnt from 10 spam and 10 wanted stanzas." in status
    assert "In the junk box: 1. Waiting: 0." in status
    assert "1 stanza in the junk box" in export
    assert house.affairs.effects.export


def test_help_names_every_command_and_whatever_else_is_said_is_no_error(house: House) -> None:
    known = house.say("help")

    assert [
        verb for verb in VERBS if f"`{verb}" not in known and verb not in {"help", "more", "invalid", "allow", "deny"}
    ] == []
    assert house.say("open the pod bay doors") == "I did not understand that. `help` tells you what I can do."
    assert house.say("restore") != house.say("what")


WORDS = st.sampled_from(
    [*VERBS, "all", "1", "2", "#3", "1-9", "d0", "d1", "on", "off", "remove", "group", "a@b.example"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.text(), st.lists(WORDS, max_size=4).map(" ".join), st.tuples(WORDS, st.text()).map(" ".join)))
def test_whatever_is_said_is_answered_within_bounds(house: House, text: str) -> None:
    """
    To a box with something in it, after a list was shown.
    """
    if not house.names(Place.JUNK):
        house.junk()
        house.say("list")
    reply = house.say(text)

    assert 0 < len(reply) <= MAX_REPLY
    reply.encode()


def test_the_fullest_box_is_listed_within_bounds(house: House) -> None:
    for number in range(MAX_ITEMS // 10):
        house.junk("\u202e" + "x" * 5000 + "\n" * 5000, f"{'a' * 1000}{number}@{'b' * 60}.example/{'c' * 1000}")

    for text in ("list", "more", "show 1", "why 1", "log", "why 1", "status"):
        assert len(house.say(text)) <= MAX_REPLY
