"""The waiting room, through the socket: who waits, what lets them in, and what turns them away (XEP-0159 §3.3)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from providence.junk import MAX_FROM_SENDER, MAX_FROM_SERVER, WAITING_SECONDS, Box, Item, Place
from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.pnp import Client
from providence.vault import Store, Vault

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

JULIET = "juliet@capulet.example"
STRANGER = "stranger@else.example"
DOUBTFUL = "Are you the one who sells the bicycle?"
# Whatever an untaught vault and the seed make of a message is doubtful.
CAUTIOUS = "[verdicts]\nclear = 0.0001\nflag = 0.0001\njunk = 0.97\n"

Message = Callable[..., bytes]


@pytest.fixture
def client(daemon: "Daemon") -> Iterator[Client]:
    """A client of a daemon that doubts everything, whose one user wants to see nothing doubtful."""
    daemon.stop()
    daemon.configure(CAUTIOUS)
    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client)
        client.settings(JULIET, {"doubtful": "delay"})
        yield client


def check(client: Client, stanza: bytes, **facts: str) -> str:
    return client.check(JULIET, stanza, facts).headers["verdict"]


def places(client: Client) -> list[int]:
    """Return how many stanzas lie in the junk box, wait, and are released."""
    status = client.status(JULIET).json()
    return [status["junk"], status["waiting"], status["released"]]


@contextmanager
def opened(daemon: "Daemon") -> Iterator[tuple[Store, Vault]]:
    """Lend the store of a daemon that does not run, and Juliet's vault in it."""
    secret = bytearray(sha256(f"{JULIET} ".encode()).digest())
    keyring = Keyring(HostKeys.load(daemon.host_key), KeyringSettings(kdf="hkdf"))
    with Store.open(daemon.data, keyring) as store:
        unlock = Unlock(SlotKind.SCRAM, Secret.take(secret), "sha-256", sha256(b"").digest()[:16], 4096)
        attempt = store.prepare(keyring.uid(JULIET), [unlock], enrol=False)
        attempt.derive()
        yield store, store.finish(attempt)


def old_item(stanza: bytes) -> Item:
    return Item(f"{STRANGER}/x", int(time.time()) - WAITING_SECONDS, 0.3, (), stanza)


def test_what_is_doubtful_is_delivered_with_a_flag_unless_its_user_chose_otherwise(
    client: Client, message: Message
) -> None:
    delayed = client.check(JULIET, message(DOUBTFUL))
    assert ("delay", None) == (delayed.headers["verdict"], delayed.headers.get("flag"))
    assert bytes.fromhex(delayed.headers["item"])
    assert [0, 1, 0] == places(client)

    client.settings(JULIET, {"doubtful": "flag"})
    flagged = client.check(JULIET, message(DOUBTFUL))
    assert ("deliver", "yes") == (flagged.headers["verdict"], flagged.headers["flag"])


def test_a_word_of_the_user_lets_in_what_waits_of_its_receiver(client: Client, message: Message) -> None:
    stanzas = [message(f"{DOUBTFUL} {word}", f"{STRANGER}/{word}") for word in ("yes", "no")]
    assert ["delay", "delay", "delay"] == [check(client, stanza) for stanza in [*stanzas, message("hi", "a@b.example")]]

    assert "2" == client.sent(JULIET, message("It is sold", JULIET, STRANGER)).headers["released"]
    items = client.waiting(JULIET, "list").json()["items"]
    assert stanzas == [bytes(client.waiting(JULIET, "take", item["item"]).body) for item in items]
    assert [0, 1, 2] == places(client)
    assert "released" not in client.sent(JULIET, message("Hello?", JULIET, STRANGER)).headers


def test_the_roster_lets_in_and_a_block_turns_away(client: Client, message: Message) -> None:
    for sender in (STRANGER, "pest@else.example", "other@else.example"):
        check(client, message(DOUBTFUL, sender))

    assert "1" == client.contact(JULIET, STRANGER, "added").headers["released"]
    assert "released" not in client.contact(JULIET, "pest@else.example", "blocked").headers
    assert [1, 1, 1] == places(client)


