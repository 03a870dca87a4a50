"""Words of a street's name beside the number of a house."""

from .credentials import HIDABLE
from .cues import FILLERS, section
from .pieces import Token

REACH = 2
"""Tokens around a word for a street in which the number may stand, and words that go with it."""

_STREETS = frozenset(section("streets"))
_ENDINGS = section("street endings")
_NUMBERS = frozenset({"number", "mixed"})


def hide(tokens: list[Token]) -> dict[int, str]:
    """Name the words around a word for a street, if a number stands among them."""
    if not any(token.kind in _NUMBERS for token in tokens):
        return {}
    hidden: dict[int, str] = {}
    for index, token in enumerate(tokens):
        if token.kind in HIDABLE and (token.text in _STREETS or token.text.endswith(_ENDINGS)):
            around = range(max(0, index - REACH), min(len(tokens), index + REACH + 1))
            if any(tokens[near].kind in _NUMBERS for near in around):
                hidden |= {
                    at: "address" for at in around if tokens[at].kind in HIDABLE and tokens[at].text not in FILLERS
                }
    return hidden
