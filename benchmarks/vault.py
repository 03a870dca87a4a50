"""What sealing costs: the vault beside a plaintext store of the same layout, in the same run.

    python benchmarks/vault.py [folder on the disk to be measured]

check: the store's part of judging a message of 30 features: blind, read, decrypt, look up, wipe. The plaintext store
reads the same columns out of LMDB in the same chunks, copies them into the same kind of buffer, and looks up the same
number of ids, which it gets for nothing. train: 64 messages learnt by one user, then one commit with its fsync.
lesson: a message of 64 features learnt as a user teaches it, the regression's step included, before the commit.
Last: what an open vault that does nothing takes in memory.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import lmdb

from providence.keyring import FULL, HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.pipeline import Lesson
from providence.pipeline import learn as teach
from providence.vault import Store, Vault, VaultSettings
from providence.vault.folding import blank, fold
from providence.vault.journal import Entry
from providence.vault.overlays import Overlay
from providence.vault.tables import Table, Totals

Given = TypeVar("Given")

FEATURES = 30
MESSAGES = 400
GROUP = 64
ROUNDS = 12
SIZES = (2_000, 20_000, 64_000)
LESSON, OUTLINE = 64, 15
IDLE = 2_000
QUOTA = 65_536


def message(features: int = FEATURES) -> bytes:
    """Make the hashes of a message nobody has seen."""
    return os.urandom(16 * features)


def unlock() -> Unlock:
    """Make the way into every vault here."""
    return Unlock(SlotKind.SCRAM, Secret(bytes(32)), "sha-256", b"salt", 4096)


def open_vault(store: Store, uid: bytes) -> Vault:
    """Make and open a vault."""
    attempt = store.prepare(uid, [unlock()], enrol=True)
    attempt.derive()
    return store.finish(attempt)


class Plain:
    """The vault's layout with nothing sealed: columns in chunks, a journal, a fold every 16."""

    def __init__(self, folder: Path) -> None:
        self.environment = lmdb.open(str(folder), subdir=False, map_size=2**28, lock=False)
        self.plain = bytes(blank(0, Totals(0, 0), 0, 0))
        self.buffer = bytearray(2**20)
        self.overlay = Overlay()
        self.pending: list[bytes] = []
        self.sequence = 0

    def counts(self, ids: "array[int]") -> tuple[list[tuple[int, int]], list[int]]:
        """Look up ids."""
        size = 0
        with self.environment.begin(buffers=True) as reading:
            for chunk in range(-(-len(self.plain) // FULL)):
                part = reading.get(b"base%02d" % chunk) or b""
                self.buffer[size : size + len(part)] = part
                size += len(part)
        with memoryview(self.buffer)[:size] as view, Table(view) as table:
            found = table.look_up(ids)
        self.overlay.apply(ids, *found)
        return found

    def learn(self, ids: "array[int]") -> None:
        """Count a message as spam."""
        distinct = sorted(set(ids))
        self.overlay.add(Entry(tuple(distinct), spam=True, undo=False))
        self.pending.append(array("I", distinct).tobytes())

    def commit(self) -> None:
        """Fold if it is time, and write."""
        with self.environment.begin(write=True) as writing:
            if self.sequence + len(self.pending) < 16:  # noqa: PLR2004 - as often as the vault does
                for entry in self.pending:
                    writing.put(b"entry%04d" % self.sequence, entry)
                    self.sequence += 1
            else:
                with memoryview(self.plain) as view, Table(view) as table:
                    self.plain = bytes(fold(table, self.overlay, 1, QUOTA))
                for number, start in enumerate(range(0, len(self.plain), FULL)):
                    writing.put(b"base%02d" % number, self.plain[start : start + FULL])
                for sequence in range(self.sequence):
                    writing.delete(b"entry%04d" % sequence)
                self.overlay, self.sequence = Overlay(), 0
        self.pending = []


def microseconds(act: Callable[[Given], object], given: Sequence[Given]) -> float:
    """Measure one call with each, and return the median."""
    times = []
    for one in given:
        began = time.perf_counter()
        act(one)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


def training(learn: Callable[[Given], object], commit: Callable[[], None], given: Sequence[Given]) -> float:
    """Measure how long a message takes when some are learnt and committed at once."""
    began = time.perf_counter()
    for one in given:
        learn(one)
    commit()
    return (time.perf_counter() - began) / len(given) * 1e6


def compare(folder: Path, keyring: Keyring) -> None:
    """Print the table of checks and trainings."""
    plain = Plain(folder / "plain.mdb")
    rows = []
    with Store.open(folder / "data", keyring, VaultSettings(quota=QUOTA)) as store:
        vault = open_vault(store, keyring.uid("romeo@montague.example"))
        for size in SIZES:
            while vault.stats().ids < size * 0.97:
                for _ in range(16):
                    hashes = message(64)
                    vault.learn(hashes, spam=True)
                    plain.learn(vault.keys.blind(hashes))
                store.commit()
                plain.commit()
            asked = [message() for _ in range(MESSAGES)]
            ids = [vault.keys.blind(hashes) for hashes in asked]
            check = microseconds(vault.counts, asked), microseconds(plain.counts, ids)
            blinding = microseconds(vault.keys.blind, asked)
            learn = partial(vault.learn, spam=True)
            sealed, clear = [], []
            for _ in range(ROUNDS):
                sealed.append(training(learn, store.commit, asked[:GROUP]))
                clear.append(training(plain.learn, plain.commit, ids[:GROUP]))
            train = statistics.median(sealed), statistics.median(clear)
            lessons = [Lesson(message(LESSON), spam=True, outline=OUTLINE) for _ in range(GROUP)]
            taught = microseconds(partial(teach, vault=vault), lessons)
            store.commit()
            rows.append((vault.stats().ids, check, blinding, train, taught))
    print("     ids  check: sealed  plain  ratio  (blinding)   train: sealed  plain  ratio   lesson   µs, medians")
    for count, check, blinding, train, taught in rows:
        print(
            f"{count:8}  {check[0]:13.0f} {check[1]:6.0f} {check[0] / check[1]:6.2f}  {blinding:10.0f}"
            f"   {train[0]:13.0f} {train[1]:6.0f} {train[0] / train[1]:6.2f}  {taught:7.0f}"
        )


def idle(folder: Path, keyring: Keyring) -> None:
    """Print what an open vault takes that does nothing."""
    with Store.open(folder / "idle", keyring) as store:
        uids = [keyring.uid(f"user{number}@montague.example") for number in range(IDLE)]
        for uid in uids:
            vault = open_vault(store, uid)
            for _ in range(2):
                vault.learn(message(), spam=True)
            vault.lock()
        store.commit()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for uid in uids:
            open_vault(store, uid)
        gc.collect()
        print(f"\n{(tracemalloc.get_traced_memory()[0] - before) / IDLE:.0f} bytes for each of {IDLE} open vaults")
        tracemalloc.stop()


def main() -> None:
    """Print everything."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as place:
        folder = Path(place)
        keyring = Keyring(HostKeys.create(folder / "host.key"), KeyringSettings(kdf="hkdf"))
        compare(folder, keyring)
        idle(folder, keyring)


if __name__ == "__main__":
    main()
