"""What a worker keeps in mind, so that no secret is learnt."""

import pytest

from providence.pipeline import Study, read
from providence.pipeline.studying import ASKED_SECONDS, MAX_ASKED, MAX_USERS
from providence.stanza import Stanza, parse

UID = b"u" * 16
JULIET, ROMEO = "juliet@capulet.example", "romeo@montague.example"


def message(text: str, sender: str = ROMEO, recipient: str = JULIET) -> Stanza:
    return parse(
        f"<message xmlns='jabber:client' from='{sender}/x' to='{recipient}'><body>{text}</body></message>".encode()
    )


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    "question",
    ["what is the wifi password?", "скинь пароль", "密码是什么", "send me the code", "wie war das Passwort nochmal"],
)
def test_the_reply_to_who_asked_for_a_secret_is_not_learnt(question: str) -> None:
    study = Study()
    study.watch(UID, message(question))

    reply = study.read(UID, message("marble", JULIET, ROMEO))

    assert "word:marble" not in reply.features


def test_another_conversation_is_not_touched() -> None:
    study = Study()
    study.watch(UID, message("what is the password?"))

    assert "word:marble" in study.read(UID, message("marble", "nurse@capulet.example")).features
    assert "word:marble" in study.read(b"v" * 16, message("marble")).features


def test_a_conversation_is_held_to_speak_of_a_secret_for_its_time_and_no_longer() -> None:
    clock = Clock()
    study = Study(clock)
    study.watch(UID, message("what is the password?"))

    clock.now += ASKED_SECONDS - 1
    assert "word:marble" not in study.read(UID, message("marble")).features
    clock.now += 1
    assert "word:marble" in study.read(UID, message("marble")).features


def test_conversations_are_kept_in_mind_up_to_the_bound() -> None:
    for others, kept in ((MAX_ASKED - 1, True), (MAX_ASKED, False)):
        study = Study()
        study.watch(UID, message("what is the password?"))
        for number in range(others):
            study.watch(UID, message("password?", f"other{number}@capulet.example"))
        assert kept is ("word:marble" not in study.read(UID, message("marble")).features)


def test_users_are_kept_in_mind_up_to_the_bound() -> None:
    for others, kept in ((MAX_USERS - 1, True), (MAX_USERS, False)):
        study = Study()
        study.read(UID, message("zxqvbk"))
        for number in range(others):
            study.watch(number.to_bytes(16), message("hello"))
        assert kept is ("word:zxqvbk" in study.read(UID, message("zxqvbk")).features)


def test_a_user_who_was_forgotten_starts_afresh() -> None:
    study = Study()
    study.read(UID, message("zxqvbk"))
    study.watch(UID, message("what is the password?"))
    study.forget(UID)

    reading = study.read(UID, message("marble zxqvbk"))

    assert "word:marble" in reading.features
    assert "word:zxqvbk" not in reading.features


def test_what_is_taken_back_does_not_wait_at_the_door() -> None:
    assert "word:zxqvbk" in Study().read(UID, message("zxqvbk"), undo=True).features


def test_what_was_judged_is_not_read_again_where_it_is_plain_and_read_anew_where_it_is_not() -> None:
    mind = Study()
    plain, rare, reply = map(message, ("how are you today", "hello zxqvbk", "marigold forever"))

    judged = read(plain)
    assert judged is mind.read(UID, plain, judged=judged)
    assert read(rare).lesson != mind.read(UID, rare, judged=read(rare)).lesson == Study().read(UID, rare).lesson
    judged = read(rare)
    assert judged is mind.read(UID, rare, judged=judged)
    mind.watch(UID, message("what is your password?"))
    assert read(reply).lesson != mind.read(UID, reply, judged=read(reply)).lesson
