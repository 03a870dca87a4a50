import random
from importlib.resources import files

import pytest

from providence.scrubber import scrub
from providence.scrubber.seeds import LANGUAGES, LONGEST_CHAT

JOINTS = (" ", ", ", "\n", "numbered")


def words_of(language: str) -> list[str]:
    return (files("providence.scrubber") / "lists" / f"{language}.txt").read_text("utf-8").split()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("joint", JOINTS)
def test_a_recovery_phrase_does_not_stay(language: str, joint: str) -> None:
    words = random.Random(language).sample(words_of(language), 12)
    if joint == "numbered":
        phrase = "\n".join(f"{number}. {word}" for number, word in enumerate(words, 1))
    else:
        phrase = joint.join(words)

    kinds = [piece.kind for piece in scrub(f"hello there\n{phrase}") if piece.kind != "shape"]

    assert kinds[-1] == "seed"
    assert set(kinds[:-1]) <= {"word", "number"}


def test_as_many_words_as_people_write_stay_and_one_more_does_not() -> None:
    words = words_of("english")

    assert "seed" not in {piece.kind for piece in scrub(" ".join(words[:LONGEST_CHAT]))}
    assert [piece.kind for piece in scrub(" ".join(words[: LONGEST_CHAT + 1]))] == ["seed"]


def test_running_chinese_is_no_phrase() -> None:
    text = "".join(words_of("chinese_simplified")[:24])

    assert "seed" not in {piece.kind for piece in scrub(text)}
