"""Words that a cue gives away do not stay: credentials, names, addresses."""

import re
from collections.abc import Iterable, Iterator

from .cues import COPULAS, CUES, FILLERS, SAFE, SECRET, STRICT, TITLES, WITH, is_strict, kind_of, strict_places
from .pieces import CONTENT, Token

# ruff: noqa: RUF001 - signs of many alphabets

MAX_STEPS = 12
"""Tokens beside a cue that are looked at."""

MAX_SKIPPED = 2
"""Words between a cue and the "is" or colon behind which its secret stands: "login for the router is hunter"."""

REACH = {"secret": 4, "name": 3, "address": 8}
"""Words that go after a cue, by what it announces."""

SENTENCES_BEFORE, SENTENCES_AFTER = 1, 3
"""Sentences around that of a word for a password that are held to say one."""

HIDABLE = CONTENT | {"rare"}
"""Kinds of tokens that a cue may take out."""

_PASSWORDS = frozenset({"mixed", "token", "rare", "number"})
_SEPARATORS = re.compile("[-:=–—→>»~]")
_ENDS = re.compile("[.!?;。！？]")
_QUOTES = re.compile("[\"'«»„“”「」『』‹›]")
_JOINTS = frozenset("-._/+&~")
_JOINED_BEFORE = re.compile(r"[^\W_][-._/+&~]")
_JOINED_AFTER = re.compile(r"[-._/+&~][^\W_]")


def hide(tokens: list[Token], folded: str, *, strict: bool) -> dict[int, str]:
    """Name the tokens that a cue gives away, and what as.

    Near a word for a password every word, run and host goes but cues and function words: in its sentence, in
    SENTENCES_BEFORE and in SENTENCES_AFTER; with `strict`, in the whole text. Any other cue hides what follows
    "is", a colon or the end of its line, up to the end of the clause; a rare, quoted or lone word behind it;
    and the word in "hunter is my login".
    """
    # Glued to other words, a rare one is a name that somebody chose, or half of a code.
    hidden = {at: "mixed" for at, token in enumerate(tokens) if token.kind == "rare" and _is_joined(folded, token)}
    hidden.update(_partners(tokens))
    for index, token in enumerate(tokens):
        if token.kind in {"word", "rare"}:
            kind = kind_of(token.text)
            if kind:
                hidden.update(dict.fromkeys(_after(tokens, index, folded, kind), kind))
                if kind == "secret":
                    hidden.update(dict.fromkeys(_before(tokens, index), kind))
    if strict:
        hidden |= _all(tokens, range(len(tokens)))
    elif is_strict(folded) or any(token.text in STRICT for token in tokens if token.kind == "word"):
        hidden |= _all(tokens, _near(tokens, folded))
    return _widen(tokens, hidden, folded) if hidden else hidden


def _all(tokens: list[Token], near: Iterable[int]) -> dict[int, str]:
    hidden = {at: "strict" for at in near if tokens[at].kind in HIDABLE and tokens[at].text not in SAFE}
    # A function word between two words of a passphrase is a part of it.
    between = [at + 1 for at in hidden if at + 2 in hidden and tokens[at + 1].kind in HIDABLE]
    return hidden | {at: "strict" for at in between if tokens[at].text not in SECRET}


def _near(tokens: list[Token], folded: str) -> list[int]:
    """Give the tokens in the sentences around each word for a password."""
    places = sorted(strict_places(folded))
    sentence = 0
    sentences: list[int] = []
    spoken: set[int] = set()
    end = at = 0
    for token in tokens:
        sentence += "\n" in folded[end : token.start]
        end = token.end
        while at < len(places) and places[at] < end:
            spoken.add(sentence)
            at += 1
        if token.kind == "word" and token.text in STRICT:
            spoken.add(sentence)
        sentences.append(sentence)
        sentence += token.kind == "mark" and bool(_ENDS.search(token.text))
    reach = {one + step for one in spoken for step in range(-SENTENCES_BEFORE, SENTENCES_AFTER + 1)}
    return [index for index, number in enumerate(sentences) if number in reach]


