"""A vault beside a dictionary: whatever is done, in whatever order, they say the same."""

import copy
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

World = Any
WORDS = [f"word {number}" for number in range(40)]
USERS = ("romeo", "juliet")
MESSAGES = st.lists(st.sampled_from(WORDS), max_size=8, unique=True).map(tuple)


class Model:
    """What one user's vault should say: counts by word, and totals."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = {word: [0, 0] for word in WORDS}
        self.totals = [0, 0]
        self.items: dict[bytes, bytes] = {}

    def learn(self, words: tuple[str, ...], column: int) -> None:
        for word in words:
            self.counts[word][column] += 1
        self.totals[column] += 1

    def undo(self, words: tuple[str, ...], column: int) -> None:
        known = [word for word in words if self.counts[word][column]]
        if self.totals[column] and known:
            for word in known:
                self.counts[word][column] -= 1
            self.totals[column] -= 1


class Play(RuleBasedStateMachine):
    """Two users, one store; a crash drops what was not committed."""

    make: Callable[[Path, str], World]
    kind: str

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = self.make(Path(self.folder.name), self.kind)
        self.store = self.world.store()
        self.models = {name: Model() for name in USERS}
        self.committed = copy.deepcopy(self.models)

    def vault(self, name: str) -> Any:
        return self.store.vault(self.world.uid(name)) or self.world.open(self.store, name)

    @rule(name=st.sampled_from(USERS), words=MESSAGES, spam=st.booleans(), times=st.integers(1, 6))
    def learn(self, name: str, words: tuple[str, ...], *, spam: bool, times: int) -> None:
        for _ in range(times):
            self.vault(name).learn(self.world.hashes(*words), spam=spam)
            self.models[name].learn(words, 0 if spam else 1)

    @rule(name=st.sampled_from(USERS), words=MESSAGES, spam=st.booleans())
    def undo(self, name: str, words: tuple[str, ...], *, spam: bool) -> None:
        self.vault(name).learn(self.world.hashes(*words), spam=spam, undo=True)
        self.models[name].undo(words, 0 if spam else 1)

    @rule(name=st.sampled_from(USERS), ident=st.sampled_from([b"1", b"2"]), plain=st.binary(max_size=9000))
    def put(self, name: str, ident: bytes, plain: bytes) -> None:
        self.vault(name).items.put(b"box", ident, plain)
        self.models[name].items[ident] = plain

    @rule(name=st.sampled_from(USERS), ident=st.sampled_from([b"1", b"2"]))
    def delete(self, name: str, ident: bytes) -> None:
        self.vault(name).items.delete(b"box", ident)
        self.models[name].items.pop(ident, None)

    @rule(name=st.sampled_from(USERS))
    def lock(self, name: str) -> None:
        self.vault(name).lock()

    @rule(name=st.sampled_from(USERS))
    def ticket(self, name: str) -> None:
        self.vault(name).ticket().wipe()

    @rule(name=st.sampled_from(USERS))
    def forget(self, name: str) -> None:
        self.store.forget(self.world.uid(name))
        self.models[name] = Model()

    @rule()
    def commit(self) -> None:
        self.store.commit()
        self.committed = copy.deepcopy(self.models)

    @rule()
    def close(self) -> None:
        self.store.close()
        self.committed = copy.deepcopy(self.models)
        self.store = self.world.store()

    @rule()
    def erase(self) -> None:
        self.store.erase()
        self.committed = copy.deepcopy(self.models)

    @precondition(lambda self: self.kind == "memory")
    @rule()
    def crash(self) -> None:
        self.store = self.world.store()
        self.models = copy.deepcopy(self.committed)

    @rule()
    def compare(self) -> None:
        for name in USERS:
            model, vault = self.models[name], self.vault(name)
            counts = vault.counts(self.world.hashes(*WORDS))
            assert model.totals == [counts.spam, counts.ham]
            assert [tuple(model.counts[word]) for word in WORDS] == counts.features
            stored = {item.ident: bytes(vault.items.get(b"box", item.ident)) for item in vault.items.listed(b"box")}
            assert model.items == stored

    @invariant()
    def sound(self) -> None:
        pass

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.compare()
            assert [] == self.store.verify().problems
            self.store.close()
            self.folder.cleanup()


def test_no_two_words_of_the_model_share_a_hash() -> None:
    assert len(WORDS) == len({hashlib.blake2b(word.encode(), digest_size=16).digest() for word in WORDS})


@pytest.mark.parametrize(("kind", "examples"), [("memory", 60), ("lmdb", 15)])
def test_a_vault_says_what_a_dictionary_would(
    make_world: Callable[[Path, str], World], kind: str, examples: int
) -> None:
    play = type("Play", (Play,), {"make": staticmethod(make_world), "kind": kind})
    run_state_machine_as_test(play, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None))  # type: ignore[no-untyped-call]  # hypothesis types it so
