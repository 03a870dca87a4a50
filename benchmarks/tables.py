"""What benchmarks/accuracy.py is asked for, and how it prints it: Markdown, a column for each set."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from providence.benchmarks import peers, protocols
from providence.benchmarks.metrics import Difference
from providence.benchmarks.ours import Ours, seed_without
from providence.benchmarks.protocols import Filter, Row

OURS = "Providence"

SMALL = 0.1
"""A number below it is written with three places."""

Cell = str | float | Difference
Table = dict[str, dict[str, Cell]]


class Options(NamedTuple):
    """What is measured, and how much of it."""

    data: Path
    sets: tuple[str, ...]
    limit: int
    users: int
    draws: int
    tested: int
    peers: tuple[str, ...]
    keep: Path | None
    ham: Path | None
    svg: Path | None

    def rows(self, name: str) -> tuple[list[Row], list[str]]:
        """Read a set."""
        return protocols.read(self.data / f"{name}.jsonl")

    def stream(self, name: str) -> list[list[Row]]:
        """Give one user with the messages of a set in their order."""
        return [self.rows(name)[0][: self.limit]]

    def people(self, name: str) -> list[list[Row]]:
        """Give the users of a set: those it names, or simulated ones."""
        rows, names = self.rows(name)
        return protocols.by_name(rows, names) if any(names) else protocols.simulated(rows, self.users, name)

    def ours(self, name: str) -> Ours:
        """Give a filter of ours that knows nothing of a set."""
        return Ours(seed_without(self.data, name))

    def said(self, peer: str, what: str, act: Callable[[Filter], list[float]]) -> list[float]:
        """Let a peer that knows nothing act, and keep what it said; or give what it said before, if that is kept."""
        path = self.keep / f"{what}-{peer}.json" if self.keep else None
        if path is not None and path.exists():
            values: list[float] = json.loads(path.read_text())
            return values
        with peers.peer(peer) as subject:
            values = act(subject)
        if path is not None:
            path.write_text(json.dumps(values))
        return values


def show(title: str, table: Table, sets: Sequence[str], mean: str = "mean") -> None:
    """Print a table: a row for each entry, with the mean of its numbers or a count of its words."""
    print(f"\n{title}\n\n| | {mean} | {' | '.join(sets)} |\n|---|---|{'---|' * len(sets)}")
    for row, cells in table.items():
        values = [cells[name] for name in sets]
        print(f"| {row} | {_mean(values)} | {' | '.join(map(_written, values))} |")
    sys.stdout.flush()


def _mean(values: Sequence[Cell]) -> str:
    numbers = [value for value in values if isinstance(value, float)]
    if numbers:
        return f"{fmean(numbers):.3f}"
    differences = [value for value in values if isinstance(value, Difference)]
    if differences:
        outcomes = [difference.outcome for difference in differences]
        found = ", ".join(f"{outcomes.count(each)} {each}" for each in ("win", "tie", "loss") if each in outcomes)
        return f"{Difference.mean(differences)}: {found}"
    return ""


def _written(value: Cell) -> str:
    if isinstance(value, float):
        return f"{value:.2f}" if value >= SMALL else f"{value:.3f}"
    return str(value)


def tell(what: str) -> None:
    """Say on standard error what goes on."""
    print(what, file=sys.stderr, flush=True)
