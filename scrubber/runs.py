"""Cues inside of runs, in scripts that put no space between words."""

import re

from .credentials import HIDABLE
from .cues import section
from .pieces import Token

SHORT_TAIL = 6
"""Letters that go after a cue with no "is" between; more are a sentence that only mentions it."""

_CUES = tuple(
    (re.compile("|".join(map(re.escape, sorted(section(name), key=len, reverse=True)))), kind)
    for name, kind in (("secret stems", "secret"), ("name stems", "name"), ("place stems", "address"))
)
_COPULA = re.compile("就是|[是为為叫はが]|คือ|ว่า")


def split(tokens: list[Token]) -> list[Token]:
    """Cut each run behind a cue, and put a placeholder for what it announces: the rest, or the next word."""
    kept: list[Token] = []
    waiting = ""
    for token in tokens:
        if waiting and token.kind in HIDABLE:
            kept.append(Token(waiting, "", token.start, token.end))
            waiting = ""
        elif token.kind == "run":
            head, kind, tail = _cut(token)
            kept += [head] if tail is None else [head, tail]
            waiting = kind if tail is None else ""
        else:
            kept.append(token)
            waiting = waiting if token.kind == "mark" else ""
    return kept


def _cut(run: Token) -> tuple[Token, str, Token | None]:
    for pattern, kind in _CUES:
        found = pattern.search(run.text)
        if found is None:
            continue
        copula = _COPULA.match(run.text, found.end())
        at = copula.end() if copula else found.end()
        rest = len(run.text) - at
        if rest > SHORT_TAIL and not copula:
            return run, "", None
        head = Token("run", run.text[:at], run.start, run.start + at)
        return head, kind, Token(kind, "", run.start + at, run.end) if rest else None
    return run, "", None
