import pytest

from providence.scrubber import scrub


@pytest.mark.parametrize(
    "text",
    [
        *("bob at shop dot example", "bob (at) shop (dot) example", "bob [at] shop [dot] example", "bob at gmail"),
        *(
            "bob dot smith at shop dot example",
            "bob at gmail.com",
            "bob arroba shop punto example",
            "bob @ shop . example",
        ),
        *("боб собака shop точка ru", "bob chiocciola shop punto it", "bob-at-shop-dot-example"),
    ],
)
def test_an_address_that_is_spelled_out_does_not_stay(text: str) -> None:
    assert {"bob", "shop", "боб", "smith"}.isdisjoint(piece.text for piece in scrub(text))


@pytest.mark.parametrize(
    "text", ["look at the dot", "we met at some point so", "see you at home. it rains", "at at at", "at"]
)
def test_talk_of_places_is_no_address(text: str) -> None:
    assert not any(piece.kind == "email" for piece in scrub(text))
