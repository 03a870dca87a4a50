"""
Makes an example store, to be kept for good; how `example-1` was made.

    python tests/vectors/vault/make_example.py tests/vectors/vault/example-1

It writes the host key, the data folder, and `secrets.json` with all that opens it: nothing there is secret. A
store that a released version wrote is never made anew: a new format gets a new example beside it.
"""

import hashlib
import json
import sys
from pathlib import Path

from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.vault import Store, Vault

DAY = 20_000
USERS = ("romeo@montague.example", "juliet@capulet.example")
U = hashlib.sha256(b"the balcony").digest()
NEW_U = hashlib.sha256(b"the tomb").digest()


def hashes(*words: str) -> bytes:
    return b"".join(hashlib.blake2b(word.encode(), digest_size=16).digest() for word in words)


def open_vault(store: Store, uid: bytes, secret: bytes, salt: bytes) -> Vault:
    attempt = store.prepare(uid, [Unlock(SlotKind.SCRAM, Secret(secret), "sha-256", salt, 4096)], enrol=True)
    attempt.derive()
    return store.finish(attempt)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    host = HostKeys.create(folder / "host.key")
    keyring = Keyring(host, KeyringSettings())
    romeo, juliet = (keyring.uid(jid) for jid in USERS)
    secrets = {"users": USERS, "day": DAY, "u": U.hex(), "salt": "salt", "new_u": NEW_U.hex(), "new_salt": "new"}
    with Store.open(folder / "data", keyring, clock=lambda: DAY * 86_400.0) as store:
        # Romeo: a vault that is set aside, and a live one with a table, a journal, items and a queue.
        vault = open_vault(store, romeo, U, b"salt")
        vault.learn(hashes("before", "the", "reset"), spam=True)
        with vault.recovery() as code:
            secrets["recovery"] = code.view().hex()
        vault.lock()
        vault = open_vault(store, romeo, NEW_U, b"new")
        for number in range(20):
            vault.learn(hashes("common", f"spam {number}"), spam=True)
        store.commit()
        for number in range(3):
            vault.learn(hashes("common", f"ham {number}"), spam=False)
        vault.items.put(b"box", b"item", b"an item")
        with vault.ticket() as ticket:
            secrets["ticket"] = ticket.view().hex()
        store.deposit(romeo, 7, b"a deposit")
        store.commit()
        # Juliet: an empty vault.
        open_vault(store, juliet, U, b"salt")
        store.commit()
        # Left as if the power failed: romeo's journal is not folded.
        for path in (folder / "data").iterdir():
            (folder / "kept").mkdir(exist_ok=True)
            (folder / "kept" / path.name).write_bytes(path.read_bytes())
    for path in (folder / "data").iterdir():
        path.unlink()
        kept = folder / "kept" / path.name
        used = path.name in {"format", *(f"shard-{uid[0] % 8:03}.mdb" for uid in (romeo, juliet))}
        if used:
            path.write_bytes(kept.read_bytes())
        kept.unlink()
    (folder / "kept").rmdir()
    (folder / "secrets.json").write_text(json.dumps(secrets, indent=2) + "\n")


if __name__ == "__main__":
    main()
