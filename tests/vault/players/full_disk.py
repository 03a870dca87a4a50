"""Fills a store until its files may not grow, and says whether it is as it was; for test_environment.py."""

import hashlib
import resource
import sys
from pathlib import Path

from providence.errors import CommitError, StoreFullError
from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from providence.vault import Store

MORE = 200_000  # bytes that files may still grow by


def main() -> None:
    folder = Path(sys.argv[1])
    keyring = Keyring(HostKeys.load(folder / "host.key"), KeyringSettings(kdf="hkdf"))
    uid = keyring.uid("romeo@montague.example")
    secret = hashlib.sha256(b"balcony").digest()
    with Store.open(folder / "data", keyring) as store:
        attempt = store.prepare(uid, [Unlock(SlotKind.SCRAM, Secret(secret), "sha-256", b"salt", 4096)], enrol=False)
        attempt.derive()
        vault = store.finish(attempt)
        before = vault.counts(b""), len(vault.items.listed(b"box"))
        size = max(path.stat().st_size for path in (folder / "data").iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + MORE, resource.RLIM_INFINITY))
        kept = 0
        cause: BaseException | None = None
        while cause is None:
            vault.items.put(b"box", bytes([kept]), bytes(60_000))
            try:
                store.commit()
                kept += 1
            except CommitError as error:
                cause = error.__cause__
        assert isinstance(cause, StoreFullError)
        assert kept > 0
        assert (before[0], kept) == (vault.counts(b""), len(vault.items.listed(b"box")))
        vault.items.delete(b"box", b"\0")
        store.commit()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        vault.learn(b"", spam=True)
        assert store.verify().problems == []
    with Store.open(folder / "data", keyring) as store:
        assert store.verify().users == 1
    print("as it was")  # noqa: T201 - what the test waits for


if __name__ == "__main__":
    main()
