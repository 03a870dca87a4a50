"""The test program: its members see and answer what the filter would have decided, and nobody else sees a word."""

import json
import re
from typing import Any

import pytest

from providence.tests.prosody.verona.box import JunkBox
from providence.tests.prosody.verona.words import HAM, SPAM

MONTAGUE = "montague.example"
NAMED = re.compile(r"`invalid (d\d+)`")


@pytest.fixture
def box(box: JunkBox) -> JunkBox:
    """The box of a user who has taught what spam is and takes part."""
    assert "Welcome to the test program" in box.say("join")
    return box


def counts(providence: Any) -> dict[str, int]:
    """What the operator sees of the program."""
    with providence.client() as pnp:
        answer = pnp.stats().json()
    text = json.dumps(answer)
    for word in ("crypto", "Rosaline", "user", MONTAGUE):
        assert word not in text
    flat = {**answer, **answer.get("counts", {})}
    return {
        name: flat.get(name, 0) for name in ("program-enrolled", "program-left", "program-valid", "program-invalid")
    }


def test_a_decision_comes_by_chat_and_its_answer_teaches(
    juliet: str, box: JunkBox, romeo: Any, capulet: Any, providence: Any
) -> None:
    before, logged = counts(providence), capulet.log_lines("Passive: ")
    romeo.say(juliet, SPAM)
    assert SPAM == box.client.wait(lambda stanza: stanza.get("from") == romeo.jid).findtext("{jabber:client}body")
    told = box.hear()
    name = NAMED.search(told)
    assert name is not None
    assert romeo.bare in told
    assert providence.has(juliet, junk=0, spam=10, ham=10)

    assert "spam" in box.say(f"why {name[1]}")
    assert "wrong" in box.say(f"invalid {name[1]}")
    assert providence.has(juliet, junk=0, spam=10, ham=11)
    assert "right" in box.say(f"valid {name[1]}")
    assert providence.has(juliet, junk=0, spam=11, ham=10)
    assert f"[{name[1]}]" in box.say("log")

    after = counts(providence)
    assert before["program-invalid"] + 1 == after["program-invalid"]
    assert logged == capulet.log_lines("Passive: ")
    assert [] == capulet.log_lines("crypto")


def test_what_is_no_spam_is_not_mentioned(juliet: str, box: JunkBox, romeo: Any) -> None:
    romeo.say(juliet, HAM)
    box.client.wait(lambda stanza: stanza.get("from") == romeo.jid)
    assert "decided" in box.say("log")
    assert [] == box.client.flush()


def test_who_leaves_is_filtered_as_before(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    before = counts(providence)
    assert "You left the test program" in box.say("leave")
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)
    assert [] == box.client.flush()
    assert before["program-left"] + 1 == counts(providence)["program-left"]
