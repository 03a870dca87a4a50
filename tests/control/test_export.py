"""An export holds everything that is kept, says what it is, and comes in parts that fit."""

import json
from dataclasses import asdict
from typing import Any

from providence.control import Choices, keep, part
from providence.control.export import PART
from providence.junk import Place
from providence.pipeline import Action, Correspondents, Exemption, Exemptions
from providence.pnp import MAX_BODY

House = Any


def exported(house: House, room: int = PART) -> list[dict[str, Any]]:
    """Put the file together, and read it."""
    text, number, more = "", 0, True
    while more:
        found = part(house.affairs, number, room)
        assert found is not None
        assert len(found.text) <= room
        assert len(found.text.encode()) <= MAX_BODY
        text, number, more = text + found.text, number + 1, found.more
    assert part(house.affairs, number, room) is None
    return [json.loads(line) for line in text.splitlines()]


def of(lines: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["kind"] == kind]


def test_an_empty_vault_says_what_it_would_keep(house: House) -> None:
    lines = exported(house)

    assert [line["kind"] for line in lines] == ["about", "settings", "counts", "slot"]
    assert lines[0]["user"] == "juliet@capulet.example"
    assert "not in this file, because they are not kept" in lines[0]["text"]


def test_everything_that_is_kept_is_in_it(house: House) -> None:
    house.teach()
    raw = house.message(
        'Guaranteed “profit”\n"now"', more="<nick xmlns='http://jabber.org/protocol/nick'>\U0001f600</nick>"
    )
    house.keep(Place.JUNK, raw, Action.JUNK)
    house.waiting("Hello?", "b@c.example")
    house.say("waiting")
    house.say("ok 1")
    house.waiting("Hello again?", "c@d.example")
    Exemptions(house.vault).add(Exemption("group", "Family", allow=True))
    keep(house.vault, Choices(mode="mark"))
    lines = exported(house)

    assert of(lines, "settings") == [{"kind": "settings"} | asdict(Choices(mode="mark"))]
    assert of(lines, "correspondent") == [{"kind": "correspondent", "jid": "b@c.example"}]
    assert of(lines, "exemption") == [{"kind": "exemption", "of": "group", "value": "Family", "allow": True}]
    assert [line["stanza"].encode() for line in of(lines, "junk")] == [raw]
    assert [line["from"] for line in of(lines, "waiting")] == ["c@d.example"]
    assert [line["from"] for line in of(lines, "released")] == ["b@c.example"]
    assert [(line["name"], line["taught"]) for line in of(lines, "decision")] == [("d2", ""), ("d1", "ham"), ("d0", "")]
    assert all(len(line["hashes"]) % 32 == 0 for line in of(lines, "decision"))
    assert of(lines, "slot")[0]["by"] == "scram"
    (learnt,) = of(lines, "learnt")
    assert house.vault.buckets() == [tuple(row) for row in learnt["rows"]]


def test_parts_are_cut_anywhere_and_fit_together(house: House) -> None:
    """
    A stanza larger than a part, letters of four bytes, and more lines than one part holds.
    """
    for number in range(30):
        words = '\U0001f600"' * (2000 if number == 7 else 20)
        house.junk(f"{words} {number}", f"{number}@spam.example/x")
    whole = exported(house)

    assert whole == exported(house, 1_000)
    assert len(of(whole, "junk")) == 30
    assert [line["arrived"] for line in of(whole, "junk")] == sorted(
        (line["arrived"] for line in of(whole, "junk")), reverse=True
    )


def test_the_longest_lists_fit_into_parts(house: House) -> None:
    Correspondents(house.vault).merge([f"{'ü' * 50}{number}@example.org" for number in range(1000)])
    for number in range(100):
        Exemptions(house.vault).add(Exemption("group", f"{'x' * 900}{number}", allow=True))

    lines = exported(house)
    assert (len(of(lines, "correspondent")), len(of(lines, "exemption"))) == (1000, 100)


def test_what_comes_in_meanwhile_is_at_worst_there_twice(house: House) -> None:
    names = [house.junk("x" * 3_000, f"{number}@spam.example/x") for number in range(10)]
    text = ""
    number, more = 0, True
    while more:
        found = part(house.affairs, number, 12_000)
        assert found is not None
        text, number, more = text + found.text, number + 1, found.more
        if number < 4:
            house.junk("y" * 3_000)
    found_names = {line["name"] for line in map(json.loads, text.splitlines()) if line["kind"] == "junk"}

    assert {name.hex() for name in names} <= found_names