class _Walk:
    """A walk from a cue to its secret."""

    def __init__(self, tokens: list[Token], cue: int, folded: str, kind: str) -> None:
        self.found: list[int] = []
        self._tokens = tokens
        self._cue = cue
        self._folded = folded
        self._kind = kind
        self._explicit = tokens[cue].text in TITLES
        self._quoted = False
        self._skipped = 0
        self._copula = cue

    def step(self, index: int) -> bool:
        """Look at one token more; tell whether to go on."""
        token = self._tokens[index]
        broken = "\n" in self._folded[self._tokens[index - 1].end : token.start]
        if broken and (self.found or self._skipped):
            return False
        self._explicit = self._explicit or broken
        if token.kind == "mark":
            return self._mark(token)
        if token.kind not in HIDABLE or token.text in CUES:
            return False
        return self._word(index, token)

    def _mark(self, mark: Token) -> bool:
        if _QUOTES.search(mark.text):
            opens = not self._quoted and not self.found
            self._quoted = self._explicit = True
            return opens
        if mark.text == "/":
            self._explicit = self._explicit or bool(self.found)
            return True
        if _SEPARATORS.search(mark.text):
            self._explicit = True
            return True
        if _ENDS.search(mark.text):
            return self._kind == "address" or _is_glued(self._folded, mark)
        return not (self.found and self._kind == "secret") or _is_glued(self._folded, mark)

    def _word(self, index: int, token: Token) -> bool:
        if token.text in COPULAS and not self.found:
            # After other words it takes only the last one along: "login for the router is hunter".
            self._explicit = self._explicit or not self._skipped
            self._copula = index
            return True
        if token.text in WITH and not self.found:
            self._copula = index
            return True
        if token.text in FILLERS and (not self.found or self._kind == "name"):
            return not self.found
        if self._explicit or token.kind == "rare" or self._is_lone(index):
            self.found.append(index)
            return self._quoted or len(self.found) < REACH[self._kind]
        self._skipped += 1
        return self._skipped <= MAX_SKIPPED

    def _is_lone(self, index: int) -> bool:
        """Tell whether a word is all that its clause says after the cue or the copula: "wifi hunter"."""
        if index not in {self._cue + 1, self._copula + 1}:
            return False
        if index + 1 == len(self._tokens):
            return True
        after = self._tokens[index + 1]
        return after.kind == "mark" or after.text in CUES or "\n" in self._folded[self._tokens[index].end : after.start]


def _after(tokens: list[Token], cue: int, folded: str, kind: str) -> list[int]:
    walk = _Walk(tokens, cue, folded, kind)
    for index in range(cue + 1, min(len(tokens), cue + 1 + MAX_STEPS)):
        if not walk.step(index):
            break
    return walk.found


def _before(tokens: list[Token], cue: int) -> list[int]:
    """Walk back from a cue over function words with an "is" among them."""
    copula = False
    for index in range(cue - 1, max(-1, cue - 1 - MAX_STEPS), -1):
        token = tokens[index]
        if token.kind not in HIDABLE:
            return []
        if token.text not in FILLERS:
            return [index] if copula and token.text not in CUES else []
        copula = copula or token.text in COPULAS
    return []


def _partners(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Name the user or the password of "bob / h4ck3r"."""
    for index in range(1, len(tokens) - 1):
        if tokens[index].text == "/":
            for one, other in ((index - 1, index + 1), (index + 1, index - 1)):
                if tokens[one].kind in HIDABLE and tokens[other].kind in _PASSWORDS:
                    yield one, "secret"


def _widen(tokens: list[Token], hidden: dict[int, str], folded: str) -> dict[int, str]:
    """Hide what a joint glues to a hidden word, as the rest of "j.smith"."""
    wide = dict(hidden)
    for order in (range(len(tokens)), range(len(tokens) - 1, -1, -1)):
        kind = ""
        for index in order:
            token = tokens[index]
            kind = wide.get(index, kind if _is_joined(folded, token) else "")
            if kind and token.kind in HIDABLE:
                wide[index] = kind
    return wide


def _is_joined(folded: str, token: Token) -> bool:
    """Tell whether a token is a joint inside of a chunk, or stands at one."""
    if token.kind == "mark":
        return token.text in _JOINTS and _is_glued(folded, token)
    start, end = token.start, token.end
    # Most stand apart: what a joint is glued to is looked at only behind one.
    return (folded[start - 1 : start] in _JOINTS and _JOINED_BEFORE.match(folded, start - 2) is not None) or (
        folded[end : end + 1] in _JOINTS and _JOINED_AFTER.match(folded, end) is not None
    )


def _is_glued(folded: str, mark: Token) -> bool:
    """Tell whether a mark stands between two letters or digits."""
    return folded[mark.start - 1 : mark.start].isalnum() and folded[mark.end : mark.end + 1].isalnum()
