"""
A power failure loses nothing that was acknowledged.

A learner runs under strace, which records every write and every fsync. From the record the files are rebuilt
as a disk may hold them at any moment: all that was synced, and of all that was not a random choice of pages.
Each such image must open, verify, and hold whatever the learner had acknowledged by then.
PROVIDENCE_POWER_LOSSES says how many images; with PROVIDENCE_SOAK=1 they are 600.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from providence.errors import StorageError
from providence.keyring import HostKeys, Keyring
from providence.vault import State, Store, VaultSettings

World = Any
LEARNER = Path(__file__).parent / "players" / "learner.py"
SOAK = os.environ.get("PROVIDENCE_SOAK") == "1"
FEW = 60
IMAGES = int(os.environ.get("PROVIDENCE_POWER_LOSSES", "600" if SOAK else f"{FEW}"))
COMMITS = 40  # of the learner, at least
MOMENTS = 10  # or more there are in each commit at which the disk may change
LATEST = 5  # messages at most are in a commit that is not acknowledged yet
PAGE = 4096
USERS = ("romeo", "juliet")
CALLS = "openat,close,pwrite64,pwritev,writev,write,lseek,fsync,fdatasync,rename,unlink,link,mkdir"
BEGUN = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<args>.*?)(?:\) += (?P<result>-?\d+).*| <unfinished \.\.\.>)")
RESUMED = re.compile(r"(?P<pid>\d+) +<\.\.\. \w+ resumed>.* = (?P<result>-?\d+)")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt install strace")


class Call(NamedTuple):
    """A system call: its effects may reach the disk from when it begins, and are there when it has ended."""

    name: str
    args: str
    ended: bool
    result: int

    @property
    def strings(self) -> list[bytes]:
        return [bytes.fromhex(found.replace("\\x", "")) for found in STRING.findall(self.args)]

    @property
    def numbers(self) -> list[int]:
        """The first and the last argument: a descriptor, and for some calls an offset."""
        first, last = self.args.partition(",")[0], self.args.rpartition(", ")[2]
        return [int(first), int(last) if last.isdecimal() else 0]


def calls(trace: Path) -> Iterator[Call]:
    """Yield each call as it begins, and again as it ends."""
    open_calls: dict[str, Call] = {}
    for line in trace.read_text().splitlines():
        begun, resumed = BEGUN.fullmatch(line), RESUMED.fullmatch(line)
        if begun:
            call = Call(begun["name"], begun["args"], ended=False, result=0)
            yield call
            if begun["result"] is None:
                open_calls[begun["pid"]] = call
            else:
                yield call._replace(ended=True, result=int(begun["result"]))
        elif resumed and resumed["pid"] in open_calls:
            yield open_calls.pop(resumed["pid"])._replace(ended=True, result=int(resumed["result"]))


class Inode:
    """What is surely on the disk of a file, and the writes that may or may not be."""

    def __init__(self, content: bytes = b"") -> None:
        self.synced = bytearray(content)
        self.loose: list[tuple[int, bytes]] = []

    @staticmethod
    def _apply(content: bytearray, offset: int, data: bytes) -> None:
        content.extend(bytes(max(0, offset + len(data) - len(content))))
        content[offset : offset + len(data)] = data

    def write(self, offset: int, data: bytes) -> None:
        """Note a write, a page at a time."""
        while data:
            part = PAGE - offset % PAGE
            self.loose.append((offset, data[:part]))
            offset, data = offset + part, data[part:]

    def sync(self) -> None:
        for offset, data in self.loose:
            self._apply(self.synced, offset, data)
        self.loose = []

    def image(self, chance: random.Random) -> bytes:
        """Return what a power failure may leave."""
        content = bytearray(self.synced)
        for offset, data in self.loose:
            if chance.random() < 0.5:
                self._apply(content, offset, data)
        return bytes(content)


class Disk:
    """Files and names under one folder, rebuilt from the calls of a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.names = {str(path): Inode(path.read_bytes()) for path in folder.iterdir() if path.is_file()}
        self.synced_names = dict(self.names)
        self.loose_names: list[tuple[str, Inode | None]] = []
        self.open: dict[int, tuple[str, Inode | None, bool]] = {}
        self.places: dict[int, int] = {}
        self.said = b""

    def _name(self, path: str, inode: Inode | None) -> None:
        self.loose_names.append((path, inode))
        if inode is None:
            self.names.pop(path, None)
        else:
            self.names[path] = inode

    def _sync_names(self, folder: str) -> None:
        rest = []
        for path, inode in self.loose_names:
            if os.path.dirname(path) != folder:  # noqa: PTH120 - of a recorded name, not of a file here
                rest.append((path, inode))
            elif inode is None:
                self.synced_names.pop(path, None)
            else:
                self.synced_names[path] = inode
        self.loose_names = rest

    def play(self, call: Call) -> bool:
        """Follow one call; whether it may have changed what the disk holds."""
        act = getattr(self, f"_{call.name}", None)
        return act is not None and bool(act(call))

    def _openat(self, call: Call) -> bool:
        path = call.strings[0].decode() if call.strings else ""
        if not call.ended or call.result < 0 or not path.startswith(self.folder):
            return False
        if "O_CREAT" in call.args and path not in self.names:
            self._name(path, Inode())
        self.open[call.result] = path, self.names.get(path), "SYNC" in call.args
        self.places[call.result] = 0
        return True

    def _lseek(self, call: Call) -> bool:
        if call.ended and call.numbers[0] in self.open:
            self.places[call.numbers[0]] = call.result
        return False

    def _close(self, call: Call) -> bool:
        if not call.ended:
            self.open.pop(call.numbers[0], None)
        return False

    def _pwrite64(self, call: Call) -> bool:
        return self._written(call, call.numbers[1])

    _pwritev = _pwrite64

    def _write(self, call: Call) -> bool:
        descriptor = call.numbers[0]
        if descriptor == 1 and call.ended:
            self.said += b"".join(call.strings)
        if descriptor not in self.open:
            return False
        place = self.places[descriptor]
        if not call.ended:
            return self._written(call, place)
        self.places[descriptor] += call.result
        return self._written(call, place)

    _writev = _write

    def _written(self, call: Call, offset: int) -> bool:
        _, inode, at_once = self.open.get(call.numbers[0], ("", None, False))
        if inode is None:
            return False
        if not call.ended:
            inode.write(offset, b"".join(call.strings))
        elif at_once:
            inode.sync()
        return True

    def _fsync(self, call: Call) -> bool:
        path, inode, _ = self.open.get(call.numbers[0], ("", None, False))
        if not call.ended or not path:
            return False
        if inode is None:
            self._sync_names(path)
        else:
            inode.sync()
        return True

    _fdatasync = _fsync

    def _rename(self, call: Call) -> bool:
        return self._move(call, keep=False)

    def _link(self, call: Call) -> bool:
        return self._move(call, keep=True)

    def _move(self, call: Call, *, keep: bool) -> bool:
        old, new = (name.decode() for name in call.strings)
        if call.ended or not new.startswith(self.folder):
            return False
        self._name(new, self.names[old])
        if not keep:
            self._name(old, None)
        return True

    def _unlink(self, call: Call) -> bool:
        path = call.strings[0].decode()
        if not call.ended or call.result < 0 or not path.startswith(self.folder):
            return False
        self._name(path, None)
        return True

    def image(self, chance: random.Random, folder: Path) -> None:
        """Write what a power failure at this moment may leave: of names, any number in their order."""
        names = dict(self.synced_names)
        for path, inode in self.loose_names[: chance.randrange(len(self.loose_names) + 1)]:
            if inode is None:
                names.pop(path, None)
            else:
                names[path] = inode
        for path, inode in names.items():
            target = folder / os.path.relpath(path, self.folder)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(inode.image(chance))
            target.chmod(0o600)


