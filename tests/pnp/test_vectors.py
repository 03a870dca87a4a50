"""The vectors that every program of PNP reads."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from providence.pnp import Refusal, check_request, encode_reply, encode_request

FOLDER = Path(__file__).parents[1] / "vectors" / "pnp"
VECTORS = sorted(FOLDER.glob("*.txt"))
ESCAPES = {"r": b"\r", "n": b"\n", "\\": b"\\"}


def plain(text: str) -> bytes:
    parts = re.split(r"\\(r|n|\\|x[0-9a-f]{2})", text)
    return b"".join(
        part.encode() if place % 2 == 0 else ESCAPES.get(part) or bytes.fromhex(part[1:])
        for place, part in enumerate(parts)
    )


class Vector:
    def __init__(self, path: Path) -> None:
        top, _, wire = path.read_text("ascii").partition("\n---\n")
        self.data = plain(wire.replace("\n", ""))
        self.said: dict[str, str] = {}
        self.frames: list[tuple[str, dict[str, str], bytes]] = []
        for line in top.split("\n")[1:]:
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if key == "frame":
                self.frames.append((value, {}, b""))
            elif key == "header":
                name, _, text = plain(value).decode().partition(" ")
                self.frames[-1][1][name] = text
            elif key == "body":
                start, headers, _ = self.frames[-1]
                self.frames[-1] = start, headers, plain(value)
            else:
                self.said[key] = value


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [1, 7, 1 << 20], ids="chunks-of-{}".format)
def test_a_vector_has_its_outcome_however_it_is_cut(path: Path, size: int, outcome: Callable[..., Any]) -> None:
    vector = Vector(path)
    replies = vector.said["reader"] == "answer"
    chunks = [vector.data[at : at + size] for at in range(0, len(vector.data), size)]
    check = {} if replies else {"check": check_request}
    frames, end = outcome(chunks, replies=replies, **check)

    expected = [
        (start, {name.lower(): value for name, value in headers.items()}, body)
        for start, headers, body in vector.frames
    ]
    assert expected == [(verb or str(code), headers, body) for verb, code, headers, body in frames]
    what = vector.said["outcome"].split()
    assert (what[1] if what[0] == "refused" else what[0]) == end


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_names_the_status_of_its_rule(path: Path) -> None:
    what = Vector(path).said["outcome"].split()
    if what[0] != "refused":
        assert what in (["ok"], ["half-frame"])
        return
    refusal = next(each for each in Refusal if each.label == what[1])

    assert int(what[2]) == refusal.status
    assert (what[3] == "closes") == refusal.closes


def test_every_rule_has_a_vector() -> None:
    outcomes = {tuple(Vector(path).said["outcome"].split()) for path in VECTORS}
    named = {what[1] if what[0] == "refused" else what[0] for what in outcomes}

    assert {each.label for each in Refusal} | {"ok"} == named


@pytest.mark.parametrize(
    "path",
    [path for path in VECTORS if "encodes" in Vector(path).said],
    ids=lambda path: path.stem,
)
def test_a_frame_is_written_as_its_vector_says(path: Path) -> None:
    vector = Vector(path)
    [(start, headers, body)] = vector.frames
    written = encode_reply(int(start), headers, body) if start.isdigit() else encode_request(start, headers, body)

    assert vector.data == written
