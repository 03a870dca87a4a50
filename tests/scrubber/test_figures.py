import pytest

from providence.scrubber import scrub


def luhn(body: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(body))
    return body + str(-total % 10)


CARD = luhn("411122223333444")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CARD, "card"),
        (" ".join(CARD[at : at + 4] for at in range(0, 16, 4)), "card"),
        ("-".join(CARD[at : at + 4] for at in range(0, 16, 4)), "card"),
        ("DE89 3704 0044 " + "0532 0130 00", "iban"),
        ("+49 170 " + "1234567", "phone"),
        ("06.12.34." + "56.78", "phone"),
        ("1234", "number"),
        (CARD[:-1] + str((int(CARD[-1]) + 1) % 10), "number"),
    ],
)
def test_check_digits_name_a_number(text: str, kind: str) -> None:
    assert [kind] == [piece.kind for piece in scrub(text) if piece.kind != "shape"]


def test_what_stands_behind_a_number_is_not_drawn_into_it() -> None:
    assert [piece.kind for piece in scrub(f"{CARD} until 12/30")] == ["card", "word", "number"]
