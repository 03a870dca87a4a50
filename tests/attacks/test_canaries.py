"""Planted words, names and secrets are found in no file, no log and no counter, in whatever spelling."""

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from providence.errors import RemoteError
from providence.pipeline import read
from providence.stanza import parse

Daemon = Any  # what conftest.py says
Tools = Any
Sweep = Any

SCRIPTS = ("latin", "cyrillic", "greek", "arabic", "han")
# Everything that may be printed is printed, and asyncio shows what it otherwise would not.
LOUD = {"settings": '[log]\nlevel = "debug"\n', "environment": {"PYTHONASYNCIODEBUG": "1"}}


class Life(NamedTuple):
    """What lay about at each moment of a daemon's life, and what was planted."""

    seen: dict[str, dict[str, bytes]]
    sweep: Sweep
    answered: list[int]


class Player:
    """A user, a stranger, and everything they may say, planted."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.sweep = tools.Sweep()
        self.user = f"{self.plant('user', tools.word())}@{self.plant('host', tools.word())}.example"
        self.stranger = f"{self.plant('stranger', tools.word())}@{self.plant('far host', tools.word())}.example"
        self.sender = f"{self.stranger}/{self.plant('resource', tools.word())}"
        self.password = self.plant("password", tools.word(length=20)).encode()
        self.secrets = {name: os.urandom(32) for name in ("scram", "next scram", "third scram", "wrong")}
        for name, secret in self.secrets.items():
            self.sweep.plant(name, secret)

    def plant(self, name: str, value: str) -> str:
        """Plant a value and return it."""
        self.sweep.plant(name, value)
        return value

    def message(self, kind: str) -> bytes:
        """Write a message with a planted word of each script, and the rest of what a message may have."""
        word = self.tools.word
        words = [self.plant(f"{kind} {script}", word(script)) for script in SCRIPTS]
        address = (
            f"https://{self.plant(f'{kind} userinfo', word())}@{word()}.example/{self.plant(f'{kind} path', word())}"
        )
        more = (
            f"<subject>{self.plant(f'{kind} subject', word())}</subject>"
            f"<nick xmlns='http://jabber.org/protocol/nick'>{self.plant(f'{kind} nick', word())}</nick>"
        )
        raw: bytes = self.tools.stanza(f"hello {' '.join(words)} {address}", self.sender, more)
        # Not even the hash of a word may be kept, unless it went through the user's own key.
        hashes = read(parse(raw)).hashes
        for at in range(0, len(hashes), 16):
            self.sweep.plant(f"{kind} hash", hashes[at : at + 16])
        return raw


def live(daemon: Daemon, player: Player) -> Life:  # noqa: PLR0915 - a life is long
    """Do everything a user, a stranger, a clumsy module and an operator can do; look about in between."""
    seen: dict[str, dict[str, bytes]] = {}
    answered: list[int] = []
    user = player.user

    def ask(verb: str, headers: dict[str, str] | None = None, body: bytes = b"") -> int:
        answered.append(daemon.code(verb, user, headers, body))
        return answered[-1]

    def look(moment: str) -> None:
        operator = {verb: bytes(daemon.ask(verb).body) for verb in ("PING", "STATS", "VERIFY")}
        operator["STATUS"] = bytes(daemon.ask("STATUS", user).body)
        seen[moment] = {**daemon.files(), **daemon.processes(), **operator}

    def box(verb: str) -> list[str]:
        return [item["item"] for item in daemon.json(verb, user, {"Action": "list"})["items"]]

    ticket = daemon.unlock(user, player.secrets["scram"], "scram", ticket=True).body
    player.sweep.plant("ticket", bytes(ticket))
    recovery = daemon.ask("RECOVERY", user).body
    player.sweep.plant("recovery code", bytes(recovery))
    daemon.unlock(user, player.password)
    for number in range(20):
        ask("TELL", {"Label": "spam" if number % 2 else "ham"}, player.message(f"lesson {number % 4}"))
    ask("TELL", {"Label": "spam", "Undo": "yes"}, player.message("unlearnt"))
    ask(
        "SENT",
        body=player.tools.stanza(player.plant("sent", player.tools.word()), user).replace(
            b"from=", f"to='{player.stranger}' from=".encode()
        ),
    )
    facts = {"From": player.sender, "Peer-IP": "198.51.100.7"}
    ask("CHECK", facts, player.message("check"))
    ask("CHECK", {**facts, "Mode": "explain"}, player.message("explained"))
    for kind in ("shown", "released", "deleted", "reported"):
        ask("CHECK", {"Listed": "deny"}, player.message(kind))
    shown, released, deleted, reported = box("JUNK")
    look("open")
    ask("JUNK", {"Action": "show", "Item": shown})
    ask("JUNK", {"Action": "release", "Item": released})
    ask("JUNK", {"Action": "delete", "Item": deleted})
    ask("REPORT", {"From": player.sender, "Reason": "spam", "Item": reported})
    ask("REPORT", {"From": player.sender, "Reason": "abuse"}, player.message("abuse"))
    ask("WAITING", {"Action": "take", "Item": box("WAITING")[0]})
    ask(
        "SETTINGS",
        body=json.dumps({"opening": player.plant("setting", player.tools.word()), "linger_hours": 1}).encode(),
    )
    ask("SETTINGS", body=b'{"linger_hours": "' + player.plant("bad JSON", player.tools.word()).encode())
    ask("SETTINGS", body=b'{"opening": "linger", "linger_hours": 2}')
    daemon.rewrap(user, player.secrets["next scram"])
    ticket = daemon.unlock(user, player.secrets["next scram"], "scram", ticket=True).body
    player.sweep.plant("next ticket", bytes(ticket))
    ask("LOCK")
    look("locked")
    ask("CHECK", facts, player.message("delayed"))
    ask("TELL", {"Label": "spam"}, player.message("queued"))
    ask("SENT", body=player.message("queued sent"))
    for secret in ("scram", "wrong"):
        with pytest.raises(RemoteError):
            daemon.unlock(user, player.secrets[secret], "scram", enrol=False)
    stumble(daemon, player)
    look("queued")
    ticket = daemon.unlock(user, player.secrets["next scram"], "scram", ticket=True).body
    player.sweep.plant("last ticket", bytes(ticket))
    look("drained")
    os.kill(daemon.workers[0], signal.SIGKILL)
    while daemon.code("STATUS", user) == 503:
        pass
    daemon.unlock(user, bytes(ticket), "ticket")
    ask("LOCK")
    daemon.unlock(user, bytes(recovery), "recovery")
    look("after a kill")
    ask("LOCK")
    daemon.unlock(user, player.secrets["third scram"], "scram", salt=b"another salt")
    ask("TELL", {"Label": "ham"}, player.message("fresh start"))
    look("set aside")
    daemon.restore(user, player.secrets["next scram"])
    look("restored")
    ask("FORGET")
    look("forgotten")
    answered.append(daemon.code("COMPACT"))
    look("compacted")
    assert 0 == daemon.stop(), daemon.log.read_text()
    seen["stopped"] = daemon.files()
    return Life(seen, player.sweep, answered)


def stumble(daemon: Daemon, player: Player) -> None:
    """Break every rule of the protocol with a planted word in the broken place."""
    word = player.plant("clumsy", player.tools.word())
    user, body = player.user, player.message("clumsy body")
    head = f"CHECK PNP/1.0\r\nId: 1\r\nUser: {user}\r\nContent-Length: {len(body)}\r\n"
    for raw in (
        f"{word.upper()} PNP/1.0\r\nUser: {user}\r\n\r\n",
        f"CHECK {word}/1.0\r\n\r\n",
        f"CHECK PNP/9.9\r\nUser: {word}@{word}.example\r\n\r\n",
        f"CHECK PNP/1.0\r\nId: {word}!\r\n\r\n",
        f"CHECK PNP/1.0\r\nUser: {word}@@{word}\r\nContent-Length: 1\r\n\r\nx",
        f"CHECK PNP/1.0\r\nContent-Length: {word}\r\n\r\n",
        f"STATS PNP/1.0\r\n{word}\r\n\r\n",
        f"UNLOCK PNP/1.0\r\nUser: {user}\r\nSession: s\r\nSlots: {word}\r\nContent-Length: 32\r\n\r\n{word:.<32}",
        f"UNLOCK PNP/1.0\r\nUser: {user}\r\nSession: s\r\nSlots: ticket\r\nContent-Length: 12\r\n\r\n{word}",
        f"UNLOCK PNP/1.0\r\nUser: {user}\r\nSession: s\r\nSlots: ticket\r\nContent-Length: 99\r\n\r\n{word}",
        f"JUNK PNP/1.0\r\nUser: {user}\r\nAction: {word}\r\n\r\n",
        f"JUNK PNP/1.0\r\nUser: {user}\r\nAction: show\r\nItem: {word}\r\n\r\n",
        f"TELL PNP/1.0\r\nUser: {user}\r\nLabel: spam\r\nContent-Length: 12\r\n\r\n{word}",
        f"{head}Listed: {word}\r\n\r\n{body.decode()}",
        f"{head}\r\n{body.decode()[:-20]}",
    ):
        answer = daemon.talk(raw.encode())
        assert re.match(rb"(PNP/1\.0 [45]\d\d [A-Z]|$)", answer), answer
        assert word.encode() not in answer.lower()
    daemon.talk(head.encode() + b"\r\n" + body[:30] + b"\xff\xfe" + body[32:])
    daemon.talk(b"CHECK PNP/1.0\r\nUser: " + word.encode() + b"\xff\r\n\r\n")


@pytest.fixture(scope="module")
def life(make_module_daemon: Callable[..., Daemon], tools: Tools) -> Iterator[Life]:
    """Live once, for all tests here."""
    with make_module_daemon(**LOUD) as daemon:
        yield live(daemon, Player(tools))


def test_nothing_planted_lies_anywhere_at_any_moment(life: Life) -> None:
    """Open or locked, queued, killed, set aside, forgotten or stopped: data, host key, logs, counters, arguments."""
    found = {
        (planted, place, moment) for moment, places in life.seen.items() for planted, place in life.sweep.find(places)
    }

    assert set() == found


def test_the_life_that_is_swept_did_happen(life: Life) -> None:
    """A sweep over a daemon that did nothing would prove nothing."""
    stored = [sum(len(data) for name, data in places.items() if name.endswith(".mdb")) for places in life.seen.values()]

    assert {
        "open",
        "locked",
        "queued",
        "drained",
        "after a kill",
        "restored",
        "forgotten",
        "compacted",
    } < life.seen.keys()
    assert {200, 202, 400} <= set(life.answered)
    assert life.answered.count(200) > 30
    assert b"ended" in life.seen["stopped"]["log"]
    assert min(stored) > 0


LEAKS = ("log", "file", "free-page", "stats", "hashes", "file-name", "traceback")


@pytest.mark.parametrize("manner", LEAKS)
def test_the_same_sweep_finds_a_leak_that_was_planted(
    manner: str, make_daemon: Callable[..., Daemon], tools: Tools
) -> None:
    """One function of the worker is replaced by one that leaks; the sweep must not miss it."""
    with make_daemon("careless.py", manner, settings='[keyring]\nkdf = "hkdf"\n') as daemon:
        player = Player(tools)
        daemon.unlock(player.user, player.secrets["scram"], "scram")
        daemon.ask("TELL", player.user, {"Label": "spam"}, player.message("lesson"))
        places = {**daemon.files(), "STATS": bytes(daemon.ask("STATS").body)}

        assert player.sweep.find(places)
