"""Where a folded text is cut: at spaces, and where a script without spaces begins and ends."""

import re
from collections.abc import Iterator

from .scripts import UNSPACED

_CHUNK = re.compile(r"\S+")
_RUN = re.compile(rf"[{UNSPACED}]++")
# What may be a URL, an address or a name after @ is not cut at a run, which may be a part of it.
_GLUED = re.compile(rf"[a-z]{{2,12}}://\S*+|@\S*+|[{UNSPACED}]++")
_SECRET_PART = re.compile(r"[/?#@]|://")
_HAN_NUMBER = re.compile("[〇零一二三四五六七八九十百千万萬亿億两兩壹贰貳叁參肆伍陆陸柒捌玖拾幺]{3,}")

RUN, NUMBER, CHUNK = "run", "number", ""


def has_runs(folded: str) -> bool:
    """Tell whether a text has letters of a script that writes no spaces."""
    return not folded.isascii() and bool(_RUN.search(folded))


def cut(folded: str, start: int, end: int, *, runs: bool) -> Iterator[tuple[int, int, str]]:
    """Give the chunks between two offsets: where each begins and ends, and whether it is RUN, NUMBER or CHUNK."""
    for match in _CHUNK.finditer(folded, start, end):
        if runs and _RUN.search(match[0]):
            yield from _glued(folded, match.start(), match.end())
        else:
            yield match.start(), match.end(), CHUNK


def _glued(folded: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    at = start
    for match in _GLUED.finditer(folded, start, end):
        first, last = match.span()
        if _RUN.match(match[0]):
            # A run before an @ is the name of somebody there.
            if not folded.startswith("@", last):
                if at < first:
                    yield at, first, CHUNK
                yield from _run(folded, first, last)
                at = last
            continue
        run = _RUN.search(match[0])
        host = folded.find("://", first, last) + 3
        if run is None or match[0][0] == "@" or _SECRET_PART.search(folded, host, last):
            yield at, last, CHUNK
        else:
            # "https://shop.example看" ends its host where the run begins, unless more of a URL follows.
            yield at, first + run.start(), CHUNK
            yield from _mixed(folded, first + run.start(), last)
        at = last
    if at < end:
        yield at, end, CHUNK


def _mixed(folded: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    at = start
    for match in _RUN.finditer(folded, start, end):
        if at < match.start():
            yield at, match.start(), CHUNK
        yield from _run(folded, *match.span())
        at = match.end()
    if at < end:
        yield at, end, CHUNK


def _run(folded: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    at = start
    for match in _HAN_NUMBER.finditer(folded, start, end):
        if at < match.start():
            yield at, match.start(), RUN
        yield match.start(), match.end(), NUMBER
        at = match.end()
    if at < end:
        yield at, end, RUN
