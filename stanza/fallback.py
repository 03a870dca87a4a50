"""Fallback ranges (XEP-0428), cut before anything is read.

They mark text for clients without some feature. The commonest is the quote in a reply:
the recipient's own words, which must not be learnt as a stranger's. But many clients
show the text all the same, so a marker must not be a way past the filters:

* it counts only when `for` names the namespace of an element that is in the same
  stanza;
* a range is two decimal numbers, start <= end <= length, in Unicode code points
  (XEP-0426); any other range cuts nothing, and more than MAX_RANGES of them cut nothing
  at all;
* no range means the whole text, no child means the whole of every body and subject.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from .tree import Element
from .values import Texts

MAX_RANGES: Final = 16  # of all markers in a stanza
MAX_DIGITS: Final = 7  # of a start or an end

Span = tuple[int, int | None]  # None: to the end

_MARKERS = frozenset({"urn:xmpp:fallback:0 fallback", "urn:xmpp:feature-fallback:0 fallback"})
_WHOLE: Span = (0, None)


def find_spans(children: Iterable[Element], target: str) -> list[Span]:
    """Return what the markers cut from each `target`, which is "body" or "subject"."""
    children = list(children)
    markers = [child for child in children if child.name in _MARKERS]
    if not markers:
        return []
    spaces = {child.name.rpartition(" ")[0] for child in children if child.name not in _MARKERS}
    spaces.discard("")
    spans: list[Span] = []
    for marker in markers:
        if marker.attributes.get("for") in spaces:
            spans.extend(_spans(marker, target) if marker.children else [_WHOLE])
    return spans if len(spans) <= MAX_RANGES else []


def _spans(marker: Element, target: str) -> Iterator[Span]:
    for child in marker.children:
        if child.name.rpartition(" ")[2] != target:
            continue
        start, end = child.attributes.get("start"), child.attributes.get("end")
        if start is None and end is None:
            yield _WHOLE
        elif start and end and _is_number(start) and _is_number(end):
            yield int(start), int(end)


def _is_number(text: str) -> bool:
    return len(text) <= MAX_DIGITS and text.isascii() and text.isdecimal()


def cut(texts: Texts, spans: list[Span]) -> tuple[Texts, tuple[str, ...]]:
    """Return the texts without the spans, and what was cut.

    A text of which no word is left is dropped.
    """
    if not spans:
        return texts, ()
    kept: list[tuple[str, str]] = []
    gone: list[str] = []
    for language, text in texts:
        rest, part = _cut(text, spans)
        if rest.strip():
            kept.append((language, rest))
        if part:
            gone.append(part)
    return tuple(kept), tuple(gone)


def _cut(text: str, spans: list[Span]) -> tuple[str, str]:
    size = len(text)
    ranges = sorted((start, size if end is None else end) for start, end in spans)
    kept, gone, at = [], [], 0
    for start, end in ranges:
        if start <= end <= size and end > at:
            kept.append(text[at:start])
            gone.append(text[max(start, at) : end])
            at = end
    kept.append(text[at:])
    return "".join(kept), "".join(gone)
