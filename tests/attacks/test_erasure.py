"""What was forgotten and compacted is gone: from the files, and from older copies of them."""

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from providence.errors import RemoteError
from providence.keyring import HostKeys

Daemon = Any  # what conftest.py says
Tools = Any

CHEAP = '[keyring]\nkdf = "hkdf"\n'
SCRAM = {"Session": "s", "Slots": "scram;hash=sha-256;salt=c2FsdA==;i=4096"}
WINDOW = 16


def furnish(daemon: Daemon, tools: Tools, user: str, secret: bytes) -> None:
    """Give a user some of every record there is: tables, journal, items, a set-aside vault, a queue."""
    daemon.unlock(user, os.urandom(32), "scram", salt=b"an older salt")
    for number in range(20):
        words = " ".join(tools.word() for _ in range(12))
        daemon.ask("TELL", user, {"Label": "spam" if number % 2 else "ham"}, tools.stanza(words))
    daemon.ask("LOCK", user)
    daemon.unlock(user, secret, "scram")
    for _ in range(20):
        words = " ".join(tools.word() for _ in range(12))
        daemon.ask("TELL", user, {"Label": "spam"}, tools.stanza(words))
        daemon.ask("CHECK", user, {"Listed": "deny"}, tools.stanza(words))
    daemon.ask("SENT", user, {}, tools.stanza(tools.word()))
    daemon.ask("LOCK", user)
    daemon.ask("CHECK", user, {}, tools.stanza(tools.word()))
    daemon.ask("TELL", user, {"Label": "ham"}, tools.stanza(tools.word()))


def windows(records: dict[bytes, bytes]) -> set[bytes]:
    """Cut records, and the name of their user, into pieces of 16 bytes; those of few different bytes say nothing."""
    values = [next(iter(records))[:WINDOW], *records.values()]
    cut = {value[at : at + WINDOW] for value in values for at in range(0, len(value) - WINDOW + 1, WINDOW)}
    return {piece for piece in cut if len(set(piece)) > 4}


def remains(pieces: set[bytes], files: dict[str, bytes]) -> int:
    """Count the pieces that lie anywhere in the files."""
    return sum(
        data[at : at + WINDOW] in pieces for data in files.values() for at in range(max(0, len(data) - WINDOW + 1))
    )


def test_no_sixteen_bytes_of_a_forgotten_user_are_left(make_daemon: Callable[..., Daemon], tools: Tools) -> None:
    """
    After FORGET and COMPACT. After FORGET alone most of it is still there, in free pages: the search finds it.

    Somebody else's data is untouched.
    """
    with make_daemon(settings=CHEAP) as daemon:
        user, other, secret = "juliet@capulet.example", "romeo@montague.example", os.urandom(32)
        furnish(daemon, tools, user, secret)
        furnish(daemon, tools, other, secret)
        # Without what stands at the head of everybody's records.
        pieces = windows(daemon.records(user)) - windows(daemon.records(other))
        assert len(pieces) > 1000

        daemon.ask("FORGET", user)
        before = remains(pieces, daemon.files())
        daemon.ask("COMPACT")

        assert 0 == remains(pieces, daemon.files())
        assert before > 500
        daemon.unlock(other, secret, "scram", enrol=False)
        assert daemon.json("STATUS", other)["spam"] == 20


@pytest.mark.parametrize("stolen", ["data alone", "data and the old host key"])
def test_an_older_copy_opens_with_the_old_host_key_only(
    stolen: str, make_daemon: Callable[..., Daemon], tools: Tools
) -> None:
    """
    A backup of the data folder from before FORGET, the user's own secret, the host key of after COMPACT: locked.

    With the host key of before it opens, so it is the destroyed epoch that keeps it shut.
    """
    user, secret = "juliet@capulet.example", os.urandom(32)
    backup = make_daemon(settings=CHEAP)
    with make_daemon(settings=CHEAP) as daemon:
        furnish(daemon, tools, user, secret)
        shutil.copytree(daemon.data, backup.data)
        old_key = shutil.copy(daemon.host_key, backup.folder / "old.keys")
        daemon.ask("FORGET", user)
        daemon.ask("COMPACT")
        backup.host_key.parent.mkdir()
        shutil.copy(daemon.host_key if stolen == "data alone" else old_key, backup.host_key)

    with backup:
        if stolen == "data alone":
            with pytest.raises(RemoteError, match="500"):
                backup.unlock(user, secret, "scram", enrol=False)
            assert 403 == backup.code("UNLOCK", "nobody@capulet.example", SCRAM, secret)
        else:
            backup.unlock(user, secret, "scram", enrol=False)
            assert backup.json("STATUS", user)["spam"] == 20


def test_the_old_epoch_is_nowhere_in_the_host_keys_folder(make_daemon: Callable[..., Daemon]) -> None:
    """Neither in the file nor in one left beside it."""
    with make_daemon() as daemon:
        old = daemon.host_key.read_bytes()[44:76]
        daemon.ask("COMPACT")

        files = {file.name: file.read_bytes() for file in daemon.host_key.parent.iterdir()}
        # The other one opens no vault: senders are remembered under it.
        assert {daemon.host_key.name, "pseudonyms.key"} == files.keys()
        assert old not in b"".join(files.values())


def test_a_compaction_that_is_cut_short_is_finished_at_the_next_start(
    make_daemon: Callable[..., Daemon], tools: Tools
) -> None:
    """The disk's state of a crash between two steps: two epochs in the host key, nothing rewritten yet."""
    user, secret = "juliet@capulet.example", os.urandom(32)
    daemon = make_daemon(settings=CHEAP)
    with daemon:
        furnish(daemon, tools, user, secret)
        pieces = windows(daemon.records(user))
        daemon.ask("FORGET", user)
    HostKeys.load(daemon.host_key).rotate()
    with daemon:
        assert 0 == remains(pieces, daemon.files())
        assert 1 == len(HostKeys.load(daemon.host_key).epochs)
