"""Strangers' words as plain text: readable, and unable to pass for anything else.

What a stranger wrote is shown behind `> ` at the start of each line (a block quotation of XEP-0393), so that it
cannot be taken for what Providence says. Nothing in it is alive: control characters and those that turn the
direction of writing (UAX #9) show as U+FFFD, links are broken so that no client makes them clickable.
"""

import re
from datetime import UTC, datetime
from unicodedata import bidirectional, category

from ..stanza import Jid

# Characters of one stanza's words that are shown; all of them are in the stanza that a release delivers.
MAX_WORDS = 2_000
# Lines of them: a thousand empty ones would push everything else off the screen.
MAX_LINES = 60
# Characters of the words in a list.
MAX_PREVIEW = 60
# Characters of an address; a longer one is cut in its middle.
MAX_ADDRESS = 256
# Combining marks in a row: more than any script needs, and too few to paint over the neighbouring lines.
MAX_MARKS = 4

_HIDDEN = "\N{REPLACEMENT CHARACTER}"
_CUT = "\N{HORIZONTAL ELLIPSIS}"
# Joiners are letters of a kind in Persian and Hindi, and hold emoji together.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_NO_XML = "\ufffe\uffff"
_NEVER = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_BREAKS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What clients make a link of begins so; the character after it is put in brackets.
_LINKS = re.compile(r"(\b(?:aesgcm|geo|magnet|mailto|sms|tel|xmpp)(?=:)|\bwww(?=\.)|(?=://))(.)", re.IGNORECASE)


def plain(text: str, limit: int = MAX_WORDS) -> str:
    """Return at most `limit` characters of a text, and a note of how many there are besides."""
    shown = _safe(_BREAKS.sub("\n", text[:limit]))
    lines = shown.split("\n")
    if len(text) <= limit and len(lines) <= MAX_LINES:
        return shown
    return "\n".join([*lines[:MAX_LINES], f"[{_CUT} cut here: it has {len(text)} characters]"])


def quoted(text: str) -> str:
    """Return a text as a quotation of a stranger."""
    return "\n".join(f"> {isolated(line)}" for line in plain(text).split("\n"))


def inline(text: str, limit: int = MAX_PREVIEW) -> str:
    """Return the beginning of a text on one line."""
    flat = " ".join(text[: limit * 4].split())
    cut = len(flat) > limit or len(text) > limit * 4
    return isolated(_safe(_BREAKS.sub(" ", flat[:limit])) + (_CUT if cut else ""))


def address(jid: str) -> str:
    """Return an address on one line; of a participant, the room's."""
    jid = str(Jid.read(jid).plain)
    if len(jid) > MAX_ADDRESS:
        half = MAX_ADDRESS // 2
        jid = f"{jid[:half]}{_CUT}{jid[-half:]}"
    return isolated("".join(map(_visible, jid)))


def isolated(text: str) -> str:
    """Keep what is written from right to left from turning what stands around it (UAX #9, FSI and PDI)."""
    if any(bidirectional(point) in _RIGHT_TO_LEFT for point in text):
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    return text


def when(seconds: int) -> str:
    """Return a time as people read it, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def percent(probability: float) -> str:
    """Return a probability; what is not certain is never called so."""
    return f"{min(99, max(1, int(probability * 100)))} %"


def _safe(text: str) -> str:
    shown: list[str] = []
    marks = 0
    for point in text.replace("\t", " "):
        marks = marks + 1 if category(point).startswith("M") else 0
        seen = point if point == "\n" else _visible(point)
        if marks <= MAX_MARKS and not (seen == _HIDDEN and shown[-1:] == [_HIDDEN]):
            shown.append(seen)
    return _LINKS.sub(r"\1[\2]", "".join(shown))


def _visible(point: str) -> str:
    if point in _JOINERS:
        return point
    return _HIDDEN if category(point) in _NEVER or point in _NO_XML else point
