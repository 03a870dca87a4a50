"""After LOCK no copy of a secret or of a key lies in any process of Providence: root looks, and finds nothing."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest

from providence.errors import RemoteError
from providence.keyring import HostKeys, Keyring, Keys, Secret, SlotKind, Unlock, purposes

Daemon = Any  # what conftest.py says
Tools = Any

pytestmark = pytest.mark.usefixtures("root_memory")

PARTS = ("root key", "fold key", "token key", "item key", "private key")
DERIVES = ("extract", "stretch", "expand")
SALT = b"a server's salt"
CHEAP = '[keyring]\nkdf = "hkdf"\n'


class Session:
    """
    One user's login, from UNLOCK to LOCK, and every secret and key that served in it.

    The keys are worked out here, in the process of the test, from the record on the disk and the secret
    that only the user's server knows; no key is taken from the daemon.
    """

    def __init__(self, daemon: Daemon, tools: Tools, number: int = 0) -> None:
        self.daemon = daemon
        self.tools = tools
        self.user = f"user{number}@{tools.word()}.example"
        self.scram = os.urandom(32)
        self.next_scram = os.urandom(32)
        self.password = tools.word(length=40).encode()
        self.needles: dict[str, bytes] = {"U": self.scram, "next U": self.next_scram, "password": self.password}

    def unlock(self) -> None:
        """Log in for the first time, with both kinds of secrets, and take a ticket and a recovery code."""
        ticket = self.daemon.unlock(self.user, self.scram, "scram", ticket=True).body
        self.needles["ticket"] = bytes(ticket)
        self.daemon.unlock(self.user, self.password)
        self.needles["recovery code"] = bytes(self.daemon.ask("RECOVERY", self.user).body)
        self.learn_keys("first", self.scram)

    def work(self) -> None:
        """Train past two folds, judge, keep junk, teach from it."""
        for number in range(40):
            self.tell(number)
            if number % 10 == 0:
                self.learn_keys(f"fold at {number}", self.scram)
        for _ in range(5):
            self.daemon.ask("CHECK", self.user, {}, self.tools.stanza(f"{self.tools.word()} {self.tools.word()}"))
        self.daemon.ask("CHECK", self.user, {"Listed": "deny"}, self.tools.stanza(self.tools.word()))
        self.daemon.ask("SENT", self.user, {}, self.tools.stanza(self.tools.word()))

    def tell(self, number: int) -> None:
        """Teach a message of its own words."""
        words = " ".join(self.tools.word() for _ in range(12))
        self.daemon.ask("TELL", self.user, {"Label": "spam" if number % 2 else "ham"}, self.tools.stanza(words))

    def come_and_go(self) -> None:
        """Come by ticket, lock, queue, and open again by password and with a changed one."""
        self.daemon.unlock(self.user, self.needles["ticket"], "ticket")
        self.learn_keys("ticket", self.needles["ticket"], SlotKind.TICKET)
        self.daemon.ask("LOCK", self.user)
        self.tell(1)
        self.daemon.ask("CHECK", self.user, {}, self.tools.stanza(self.tools.word()))
        self.daemon.unlock(self.user, self.password)
        self.learn_keys("password", self.password, SlotKind.PASSWORD)
        self.daemon.rewrap(self.user, self.next_scram)
        self.learn_keys("rewrapped", self.next_scram)

    def learn_keys(self, when: str, secret: bytes, kind: SlotKind = SlotKind.SCRAM) -> None:
        """Open the record as it lies on the disk now, and note every key that this takes."""
        host = HostKeys.load(self.daemon.host_key)
        ring = Keyring(host)
        uid = ring.uid(self.user)
        stored = self.daemon.records(self.user)[uid + b"\x01"]
        scram = ("sha-256", SALT, 4096) if kind is SlotKind.SCRAM else ()
        with noted() as derived, Unlock(kind, Secret(secret), *scram) as unlock:
            opened = ring.open(uid, stored, [unlock], 0)
            self._note(when, opened)
        for number, value in enumerate(derived):
            self.needles[f"{when}: derived {number}"] = value
        opened.lock()

    def _note(self, when: str, opened: Keys) -> None:
        for place, name in enumerate(PARTS):
            self.needles[f"{when}: {name}"] = bytes(opened._buffer[place * 32 : place * 32 + 32])  # noqa: SLF001 - sought

    def distinct(self) -> dict[str, bytes]:
        """Return each value once, by its first name."""
        names = {value: name for name, value in reversed(self.needles.items())}
        return {name: value for value, name in names.items()}


@contextmanager
def noted() -> Iterator[list[bytes]]:
    """Note every key that this process derives, but for commitments, which are no secret."""
    values: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        rooms = [module for name, module in sys.modules.items() if name.startswith("providence.keyring.")]
        for module, name in product(rooms, DERIVES):
            if hasattr(module, name):
                patch.setattr(module, name, noting(getattr(module, name), values))
        yield values


def noting(derive: Callable[..., Secret], values: list[bytes]) -> Callable[..., Secret]:
    def derived(*args: Any) -> Secret:
        key = derive(*args)
        if purposes.SLOT_COMMIT not in [arg for arg in args if isinstance(arg, bytes)]:
            values.append(bytes(key.view()))
        return key

    return derived


def copies(tools: Tools, needles: dict[str, bytes], *pids: int) -> dict[str, int]:
    """Return what lies in these processes, by name; nothing for what does not."""
    found: dict[str, int] = {}
    for pid in pids:
        for name, count in tools.Memory(pid).copies(needles).items():
            found[name] = found.get(name, 0) + count
    return {name: count for name, count in found.items() if count}


def test_no_secret_and_no_key_outlives_the_lock(make_daemon: Callable[..., Daemon], tools: Tools, soak: bool) -> None:
    """
    Full sessions, one after the other in one daemon; after each one router and worker are searched.

    While a vault is open its keys are there, in the worker and not in the router, and the secret that
    opened it is nowhere: so the search sees what there is to see.
    """
    with make_daemon() as daemon:
        for number in range(20 if soak else 3):
            session = Session(daemon, tools, number)
            session.unlock()
            session.work()
            session.come_and_go()
            needles = session.distinct()
            opened = copies(tools, needles, *daemon.workers)
            assert {} == copies(tools, needles, daemon.router)
            assert {"first: root key", "first: token key", "first: item key"} <= opened.keys()
            assert not {"U", "next U", "password", "ticket", "recovery code"} & opened.keys()

            daemon.ask("LOCK", session.user)

            assert {} == copies(tools, needles, daemon.router, *daemon.workers)


def test_a_refused_secret_leaves_no_copy(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """Wrong, unknown, malformed and half sent: what a mistaken client sends is as secret as what fits."""
    with make_daemon() as daemon:
        user, other = f"a@{tools.word()}.example", f"b@{tools.word()}.example"
        daemon.unlock(user, os.urandom(32), "scram")
        sent = {name: tools.word(length=32).encode() for name in ("wrong", "unknown", "malformed", "half", "no verb")}
        for name, whose in (("wrong", user), ("unknown", other)):
            with pytest.raises(RemoteError):
                daemon.unlock(whose, sent[name], "ticket", enrol=False)
        head = f"UNLOCK PNP/1.0\r\nUser: {user}\r\nSession: s\r\nSlots: "
        daemon.talk(f"{head}ticket,recovery\r\nContent-Length: 32\r\n\r\n".encode() + sent["malformed"])
        daemon.talk(f"{head}ticket\r\nContent-Length: 64\r\n\r\n".encode() + sent["half"])
        daemon.talk(b"OPEN PNP/1.0\r\nContent-Length: 32\r\n\r\n" + sent["no verb"])

        assert {} == copies(tools, sent, daemon.router, *daemon.workers)


def test_the_router_never_holds_the_host_key(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """The part that names workers is all it keeps; the worker has the rest, so the search can find it."""
    with make_daemon() as daemon:
        raw = daemon.host_key.read_bytes()
        needles = {"id key": raw[8:40], "wrap key": raw[44:76]}

        assert {} == copies(tools, needles, daemon.router)
        assert needles.keys() == copies(tools, needles, *daemon.workers).keys()


@pytest.mark.parametrize(
    ("manner", "left"), [("keep-secrets", "U"), ("keep-keys", "first: root key"), ("keep-frames", "U")]
)
def test_the_same_search_finds_what_careless_code_leaves(
    manner: str, left: str, make_daemon: Callable[..., Daemon], tools: Tools
) -> None:
    """One line of carelessness, in the worker or in the router, and the search finds what it left."""
    with make_daemon("careless.py", manner) as daemon:
        session = Session(daemon, tools)
        session.unlock()
        daemon.ask("LOCK", session.user)

        assert left in copies(tools, session.distinct(), daemon.router, *daemon.workers)


def words_left(daemon: Daemon, tools: Tools) -> int:
    """Teach and judge messages in five scripts, lock, let others' messages pass, and count the words that are left."""
    user, other = "juliet@capulet.example", "romeo@montague.example"
    planted = [[tools.word(script) for script in tools.scripts] for _ in range(10)]
    with daemon:
        for name in (user, other):
            daemon.unlock(name, os.urandom(32), "scram")
        for words in planted:
            daemon.ask("TELL", user, {"Label": "spam"}, tools.stanza(" ".join(words)))
            daemon.ask("CHECK", user, {"Listed": "deny"}, tools.stanza(" ".join(words)))
            daemon.ask("CHECK", user, {"Mode": "explain"}, tools.stanza(" ".join(words)))
        daemon.ask("LOCK", user)
        for _ in range(200):
            daemon.ask("CHECK", other, {}, tools.stanza(tools.word()))
        seen = [tools.Memory(pid) for pid in (daemon.router, *daemon.workers)]
        return sum(memory.count(word) for memory in seen for words in planted for word in words)


def test_no_word_of_a_message_outlives_the_lock(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """Taught, judged, sealed as junk, explained; then 200 messages of somebody else."""
    assert 0 == words_left(make_daemon(settings=CHEAP), tools)


def test_words_stay_where_memory_is_not_wiped(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """The same search over a daemon whose operator switched wiping off: a limit that the threat model names."""
    assert 0 < words_left(make_daemon(settings=CHEAP + "[workers]\nwipe_on_free = false\n"), tools)
