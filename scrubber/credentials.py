"""Words that stand beside a cue do not stay: credentials, names, addresses."""

import re
from collections.abc import Iterable, Iterator

from . import cues, fillers
from .confusables import resolve
from .folding import fold
from .pieces import CONTENT, Token

MAX_STEPS = 12
"""Tokens after a cue that are looked at."""

MAX_SKIPPED = 2
"""Words between a cue and the "is" or colon behind which its secret stands: "login for the router is hunter"."""

REACH = {"secret": 4, "name": 3, "address": 8}
"""Words that go after a cue, by what it announces."""

STREET_REACH = 3
"""Words around one for a street that go, if a number stands among them."""

SHORT_TAIL = 6
"""Letters that go after a cue in a script without spaces, with no "is" between."""

MAX_QUESTION = 120
"""Characters of a text that a short credential word makes a question for one."""

_PASSWORDS = frozenset({"mixed", "token", "rare", "number"})
_HIDABLE = CONTENT | {"rare"}
_SEPARATORS = re.compile(r"[:=–—→\->»~]")
_ENDS = re.compile(r"[.!?;。！？]")
_QUOTES = re.compile(r"[\"'«»„“”「」『』‹›]")
_WORD = re.compile(r"[^\W\d_]+")
_LEET = str.maketrans("01345@$!7", "oieasasit")
_STRAIT = re.compile(r"[0-9@$!]")


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(resolve(fold(word)) for word in words)


def _split(words: Iterable[str]) -> frozenset[str]:
    """Fold phrases too, and give their words."""
    return frozenset(part for word in _folded(words) for part in re.findall(r"\w+", word))


_STEMS = tuple(sorted(_folded(cues.PASSWORD_STEMS)))
_ASCII_STEMS = tuple(stem for stem in _STEMS if stem.isascii())
_STRICT = _folded(cues.PASSWORD_WORDS)
_SECRET = _STRICT | _folded(cues.NEAR_WORDS)
_NAME = _folded(cues.NAME_WORDS)
_TITLES = _folded(cues.NAME_TITLES)
_PLACE = _folded(cues.PLACE_WORDS)
_STREETS = _folded(cues.STREETS)
_CUES = {
    **dict.fromkeys(_PLACE, "address"),
    **dict.fromkeys(_NAME | _TITLES, "name"),
    **dict.fromkeys(_SECRET, "secret"),
}
_ANY = frozenset(_CUES)
_COPULAS = _split(fillers.COPULAS)
_FILLERS = _split(fillers.FILLERS) | _COPULAS
_SAFE = _FILLERS | _SECRET | _split(cues.PASSWORD_STEMS) | frozenset(stem for stem in _STEMS if " " not in stem)
_STREET_ENDINGS = tuple(_folded(cues.STREET_ENDINGS))
_RUN_CUES = tuple(
    (re.compile("|".join(map(re.escape, sorted(_folded(stems), key=len, reverse=True)))), kind)
    for stems, kind in ((cues.NEAR_STEMS, "secret"), (cues.NAME_STEMS, "name"), (cues.PLACE_STEMS, "address"))
)
_RUN_COPULA = re.compile("(?:是|为|為|就是|叫|は|が|คือ|ว่า)")


def is_strict(folded: str) -> bool:
    """Tell whether a folded text speaks of a password: then only its cue words and function words may stay."""
    stems = _ASCII_STEMS if folded.isascii() else _STEMS
    if any(map(folded.__contains__, stems)):
        return True
    return bool(_STRAIT.search(folded)) and any(map(folded.translate(_LEET).__contains__, stems))


def is_function_word(text: str) -> bool:
    """Tell whether a folded word is one of grammar or a cue: every list would have it."""
    return text in _SAFE or text in _ANY


def is_question(folded: str) -> bool:
    """Tell whether a folded text may be asking for a credential, so that the next message may be one."""
    return is_strict(folded) or (len(folded) <= MAX_QUESTION and not _SECRET.isdisjoint(_WORD.findall(folded)))


def hide(tokens: list[Token], folded: str, *, strict: bool) -> dict[int, str]:
    """Name the tokens that a cue gives away, and what as.

    `strict`, or a short password word among the tokens, hides every word, run and host but cues and function
    words. Otherwise a cue hides what follows "is", a colon or the end of its line, up to the end of the
    clause; a rare, quoted or lone word behind it; and the word in "hunter is my login".
    """
    texts = {token.text for token in tokens if token.kind == "word"}
    if strict or not _STRICT.isdisjoint(texts):
        return _all(tokens)
    hidden: dict[int, str] = {}
    if not _ANY.isdisjoint(texts):
        for index, token in enumerate(tokens):
            if token.kind == "word" and token.text in _CUES:
                kind = _CUES[token.text]
                hidden.update(dict.fromkeys(_after(tokens, index, folded, kind), kind))
                if kind == "secret":
                    hidden.update(dict.fromkeys(_before(tokens, index), kind))
    hidden.update(_partners(tokens))
    if not _STREETS.isdisjoint(texts) or any(text.endswith(_STREET_ENDINGS) for text in texts):
        hidden.update(_streets(tokens))
    return hidden