def replay(disk: World, folder: Path, images: int, *arguments: str) -> list[str]:
    """
    Let the power fail at that many moments of a learner's life, and say of each what became of what was acknowledged:
    "kept", "lost", or how the store refused what was left of it.
    """
    chance = random.Random(159)  # noqa: S311 - where the power fails: nothing secret
    home = folder / "home"
    home.mkdir()
    (disk.folder / "host.key").rename(home / "host.key")
    counted, replayed = Disk(home), Disk(home)
    trace = folder / "trace"
    command = ["strace", "-f", "-xx", "-s", "4194304", "-o", str(trace), "-e", f"trace={CALLS}"]
    commits = max(COMMITS, images // MOMENTS)
    learner = subprocess.run(
        [*command, sys.executable, str(LEARNER), str(home), "1", str(commits), *arguments],
        check=False,
        capture_output=True,
    )
    if learner.returncode:
        pytest.skip("strace may not trace here")
    moments = [number for number, call in enumerate(calls(trace)) if counted.play(call)]
    assert learner.stdout == counted.said
    chosen = set(chance.sample(moments, images))
    seen = []
    for number, call in enumerate(calls(trace)):
        replayed.play(call)
        if number in chosen:
            image = folder / f"image-{number}"
            image.mkdir()
            replayed.image(chance, image)
            least = [int(count) for count in (replayed.said.decode().splitlines() or ["0 0"])[-1].split()]
            seen.append(look(disk, image, least))
            shutil.rmtree(image)
    return seen


def look(disk: World, image: Path, least: list[int]) -> str:
    """Open an image, and compare what each user has learnt in it with what was acknowledged."""
    disk.host = HostKeys.load(image / "host.key")
    disk.keyring = Keyring(disk.host, disk.keyring.settings)
    disk.data = image / "data"
    try:
        with disk.store(VaultSettings(fold_every=4)) as store:
            assert not store.erasing
            problems = store.verify().problems
            if problems:
                return "; ".join(problems)
            kept = [count(disk, store, name) for name in USERS]
    except StorageError as error:
        return str(error)
    fits = all(said <= held <= said + LATEST for said, held in zip(least, kept, strict=True))
    return "kept" if fits else "lost"


def count(disk: World, store: Store, name: str) -> int:
    """Count the messages a user has learnt."""
    known = store.state(disk.uid(name)) is State.LOCKED
    return disk.open(store, name, enrol=False).counts(b"").spam if known else 0


@needs_strace
def test_a_power_failure_at_any_moment_loses_nothing_acknowledged(disk: World, tmp_path: Path) -> None:
    assert ["kept"] * IMAGES == replay(disk, tmp_path, IMAGES)


@needs_strace
def test_the_same_power_failures_do_harm_where_nothing_is_synced(disk: World, tmp_path: Path) -> None:
    seen = replay(disk, tmp_path, FEW, "--no-sync")

    assert len(seen) == FEW
    assert seen.count("kept") < FEW / 2
