"""A vault beside a dictionary: whatever is done, in whatever order, they say the same."""

import copy
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from providence.vault.journal import receipt_of

World = Any
WORDS = [f"word {number}" for number in range(40)]
USERS = ("romeo", "juliet")
MESSAGES = st.lists(st.sampled_from(WORDS), max_size=8, unique=True).map(tuple)


class Model:
    """What one user's vault should say: counts and weights by bucket (two words may share one), and totals."""

    def __init__(self) -> None:
        self.counts: dict[int, list[int]] = {}
        self.weights: dict[int, int] = {}
        self.steps: list[tuple[int, int]] = []
        self.totals = [0, 0]
        self.items: dict[bytes, bytes] = {}

    def look_up(self, ids: Iterable[int]) -> list[tuple[int, ...]]:
        return [tuple(self.counts.get(ident, (0, 0))) for ident in ids]

    def learn(self, ids: set[int], column: int, step: int) -> None:
        self.steps.append((receipt_of(sorted(ids), spam=column == 0), step))
        for ident in ids:
            self.weights[ident] = self.weights.get(ident, 0) + step
            self.counts.setdefault(ident, [0, 0])[column] += 1
        self.totals[column] += 1

    def undo(self, ids: set[int], column: int) -> None:
        known = [ident for ident in ids if self.counts.get(ident, (0, 0))[column]]
        if self.totals[column] and known:
            receipt = receipt_of(sorted(ids), spam=column == 0)
            place = next((at for at in range(len(self.steps) - 1, -1, -1) if self.steps[at][0] == receipt), None)
            step = 0 if place is None else self.steps.pop(place)[1]
            for ident in known:
                self.counts[ident][column] -= 1
                self.weights[ident] -= step
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

    @rule(
        name=st.sampled_from(USERS),
        words=MESSAGES,
        spam=st.booleans(),
        times=st.integers(1, 6),
        step=st.integers(-50, 50),
    )
    def learn(self, name: str, words: tuple[str, ...], *, spam: bool, times: int, step: int) -> None:
        vault, hashes = self.vault(name), self.world.hashes(*words)
        for turn in range(times):
            vault.learn(hashes, spam=spam, step=step + turn)
            self.models[name].learn(set(vault.keys.blind(hashes)), 0 if spam else 1, step + turn)

    @rule(name=st.sampled_from(USERS), words=MESSAGES, spam=st.booleans())
    def undo(self, name: str, words: tuple[str, ...], *, spam: bool) -> None:
        vault, hashes = self.vault(name), self.world.hashes(*words)
        vault.learn(hashes, spam=spam, undo=True)
        self.models[name].undo(set(vault.keys.blind(hashes)), 0 if spam else 1)

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
            hashes = self.world.hashes(*WORDS)
            counts = vault.counts(hashes)
            assert model.totals == [counts.spam, counts.ham]
            ids = vault.keys.blind(hashes)
            assert model.look_up(ids) == counts.features
            assert [model.weights.get(ident, 0) for ident in ids] == counts.weights
            stored = {item.ident: bytes(vault.items.get(b"box", item.ident)) for item in vault.items.listed(b"box")}
            assert model.items == stored

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.compare()
            assert self.store.verify().problems == []
            self.store.close()
            self.folder.cleanup()


@pytest.mark.parametrize(("kind", "examples"), [("memory", 60), ("lmdb", 15)])
def test_a_vault_says_what_a_dictionary_would(
    make_world: Callable[[Path, str], World], kind: str, examples: int
) -> None:
    play = type("Play", (Play,), {"make": staticmethod(make_world), "kind": kind})
    run_state_machine_as_test(play, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None))