def test_the_servers_list_lets_in_and_turns_away_with_the_next_stanza(client: Client, message: Message) -> None:
    for sender in (STRANGER, "pest@else.example"):
        check(client, message(DOUBTFUL, sender))
    answer = client.check(JULIET, message("It is me again"), {"Listed": "allow"})
    assert ("deliver", "1") == (answer.headers["verdict"], answer.headers["released"])

    assert "junk" == check(client, message("And me", "pest@else.example"), Listed="deny")
    assert [2, 0, 1] == places(client)


def test_an_exemption_lets_in_what_waits(client: Client, message: Message) -> None:
    check(client, message(DOUBTFUL))

    assert "1" == client.say(JULIET, f"allow {STRANGER}").headers["released"]
    assert "deliver" == check(client, message(DOUBTFUL))
    assert [0, 0, 1] == places(client)


def test_a_released_junk_item_lets_in_the_rest_of_its_sender(client: Client, message: Message) -> None:
    junk = client.check(JULIET, message(DOUBTFUL), {"Listed": "deny"}).headers["item"]
    check(client, message(DOUBTFUL))

    assert "2" == client.junk(JULIET, "release", junk).headers["released"]


def test_a_report_turns_away_what_waits_of_its_sender(client: Client, message: Message) -> None:
    check(client, message(DOUBTFUL))
    client.report(JULIET, STRANGER)

    assert [1, 0, 0] == places(client)


@pytest.mark.parametrize("locked", [False, True])
def test_one_too_many_of_a_sender_is_junk_and_its_sender_cannot_tell(
    client: Client, daemon: "Daemon", message: Message, *, locked: bool
) -> None:
    if locked:
        client.lock(JULIET)
    verdicts = [check(client, message(DOUBTFUL)) for _ in range(MAX_FROM_SENDER + 1)]
    assert ["delay"] * MAX_FROM_SENDER + ["junk"] == verdicts
    assert "delay" == check(client, message(DOUBTFUL, "other@else.example"))

    daemon.log_in(client)
    assert [1, MAX_FROM_SENDER + 1, 0] == places(client)
    assert ["CROWD"] == [name for name, _ in client.junk(JULIET, "list").json()["items"][0]["reasons"]][-1:]


@pytest.mark.parametrize("locked", [False, True])
def test_one_too_many_of_a_server_is_junk(client: Client, message: Message, *, locked: bool) -> None:
    if locked:
        client.lock(JULIET)
    verdicts = [check(client, message(DOUBTFUL, f"{n}@else.example")) for n in range(MAX_FROM_SERVER + 1)]

    assert ["delay"] * MAX_FROM_SERVER + ["junk"] == verdicts
    assert "delay" == check(client, message(DOUBTFUL, "a@b.example"))


def test_whoever_waits_in_vain_for_a_locked_user_is_counted_anew_after_the_next_login(
    client: Client, daemon: "Daemon", message: Message
) -> None:
    for _ in range(2):
        client.settings(JULIET, {"doubtful": "flag"})
        client.lock(JULIET)
        verdicts = [check(client, message(DOUBTFUL)) for _ in range(MAX_FROM_SENDER + 1)]
        assert "junk" == verdicts.pop()
        daemon.log_in(client)

    assert [2, 0, 2 * MAX_FROM_SENDER] == places(client)


def test_a_correspondent_is_let_in_however_many_waited(client: Client, daemon: "Daemon", message: Message) -> None:
    client.sent(JULIET, message("Write to me", JULIET, STRANGER))
    client.lock(JULIET)
    for _ in range(MAX_FROM_SENDER + 1):
        check(client, message(DOUBTFUL))

    assert str(MAX_FROM_SENDER + 1) == daemon.log_in(client).headers["released"]


@pytest.mark.parametrize("change", ["added", "blocked"])
def test_what_the_user_does_while_locked_decides_at_the_next_login(
    client: Client, daemon: "Daemon", message: Message, change: str
) -> None:
    check(client, message(DOUBTFUL))
    client.lock(JULIET)
    assert 202 == client.contact(JULIET, STRANGER, change).code

    assert ("1" if change == "added" else "0") == daemon.log_in(client).headers["released"]
    assert ([0, 0, 1] if change == "added" else [1, 0, 0]) == places(client)


def test_a_word_of_a_locked_user_lets_in_at_the_next_login(client: Client, daemon: "Daemon", message: Message) -> None:
    check(client, message(DOUBTFUL))
    client.lock(JULIET)
    client.sent(JULIET, message("It is sold", JULIET, STRANGER))

    assert "1" == daemon.log_in(client).headers["released"]


