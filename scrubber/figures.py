"""Numbers in groups: their check digits tell what they are. Only a name depends on it, never what goes."""

import re

from .pieces import Token

MAX_GROUPS = 12
"""Groups of digits that are one number."""

_DIGITS = re.compile("[0-9]")
_IBAN = re.compile(r"[a-z]{2}[0-9]{2}[0-9a-z]{11,30}")
_PHONE = range(7, 16)
_CARD = range(13, 20)
_GROUPED = frozenset({"number", "mixed", "date", "token", "money"})
_PARTS = re.compile(r"[^0-9a-z+]")


def name(tokens: list[Token], folded: str) -> list[Token]:
    """Give a card number, an IBAN or a phone number one placeholder, whatever stands between its groups."""
    if sum(token.kind in _GROUPED for token in tokens) == 0:
        return tokens
    named: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind not in _GROUPED:
            named.append(token)
            index += 1
            continue
        last = index
        while last + 1 < len(tokens) and last - index < MAX_GROUPS and _continues(tokens, last, folded):
            last += 1
        found = None
        while found is None and last >= index:
            found = _named(_PARTS.sub("", folded[token.start : tokens[last].end]))
            last -= found is None
        if found is None:
            named.append(token)
            index += 1
        else:
            kind, outline = found
            named.append(Token(kind, outline, token.start, tokens[last].end))
            index = last + 1
    return named


def _continues(tokens: list[Token], last: int, folded: str) -> bool:
    after = tokens[last + 1]
    joined = after.kind in _GROUPED or (after.kind == "word" and len(after.text) < 5)  # noqa: PLR2004 - a group of an IBAN
    return joined and "\n" not in folded[tokens[last].end : after.start]


def _named(text: str) -> tuple[str, str] | None:
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
