"""The named calls: each verb has one, and what it writes is a request the daemon takes."""

from collections.abc import Mapping

import pytest

from providence.errors import FrameError
from providence.pnp import (
    VERBS,
    FrameReader,
    Reply,
    SlotKind,
    SlotName,
    Status,
    check_request,
    encode_request,
    status_of,
)
from providence.pnp.calls import Calls
from providence.pnp.statuses import phrase_of

USER = "juliet@capulet.example"
TICKET = [SlotName(SlotKind.TICKET)]
Data = bytes | bytearray | memoryview


class Recorder(Calls[str]):
    """Writes each request, reads it as a daemon would, and returns its verb."""

    def request(self, verb: str, headers: Mapping[str, str] = {}, body: Data = b"", *, wiping: bool = False) -> str:
        self.wiping = wiping
        reader = FrameReader()
        data = encode_request(verb, headers, body)
        reader.get_buffer()[: len(data)] = data
        reader.advance(len(data))
        frame = reader.read()
        assert frame
        check_request(frame)
        self.headers = frame.headers
        self.body = bytes(frame.body)
        return frame.verb


def test_every_verb_has_a_call_that_writes_it_well() -> None:
    call = Recorder()
    asked = [
        call.ping(),
        call.unlock(USER, "s", TICKET, [bytearray(32)], ticket=True),
        call.rewrap(USER, TICKET, [bytearray(32)]),
        call.restore(USER, TICKET, [bytearray(32)]),
        call.recovery(USER),
        call.end(USER, "s"),
        call.lock(USER),
        call.check(USER, b"<a/>", {"Peer-IP": "::1"}, mode="explain"),
        call.tell(USER, b"<a/>", spam=True, undo=True),
        call.sent(USER, b"<a/>"),
        call.report(USER, "romeo@montague.example", abuse=True, item="6a", stanza_id="a b"),
        call.contact(USER, "romeo@montague.example", "added"),
        call.learnt("romeo@montague.example", {"Client": "yes"}),
        call.listing(0, "add", ["spam.example", "more.example"]),
        call.junk(USER, "show", "6a"),
        call.waiting(USER, "list"),
        call.say(USER, "list"),
        call.command(USER, "urn:providence:0:junk#list", fields={"item": ["6a"]}),
        call.news(USER),
        call.export(USER, part=1),
        call.settings(USER, {"opening": "session", "linger_hours": 0}),
        call.status(USER),
        call.forget(USER),
        call.stats(),
        call.publish(),
        call.unlist("spammer@bad.example"),
        call.verify(),
        call.compact(),
    ]

    assert list(VERBS) == asked


def test_secrets_are_laid_side_by_side_and_wiped() -> None:
    call = Recorder()
    secrets = [bytearray(b"t" * 32), bytearray(b"r" * 20)]
    call.unlock(USER, "s", [*TICKET, SlotName(SlotKind.RECOVERY)], secrets)

    assert call.body == b"t" * 32 + b"r" * 20
    assert call.wiping
    assert secrets == [bytes(32), bytes(20)]


def test_an_answer_gives_its_json_or_an_error_of_ours() -> None:
    assert Reply(200, {}, bytearray(b'{"open":1}')).json() == {"open": 1}
    assert Reply(200, {}, bytearray()).json() is None
    assert repr(Reply(200, {"item": "6a"}, bytearray(b"Romeo"))) == "<Reply 200 5 bytes>"
    for body in (b"Romeo", b"\xff"):
        with pytest.raises(FrameError) as caught:
            Reply(200, {}, bytearray(body)).json()
        assert "Romeo" not in repr(caught.value)


def test_an_error_that_nobody_foresaw_is_internal() -> None:
    assert status_of(FrameError()) == Status.BAD_REQUEST
    assert status_of(ValueError("Romeo")) == Status.INTERNAL
    assert phrase_of(299) == "Unknown status"
