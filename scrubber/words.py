"""Letters, and the shape rule: what is not plainly words and punctuation does not stay."""

import re
import unicodedata

from .pieces import Token
from .scripts import LETTERS

MAX_WORD = 24
"""Letters of a word that is kept; a longer one may be a token."""

MAX_MARK = 3
"""Symbols in a row that are kept."""

MAX_SYMBOLS = 2
"""Different symbols inside of one chunk; a chunk with more may be a password."""

MAX_JOINED = 2
"""Hyphens, points or slashes between words of one chunk; with more it may be a passphrase, a path or a user's name."""

TOKEN = 10
"""Letters from which a word without vowels is called a token."""

QUOTED = 3
"""Letters from which a lone word between quotation marks may be a secret."""

RARE_TOKEN = 16
"""Letters from which a word that no public list has is called a token."""

_VOWELS = frozenset("aeiouy")
_RARE = 5
"""A word this many times as long as its vowels are many is none."""

_SENTENCE = frozenset(' .,!?;:"()-/&')
# They only say that something is code or a spoiler.
_FENCES = str.maketrans("", "", "`|")
_TEMPLATE = frozenset("{}")
_QUOTES = frozenset("\"'«»„“”")
_JOINTS = ("-", ".", "/")
_SKIN = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_RUNS = re.compile(rf"({LETTERS})|([\W_]+)")
_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_MARK = re.compile(f"{_EMOJI}|[^{_EMOJI[1:-1]}]+")


def word(letters: str, at: int = 0) -> Token:
    """Keep a word, unless it is over-long or no language's."""
    kind = "word"
    if len(letters) > MAX_WORD:
        kind = "long"
    elif len(letters) >= TOKEN and letters.isascii() and sum(map(_VOWELS.__contains__, letters)) * _RARE < len(letters):
        kind = "token"
    return Token(kind, letters if kind == "word" else "", at, at + len(letters))


def detect(chunk: str, at: int = 0) -> tuple[Token, ...]:
    """Split a chunk without digits into words and marks; one placeholder if it may be a secret.

    Symbols may stand around the letters. Between them only those of a sentence may, and no more than
    MAX_SYMBOLS different ones, nor the same one between more than MAX_JOINED words.

    >>> detect("ah!"), detect("hun$ter")[0].kind
    ((Token(kind='word', text='ah', start=0, end=2), Token(kind='mark', text='!', start=2, end=3)), 'mixed')
    """
    runs = list(_RUNS.finditer(_APOSTROPHE.sub(" ", chunk)))
    lettered = [index for index, run in enumerate(runs) if run[1]]
    inner = [run[2] for run in runs[lettered[0] : lettered[-1]] if run[2]] if lettered else []
    if lettered and (not _is_plain(inner) or not _TEMPLATE.isdisjoint(chunk)):
        return (Token("mixed", "", at, at + len(chunk)),)
    if len(lettered) == 1 and _is_quoted(runs, lettered[0]):
        return (Token("quoted", "", at, at + len(chunk)),)
    found: list[Token] = []
    for run in runs:
        if not run[1]:
            found.extend(marks(run[2], at + run.start()))
            continue
        token = word(run[1], at + run.start())
        if token.kind == "token":
            # What is glued to it may be the rest of it, or its name.
            return (Token("token", "", at, at + len(chunk)),)
        found.append(token)
    return tuple(found)


def _is_quoted(runs: list[re.Match[str]], word: int) -> bool:
    """Tell whether a word stands alone between quotation marks: people set apart what is to be typed."""
    if not 0 < word < len(runs) - 1 or len(runs[word][1]) < QUOTED:
        return False
    return runs[word - 1][2][-1] in _QUOTES and runs[word + 1][2][0] in _QUOTES


def marks(symbols: str, at: int = 0) -> list[Token]:
    """Give each emoji as a mark, and the first MAX_MARK of other symbols in a row."""
    found = []
    for match in _MARK.finditer(symbols):
        run = match[0].translate(_FENCES)[:MAX_MARK].strip()
        if run and run.isprintable() and run not in _SKIN:
            found.append(Token("mark", run, at + match.start(), at + match.end()))
    return found


def _is_plain(inner: list[str]) -> bool:
    symbols = set("".join(inner))
    if sum(map(str.isascii, symbols)) > MAX_SYMBOLS + (" " in symbols) or not all(map(_is_sentence, symbols)):
        return False
    return len(inner) <= MAX_JOINED or not any(inner.count(joint) > MAX_JOINED for joint in _JOINTS)


def _is_sentence(symbol: str) -> bool:
    if symbol.isascii():
        return symbol in _SENTENCE
    category = unicodedata.category(symbol)
    return category[0] == "P" or category in {"So", "Sk"}
