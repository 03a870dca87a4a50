"""Which files, which engine: the figures behind docs/adr/0004-shards-and-engine.md.

    python benchmarks/engines.py [folder on the disk to be measured]

For each way to lay users out over LMDB files, and each LMDB engine, the same work is done:

* commit: 64 users train once each, one record of 300 bytes; every 16th training of a user also
  replaces the user's table of two 64 KiB chunks; the time until all of it is durable;
* open: the time of opening all files, and the memory they take in a fresh process;
* damage: one page of one file is zeroed: users who lose something, all of the file's where `lmdb.verify` refuses it,
  else the one whose record it was (mean of 100 pages);
* truncation: one file is cut in half and opened without any guard by a child: how that ends;
* erasure: one user is deleted and the files compacted as far as needed: the time, and copies of
  the user's records left in the files before and after.
"""

import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import lmdb
from lmdb.verify import VerifyError, verify

USERS = 512
GROUP = 64
ROUNDS = 30
CHUNK = 65_504
ENTRY = 300
RECORD = 1_800
TRIALS = 100
SEED = 159

READER = """
import lmdb, sys
env = lmdb.open(sys.argv[1], subdir=False, lib_version=int(sys.argv[2]), readonly=True, lock=False)
with env.begin() as reading:
    sum(len(value) for _, value in reading.cursor())
"""

OPENER = """
import lmdb, sys
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
before = resident()
opened = [
    lmdb.open(str(path), subdir=False, lock=False, map_size=2**30, meminit=True, lib_version=int(sys.argv[2]))
    for path in Path(sys.argv[1]).glob("*.mdb")
]
print(resident() - before)
"""


class Layout(NamedTuple):
    """How many files the users share, and which LMDB engine writes them."""

    files: int
    engine: int

    def __str__(self) -> str:
        """Name it as the table does."""
        files = "one per user" if self.files == USERS else f"{self.files:4} shards"
        return f"{files:12}  {'1.0' if self.engine else '0.9'}"


def value(user: int, size: int) -> bytes:
    """Make an incompressible value in which a user's copies can be found again."""
    mark = b"user %08d mark" % user
    return mark + os.urandom(size - 2 * len(mark)) + mark


class Store:
    """Just enough of a store to be timed; the real one is the vault's."""

    def __init__(self, folder: Path, layout: Layout) -> None:
        self.folder = folder
        self.layout = layout
        self.environments = [self.open(number) for number in range(layout.files)]
        self.trained = [0] * USERS
        self.writers = ThreadPoolExecutor(8)

    def path(self, number: int) -> Path:
        """Say where a file lies."""
        return self.folder / f"{number:03}.mdb"

    def open(self, number: int) -> lmdb.Environment:
        """Open one file with the settings the vault uses."""
        return lmdb.open(
            str(self.path(number)),
            subdir=False,
            map_size=1 << 30,
            meminit=True,
            lock=False,
            lib_version=self.layout.engine,
        )

    def fill(self) -> None:
        """Give every user a keyring record and a table."""
        for number, environment in enumerate(self.environments):
            with environment.begin(write=True) as writing:
                for user in range(number, USERS, self.layout.files):
                    writing.put(b"%08d/record" % user, value(user, RECORD))
                    for chunk in range(2):
                        writing.put(b"%08d/base/%d" % (user, chunk), value(user, CHUNK))

    def train(self, users: list[int]) -> None:
        """One group commit: one transaction, one fsync for each file that is touched, eight of them at a time."""
        files: dict[int, list[int]] = {}
        for user in users:
            files.setdefault(user % self.layout.files, []).append(user)
        list(self.writers.map(self.write, files, files.values()))

    def write(self, number: int, members: list[int]) -> None:
        """Write the trainings of one file's users."""
        with self.environments[number].begin(write=True) as writing:
            for user in members:
                self.trained[user] += 1
                turn = self.trained[user] % 16
                writing.put(b"%08d/journal/%02d" % (user, turn), value(user, ENTRY))
                if turn == 0:
                    writing.put(b"%08d/record" % user, value(user, RECORD))
                    for chunk in range(2):
                        writing.put(b"%08d/base/%d" % (user, chunk), value(user, CHUNK))

    def erase(self, user: int) -> float:
        """Delete one user and compact the file; return the seconds it took."""
        number = user % self.layout.files
        began = time.perf_counter()
        with self.environments[number].begin(write=True) as writing:
            cursor = writing.cursor()
            while cursor.set_range(b"%08d" % user) and cursor.key().startswith(b"%08d" % user):
                cursor.delete()
        if self.layout.files == USERS:
            self.environments[number].close()
            self.path(number).unlink()
        else:
            copy = self.folder / "copy"
            with copy.open("xb") as file:
                self.environments[number].copyfd(file.fileno(), compact=True)
                os.fsync(file.fileno())
            self.environments[number].close()
            copy.rename(self.path(number))
            self.environments[number] = self.open(number)
        directory = os.open(self.folder, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)
        return time.perf_counter() - began

    def close(self) -> None:
        """Close all files; closing twice is harmless."""
        self.writers.shutdown()
        for environment in self.environments:
            environment.close()


