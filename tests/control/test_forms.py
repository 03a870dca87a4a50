"""Ad-hoc commands: each form is shown, filled in, and gone; nothing is remembered between two stages."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providence.control import COMMANDS, Affairs, Asked, Choices, Page, choices_of, command
from providence.control.fields import MAX_FIELDS, MAX_FORM, MAX_VALUE, MAX_VALUES, MAX_VAR
from providence.control.listing import PAGE
from providence.errors import InputError
from providence.junk import Place
from providence.pipeline import Action, Correspondents, Exemption, Exemptions

House = Any
NODE = "urn:providence:0:junk#"


def step(house: House, node: str, action: str = "execute", **fields: list[str]) -> dict[str, Any]:
    """Take one step as a client does: the form as JSON there, the next one as JSON back."""
    house.affairs = Affairs(house.vault, house.steward)
    raw = json.dumps({"fields": fields}).encode() if fields else b""
    page = command(house.affairs, NODE + node, Asked.parse(action, raw))
    assert page is not None
    said: dict[str, Any] = json.loads(json.dumps(page.to_json()))
    return said


def values(said: dict[str, Any]) -> dict[str, list[str]]:
    """Return what a client submits that changes nothing."""
    return {field["var"]: field["values"] for field in said["form"]["fields"] if "var" in field}


def options(said: dict[str, Any], var: str = "entries") -> list[str]:
    for field in said["form"]["fields"]:
        if field["var"] == var:
            return [option["value"] for option in field["options"]]
    return []


@pytest.mark.parametrize("node", sorted(COMMANDS))
def test_every_form_is_of_known_fields_and_goes_round(house: House, node: str) -> None:
    """
    What a client gets it can send back as it is, and gets a form, a note or an end; and it can cancel.
    """
    node = node.removeprefix(NODE)
    house.junk()
    house.waiting()
    house.say("allow a@b.example")
    Correspondents(house.vault).add("c@d.example")
    said = step(house, node)
    types = {"hidden", "fixed", "boolean", "list-single", "list-multi", "text-single", "text-multi"}

    assert said["status"] in {"executing", "completed"}
    assert {field["type"] for field in said["form"]["fields"]} <= types
    if said["status"] == "executing":
        assert said["default"] in said["actions"]
        assert step(house, node, "complete", **values(said))["status"] in {"executing", "completed"}
    assert step(house, node, "cancel") == {"status": "canceled"}
    assert house.steward.done in ([], ["lock"])


def test_there_is_no_other_command(house: House) -> None:
    assert command(house.affairs, f"{NODE}nothing", Asked()) is None


@pytest.mark.parametrize(
    ("deed", "left", "counts"),
    [
        ("show", (2, 0), (0, 0)),
        ("why", (2, 0), (0, 0)),
        ("delete", (1, 0), (0, 0)),
        ("release", (1, 1), (0, 1)),
        ("spam", (2, 0), (1, 0)),
        ("ham", (2, 0), (0, 1)),
    ],
)
def test_junk_is_chosen_and_dealt_with(house: House, deed: str, left: tuple[int, int], counts: tuple[int, int]) -> None:
    house.junk("Guaranteed profit")
    house.junk("Dinner at eight?")
    chosen = options(step(house, "list"))[1:]
    said = step(house, "list", "complete", entries=chosen, deed=[deed], page=["0"])

    assert said["status"] == "completed"
    assert ("form" in said) == (deed in {"show", "why"})
    if deed == "show":
        assert "> Guaranteed profit" in said["form"]["fields"][0]["values"]
    assert left == (len(house.names(Place.JUNK)), len(house.names(Place.RELEASED)))
    assert counts == house.counts()
    if deed in {"delete", "release"}:
        assert "no longer there" in step(house, "list", entries=chosen, deed=[deed])["note"]["text"]


@pytest.mark.parametrize(
    ("deed", "left"), [("release", (0, 1, 0)), ("junk", (1, 0, 0)), ("delete", (0, 0, 0)), ("why", (0, 0, 1))]
)
def test_what_waits_is_chosen_and_dealt_with(house: House, deed: str, left: tuple[int, int, int]) -> None:
    house.waiting("Guaranteed profit")
    step(house, "waiting", entries=options(step(house, "waiting")), deed=[deed])

    assert left == tuple(len(house.names(place)) for place in (Place.JUNK, Place.RELEASED, Place.WAITING))


def test_decisions_are_explained_and_answered(house: House) -> None:
    house.decide("Guaranteed profit", Action.JUNK)
    chosen = options(step(house, "decisions"))

    assert step(house, "decisions", entries=chosen, deed=["why"])["form"]["title"] == "Explanation"
    assert "Thank you" in step(house, "decisions", entries=chosen, deed=["valid"])["note"]["text"]
    assert house.counts() == (1, 0)


def test_a_list_is_turned_over_page_by_page(house: House) -> None:
    for number in range(2 * PAGE + 1):
        house.junk(f"text {number}")
    first = step(house, "list")
    second = step(house, "list", "next", **values(first))
    third = step(house, "list", "next", **values(second))

    assert [said["actions"] for said in (first, second, third)] == [
        ["next", "complete"],
        ["prev", "next", "complete"],
        ["prev", "complete"],
    ]
    assert len({*options(first), *options(second), *options(third)}) == 2 * PAGE + 1
    assert options(second) == options(step(house, "list", "prev", **values(third)))
    assert options(third) == options(step(house, "list", "next", **values(third)))
    assert third["form"]["title"] == "Junk box (3 of 3)"


def test_nothing_chosen_is_nothing_done(house: House) -> None:
    house.junk()
    said = step(house, "list", "complete", **values(step(house, "list")))

    assert said["status"] == "executing"
    assert said["note"] == {"type": "error", "text": "Nothing was chosen."}


@pytest.mark.parametrize(
    "fields",
    [
        {"entries": ["zz"], "deed": ["show"]},
        {"entries": ["00"], "deed": ["explode"]},
        {"entries": ["00"] * (PAGE + 1), "deed": ["delete"]},
        {"entries": ["00"], "deed": ["show"], "page": ["-1"]},
        {"page": ["1234567"]},
        {"page": ["\u0663"]},
    ],
)
def test_what_no_form_of_ours_offers_is_refused(house: House, fields: dict[str, list[str]]) -> None:
    house.junk()
    with pytest.raises(InputError):
        step(house, "list", "complete", **fields)
    assert len(house.names(Place.JUNK)) == 1


def test_rules_are_added_and_removed_in_one_form(house: House) -> None:
    step(house, "exempt", rule=["deny"], kind=["domain"], value=[" Spam.example "])
    assert Exemptions(house.vault).all() == [Exemption("domain", "spam.example", allow=False)]
    old = options(step(house, "exempt"))
    step(house, "exempt", entries=old, deed=["remove"], rule=["allow"], kind=["group"], value=["Family"])
    assert Exemptions(house.vault).all() == [Exemption("group", "Family", allow=True)]
    step(house, "exempt", entries=options(step(house, "exempt")), deed=["remove"], value=[""])
    assert Exemptions(house.vault).all() == []


@pytest.mark.parametrize(("kind", "value"), [("jid", "example.org"), ("domain", "a@b.example"), ("planet", "mars")])
def test_a_rule_for_nobody_comes_back_with_a_note(house: House, kind: str, value: str) -> None:
    said = step(house, "exempt", rule=["allow"], kind=[kind], value=[value])

    assert (said["status"], said["note"]["type"]) == ("executing", "error")
    assert Exemptions(house.vault).all() == []


def test_correspondents_are_chosen_and_forgotten(house: House) -> None:
    Correspondents(house.vault).merge(["a@b.example", "c@d.example"])
    last = options(step(house, "correspondents"))[:1]
    step(house, "correspondents", entries=last, deed=["forget"])

    assert Correspondents(house.vault).all() == ["a@b.example"]


def test_settings_are_shown_as_they_are_and_taken_as_they_are_filled_in(house: House) -> None:
    shown = values(step(house, "settings"))
    step(house, "settings", "complete", **shown)
    assert not house.affairs.effects.changed

    filled = shown | {"mode": ["passive"], "digest": ["true"], "linger_hours": [" 5 "], "opening": ["linger"]}
    step(house, "settings", "complete", **filled)
    assert Choices("linger", 5, "passive", digest=True) == choices_of(house.vault)
    assert filled | {"linger_hours": ["5"], "digest": ["1"]} == values(step(house, "settings"))
    step(house, "settings", "complete", mode=["server"])
    assert Choices("linger", 5, digest=True) == choices_of(house.vault)


@pytest.mark.parametrize("fields", [{"linger_hours": ["337"]}, {"linger_hours": ["many"]}, {"mode": ["loud"]}])
def test_settings_out_of_bounds_come_back_with_a_note(house: House, fields: dict[str, list[str]]) -> None:
    assert step(house, "settings", "complete", **fields)["note"]["type"] == "error"
    assert Choices() == choices_of(house.vault)


def test_erasing_asks_for_the_users_own_address(house: House) -> None:
    asked = step(house, "erase")
    assert asked["form"]["fields"] == [
        {"var": "address", "type": "text-single", "label": "Your address", "values": [], "required": True}
    ]
    assert "Nothing was erased" in step(house, "erase", "complete", address=["romeo@montague.example"])["note"]["text"]
    assert house.steward.done == []
    step(house, "erase", "complete", address=["juliet@capulet.example"])
    assert house.steward.done == ["erase"]


def test_an_export_is_offered_and_then_shown_in_parts(house: House) -> None:
    house.junk("word " * 20_000)
    said = step(house, "export")
    assert house.affairs.effects.export
    text = ""
    while "next" in said["actions"]:
        said = step(house, "export", "next", part=values(said)["part"])
        text += "\n".join(values(said)["text"])
    kinds = [json.loads(line)["kind"] for line in text.splitlines()]

    assert kinds[0] == "about"
    assert "junk" in kinds
    assert values(step(house, "export", "prev", part=["2"]))["part"] == ["1"]
    assert not house.affairs.effects.export


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        (b"", True),
        (b'{"fields":{}}', True),
        (b'{"fields":{}}'.ljust(MAX_FORM), True),
        (b'{"fields":{}}'.ljust(MAX_FORM + 1), False),
        (json.dumps({"fields": {str(n): [] for n in range(MAX_FIELDS)}}).encode(), True),
        (json.dumps({"fields": {str(n): [] for n in range(MAX_FIELDS + 1)}}).encode(), False),
        (json.dumps({"fields": {"a": [""] * MAX_VALUES}}).encode(), True),
        (json.dumps({"fields": {"a": [""] * (MAX_VALUES + 1)}}).encode(), False),
        (json.dumps({"fields": {"a" * MAX_VAR: []}}).encode(), True),
        (json.dumps({"fields": {"a" * (MAX_VAR + 1): []}}).encode(), False),
        (json.dumps({"fields": {"a": ["x" * MAX_VALUE]}}).encode(), True),
        (json.dumps({"fields": {"a": ["x" * (MAX_VALUE + 1)]}}).encode(), False),
        (b'{"fields":{"a":["\\ud800"]}}', False),
        (b'{"fields":{"a":"b"}}', False),
        (b'{"fields":{"a":[1]}}', False),
        (b'{"fields":[]}', False),
        (b"[]", False),
        (b"1", False),
        (b"\xff", False),
        (b"[" * 60_000, False),
    ],
)
def test_a_submitted_form_has_bounds(body: bytes, *, reads: bool) -> None:
    if reads:
        assert isinstance(Asked.parse("execute", body), Asked)
    else:
        with pytest.raises(InputError):
            Asked.parse("execute", body)


def test_there_is_no_other_action() -> None:
    with pytest.raises(InputError):
        Asked.parse("explode")


VARS = "page part entries deed rule kind value mode linger_hours digest a"
VALUES = st.one_of(st.text(max_size=20), st.sampled_from(["0", "1", "00", "show", "release", "remove"]))
FIELDS = st.dictionaries(st.sampled_from(VARS.split()), st.lists(VALUES, max_size=3))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(COMMANDS)), st.sampled_from(["execute", "next", "prev", "complete"]), FIELDS)
def test_whatever_is_filled_in_the_answer_is_a_page_or_our_refusal(
    house: House, node: str, action: str, fields: dict[str, list[str]]
) -> None:
    if not house.names(Place.JUNK):
        house.junk()
    try:
        page = command(house.affairs, node, Asked.parse(action, json.dumps({"fields": fields}).encode()))
    except InputError:
        return
    assert isinstance(page, Page)
    assert len(json.dumps(page.to_json())) < 50_000
