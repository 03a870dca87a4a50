"""A filter for people who measure: scrubber, tokenizer, blinding and real vaults, in a folder that goes at the end."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ...classifier import Seed
from ...keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock
from ...pipeline import PRIOR, Lesson, learn, opinion_of, read_texts, study
from ...scrubber import Doorkeeper
from ...vault import ENTRY_BYTES, Store, Vault

_COMMIT_EVERY = 16
_SECRET_BYTES = 32
_ITERATIONS = 4096


class Bench:
    """Users of one store, who have nothing but the messages they are given."""

    def __init__(self, store: Store, keyring: Keyring, seed: Seed) -> None:
        self._store = store
        self._keyring = keyring
        self._seed = seed
        self._waiting = 0
        self._doors: dict[str, Doorkeeper] = {}

    def reset(self, user: str) -> None:
        """Forget a user, and begin again with an empty vault."""
        uid = self._uid(user)
        self._store.forget(uid)
        self._store.commit()
        self._doors.pop(user, None)
        self._vault(user)

    def classify(self, user: str, text: str) -> float:
        """Return the log-odds of spam of a message of which nothing but the text is known; above 0 is spam."""
        opinion = opinion_of(read_texts((("body", text),)), self._vault(user), self._seed)
        return PRIOR.log_odds + opinion.log_odds

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn one message."""
        door = self._doors.setdefault(user, Doorkeeper())
        lesson = Lesson.of_reading(study((("body", text),), door), spam=spam)
        if lesson is None:
            return
        learn(lesson, self._vault(user))
        self._waiting += 1
        if self._waiting >= _COMMIT_EVERY:
            self._store.commit()
            self._waiting = 0

    def size(self, user: str) -> int:
        """Return how many bytes what the user's vault counts takes before it is sealed."""
        self._store.commit()
        return ENTRY_BYTES * self._vault(user).stats().ids

    def blind_for(self, user: str) -> Callable[[bytes], Sequence[int]]:
        """Lend what turns hashes into the ids of a user's vault, so that another can count the same."""
        return self._vault(user).keys.blind

    def _uid(self, user: str) -> bytes:
        return self._keyring.uid(user)

    def _vault(self, user: str) -> Vault:
        uid = self._uid(user)
        vault = self._store.vault(uid)
        if vault is not None:
            return vault
        with Secret(_SECRET_BYTES) as secret:
            unlock = Unlock(SlotKind.SCRAM, secret, "sha-256", b"evaluation", _ITERATIONS)
            attempt = self._store.prepare(uid, [unlock], enrol=True)
            attempt.derive()
            return self._store.finish(attempt)


@contextmanager
def bench(seed: Seed) -> Iterator[Bench]:
    """Lend a bench; its folder is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="providence-") as name:
        folder = Path(name)
        keyring = Keyring(HostKeys.create(folder / "host.keys"), KeyringSettings(kdf="hkdf"))
        with Store.open(folder / "data", keyring) as store:
            yield Bench(store, keyring, seed)
