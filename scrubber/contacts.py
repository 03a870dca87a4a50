"""E-mail addresses that are spelled out: "bob at shop dot example"."""

from .cues import is_known, words
from .pieces import Token, cover

MIN_TLD, MAX_TLD = 2, 10
"""Letters of what may be a top-level domain."""

_AT = words("at")
_DOT = words("dot")
_HOUSES = words("mail houses")
_BRACKETS = frozenset("[](){}<>_-*")


def hide(tokens: list[Token]) -> dict[int, str]:
    """Name the tokens of addresses in which the signs are words, or stand apart."""
    signs = [index for index, token in enumerate(tokens) if _is_at(token)]
    if not signs:
        return {}
    hidden: dict[int, str] = {}
    order = [
        index for index, token in enumerate(tokens) if not (token.kind == "mark" and _BRACKETS.issuperset(token.text))
    ]
    place = {index: at for at, index in enumerate(order)}
    for sign in signs:
        at = place[sign]
        bracketed = sign > 0 and sign - 1 not in place and tokens[sign - 1].kind == "mark"
        last = _host(tokens, order, at + 1, sure=bracketed)
        if last is not None and at > 0:
            first = at - 1
            while first >= 2 and _is_dot(tokens[order[first - 1]], sure=True):  # noqa: PLR2004 - a dot and a word
                first -= 2
            hidden.update(cover(order[first], order[last], "email"))
    return hidden


def _is_at(token: Token) -> bool:
    return token.text in _AT if token.kind == "word" else token.kind == "mark" and "@" in token.text


def _is_dot(token: Token, *, sure: bool) -> bool:
    return token.text in _DOT if token.kind == "word" else sure and token.kind == "mark" and token.text == "."


def _host(tokens: list[Token], order: list[int], at: int, *, sure: bool) -> int | None:
    """Say where the host that begins here ends, or None if none does."""
    if at >= len(order):
        return None
    first = tokens[order[at]]
    if first.kind == "host":
        return at if sure or tokens[order[at - 1]].kind == "mark" or first.text.split(".")[0] in _HOUSES else None
    if first.kind not in {"word", "mixed"} or (is_known(first.text) and first.text not in _HOUSES):
        return None
    last = at
    while last + 2 < len(order) and _is_dot(tokens[order[last + 1]], sure=sure or tokens[order[at - 1]].kind == "mark"):
        label = tokens[order[last + 2]]
        if label.kind != "word" or not MIN_TLD <= len(label.text) <= MAX_TLD:
            break
        last += 2
    return last if last > at or sure or first.text in _HOUSES else None