def run(script: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a script in a process of its own."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def copies(folder: Path, user: int) -> int:
    """Count a user's marks in all files."""
    mark = b"user %08d mark" % user
    return sum(path.read_bytes().count(mark) for path in folder.glob("*.mdb"))


def refused(path: Path) -> bool:
    """Whether the verifier finds anything wrong."""
    try:
        return bool(verify(path))  # type: ignore[no-untyped-call]  # of all of lmdb, this alone has no types
    except VerifyError:
        return True


def measure(folder: Path, layout: Layout) -> str:
    """Do all the work for one layout and return its line of the table."""
    chance = random.Random(SEED)  # noqa: S311 - which user, which page: nothing secret
    store = Store(folder, layout)
    store.fill()
    times = []
    for _ in range(ROUNDS):
        users = chance.sample(range(USERS), GROUP)
        began = time.perf_counter()
        store.train(users)
        times.append((time.perf_counter() - began) * 1e3)
    store.close()

    memory = int(run(OPENER, folder, layout.engine).stdout)
    began = time.perf_counter()
    store = Store(folder, layout)
    opened = (time.perf_counter() - began) * 1e3
    files = len(list(Path("/proc/self/fd").iterdir()))

    left = copies(folder, 7)
    erased = store.erase(7) * 1e3
    store.close()
    left_after = copies(folder, 7)
    descriptors = files - len(list(Path("/proc/self/fd").iterdir()))

    victim = store.path(3 % layout.files)
    began = time.perf_counter()
    sound = not refused(victim)
    verified = (time.perf_counter() - began) * 1e3
    damaged = folder / "damaged"
    data = victim.read_bytes()
    lost = 0
    for _ in range(TRIALS):
        page = chance.randrange(2, len(data) // 4096) * 4096
        damaged.write_bytes(data[:page] + bytes(4096) + data[page + 4096 :])
        lost += USERS // layout.files if refused(damaged) else 1
    damaged.write_bytes(data[: len(data) // 8192 * 4096])
    child = run(READER, damaged, layout.engine)
    end = signal.Signals(-child.returncode).name if child.returncode < 0 else "error"
    return (
        f"{layout}  {statistics.median(times):7.1f} {max(times):7.1f}"
        f" {statistics.median(times) / GROUP * 1e3:8.0f}"
        f"  {opened:6.0f} {memory / 2**20:6.1f} {descriptors:5}"
        f"  {lost / TRIALS:6.1f} {'' if sound else 'FALSE ALARM'}{verified:7.1f} {end:>8}"
        f"  {left:5} {left_after:5} {erased:7.1f}"
    )


def main() -> None:
    """Print the table."""
    place = sys.argv[1] if len(sys.argv) > 1 else None
    print(f"{USERS} users, groups of {GROUP} trainings, seed {SEED}, LMDB {lmdb.version()}")
    print(
        f"{'':17}  commit:ms     max  us/train  open:ms   MiB   fds"
        "  damage:users verify:ms cut  erasure:copies after   ms"
    )
    for engine in (0, 1):
        for files in (1, 4, 8, 16, 64, USERS):
            folder = Path(tempfile.mkdtemp(dir=place))
            try:
                print(measure(folder, Layout(files, engine)), flush=True)
            finally:
                shutil.rmtree(folder)


if __name__ == "__main__":
    main()
