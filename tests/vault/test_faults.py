"""A process may end at any call to its backend: what was acknowledged is there, and nothing is half."""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import pytest

World = Any


class CrashError(Exception):
    """The process ended here."""


class Faulty:
    """A backend that ends its process at a chosen call, before or after the call did its work."""

    def __init__(self, backend: Any, calls: int, *, after: bool) -> None:
        self._backend = backend
        self._calls = calls
        self._after = after

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._backend, name)

        def call(*args: Any) -> Any:
            self._calls -= 1
            if self._calls == 0 and not self._after:
                raise CrashError
            result = act(*args)
            if self._calls == 0:
                raise CrashError
            return result

        return call


def play(world: World, wrap: Callable[[Any], Any] | None, acknowledged: list[int]) -> None:
    """Learn, fold, lock, unlock and drain; note what each commit made durable."""
    store = world.store(wrap=wrap)
    for round_ in range(6):
        vault = store.vault(world.uid()) or world.open(store)
        list(vault.drain())
        world.teach(vault, 7, start=7 * round_)
        if round_ % 2:
            vault.lock()
            store.deposit(world.uid(), 1, b"x")
        store.commit()
        acknowledged.append(7 * (round_ + 1))
    store.close()


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_call_leaves_the_last_commit_or_the_next(shelf: World, *, after: bool) -> None:
    for calls in itertools.count(1):
        shelf.records.clear()
        acknowledged, crashed = [0], False
        try:
            play(shelf, functools.partial(Faulty, calls=calls, after=after), acknowledged)
        except CrashError:
            crashed = True
        with shelf.store() as store:
            assert [] == store.verify().problems
            kept = shelf.open(store).counts(b"").spam
            assert kept in (acknowledged[-1], acknowledged[-1] + 7)
        if not crashed:
            break
    assert calls > 30