def _all(tokens: list[Token]) -> dict[int, str]:
    hidden = {
        index: "strict"
        for index, token in enumerate(tokens)
        if token.kind in _HIDABLE and token.text not in _SAFE
    }
    # A function word between two words of a passphrase is a part of it.
    between = [index for index in range(1, len(tokens) - 1) if index - 1 in hidden and index + 1 in hidden]
    return hidden | {index: "strict" for index in between if tokens[index].text not in _SECRET}


def _after(tokens: list[Token], cue: int, folded: str, kind: str) -> list[int]:
    """Walk on from a cue to its secret, and name what belongs to it."""
    found: list[int] = []
    explicit = tokens[cue].text in _TITLES
    quoted = False
    skipped = 0
    for index in range(cue + 1, min(len(tokens), cue + 1 + MAX_STEPS)):
        token = tokens[index]
        broken = "\n" in folded[tokens[index - 1].end : token.start]
        if broken and (found or skipped):
            break
        explicit = explicit or broken
        if token.kind == "mark":
            if _QUOTES.search(token.text):
                if quoted or found:
                    break
                quoted = explicit = True
            elif _SEPARATORS.search(token.text):
                explicit = True
            elif _ENDS.search(token.text) and kind != "address":
                break
            elif found and kind == "secret":
                break
        elif token.kind not in _HIDABLE or token.text in _ANY:
            break
        elif token.text in _COPULAS and not found:
            explicit = True
        elif token.text in _FILLERS and (not found or kind == "name"):
            if found:
                break
        elif explicit or token.kind == "rare" or _is_lone(tokens, index, cue, folded):
            found.append(index)
            if len(found) == REACH[kind] and not quoted:
                break
        else:
            skipped += 1
            if skipped > MAX_SKIPPED:
                break
    return found


def _is_lone(tokens: list[Token], index: int, cue: int, folded: str) -> bool:
    """Tell whether a word is all that its clause says after the cue: "wifi hunter"."""
    if index != cue + 1:
        return False
    if index + 1 == len(tokens):
        return True
    after = tokens[index + 1]
    return after.kind == "mark" or after.text in _ANY or "\n" in folded[tokens[index].end : after.start]


def _before(tokens: list[Token], cue: int) -> list[int]:
    """Walk back from a cue over function words with an "is" among them."""
    copula = False
    for index in range(cue - 1, max(-1, cue - 1 - MAX_STEPS), -1):
        token = tokens[index]
        if token.kind not in _HIDABLE:
            return []
        if token.text not in _FILLERS:
            return [index] if copula and token.text not in _ANY else []
        copula = copula or token.text in _COPULAS
    return []


def _partners(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Name the user of "bob / h4ck3r"."""
    for index in range(1, len(tokens) - 1):
        if tokens[index].text == "/" and tokens[index + 1].kind in _PASSWORDS and tokens[index - 1].kind in _HIDABLE:
            yield index - 1, "secret"


def _streets(tokens: list[Token]) -> dict[int, str]:
    hidden: dict[int, str] = {}
    for index, token in enumerate(tokens):
        if token.kind != "word" or not (token.text in _STREETS or token.text.endswith(_STREET_ENDINGS)):
            continue
        around = range(max(0, index - STREET_REACH - 1), min(len(tokens), index + STREET_REACH + 2))
        if any(tokens[near].kind in {"number", "mixed"} for near in around):
            hidden.update({near: "address" for near in around if tokens[near].kind in _HIDABLE and tokens[near].text not in _FILLERS})
    return hidden


def split_runs(tokens: list[Token]) -> list[Token]:
    """Cut runs of scripts without spaces behind a cue, and put a placeholder for what it announces."""
    if not any(token.kind == "run" for token in tokens):
        return tokens
    kept: list[Token] = []
    waiting = ""
    for token in tokens:
        if waiting and token.kind in _HIDABLE:
            kept.append(Token(waiting, "", token.start, token.end))
            waiting = ""
            continue
        if token.kind not in {"mark"}:
            waiting = ""
        if token.kind != "run":
            kept.append(token)
            continue
        head, kind, tail = _cut(token)
        kept.append(head)
        if tail is not None:
            kept.append(tail)
        else:
            waiting = kind
    return kept


def _cut(run: Token) -> tuple[Token, str, Token | None]:
    for pattern, kind in _RUN_CUES:
        found = pattern.search(run.text)
        if found is None:
            continue
        copula = _RUN_COPULA.match(run.text, found.end())
        at = copula.end() if copula else found.end()
        rest = len(run.text) - at
        if rest and not copula and rest > SHORT_TAIL:
            return run, "", None
        head = Token("run", run.text[:at], run.start, run.start + at)
        return head, kind, Token(kind, "", run.start + at, run.end) if rest else None
    return run, "", None
