"""Stretches of a folded text that go as a whole, spaces and all: keys in armour, code, spoilers, spelled words."""

import re

from .pieces import Token
from .scripts import MARKS, UNSPACED

MAX_CODE = 400
"""Characters between two backticks or pairs of bars that are held to be one stretch."""

MAX_CODE_CHUNKS = 3
"""Chunks between two fences that go as a whole; longer code is read as text."""

PLACEHOLDERS = (
    *(
        "address",
        "card",
        "clock",
        "code",
        "date",
        "email",
        "iban",
        "ip",
        "jid",
        "jwt",
        "key",
        "long",
        "mention",
        "mixed",
    ),
    *("money", "name", "number", "phone", "quoted", "rare", "secret", "seed", "spelled", "strict", "token", "url"),
)

# No two alternatives can begin at the same place and each has a bound or runs to the end, so that time is linear.
_BLOCK = re.compile(
    r"(?P<key>-----begin [^\n]{0,60}-----[\s\S]*?(?:-----end [^\n]{0,60}-----|\Z))"
    rf"|(?P<code>```\s*+(?:[^\s`]++\s*+){{1,{MAX_CODE_CHUNKS}}}```|(?<!`)`[^`\n]{{1,{MAX_CODE}}}`(?!`)|\|\|[^|\n]{{1,{MAX_CODE}}}\|\|)"
    rf"|<(?P<placeholder>{'|'.join(PLACEHOLDERS)}|host)(?::(?P<outline>[^\s<>\d]{{0,200}}))?>"
)
_TRIGGER = re.compile(r"-----begin |[`<]|\|\|")
# Four letters or more that stand alone, with the same kind of thing between. Scripts without spaces do so by nature.
_LONE = rf"(?![{UNSPACED}])[^\W\d_](?![{MARKS}])"
_OTHER = rf"(?![{UNSPACED}])[^\W_]"
_SPELLED = re.compile(rf"(?<!{_OTHER}){_LONE}(?:[\W_]++{_LONE}(?!{_OTHER})){{3,}}")
# A command that sends headers, a user or data, to the end of its line and of those it goes on in.
_COMMAND = re.compile(r"\b(?:curl|wget)\s(?:[^\n\\]|\\.|\\\n)*+")
_FLAG = re.compile(r"\s(?:-[hud]|--(?:header|user|data|password|form)[a-z-]*)\b")
_CHUNK = re.compile(r"\S++")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,11}://")


def find(folded: str) -> list[Token]:
    """Give the blocks of a text in order, each as the placeholder it becomes.

    A placeholder that is written out, as `render` writes it, stands for itself.
    """
    found: list[Token] = []
    if _TRIGGER.search(folded):
        for match in _BLOCK.finditer(folded):
            kind = match.lastgroup or ""
            if kind in {"placeholder", "outline"}:
                kind = match["placeholder"]
            found.append(Token(kind, match["outline"] or "", *match.span()))
    commands = []
    if "curl" in folded or "wget" in folded:
        commands = [match.span() for match in _COMMAND.finditer(folded) if _FLAG.search(match[0])]
    found += [Token("code", "", *span) for span in _apart(commands, found)]
    found.sort(key=_start)
    spelled = [match.span() for match in _SPELLED.finditer(folded)]
    if spelled and "://" in folded:
        chunks = [match for match in _CHUNK.finditer(folded) if _SCHEME.search(match[0])]
        spelled = _apart(spelled, [Token("url", "", *chunk.span()) for chunk in chunks])
    found += [Token("spelled", "", *span) for span in _apart(spelled, found)]
    found.sort(key=_start)
    return found


def _start(token: Token) -> int:
    return token.start


def _apart(spans: list[tuple[int, int]], taken: list[Token]) -> list[tuple[int, int]]:
    """Leave out the spans that overlap something taken; both are in order."""
    found = []
    at = 0
    for start, end in spans:
        while at < len(taken) and taken[at].end <= start:
            at += 1
        if at == len(taken) or end <= taken[at].start:
            found.append((start, end))
    return found


def spelled_out(folded: str) -> str:
    """Give what is spelled letter by letter, read as words, to look for a password word in it."""
    return " ".join(re.sub(r"[\W_]+", "", match[0]) for match in _SPELLED.finditer(folded))
