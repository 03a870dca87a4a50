"""The public words: what stands in no list of them may be somebody's secret."""

import re
from functools import cache
from importlib.resources import files

from .bloom import Bloom

HEAD = 6
"""Letters of a word that the list knows: inflected forms, compounds and what a writer adds share them."""

SHORT = 2
"""Letters up to which every word is public: there are too few of them to hide anything."""

# The lists are of languages that are written in these: Latin, Greek, Cyrillic. Others pass.
_LISTED = re.compile("[a-zͰ-ԯ]+")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


@cache
def _bits(name: str) -> Bloom:
    return Bloom(files(__package__).joinpath("lists", name).read_bytes())


def is_public(word: str) -> bool:
    """Tell whether a folded word begins as a word of a public list does, or is in a script without a list."""
    if len(word) <= SHORT or not _LISTED.fullmatch(word):
        return True
    if word[:HEAD] in _bits("public.bloom"):
        return True
    if not _DRAWN_OUT.search(word):
        return False
    short = _DRAWN_OUT.sub(r"\1", word)
    return len(short) <= SHORT or short[:HEAD] in _bits("public.bloom")


def is_telling(word: str) -> bool:
    """Tell whether a folded word is a name of people or a common password, and no ordinary word."""
    return word in _bits("telling.bloom")
