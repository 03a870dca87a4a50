"""What the module finds out of a sender when the daemon asks for it, and tells."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from providence.tests.prosody.verona.plays import needs_lua, play

CELL, CAPULET, MONTAGUE, DIALBACK = "cell.example", "capulet.example", "montague.example", "dialback.example"
ASK_SECONDS = 10
WORDS = "Do you still have the tenor part?"
INFO = "http://jabber.org/protocol/disco#info"
# The example of XEP-0115, and its hash.
FEATURES = "".join(
    f"<feature var='http://jabber.org/protocol/{name}'/>" for name in ("caps", "disco#info", "disco#items", "muc")
)
QUERY = f"<query xmlns='{INFO}'><identity category='client' type='pc' name='Exodus 0.9.1'/>{FEATURES}</query>"
HASH = "QgayPKawpkPSDYmwT/WM94uAlu0="
ERROR = "urn:ietf:params:xml:ns:xmpp-stanzas"
EXPECTED = """
# client
answers: 1 asked; LEARNT From a1@open.example/x Client yes
as announced: 1 asked; LEARNT From a2@open.example/x Client yes
other than announced: 1 asked; LEARNT From a3@open.example/x Client no
announced otherwise: 1 asked; LEARNT From a4@open.example/x Client yes
answers something else: 1 asked;
feature-not-implemented: 1 asked; LEARNT From a6@open.example/x Client no
service-unavailable: 1 asked;
remote-server-not-found: 1 asked;
remote-server-timeout: 1 asked;
an error that is resolved: 1 asked;
silent: 1 asked; LEARNT From a11@open.example/x Client no
silent on a stream both ways: 1 asked; LEARNT From a12@both.example/x Client no
silent here: 1 asked; LEARNT From a13@rooms.example/x Client no
silent while the stream is opened: 1 asked;
silent without a stream: 1 asked;
no resource: 0 asked;
other than announced before: 1 asked; LEARNT From late@open.example/x Client no
announced by another client: 1 asked; LEARNT From late@open.example/y Client yes
announced here by another client: 1 asked; LEARNT From here@capulet.example/x Client yes
# picture
photo: 1 asked; LEARNT From b16@open.example/x Picture yes
empty photo: 1 asked; LEARNT From b17@open.example/x Picture no
no photo: 1 asked; LEARNT From b18@open.example/x Picture no
no card in the answer: 1 asked; LEARNT From b19@open.example/x Picture no
item-not-found: 1 asked;
silent: 1 asked;
hint: 0 asked; LEARNT From b22@open.example/x Picture yes
hint of none: 0 asked; LEARNT From b23@open.example/x Picture no
hint of nothing yet: 1 asked; LEARNT From b24@open.example/x Picture no
a server: 0 asked;
# domain
answers: 1 asked; LEARNT From d26.example Capabilities some
abuse: 1 asked; LEARNT From d27.example Capabilities abuse
empty abuse: 1 asked; LEARNT From d28.example Capabilities some
other addresses: 1 asked; LEARNT From d29.example Capabilities some
another form: 1 asked; LEARNT From d30.example Capabilities some
feature-not-implemented: 1 asked; LEARNT From d31.example Capabilities none
service-unavailable: 1 asked; LEARNT From d32.example Capabilities none
remote-server-not-found: 1 asked;
silent: 1 asked;
# bounds
each once: 3 asked;
unclear a moment ago: 0 asked;
and an hour later: 2 asked;
words that nobody knows: 1 asked; LEARNT From f.example Capabilities some
many: 64 asked;
after them: 1 asked;
nobody wants to hear it: 0 asked;
nothing is asked: 0 asked;
"""

Account = Callable[..., str]


def asked(client: Any) -> Any:
    """Wait for the question to a client: it comes from the host, and so tells nothing of who was written to."""
    question = client.wait(lambda stanza: stanza.tag.endswith("}iq") and stanza.get("type") == "get")
    assert CELL == question.get("from")
    return question


def questions(client: Any) -> list[Any]:
    """Return what a client was asked besides, by now."""
    return [stanza for stanza in client.arrived() if stanza.tag.endswith("}iq") and stanza.get("type") == "get"]


def answer(client: Any, kind: str, xml: str) -> None:
    question = asked(client)
    client.send(f"<iq type='{kind}' to='{CELL}' id='{question.get('id')}'>{xml}</iq>")


@dataclass
class Scene:
    """Romeo writes to Juliet, whose daemon only listens, and wants to know something of him with each verdict."""

    juliet: Any
    romeo: Any
    friar: Any

    def ask(self, words: str) -> None:
        """Say what the daemon wants to know."""
        self.friar.answers["CHECK"] = 200, {"Verdict": "deliver", "Score": "0.1", "Ask": words}, b"{}"

    def write(self) -> None:
        """Let a word reach Juliet; nobody waits for what is found out."""
        self.romeo.say(self.juliet.jid, WORDS)
        assert WORDS == self.juliet.body()

    def learnt(self, sender: str = "", patience: float = ASK_SECONDS) -> Any:
        """Wait for what was found out, and return it."""
        [(headers, body)] = self.friar.told("LEARNT", patience=patience, **{"from": sender or self.romeo.jid})
        assert (b"", False) == (body, "user" in headers)
        return {name: value for name, value in headers.items() if name not in {"id", "from"}}


@pytest.fixture
def scene(capulet: Any, montague: Any, friar: Any, account: Account) -> Iterator[Scene]:
    """Juliet and Romeo, logged in."""
    with capulet.client(account(capulet, CELL)) as juliet, montague.client(account(montague, MONTAGUE)) as romeo:
        yield Scene(juliet, romeo, friar)


@needs_lua
def test_each_answer_error_and_silence_tells_what_it_tells_and_no_more() -> None:
    assert EXPECTED.split("\n")[1:-1] == [line.rstrip() for line in play("crawler", "crawler")]


@pytest.mark.parametrize(
    ("announced", "kind", "xml", "expected"),
    [
        ("", "result", QUERY, "yes"),
        (HASH, "result", QUERY, "yes"),
        (HASH, "result", QUERY.replace("Exodus", "Genesis"), "no"),
        ("", "error", f"<error type='cancel'><feature-not-implemented xmlns='{ERROR}'/></error>", "no"),
    ],
)
def test_a_client_is_asked_and_its_answer_told(
    announced: str, kind: str, xml: str, expected: str, scene: Scene
) -> None:
    scene.ask("client")
    if announced:
        caps = f"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:example' ver='{announced}'/>"
        scene.romeo.send(f"<presence to='{scene.juliet.jid}'>{caps}</presence>")
    scene.write()
    answer(scene.romeo, kind, xml)

    assert {"client": expected} == scene.learnt()


def test_a_client_that_is_silent_answers_not_and_meanwhile_is_asked_once(scene: Scene) -> None:
    scene.ask("client")
    for _ in range(3):
        scene.write()
    asked(scene.romeo)

    assert {"client": "no"} == scene.learnt(patience=2 * ASK_SECONDS)
    assert not questions(scene.romeo)


def test_of_a_client_that_does_not_talk_to_strangers_nothing_is_told_and_it_is_left_in_peace(scene: Scene) -> None:
    scene.ask("client")
    scene.write()
    answer(scene.romeo, "error", f"<error type='cancel'><service-unavailable xmlns='{ERROR}'/></error>")
    scene.romeo.reach(CELL)
    scene.write()
    scene.romeo.reach(CELL)

    assert not questions(scene.romeo)
    assert not scene.friar.was_told("LEARNT", **{"from": scene.romeo.jid})


@pytest.mark.parametrize(
    ("photo", "expected"), [("<PHOTO><TYPE>image/png</TYPE><BINVAL>AAAA</BINVAL></PHOTO>", "yes"), ("", "no")]
)
def test_whether_a_sender_has_a_picture_is_read_in_the_vcard(photo: str, expected: str, scene: Scene) -> None:
    scene.romeo.ask("set", f"<vCard xmlns='vcard-temp'><FN>Romeo</FN>{photo}</vCard>")
    scene.ask("picture")
    scene.write()

    assert {"picture": expected} == scene.learnt()


@pytest.mark.parametrize(("photo", "expected"), [("<photo>01b87fcd</photo>", "yes"), ("<photo/>", "no")])
def test_or_in_what_presence_said(photo: str, expected: str, scene: Scene) -> None:
    scene.ask("picture")
    scene.romeo.send(f"<presence to='{scene.juliet.jid}'><x xmlns='vcard-temp:x:update'>{photo}</x></presence>")
    scene.write()

    assert {"picture": expected} == scene.learnt()


def test_what_a_server_says_of_itself_is_told(capulet: Any, account: Account, scene: Scene) -> None:
    scene.ask("domain")
    scene.write()
    assert {"capabilities": "abuse"} == scene.learnt(MONTAGUE)
    with capulet.client(account(capulet, CAPULET)) as tybalt:
        tybalt.say(scene.juliet.jid, WORDS)

        assert {"capabilities": "some"} == scene.learnt(CAPULET)


@pytest.mark.parametrize("verdict", ["junk", "delay", "deliver"])
def test_strangers_are_asked_whatever_the_verdict_and_whoever_they_wrote_to(verdict: str, scene: Scene) -> None:
    scene.friar.answers["CHECK"] = 200, {"Verdict": verdict, "Score": "0.5", "Ask": "client"}, b"{}"
    scene.romeo.say(f"nobody@{CELL}", WORDS)
    answer(scene.romeo, "result", QUERY)

    assert {"client": "yes"} == scene.learnt()


def test_nobody_is_asked_where_the_daemon_does_not_want_to_hear_it(scene: Scene) -> None:
    scene.friar.answers["PING"] = 200, {}, json.dumps({"features": []}).encode()
    scene.friar.hang_up()
    scene.ask("client, picture, domain")
    scene.write()
    scene.romeo.reach(CELL)
    del scene.friar.answers["PING"]
    scene.friar.hang_up()

    assert not questions(scene.romeo)
    assert not scene.friar.was_told("LEARNT", **{"from": scene.romeo.jid})
