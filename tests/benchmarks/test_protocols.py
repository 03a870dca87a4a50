from collections import Counter
from random import Random

import pytest

from providence.benchmarks import evasion, protocols
from providence.benchmarks.protocols import ALL, PEOPLE, Feedback, Row, play

SET = [Row(f"{'spam' if at < 200 else 'ham'} number {at}", spam=at < 200) for at in range(600)]
PROSE = "Заработай деньги сейчас, write to our manager and receive your prize today"


class Parrot:
    """Says spam of what has a word, and counts what it is taught."""

    threshold = 0.5

    def __init__(self, word: str) -> None:
        self.word = word
        self.taught: Counter[bool] = Counter()

    def classify(self, user: str, text: str) -> float:
        assert user
        return float(self.word in text.split())

    def train(self, user: str, text: str, *, spam: bool) -> None:
        assert user
        assert text
        self.taught[spam] += 1


def test_simulated_users_have_their_share_of_spam_and_are_the_same_each_time() -> None:
    users = protocols.simulated(SET, 3, "set")

    assert [(120, 36)] * 3 == [(len(set(rows)), sum(row.spam for row in rows)) for rows in users]
    assert users == protocols.simulated(SET, 3, "set") != protocols.simulated(SET, 3, "other")


def test_a_user_that_is_named_has_what_is_named_so() -> None:
    assert [[SET[0], SET[2]], [SET[1]]] == protocols.by_name(SET[:3], ["a", "b", "a"])


@pytest.mark.parametrize(
    ("word", "feedback", "spam", "ham"),
    [
        ("spam", ALL, 200, 400),
        ("spam", PEOPLE, 0, 120),  # all is judged right: only replies tell
        ("none", PEOPLE, 100, 120),  # every spam is missed: half is reported
        ("number", PEOPLE, 0, 320),  # everything is blocked: most of the ham is reported
        ("spam", Feedback(0, 0, 0, 0), 0, 0),
    ],
)
def test_people_tell_some_of_what_they_see(word: str, feedback: Feedback, spam: int, ham: int) -> None:
    subject = Parrot(word)
    said = play(subject, [SET], "u", feedback)

    assert len(SET) == len(said)
    assert pytest.approx(spam, abs=25 * (feedback is PEOPLE)) == subject.taught[True]
    assert pytest.approx(ham, abs=30 * (feedback is PEOPLE)) == subject.taught[False]


def test_false_alarms_are_counted_apart_from_what_is_taught() -> None:
    users = [[f"{'odd' if at % 3 == 0 else 'even'} {at}" for at in range(120)]]
    subject = Parrot("odd")
    alarms = protocols.false_alarms(subject, users, [row.text for row in SET[:60]])

    assert (100 / 3, 100 / 3, 90) == (alarms.untaught, alarms.taught, alarms.messages)
    assert {True: 30, False: 30} == subject.taught


def test_each_message_is_judged_once_in_folds_by_what_never_saw_it() -> None:
    made: list[Parrot] = []

    def make() -> Parrot:
        made.append(Parrot("spam"))
        return made[-1]

    said = protocols.folds(make, SET)

    assert (len(SET), 10) == (len({score.nth for score in said}), len(made))
    assert {540} == {subject.taught.total() for subject in made}


def test_ham_of_a_set_is_given_to_users() -> None:
    assert [120, 120, 120] == [len(texts) for texts in protocols.in_parts(SET)]


@pytest.mark.parametrize("name", [name for name in evasion.NAMES if name != "clean"])
def test_an_attack_changes_a_text_and_leaves_what_it_does_not_change(name: str) -> None:
    change = evasion.trial(SET, 100).attacks[name]
    said, again = (change(PROSE, Random(11)) for _ in range(2))  # noqa: S311 - a sample, no secret

    assert PROSE != said == again
    assert len(PROSE) <= len(said)


def test_what_is_caught_is_counted_at_the_threshold_of_the_clean_ham() -> None:
    """A filter that looks for one word catches what still has it."""
    rows = [Row(f"{'offer' if at % 2 else 'friend'} {at}", spam=bool(at % 2)) for at in range(600)]
    found = dict(zip(evasion.NAMES, evasion.caught(Parrot("offer"), evasion.trial(rows, 200), "u"), strict=True))

    assert 100 == found["clean"] == found["+30 ham words"] == found["+3 ham messages"]
    assert found["homoglyphs"] < 50
    assert 30 < found["spaced"] < 70
