"""What the router knows of senders, through a real daemon: asked at each CHECK, taught by each decision."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from providence.daemon.memories import FOLDER
from providence.daemon.pseudonym_key import pseudonym_key
from providence.daemon.worker.checking import SURE
from providence.errors import RemoteError
from providence.karma import Karma, KarmaSettings
from providence.pnp import Client

if TYPE_CHECKING:
    from providence.tests.conftest import Daemon

USERS = [f"user{number}@capulet.example" for number in range(6)]
SPAMMER = "spammer@bad.example/x"
# Whoever has been here for so long is trusted in full.
DAYS = 60 * 86_400.0
Message = Callable[..., bytes]


def check(client: Client, user: str, stanza: bytes, **headers: str) -> tuple[str, dict[str, float], dict[str, str]]:
    """Return verdict, reasons and headers of a CHECK."""
    told = {name.replace("_", "-").title(): value for name, value in headers.items()}
    answer = client.request("CHECK", {"User": user, **told}, stanza)
    return answer.headers["verdict"], dict(json.loads(bytes(answer.body))["reasons"]), dict(answer.headers)


def test_a_report_is_heard_and_speaks_against_the_sender_for_everybody(daemon: "Daemon", message: Message) -> None:
    stanza = message("buy cheap watches now", SPAMMER)
    with daemon.client() as client:
        for user in USERS:
            daemon.log_in(client, user)
            check(client, user, stanza, **{"from": SPAMMER})
        for user in USERS[:-1]:
            client.request("REPORT", {"User": user, "From": "spammer@bad.example", "Reason": "spam"}, stanza)
        _, reasons, _ = check(client, USERS[-1], message("good day", SPAMMER), **{"from": SPAMMER})

    # Five new accounts: their word has little weight, and that of many is more than that of one.
    assert "BAYES" in reasons
    assert not {"karma", "evidence"} & reasons.keys()


def test_what_a_users_own_filter_is_sure_of_is_heard(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        for number in range(10):
            client.tell(USERS[0], message(f"buy cheap watches now {'!' * number}"), spam=True)
            client.tell(USERS[0], message(f"see you at the harbour {'?' * number}"), spam=False)
        _, reasons, _ = check(client, USERS[0], message("buy cheap watches now"), **{"from": SPAMMER})
        assert reasons["BAYES"] > SURE
        for text in ("see you at the harbour", "buy cheap watches now"):
            check(client, USERS[0], message(text), **{"from": "romeo@good.example/x"})
        client.request("PING")
    daemon.stop()

    assert "unforeseen" not in daemon.log.read_text()


def test_testimony_stays_between_worker_and_router(daemon: "Daemon", message: Message) -> None:
    stanza = message("buy cheap watches now", SPAMMER)
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        for _ in range(3):
            answer = client.request("CHECK", {"User": USERS[0], "From": SPAMMER}, stanza)
            assert "karma" not in answer.headers
        answer = client.request("REPORT", {"User": USERS[0], "From": "spammer@bad.example", "Reason": "spam"}, stanza)
        assert "karma" not in answer.headers


def test_what_only_the_router_says_is_not_taken_from_a_client(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        for name, value in (("Condemned", "yes"), ("Evidence", '[["KARMA_JID", 30]]'), ("Pace", "exceeded")):
            headers = {"User": USERS[0], "From": SPAMMER, name: value}
            answer = client.request("CHECK", headers, message("good day", SPAMMER))
            assert "deliver" == answer.headers["verdict"]
            assert "KARMA_JID" not in dict(json.loads(bytes(answer.body))["reasons"])


def test_a_stranger_who_writes_to_too_many_is_made_to_wait_and_nothing_is_lost(
    daemon: "Daemon", message: Message
) -> None:
    users = [f"reader{number}@capulet.example" for number in range(8)]
    with daemon.client() as client:
        for user in users:
            daemon.log_in(client, user)
        verdicts = [
            check(client, user, message(f"hello {number}", SPAMMER), **{"from": SPAMMER})[0]
            for number, user in enumerate(users)
        ]
        assert ["deliver"] * 6 + ["delay"] * 2 == verdicts
        # To somebody it wrote to already it may write as it likes.
        again = check(client, users[0], message("and another thing", SPAMMER), **{"from": SPAMMER})
        assert "deliver" == again[0]


def test_to_explain_is_to_change_nothing(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        for user in USERS:
            daemon.log_in(client, user)
        for _ in range(3):
            for user in USERS:
                check(client, user, message("hello", SPAMMER), **{"from": SPAMMER, "mode": "explain"})
        verdict, _, _ = check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER})
        assert "deliver" == verdict


def test_an_account_of_yesterday_is_a_little_suspect(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        told = {"from": SPAMMER, "account": "affiliation=anonymous"}
        _, reasons, _ = check(client, USERS[0], message("hello", SPAMMER), **told)
        assert 0.5 == reasons["ACCOUNT"]


def test_the_server_is_asked_once_a_day_what_it_can_find_out(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        asked = [
            check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER})[2].get("ask") for _ in range(2)
        ]
        assert ["client, picture, domain", None] == asked
        client.request("LEARNT", {"From": "spammer@bad.example/x", "Client": "no", "Picture": "no"})
        client.request("LEARNT", {"From": "bad.example", "Capabilities": "abuse"})
        _, reasons, _ = check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER})
        assert (0.3, 0.1) == (reasons["CLIENT"], reasons["PICTURE"])


def test_lists_of_others_are_votes(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        client.request("LIST", {"Number": "0", "Action": "begin"}, b"worse.example\n")
        client.request("LIST", {"Number": "0", "Action": "end"}, b"bad.example\n")
        _, reasons, _ = check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER})
        assert 0.8 == reasons["LISTED_BY_OTHERS"]

        client.request("LIST", {"Number": "0", "Action": "remove"}, b"bad.example\n")
        _, reasons, _ = check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER})
        assert "LISTED_BY_OTHERS" not in reasons
        with pytest.raises(RemoteError):
            client.request("LIST", {"Number": "8", "Action": "add"}, b"bad.example\n")


def test_what_is_known_of_senders_survives_a_restart_and_names_nobody(daemon: "Daemon", message: Message) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        client.request("LIST", {"Number": "0", "Action": "add"}, b"bad.example\n")
        check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER, "peer_ip": "198.51.100.7"})
    daemon.stop()
    shared = Path(daemon.data) / "shared"
    raw = b"".join(path.read_bytes() for path in shared.iterdir())
    for word in (b"spammer", b"bad.example", b"198.51", b"user0", b"capulet"):
        assert word not in raw

    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        _, reasons, _ = check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER})
        assert "LISTED_BY_OTHERS" in reasons
        assert client.stats().json()["senders"]


def test_who_loses_the_secret_of_karma_or_has_a_damaged_file_begins_it_anew_and_is_served(
    daemon: "Daemon", message: Message
) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        client.request("LIST", {"Number": "0", "Action": "add"}, b"bad.example\n")
    daemon.stop()
    daemon.host_key.with_name("pseudonyms.key").unlink()
    (daemon.data / "shared" / "cache.mdb").write_bytes(b"rubbish" * 5000)

    daemon.start()
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        verdict, reasons, _ = check(client, USERS[0], message("hello", SPAMMER), **{"from": SPAMMER})
    assert "deliver" == verdict
    assert "LISTED_BY_OTHERS" not in reasons
    kept = {path.name for path in (daemon.data / "shared").iterdir()}
    assert {"karma.mdb", "karma.mdb.old", "cache.mdb", "cache.mdb.old"} <= kept


def test_what_the_server_tells_of_the_senders_server_counts_though_nobody_is_asked(
    daemon: "Daemon", message: Message
) -> None:
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        told = {"from": SPAMMER, "cert": "valid", "auth": "external"}
        _, reasons, _ = check(client, USERS[0], message("hello", SPAMMER), **told)
        assert (-0.1429, -0.1429, -0.0714) == tuple(
            reasons[name] for name in ("TLS_HOSTNAME", "TLS_AUTHORITY", "TLS_EXPIRY")
        )
        assert {"SRV", "DNSSEC", "MAIL"}.isdisjoint(reasons)


def test_a_participant_is_known_by_the_rooms_id_and_neither_room_nor_service_is_blamed(
    daemon: "Daemon", message: Message
) -> None:
    daemon.stop()
    now = time.time()
    with Karma.open(daemon.data / FOLDER, pseudonym_key(daemon.host_key.parent), KarmaSettings()) as karma:
        for user in USERS:
            karma.meet(user.encode(), now - DAYS, now)
    daemon.start()
    room, who = "garden@rooms.example", {"peer_ip": "198.51.100.7", "cert": "valid", "auth": "external"}

    def known(client: Client, nick: str, **occupant: str) -> set[str]:
        told = {"from": f"{room}/{nick}", "mode": "explain", **who, **occupant}
        return set(check(client, USERS[-1], message("good day", f"{room}/{nick}"), **told)[1]) - {"BAYES", "PRIOR"}

    with daemon.client() as client:
        for user in USERS:
            daemon.log_in(client, user)
        for user in USERS[:-1]:
            stanza = message("buy cheap watches now", f"{room}/Tybalt")
            _, _, headers = check(client, user, stanza, **{"from": f"{room}/Tybalt", "occupant": "dd72", **who})
            assert "ask" not in headers
            client.report(user, f"{room}/Tybalt", stanza, occupant="dd72")

        assert {"KARMA_JID"} == known(client, "Angel", occupant="dd72")
        assert set() == known(client, "Tybalt", occupant="dd73")
        assert not {"KARMA_JID", "KARMA_HOST", "KARMA_IP", "BLACKLISTED"} & known(client, "Tybalt")


def test_a_report_of_a_participant_needs_a_stanza_of_that_participant(daemon: "Daemon", message: Message) -> None:
    room = "garden@rooms.example"
    with daemon.client() as client:
        daemon.log_in(client, USERS[0])
        told = {"from": f"{room}/Tybalt", "occupant": "dd72"}
        check(client, USERS[0], message("good day", f"{room}/Tybalt"), **told)
        with pytest.raises(RemoteError):
            client.report(USERS[0], f"{room}/Tybalt", occupant="dd73")
        client.report(USERS[0], f"{room}/Tybalt", occupant="dd72")
