"""Everything that is kept of a user, as one file of JSON Lines (GDPR, articles 15 and 20), made in parts.

Each line is an object with a `kind`. Nothing is remembered between two parts: what is to come is planned anew by the
sizes of what there is, the newest first, so that a stanza that comes in meanwhile is at worst in the file twice.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from ..junk import JUNK_DAYS, RING_DAYS, Item, Place, Seen
from ..stanza import Jid
from .affairs import Affairs
from .talks import code_of

FORMAT = 1
# Characters of a part. In UTF-8 they fit into one frame of PNP.
PART = 60_000
# Buckets of the table in one line.
ROWS = 1_000

# How a sealed item of some size may grow: JSON doubles a quotation mark, and there is more than the stanza in it.
_GROWTH = 2
_MORE = 4_096

ABOUT = (
    "All that Providence keeps of this user. junk, waiting and released: stanzas of strangers as they came, with the "
    f"reasons for which they were kept back; junk is deleted after {JUNK_DAYS} days. decision: the last stanzas that "
    f"were judged, without their words, for {RING_DAYS} days; hashes are of the features that may be learnt of them "
    "(BLAKE2b, 16 bytes each, in hexadecimal). correspondent: whom the user wrote to. exemption: the user's rules for "
    "senders. slot: the ways to open the vault, without the secrets, which are kept nowhere. learnt: how many spam and "
    "wanted messages had a feature, by numbered bucket. A bucket's number comes from a feature by a key that never "
    "leaves the vault, many features share it, and nobody can turn it back into words: so words that were learnt "
    "are not in this file, because they are not kept."
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Part(NamedTuple):
    """A piece of the file, and whether there is another."""

    text: str
    more: bool


class _Chunk(NamedTuple):
    """Some lines that are made together, and how many parts they take at most."""

    make: Callable[[], str]
    parts: int


def part(affairs: Affairs, number: int, room: int = PART) -> Part | None:
    """Return a part of at most `room` characters, counted from 0; None past the last. One may be empty."""
    chunks = list(_plan(affairs, room))
    last = sum(chunk.parts for chunk in chunks) - 1
    before = 0
    for chunk in chunks:
        if number < before + chunk.parts:
            start = (number - before) * room
            return Part(chunk.make()[start : start + room], number < last)
        before += chunk.parts
    return None


def _plan(affairs: Affairs, room: int) -> Iterator[_Chunk]:
    head = "".join(map(_line, _head(affairs)))
    yield _Chunk(lambda: head, _parts(len(head), room))
    decisions = affairs.decisions()
    yield from _packed([(partial(_decision, name, seen), _bound(len(seen.hashes))) for name, seen in decisions], room)
    for place in Place:
        sized = affairs.sizes(place)
        yield from _packed([(partial(_kept, affairs, place, name), _bound(size)) for name, size in sized], room)
    yield from _learnt(affairs)


def _packed(sized: Iterable[tuple[Callable[[], str], int]], room: int) -> Iterator[_Chunk]:
    """Put small lines together; each that may be longer than a part takes some of its own."""
    some: list[Callable[[], str]] = []
    filled = 0
    for make, bound in sized:
        if some and filled + bound > room:
            yield _Chunk(partial(_joined, some), 1)
            some, filled = [], 0
        if bound > room:
            yield _Chunk(make, _parts(bound, room))
        else:
            some.append(make)
            filled += bound
    if some:
        yield _Chunk(partial(_joined, some), 1)


def _head(affairs: Affairs) -> Iterator[dict[str, object]]:
    steward = affairs.steward
    yield {"kind": "about", "format": FORMAT, "user": steward.jid, "made": _time(steward.now()), "text": ABOUT}
    yield {"kind": "settings", **asdict(affairs.choices)}
    yield {"kind": "counts", **affairs.sums()._asdict()}
    for slot in affairs.vault.keys.slots:
        opens = {"by": slot.kind.name.lower(), "hash": slot.hash, "since": _day(slot.created)}
        yield {"kind": "slot", **opens, "until": _day(slot.expires) if slot.expires else None}
    for jid in affairs.correspondents:
        yield {"kind": "correspondent", "jid": jid}
    for exemption in affairs.exemptions:
        yield {"kind": "exemption", "of": exemption.kind, "value": exemption.value, "allow": exemption.allow}


def _decision(name: bytes, seen: Seen) -> str:
    return _line(
        {
            "kind": "decision",
            "name": code_of(name),
            **_judged(seen),
            "stanza_id": seen.ident,
            "stanza": seen.kind,
            "action": seen.action,
            "answer": seen.answer,
            "taught": seen.taught,
            "hashes": seen.hashes.hex(),
        }
    )


def _kept(affairs: Affairs, place: Place, name: bytes) -> str:
    for _, item in affairs.items(place, [name]):
        stanza = item.stanza.decode("utf-8", "replace")
        return _line({"kind": place.name.lower(), "name": name.hex(), **_judged(item), "stanza": stanza})
    return ""


def _judged(kept: Item | Seen) -> dict[str, object]:
    return {
        "from": str(Jid.read(kept.sender).plain),
        "arrived": _time(kept.arrived),
        "probability": kept.probability,
        "reasons": kept.reasons,
    }


def _learnt(affairs: Affairs) -> Iterator[_Chunk]:
    buckets = affairs.vault.buckets()
    for start in range(0, len(buckets), ROWS):
        rows = buckets[start : start + ROWS]
        yield _Chunk(partial(_line, {"kind": "learnt", "columns": ["bucket", "spam", "ham"], "rows": rows}), 1)


def _joined(makes: list[Callable[[], str]]) -> str:
    return "".join(make() for make in makes)


def _bound(size: int) -> int:
    return _GROWTH * size + _MORE


def _parts(characters: int, room: int) -> int:
    return -(-characters // room)


def _line(value: dict[str, object]) -> str:
    return f"{_encode(value)}\n"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _day(days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days)).isoformat()
