"""Numbers in groups: their check digits tell what they are. Only a name depends on it, never what goes."""

import re

from .pieces import Token

MAX_GROUPS = 12
"""Groups of digits that are one number."""

GROUP = 4
"""Letters of a group of an IBAN."""

LONGEST = 34
"""Characters of the longest number with a name, an IBAN."""

_SHORTEST = 7
_BEGINS = re.compile(r"\+?[0-9]+$|[a-z]{2}[0-9]")
_DIGITS = re.compile("[0-9]")
_IBAN = re.compile(r"[a-z]{2}[0-9]{2}[0-9a-z]{11,30}")
_PHONE = range(7, 16)
_CARD = range(13, 20)
_GROUPED = frozenset({"number", "mixed", "date", "token", "money"})
_PARTS = re.compile(r"[^0-9a-z+]")


def name(tokens: list[Token], folded: str) -> list[Token]:
    """Give a card number, an IBAN or a phone number one placeholder, whatever stands between its groups."""
    if not any(token.kind in _GROUPED for token in tokens):
        return tokens
    groups = [_PARTS.sub("", folded[token.start : token.end]) if _is_group(token) else "" for token in tokens]
    named: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        found, last = _longest(tokens, groups, index, folded) if token.kind in _GROUPED else (None, index)
        named.append(token if found is None else Token(*found, token.start, tokens[last].end))
        index = last + 1
    return named


def _longest(tokens: list[Token], groups: list[str], first: int, folded: str) -> tuple[tuple[str, str] | None, int]:
    """Join ever more groups, as long as some number may be as long."""
    best: tuple[str, str] | None = None
    end = first
    text = groups[first]
    if not _BEGINS.match(text):
        return None, first
    for last in range(first, min(len(tokens), first + MAX_GROUPS)):
        if last > first:
            if not groups[last] or "\n" in folded[tokens[last - 1].end : tokens[last].start]:
                break
            text += groups[last]
        if len(text) > LONGEST:
            break
        found = _named(text)
        if found is not None:
            best, end = found, last
    return best, end


def _is_group(token: Token) -> bool:
    return token.kind in _GROUPED or (token.kind == "word" and len(token.text) <= GROUP)


def _named(text: str) -> tuple[str, str] | None:
    if len(text) < _SHORTEST:
        return None
    digits = _DIGITS.findall(text)
    outline = "#" * len(digits)
    if _IBAN.fullmatch(text):
        return ("iban", "") if _is_iban(text) else None
    if text.strip("+").isdigit():
        if len(digits) in _CARD and _luhn(digits):
            return "card", ""
        if len(digits) in _PHONE and (text[0] in "+0" or len(digits) > 9):  # noqa: PLR2004 - shorter is any number
            return "phone", outline
    return None


def _luhn(digits: list[str]) -> bool:
    """Check digit of ISO/IEC 7812-1."""
    return sum(sum(divmod(int(digit) * (1 + at % 2), 10)) for at, digit in enumerate(reversed(digits))) % 10 == 0


def _is_iban(text: str) -> bool:
    """Check digits of ISO 13616."""
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1
