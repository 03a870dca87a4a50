import random
from importlib.resources import files

import pytest

from providence.scrubber import scrub
from providence.scrubber.seeds import LONGEST_CHAT

LISTS = (files("providence.scrubber") / "lists" / "seeds.txt").read_text("utf-8").splitlines()
LANGUAGES = [line.strip("[]") for line in LISTS if line.startswith("[")]
JOINTS = (" ", ", ", "\n", "numbered")


def words_of(language: str) -> list[str]:
    return LISTS[LISTS.index(f"[{language}]") + 1].split()


def test_there_are_ten_official_lists_and_two_more_and_all_are_whole() -> None:
    assert [2048] * 12 == [len(words_of(language)) for language in LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("joint", JOINTS)
def test_a_recovery_phrase_does_not_stay(language: str, joint: str) -> None:
    words = random.Random(language).sample(words_of(language), 12)  # noqa: S311 - nobody's wallet
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