def test_what_nobody_decided_about_in_time_is_junk_at_the_next_login(
    client: Client, daemon: "Daemon", message: Message
) -> None:
    client.close()
    daemon.stop()
    with opened(daemon) as (_, vault):
        Box(vault, Place.WAITING).put(old_item(message(DOUBTFUL)))
    daemon.start()
    with daemon.client() as again:
        daemon.log_in(again)

        assert [1, 0, 0] == places(again)


@pytest.mark.parametrize(("doubtful", "where"), [("flag", [0, 0, 1]), ("delay", [1, 0, 0])])
def test_time_over_a_locked_vault_counts_for_what_is_doubtful_alone(
    client: Client, daemon: "Daemon", message: Message, doubtful: str, where: list[int]
) -> None:
    client.settings(JULIET, {"doubtful": doubtful})
    client.close()
    daemon.stop()
    with opened(daemon) as (store, vault):
        uid = vault.keys.uid
        vault.lock()
        assert store.deposit(uid, Place.WAITING, old_item(message(DOUBTFUL)).to_bytes())
    daemon.start()
    with daemon.client() as again:
        daemon.log_in(again)

        assert where == places(again)


def test_what_waits_survives_a_restart(client: Client, daemon: "Daemon", message: Message) -> None:
    check(client, message(DOUBTFUL))
    client.close()
    daemon.stop()
    daemon.start()
    with daemon.client() as again:
        daemon.log_in(again)
        again.sent(JULIET, message("It is sold", JULIET, STRANGER))

        assert [0, 0, 1] == places(again)


def test_what_is_damaged_among_what_waited_keeps_nothing_else_back(
    client: Client, daemon: "Daemon", message: Message
) -> None:
    client.settings(JULIET, {"doubtful": "flag"})
    client.close()
    daemon.stop()
    with opened(daemon) as (store, vault):
        uid = vault.keys.uid
        vault.lock()
        store.deposit(uid, Place.WAITING, b"no item")
        store.deposit(uid, Place.WAITING, old_item(b"no stanza").to_bytes())
        store.deposit(uid, Place.WAITING, old_item(message(DOUBTFUL)).to_bytes())
    daemon.start()
    with daemon.client() as again:
        assert "2" == daemon.log_in(again).headers["released"]


def test_a_participant_of_a_room_who_is_answered_comes_in_and_the_others_wait(client: Client) -> None:
    room = "garden@rooms.example"
    for nick, body in (("Nurse", DOUBTFUL), ("Tybalt", f"{DOUBTFUL} Say it")):
        stanza = f"<message from='{room}/{nick}' type='chat'><body>{body}</body></message>".encode()
        assert "delay" == check(client, stanza, From=f"{room}/{nick}", Occupant=nick)
    client.sent(JULIET, f"<message to='{room}/Nurse'><body>Speak</body></message>".encode(), occupant="Nurse")

    assert [0, 1, 1] == places(client)
    (item,) = client.waiting(JULIET, "list").json()["items"]
    assert f"{room}/Nurse" == item["from"]
    # Under another nickname it is the same person, and another person under the same nickname is not.
    stanza = f"<message from='{room}/N' type='chat'><body>{DOUBTFUL} Now</body></message>".encode()
    assert "deliver" == check(client, stanza, From=f"{room}/N", Occupant="Nurse")
    stanza = f"<message from='{room}/Nurse' type='chat'><body>{DOUBTFUL} Then</body></message>".encode()
    assert "delay" == check(client, stanza, From=f"{room}/Nurse", Occupant="Mercutio")


def test_what_a_locked_user_is_told_by_a_participant_stays_the_participants(daemon: "Daemon", client: Client) -> None:
    room = "garden@rooms.example"
    client.lock(JULIET)
    for nick in ("Nurse", "Tybalt"):
        stanza = f"<message from='{room}/{nick}' type='chat'><body>{DOUBTFUL} {nick}</body></message>".encode()
        assert "delay" == check(client, stanza, From=f"{room}/{nick}", Occupant=nick)
    client.sent(JULIET, f"<message to='{room}/Nurse'><body>Speak</body></message>".encode(), occupant="Nurse")
    daemon.log_in(client)

    assert [0, 1, 1] == places(client)
    (item,) = client.waiting(JULIET, "list").json()["items"]
    assert f"{room}/Nurse" == item["from"]
