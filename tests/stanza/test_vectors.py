"""
The vectors: one scenario a file, with what is expected on top.

A file says in comment lines what it is about, then, after an empty comment, `expect:` and either the name
of the error or `stanza` and everything that is read; after an empty line comes the document. In it
`{{1000 * <a>}}` stands for so many of a piece, `{n}` in the piece for its number, and
`{{hex C0 AF}}` for bytes.
"""

import gc
import re
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from providence.errors import StanzaError
from providence.stanza import Delay, Encryption, Stanza, parse

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "stanza").glob("*.txt"))

# What one document may cost, whatever is in it: both are figures of a count, not of a clock.
MAX_CALLS: Final = 40_000  # of functions, ours and the interpreter's
MAX_MEMORY: Final = 24 * 262_144  # bytes: expat's for names and attributes, and the tree

_HEX = re.compile(r"\{\{hex ([0-9A-F ]+)\}\}")
_REPEAT = re.compile(r"\{\{([0-9]+) \* ((?:(?!\{\{|\}\}).)*)\}\}")


class Vector(NamedTuple):
    """A document and the lines that describe what must become of it."""

    expected: list[str]
    document: bytes


def repeat(match: re.Match[str]) -> str:
    count, piece = int(match[1]), match[2].replace("\\n", "\n")
    if "{n}" not in piece:
        return piece * count
    return "".join([piece.replace("{n}", str(number)) for number in range(count)])


def expand(text: str) -> bytes:
    """Write out `{{count * piece}}`, innermost first, and `{{hex 00 FF}}`."""
    while _REPEAT.search(text):
        text = _REPEAT.sub(repeat, text)
    pieces = _HEX.split(text)
    return b"".join(bytes.fromhex(piece) if place % 2 else piece.encode() for place, piece in enumerate(pieces))


def read_vector(path: Path) -> Vector:
    head, _, document = path.read_text(encoding="utf-8").partition("\n\n")
    lines = [line.removeprefix("#").removeprefix(" ") for line in head.split("\n")]
    lines = lines[lines.index("") + 1 :]
    lines[0] = lines[0].removeprefix("expect: ")
    return Vector(lines, expand(document.removesuffix("\n")))


def escape(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def describe_delay(delay: Delay | None) -> Iterator[str]:
    if delay:
        yield f"delay: {delay.stamp.isoformat()} {delay.source or '-'}"


def describe(stanza: Stanza) -> Iterator[str]:
    """Yield a line for everything that a stanza has to say."""
    yield f"kind: {stanza.kind.value}"
    yield f"type: {stanza.type}"
    addresses = {"from": stanza.sender, "to": stanza.recipient}
    identifiers = {"id": stanza.id, "replaces": stanza.replaces}
    yield from (f"{name}: {value}" for name, value in (addresses | identifiers).items() if value)
    yield from describe_delay(stanza.delay)
    if stanza.encryption is not Encryption.NONE:
        yield f"encryption: {stanza.encryption.value}"
    languages = {"body": stanza.bodies, "subject": stanza.subjects, "status": stanza.statuses}
    for name, texts in languages.items():
        yield from (f"{name} ({language}): {escape(text)}" for language, text in texts)
    nicks, markups = filter(None, [stanza.nick]), filter(None, [stanza.markup])
    extras = {"nick": nicks, "markup": markups, "form": stanza.forms, "file": stanza.files}
    for name, found in (extras | {"link": stanza.links, "fallback": stanza.fallbacks}).items():
        yield from (f"{name}: {escape(text)}" for text in found)
    for invite in stanza.invites:
        way = "direct" if invite.direct else "mediated"
        yield f"invite: {way} {invite.room or '-'} by {invite.inviter or '-'}: {escape(invite.reason)}"
    for inner in stanza.forwarded:
        lines = *describe(inner.stanza), *describe_delay(inner.delay)
        yield from (f"{inner.wrapper.value} > {line}" for line in lines)
    if stanza.truncated:
        yield "truncated"


def outcome(document: bytes) -> list[str]:
    try:
        return ["stanza", *describe(parse(document))]
    except StanzaError as error:
        return [str(error)]


def count_calls(document: bytes) -> int:
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        outcome(document)
    finally:
        sys.setprofile(None)
    return calls


def measure_memory(document: bytes) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        outcome(document)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_document_comes_out_as_its_file_says(path: Path) -> None:
    """
    The error has the name, or the stanza all the fields and no others.
    """
    vector = read_vector(path)

    assert vector.expected == outcome(vector.document)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_no_document_costs_more_than_the_bounds(path: Path) -> None:
    """
    Calls and memory stay below one figure for every vector, the hostile ones among them.
    """
    document = read_vector(path).document

    assert count_calls(document) <= MAX_CALLS
    assert measure_memory(document) <= MAX_MEMORY
