"""Whatever comes in through the socket or lies in the folders: one clear error, the store as it was, the daemon up."""

import os
import resource
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from providence.daemon.exits import Exit
from providence.keyring import HostKeys
from providence.pnp import MAX_BODY

Daemon = Any  # what conftest.py says
Tools = Any

USER = "juliet@capulet.example"
SECRET = b"\x07" * 32
CHEAP = '[keyring]\nkdf = "hkdf"\n'
HEAD = f"User: {USER}\r\nSession: s\r\nSlots: scram;hash=sha-256;salt=YSBzZXJ2ZXIncyBzYWx0;i=4096\r\n"


@pytest.fixture(scope="module")
def daemon(make_module_daemon: Callable[..., Daemon], tools: Tools) -> Any:
    """A daemon with an open vault, for all that it survives."""
    daemon = make_module_daemon(settings=CHEAP)
    with daemon:
        furnish(daemon, tools)
        yield daemon


def furnish(daemon: Daemon, tools: Tools) -> None:
    """Open a vault and teach it something."""
    daemon.unlock(USER, SECRET, "scram")
    daemon.ask("TELL", USER, {"Label": "spam"}, tools.stanza("won a prize"))


BAD = {
    "unknown verb": (b"OPEN PNP/1.0\r\n\r\n", b"405"),
    "lower case": (b"check PNP/1.0\r\n\r\n", b"400"),
    "another protocol": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
    "another version": (b"PING PNP/2.0\r\n\r\n", b"505"),
    "no number": (b"PING PNP/1.0\r\nContent-Length: ten\r\n\r\n", b"400"),
    "negative": (b"PING PNP/1.0\r\nContent-Length: -1\r\n\r\n", b"400"),
    "too long a body": (b"TELL PNP/1.0\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), b"413"),
    "10 MB": (b"TELL PNP/1.0\r\nContent-Length: 9999999\r\n\r\n" + bytes(10_000_000), b"413"),
    "a head without end": (b"PING PNP/1.0\r\n" + b"X: y\r\n" * 5000, b"413"),
    "10 MB of head": (b"X" * 10_000_000, b"4"),
    "invalid UTF-8": (b"STATUS PNP/1.0\r\nUser: \xff\xfe@x.example\r\n\r\n", b"400"),
    "no JID": (b"STATUS PNP/1.0\r\nUser: a@@b\r\n\r\n", b"400"),
    "no user": (b"TELL PNP/1.0\r\nLabel: ham\r\nContent-Length: 1\r\n\r\nx", b"400"),
    "a secret too short": (f"UNLOCK PNP/1.0\r\n{HEAD}Content-Length: 31\r\n\r\n".encode() + SECRET[:31], b"400"),
    "a secret too long": (f"UNLOCK PNP/1.0\r\n{HEAD}Content-Length: 33\r\n\r\n".encode() + SECRET + b"x", b"400"),
    "no stanza": (b"TELL PNP/1.0\r\nUser: a@b.example\r\nLabel: ham\r\nContent-Length: 4\r\n\r\nword", b"400"),
    "invalid UTF-8 in a stanza": (
        f"TELL PNP/1.0\r\nUser: {USER}\r\nLabel: ham\r\nContent-Length: 54\r\n\r\n".encode()
        + b"<message xmlns='jabber:client'><body>\xff</body></message>"[:54],
        b"400",
    ),
    "the router's own verb": (b"EPOCH PNP/1.0\r\nStep: retire\r\n\r\n", b"405"),
    "the router's own verb for a user": (f"EPOCH PNP/1.0\r\nUser: {USER}\r\nStep: retire\r\n\r\n".encode(), b"405"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_frame_gets_one_answer_and_changes_nothing(name: str, daemon: Daemon) -> None:
    raw, code = BAD[name]
    status, before = daemon.json("STATUS", USER), daemon.records(USER)

    answer = daemon.talk(raw)

    assert answer.startswith(b"PNP/1.0 " + code), answer[:100]
    assert 1 == answer.count(b"PNP/1.0")
    assert before == daemon.records(USER)
    assert status == daemon.json("STATUS", USER)


@pytest.mark.parametrize(
    "part", [b"TE", b"TELL PNP/1.0\r\nUser: ", b"TELL PNP/1.0\r\nContent-Length: 50\r\n\r\n<message"]
)
def test_half_a_frame_and_a_closed_connection_are_nothing(part: bytes, daemon: Daemon) -> None:
    before = daemon.records(USER)

    assert b"" == daemon.talk(part)

    assert before == daemon.records(USER)
    assert daemon.json("PING")


def test_a_wrong_user_gets_nothing_of_anothers(daemon: Daemon, tools: Tools) -> None:
    """The right secret for another name opens nothing, and an open vault answers to its own name only."""
    other = "juliet@capulet.example.net"
    assert 403 == daemon.code("UNLOCK", other, {"Session": "s", "Slots": "ticket"}, SECRET)
    daemon.ask("CHECK", USER, {"Listed": "deny"}, tools.stanza("won a prize"))
    item = daemon.json("JUNK", USER, {"Action": "list"})["items"][0]["item"]
    daemon.unlock(other, bytes(32), "scram")

    assert [] == daemon.json("JUNK", other, {"Action": "list"})["items"]
    assert 404 == daemon.code("JUNK", other, {"Action": "show", "Item": item})


# What may be wrong with the folders at the start.


def truncate(daemon: Daemon) -> None:
    shard = max(daemon.data.glob("*.mdb"), key=lambda path: path.stat().st_size)
    os.truncate(shard, shard.stat().st_size // 2 + 100)


def scribble(daemon: Daemon) -> None:
    next(daemon.data.glob("*.mdb")).write_bytes(b"SQLite format 3\0" + bytes(8192))


def foreign(daemon: Daemon) -> None:
    (daemon.data / "format").unlink()


def newer(daemon: Daemon) -> None:
    file = daemon.data / "format"
    file.write_text(file.read_text().replace("vault 1", "vault 2"))


def newer_key(daemon: Daemon) -> None:
    daemon.host_key.write_bytes(b"PVH2" + daemon.host_key.read_bytes()[4:])


def lose_key(daemon: Daemon) -> None:
    daemon.host_key.unlink()


def open_key(daemon: Daemon) -> None:
    daemon.host_key.chmod(0o644)


def other_key(daemon: Daemon) -> None:
    daemon.host_key.unlink()
    HostKeys.create(daemon.host_key)


def bad_setting(daemon: Daemon) -> None:
    with daemon.config.open("a") as file:
        file.write("[workers]\ncount = 0\n")


FOLDERS: dict[Callable[[Daemon], None], Exit] = {
    truncate: Exit.STORE,
    scribble: Exit.STORE,
    foreign: Exit.STORE,
    newer: Exit.STORE,
    newer_key: Exit.STORE,
    lose_key: Exit.HOST_KEY,
    open_key: Exit.HOST_KEY,
    other_key: Exit.HOST_KEY,
    bad_setting: Exit.INPUT,
}


@pytest.mark.parametrize("damage", FOLDERS, ids=lambda damage: damage.__name__)
def test_a_folder_that_is_not_as_it_was_is_refused_with_a_reason(
    damage: Callable[[Daemon], None], make_daemon: Callable[..., Daemon], tools: Tools
) -> None:
    """One `error:`, at most one `hint:`, the exit code of docs/cli.md, no byte changed; put right, all is there."""
    daemon = make_daemon(settings=CHEAP)
    with daemon:
        furnish(daemon, tools)
    sound = daemon.folder / "sound"
    settings = daemon.config.read_text()
    for folder in (daemon.data, daemon.host_key.parent):
        shutil.copytree(folder, sound / folder.name)
    daemon.log.write_text("")
    damage(daemon)
    before = stored(daemon)

    code = daemon.start()

    said = daemon.log.read_text().splitlines()
    assert FOLDERS[damage] == code
    assert ["error", "hint"][: len(said)] == [line.partition(": ")[0] for line in said]
    assert before == stored(daemon)
    for folder in (daemon.data, daemon.host_key.parent):
        shutil.rmtree(folder)
        shutil.copytree(sound / folder.name, folder)
    daemon.config.write_text(settings)
    with daemon:
        daemon.unlock(USER, SECRET, "scram", enrol=False)
        assert 1 == daemon.json("STATUS", USER)["spam"]


def stored(daemon: Daemon) -> dict[str, bytes]:
    """Read what must not change: the data and the keys; not the marks that say who has a file open."""
    return {
        name: data for name, data in daemon.files().items() if name.startswith(("data", "keys")) and "claim" not in name
    }


def test_a_full_disk_is_told_and_loses_nothing(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """No file may grow any more: 507 for what does not fit, the rest is served; with room again all goes on."""
    stanza = tools.stanza(" ".join(tools.word() for _ in range(5000)))

    def check(daemon: Daemon, times: int) -> list[int]:
        return [daemon.code("CHECK", USER, {"Listed": "deny"}, stanza) for _ in range(times)]

    def kept(daemon: Daemon) -> int:
        return len(daemon.json("JUNK", USER, {"Action": "list"})["items"])

    with make_daemon(settings=CHEAP) as daemon:
        furnish(daemon, tools)
        (worker,) = daemon.workers
        largest = max(path.stat().st_size for path in daemon.data.glob("*.mdb"))
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        codes = check(daemon, 5)

        assert 507 in codes
        assert codes.count(200) == kept(daemon)
        assert 1 == daemon.json("STATUS", USER)["spam"]
        assert [] == daemon.json("VERIFY")["problems"]

        resource.prlimit(worker, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert [200] == check(daemon, 1)
        assert codes.count(200) + 1 == kept(daemon)
        assert [worker] == daemon.workers


def test_a_second_daemon_on_the_same_folder_is_refused(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """The first one never notices."""
    with make_daemon(settings=CHEAP) as first:
        furnish(first, tools)
        second = make_daemon(settings=CHEAP)
        second.config.write_text(first.config.read_text().replace(str(first.socket), str(second.socket)))

        assert second.start() in {Exit.BUSY, Exit.STORE}
        assert second.log.read_text().startswith("error: ")
        assert 1 == first.json("STATUS", USER)["spam"]
