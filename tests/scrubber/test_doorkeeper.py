from providence.scrubber import Doorkeeper, Piece
from providence.scrubber.doorkeeper import WINDOW

RARE = (Piece("word", "hello"), Piece("rare", "zxqvbk"), Piece("mark", "!"))
CLOSED = (Piece("word", "hello"), Piece("rare", ""), Piece("mark", "!"))


def test_a_rare_word_is_let_in_when_a_second_message_has_it() -> None:
    door = Doorkeeper()

    assert [CLOSED] == door.admit([RARE])
    assert [RARE] == door.admit([RARE])


def test_two_fields_of_one_message_are_one_sight() -> None:
    assert [CLOSED, CLOSED] == Doorkeeper().admit([RARE, RARE])


def test_the_doorkeeper_forgets_after_its_window() -> None:
    door = Doorkeeper()
    door.admit([RARE])
    for _ in range(WINDOW - 1):
        door.admit([])

    assert [CLOSED] == door.admit([RARE])


def test_within_the_window_it_does_not_forget() -> None:
    door = Doorkeeper()
    door.admit([RARE])
    for _ in range(WINDOW - 2):
        door.admit([])

    assert [RARE] == door.admit([RARE])


def test_a_word_that_must_never_be_learnt_is_never_let_in() -> None:
    door = Doorkeeper()
    door.admit([CLOSED])

    assert [CLOSED] == door.admit([CLOSED])


def test_it_shows_nothing_of_what_it_saw() -> None:
    door = Doorkeeper()
    door.admit([RARE])

    assert repr(door) == "<doorkeeper>"
