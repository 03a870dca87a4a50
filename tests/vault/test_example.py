"""A store that an earlier version wrote opens, and says what it said then."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from providence.keyring import HostKeys, Keyring, Secret, SlotKind, Unlock
from providence.vault import Store, Vault

VECTORS = Path(__file__).parents[1] / "vectors" / "vault"


def hashes(*words: str) -> bytes:
    return b"".join(hashlib.blake2b(word.encode(), digest_size=16).digest() for word in words)


class Example:
    """A copy of a frozen store, with all that opens it."""

    def __init__(self, source: Path, folder: Path) -> None:
        shutil.copytree(source, folder)
        (folder / "host.key").chmod(0o600)  # git does not keep it
        self.secrets = json.loads((folder / "secrets.json").read_text())
        self.keyring = Keyring(HostKeys.load(folder / "host.key"))
        self.uids = [self.keyring.uid(jid) for jid in self.secrets["users"]]
        self.store = Store.open(folder / "data", self.keyring, clock=lambda: self.secrets["day"] * 86_400.0)

    def scram(self, name: str) -> Unlock:
        secret = Secret(bytes.fromhex(self.secrets[f"{name}u"]))
        return Unlock(SlotKind.SCRAM, secret, "sha-256", self.secrets[f"{name}salt"].encode(), 4096)

    def open(self, user: int, unlock: Unlock) -> Vault:
        attempt = self.store.prepare(self.uids[user], [unlock], enrol=False)
        attempt.derive()
        return self.store.finish(attempt)


@pytest.fixture
def example(tmp_path: Path) -> Example:
    return Example(VECTORS / "example-1", tmp_path / "example")


def test_its_table_and_journal_are_counted(example: Example) -> None:
    with example.store:
        vault = example.open(0, example.scram("new_"))
        expected = (20, 3, [(20, 3), (1, 0), (0, 1), (0, 0)])
        assert expected == vault.counts(hashes("common", "spam 7", "ham 2", "unknown"))[:3]
        assert (1, 3) == (vault.stats().generation, vault.pending)


def test_its_items_and_deposits_open(example: Example) -> None:
    with example.store:
        vault = example.open(0, example.scram("new_"))
        assert bytearray(b"an item") == vault.items.get(b"box", b"item")
        assert [(7, b"a deposit")] == list(vault.drain())


def test_its_ticket_opens_and_its_recovery_code_brings_back_the_vault_before(example: Example) -> None:
    with example.store as store:
        example.open(0, Unlock(SlotKind.TICKET, Secret(bytes.fromhex(example.secrets["ticket"]))))
        code = Unlock(SlotKind.RECOVERY, Secret(bytes.fromhex(example.secrets["recovery"])))
        recall = store.recall(example.uids[0], [code])
        recall.derive()
        assert (1, 0, [(1, 0), (0, 0)]) == store.finish(recall).counts(hashes("reset", "common"))[:3]


def test_an_empty_vault_is_empty(example: Example) -> None:
    with example.store as store:
        assert (0, 0, [(0, 0)]) == example.open(1, example.scram("")).counts(hashes("common"))[:3]
        assert [] == store.verify().problems
