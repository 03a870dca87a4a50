"""The words that announce something, and those that only stand around it: lists/cues.txt, folded."""

import re
from collections.abc import Iterable
from importlib.resources import files
from itertools import chain

from .confusables import resolve
from .folding import fold

MAX_QUESTION = 120
"""Characters of a text that a short credential word makes a question for one."""

MIN_COMPOUND = 6
"""Letters past which a word may be glued from two."""

_WORD = re.compile(r"[^\W\d_]+")
_SPACE = re.compile(r"[\s'-]+")
LEET = tuple(zip("01345@$!7", "oieasasit", strict=True))
_LEETED = re.compile(r"[0-9@$!]")


def _read() -> dict[str, tuple[str, ...]]:
    sections: dict[str, str] = {}
    name = ""
    for line in files(__package__).joinpath("lists", "cues.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            sections[name] = f"{sections.get(name, '')} {line}"
    return {name: _folded(text.split(",")) for name, text in sections.items()}


def _folded(written: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (resolve(fold(word.strip())) for word in written))))


_SECTIONS = _read()


def section(name: str) -> tuple[str, ...]:
    """Give the words and phrases under a heading."""
    return _SECTIONS[name]


def words(name: str) -> frozenset[str]:
    """Give the single words under a heading, those of phrases one by one."""
    return frozenset(word for phrase in section(name) for word in _SPACE.split(phrase))


_STEMS = section("password stems")
_ANY_STEM = re.compile("|".join(map(re.escape, _STEMS)))
# By its rarest letter: few texts have a w, and fewer one of Khmer. What is not Latin is rarer than anything here.
_RARE_FIRST = "qxjzwkvfybpgcmudlhrsontiae' -"
_RAREST = {stem: min(stem, key=_RARE_FIRST.find) for stem in _STEMS}
_BY_LETTER = {letter: tuple(stem for stem in _STEMS if _RAREST[stem] == letter) for letter in _RAREST.values()}

STRICT = frozenset(section("password words"))
SECRET = STRICT | frozenset(section("secret words"))
ENDINGS = section("secret endings")
WITH = words("with")
TITLES = frozenset(section("titles"))
COPULAS = words("copulas")
FILLERS = words("fillers") | COPULAS

# Kinds of what is announced, by the word that does. The last one counts where a word does both.
CUES = {
    **dict.fromkeys(section("place words"), "address"),
    **dict.fromkeys(section("name words"), "name"),
    **dict.fromkeys(TITLES, "name"),
    **dict.fromkeys(SECRET, "secret"),
}
# What stays of a text that speaks of a password.
SAFE = FILLERS | SECRET | words("password stems") | frozenset(_STEMS)
_KNOWN = SAFE.union(CUES)


def kind_of(word: str) -> str:
    """Tell what a folded word announces; nothing for most."""
    return CUES.get(word) or ("secret" if len(word) > MIN_COMPOUND and word.endswith(ENDINGS) else "")


def is_known(word: str) -> bool:
    """Tell whether a folded word is one of grammar, or announces something: no secret, and in every list."""
    return word in _KNOWN


def is_strict(folded: str) -> bool:
    """Tell whether a folded text speaks of a password: what stands near it is then held to be one."""
    return _has_stem(folded) or (bool(_LEETED.search(folded)) and _has_stem(_unleeted(folded)))


def _has_stem(folded: str) -> bool:
    letters = _BY_LETTER.keys() & set(folded)
    return any(map(folded.__contains__, chain.from_iterable(map(_BY_LETTER.__getitem__, letters))))


def strict_places(folded: str) -> list[int]:
    """Give the offsets at which a folded text speaks of a password."""
    return [match.start() for text in {folded, _unleeted(folded)} for match in _ANY_STEM.finditer(text)]


def _unleeted(folded: str) -> str:
    # `translate` takes ten times as long where a text is not ASCII.
    for sign, letter in LEET:
        folded = folded.replace(sign, letter)
    return folded


def is_question(folded: str) -> bool:
    """Tell whether a folded text may be asking for a credential, so that the next message may be one."""
    if is_strict(folded):
        return True
    return len(folded) <= MAX_QUESTION and not SECRET.isdisjoint(_WORD.findall(folded))
