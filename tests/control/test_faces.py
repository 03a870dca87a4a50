"""The whole daemon, as a server's module speaks to it for its users."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from providence.control import COMMANDS, LOCKED, MAX_SAID
from providence.errors import RemoteError
from providence.pnp import Client, Reply, SlotKind, SlotName

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

JULIET = "juliet@capulet.example"
SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hi, it is Rosaline from the choir, do you still have the tenor part?"
NODE = "urn:providence:0:junk#"

Message = Callable[..., bytes]


def say(client: Client, text: str, user: str = JULIET) -> str:
    (reply,) = client.say(user, text).json()["replies"]
    assert isinstance(reply, str)
    return reply


def ask(client: Client, node: str, action: str = "execute", **fields: list[str]) -> Reply:
    body = json.dumps({"fields": fields}).encode() if fields else b""
    return client.request("COMMAND", {"User": JULIET, "Node": NODE + node, "Action": action}, body)


def teach(client: Client, message: Message) -> None:
    for number in range(10):
        client.tell(JULIET, message(f"{SPAM} {'!' * number}"), spam=True)
        client.tell(JULIET, message(f"{HAM} {'?' * number}"), spam=False)


def refused(call: Callable[[], object]) -> int:
    with pytest.raises(RemoteError) as caught:
        call()
    return caught.value.code


def test_locked_and_unknown_users_are_told_one_and_the_same(daemon: "Daemon") -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        client.lock(JULIET)
        for user in (JULIET, "nobody@capulet.example"):
            assert say(client, "list", user) == LOCKED
            form = client.request("COMMAND", {"User": user, "Node": f"{NODE}list", "Action": "execute"})
            assert form.json() == {"status": "completed", "note": {"type": "info", "text": LOCKED}}
            assert client.news(user).json() == {"replies": []}
            assert refused(lambda user=user: client.export(user)) == 403  # type: ignore[misc]
            assert refused(lambda user=user: client.settings(user)) == 403  # type: ignore[misc]


def test_a_server_learns_the_commands_by_asking_what_there_is(daemon: "Daemon") -> None:
    with daemon.client() as client:
        commands = client.ping().json()["commands"]

    assert {command["node"]: command["name"] for command in commands} == {
        node: command.name for node, command in COMMANDS.items()
    }


def test_junk_is_seen_released_and_handed_over_after_a_restart(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.check(JULIET, message(SPAM))
        assert "1. message from stranger@else.example" in say(client, "list")
        assert f"> {SPAM}" in say(client, "show 1")
        released = client.say(JULIET, "ok 1")
        assert released.headers["released"] == "1"
    daemon.stop()
    daemon.start()
    with daemon.client() as client:
        assert daemon.log_in(client).headers["released"] == "1"
        assert say(client, "list") == "Your junk box is empty."
        assert "1. stranger@else.example" in say(client, "contacts")
        assert say(client, "forget 2").startswith("There is no 2")


def test_numbers_are_forgotten_when_the_vault_locks(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        client.check(JULIET, message(SPAM))
        say(client, "list")
        assert "next login" in say(client, "lock")
        assert say(client, "show 1") == LOCKED
        daemon.log_in(client)
        assert say(client, "show 1").startswith("Please write `list`")


def test_settings_are_one_whoever_changes_them(daemon: "Daemon") -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        said = client.say(JULIET, "settings mode passive")
        assert said.headers["preferences"] == "mode=passive, forward=no, program=no"
        assert client.settings(JULIET).json()["mode"] == "passive"
        form = ask(client, "settings", "complete", program=["1"])
        assert form.headers["preferences"] == "mode=passive, forward=no, program=yes"
        changed = client.settings(JULIET, {"mode": "mark", "opening": "resident"})
        assert changed.headers["preferences"] == "mode=mark, forward=no, program=yes"
        assert refused(lambda: client.settings(JULIET, {"mode": "loud"})) == 400
        client.lock(JULIET)
        # The host key alone opens it now.
        assert "`opening` resident" in say(client, "settings")
        say(client, "settings opening session")
        client.lock(JULIET)
        assert say(client, "settings") == LOCKED
        assert daemon.log_in(client).headers["preferences"] == "mode=mark, forward=no, program=yes"


def test_a_member_of_the_test_program_answers_and_the_operator_sees_counts(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        say(client, "join")
        checked = client.request("CHECK", {"User": JULIET, "Mode": "passive"}, message(SPAM))
        asked = checked.json()["notice"]
        assert "`valid d0`" in asked
        say(client, "valid d0")
        say(client, "invalid d0")
        counts = client.stats().json()["counts"]

    seen = {name: count for name, count in counts.items() if name.startswith("program")}
    assert seen == {"program-enrolled": 1, "program-valid": 1, "program-changed": 1}


def test_a_recovery_code_is_shown_and_brings_a_vault_back(daemon: "Daemon", message: Message) -> None:
    """
    The password is reset behind the daemon's back: a fresh vault is there, the old one comes back by the code.
    """
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        code = say(client, "recovery").split("\n")[1]
        assert len(base64.b32decode(code.replace("-", ""))) == 20
        client.lock(JULIET)
        secret = bytearray(sha256(b"new").digest())
        slot = SlotName(SlotKind.SCRAM, "sha-256", b"another salt", 4096)
        client.unlock(JULIET, "session", [slot], [secret], enrol=True)
        assert client.status(JULIET).json()["spam"] == 0

        wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
        for attempt in ("restore ABCD", f"restore {wrong}"):
            assert say(client, attempt).startswith("This code opens nothing")
        assert client.status(JULIET).json()["spam"] == 0
        back = client.say(JULIET, f"Restore {code.lower().replace('-', ' ')}")
        assert back.json()["replies"][0].startswith("Your old vault is back")
        assert "preferences" in back.headers
        assert client.status(JULIET).json()["spam"] == 10


def test_a_form_shows_a_recovery_code_too(daemon: "Daemon") -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        asked = ask(client, "recovery").json()
        shown = ask(client, "recovery", "complete", sure=["yes"]).json()["form"]["fields"][0]["values"]

    assert asked["form"]["fields"] == [{"var": "sure", "type": "hidden", "label": "", "values": ["yes"]}]
    assert len(base64.b32decode(shown[1].replace("-", ""))) == 20


def test_an_export_comes_part_by_part(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        for number in range(30):
            client.check(JULIET, message(f"{SPAM} {'profit ' * 1000}", f"{number}@else.example"))
        assert client.say(JULIET, "export").headers["export"] == "yes"
        parts = [client.export(JULIET)]
        while parts[-1].headers.get("more") == "yes":
            parts.append(client.export(JULIET, len(parts)))
        assert refused(lambda: client.export(JULIET, len(parts))) == 404
        lines = [json.loads(line) for line in b"".join(bytes(part.body) for part in parts).splitlines()]

    assert len(parts) > 2
    assert sum(line["kind"] == "junk" for line in lines) == 30
    assert lines[0]["user"] == JULIET


def test_everything_is_erased_once_the_address_is_written_out(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client)
        teach(client, message)
        assert "erased" not in client.say(JULIET, "erase").headers
        assert client.say(JULIET, f"erase {JULIET}").headers["erased"] == "yes"
        assert say(client, "list") == LOCKED
        daemon.log_in(client)
        assert client.status(JULIET).json()["spam"] == 0


def test_what_breaks_the_bounds_is_a_bad_request(daemon: "Daemon") -> None:
    with daemon.client() as client:
        daemon.log_in(client)

        def send(body: bytes) -> Reply:
            return client.request("SAY", {"User": JULIET}, body)

        assert send(b"x" * MAX_SAID).code == 200
        assert refused(lambda: send(b"x" * (MAX_SAID + 1))) == 400
        assert refused(lambda: send(b"\xff")) == 400
        assert refused(lambda: send(b"")) == 400
        assert refused(lambda: ask(client, "nothing")) == 404
        assert refused(lambda: ask(client, "list", "explode")) == 400
        assert refused(lambda: ask(client, "list", page=["x"])) == 400


def test_no_word_of_a_conversation_reaches_log_or_counters(daemon: "Daemon", message: Message) -> None:
    """
    At the loudest level, with mistakes on the way.
    """
    word = "qzvkxjwhjfpw"
    daemon.stop()
    daemon.configure('[log]\nlevel = "debug"\n')
    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client)
        client.check(JULIET, message(f"{word} {SPAM}", f"{word}@{word}.example"))
        for text in (f"allow {word}@{word}.example", "log", "why 1", f"exempt deny group {word}", word):
            say(client, text)
        code = say(client, "recovery").split("\n")[1]
        refused(lambda: ask(client, word))
        refused(lambda: client.request("COMMAND", {"User": JULIET, "Node": "x", "Action": "next"}, word.encode()))
        say(client, f"restore {word}")
        say(client, f"restore {code}")
        counters = json.dumps(client.stats().json())
    daemon.stop()
    log = daemon.log.read_text()

    for secret in (word, code, code.replace("-", ""), JULIET):
        assert secret not in counters
        assert secret not in log
