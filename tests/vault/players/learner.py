"""
Learns without end, and says what is durable; for test_kill.py and test_power_loss.py.

    python learner.py FOLDER SEED COMMITS [--no-sync]

After every commit one line: how many messages each of the users has learnt. Trainings of two users, items,
locks, erasures and folds are mixed by the seed. With `--no-sync` it says so too early: LMDB does not wait for the disk.
"""

import hashlib
import random
import sys
from pathlib import Path
from typing import Any

import lmdb

from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.vault import Store, Vault, VaultSettings

USERS = ("romeo", "juliet")


def open_vault(store: Store, uid: bytes) -> Vault:
    secret = Secret(hashlib.sha256(b"balcony").digest())
    attempt = store.prepare(uid, [Unlock(SlotKind.SCRAM, secret, "sha-256", b"salt", 4096)], enrol=True)
    attempt.derive()
    return store.finish(attempt)


def sync_nothing() -> None:
    """Open every LMDB file without its fsyncs."""
    opened: Any = lmdb.open
    setattr(lmdb, "open", lambda *given, **named: opened(*given, **named | {"sync": False}))  # noqa: B010 - for mypy


def main() -> None:
    folder, seed, commits = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    if "--no-sync" in sys.argv:
        sync_nothing()
    chance = random.Random(seed)  # noqa: S311 - what happens when: nothing secret
    keyring = Keyring(HostKeys.load(folder / "host.key"), KeyringSettings(kdf="hkdf"))
    uids = [keyring.uid(f"{name}@montague.example") for name in USERS]
    store = Store.open(folder / "data", keyring, VaultSettings(fold_every=4))
    learnt = [open_vault(store, uid).counts(b"").spam for uid in uids]
    for _ in range(commits):
        for _ in range(chance.randrange(1, 6)):
            user = chance.randrange(len(USERS))
            vault = store.vault(uids[user]) or open_vault(store, uids[user])
            words = (b"%d %d" % (learnt[user], word) for word in range(30))
            vault.learn(b"".join(hashlib.blake2b(word, digest_size=16).digest() for word in words), spam=True)
            learnt[user] += 1
            if chance.random() < 0.1:
                vault.items.put(b"box", b"%d" % chance.randrange(4), bytes(chance.randrange(20_000)))
            if chance.random() < 0.1:
                vault.lock()
        store.commit()
        print(f"{learnt[0]} {learnt[1]}\n", end="", flush=True)  # noqa: T201 - the acknowledgement
        if chance.random() < 0.05:
            store.erase()


if __name__ == "__main__":
    main()
