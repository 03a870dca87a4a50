"""Recovery phrases of wallets: runs of words that all stand in one list of BIP-39."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from .pieces import Token, cover

LONGEST_CHAT = 8
"""Words in a row that people write without meaning a phrase: the longest of 50,948 chat messages was as long."""


@cache
def lists() -> dict[str, int]:
    """Give each word of the lists, folded, with one bit for each language it belongs to."""
    found: dict[str, int] = {}
    language = 1
    for line in files(__package__).joinpath("lists", "seeds.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language <<= 1
        elif not line.startswith("#"):
            for word in line.split():
                found[word] = found.get(word, 0) | language
    return found


def hide(tokens: list[Token]) -> dict[int, str]:
    """Name the tokens of more than LONGEST_CHAT words in a row that one list has, with marks and numbers between.

    A script without spaces has to set its words apart, as wallets print them: of running Chinese nearly all
    letters are in the list.
    """
    if len(tokens) <= LONGEST_CHAT:
        return {}
    hidden: dict[int, str] = {}
    for first, last in _stretches(tokens):
        hidden.update(cover(first, last, "seed"))
    return hidden


def _stretches(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    known = lists()
    first = last = -1
    languages = count = 0
    for index, token in enumerate(tokens):
        if token.kind in {"word", "run"}:
            still = known.get(token.text, 0)
            if languages & still:
                languages &= still
            else:
                if count > LONGEST_CHAT:
                    yield first, last
                first, languages, count = index, still, 0
            last = index
            count += 1
        elif token.kind not in {"mark", "number"}:
            if count > LONGEST_CHAT:
                yield first, last
            languages = count = 0
    if count > LONGEST_CHAT:
        yield first, last
