"""Tables of (1-AUC)%: ours beside the peers, and beside ours without one of its parts."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial

from providence.benchmarks.metrics import Bootstrap, Score, interval, loss
from providence.benchmarks.ours import Ours, exact, seed_without, unscrubbed
from providence.benchmarks.protocols import ALL, PEOPLE, Feedback, Row, play
from providence.benchmarks.tables import OURS, Cell, Options, Table, show, tell
from providence.classifier import EMPTY

FIRST = 10
BEGINNING = f"over the first {FIRST} messages of users"


def ranking(options: Options) -> None:
    """Print (1-AUC)% by protocol, and against the best peer of each set."""
    tables: dict[str, Table] = {}
    for name in options.sets:
        people = options.people(name)
        users = measured(options, name, "users", people, ALL)
        found = {
            "in a stream": measured(options, name, "stream", options.stream(name), ALL),
            "of users": users,
            BEGINNING: beginning(users),
            "of users who tell as little as people tell": measured(options, name, "real", people, PEOPLE),
        }
        for protocol, scores in found.items():
            table = tables.setdefault(protocol, {})
            for filt, each in scores.items():
                table.setdefault(filt, {})[name] = loss(each)
            for row, cell in compared(scores, options.draws).items():
                table.setdefault(row, {})[name] = cell
    for protocol, table in tables.items():
        show(f"(1-AUC)% {protocol}", table, options.sets)


def measured(
    options: Options, name: str, protocol: str, users: Sequence[Sequence[Row]], feedback: Feedback
) -> dict[str, list[Score]]:
    """Let ours and the peers play, each alone."""
    tell(f"{name}, {protocol}")
    found = {OURS: play(options.ours(name), users, name, feedback)}
    what = f"{name}-{protocol}-{len(found[OURS])}"
    for peer in options.peers:
        values = options.said(
            peer, what, lambda subject: [score.value for score in play(subject, users, name, feedback)]
        )
        found[peer] = [score._replace(value=value) for score, value in zip(found[OURS], values, strict=True)]
    return found


def compared(scores: Mapping[str, Sequence[Score]], draws: int) -> dict[str, Cell]:
    """Give the interval of ours, and the difference to the best peer."""
    bootstrap = Bootstrap(scores[OURS], draws)
    low, high = interval(bootstrap.losses(scores[OURS]))
    cells: dict[str, Cell] = {f"{OURS}, 95 %": f"{low:.2f} to {high:.2f}"}
    others = [filt for filt in scores if filt != OURS]
    if others:
        best = min(others, key=lambda filt: loss(scores[filt]))
        cells |= {"best peer": best, "against it": bootstrap.difference(scores[OURS], scores[best])}
    return cells


def variants(options: Options) -> None:
    """Print what quota, buckets and scrubber cost, and what the seed is good for: ours minus ours without them."""
    tables: dict[str, Table] = {}
    for name in options.sets:
        tell(f"{name}, variants")
        seed = seed_without(options.data, name)
        makes = {
            OURS: partial(Ours, seed),
            "without a quota": partial(Ours, seed, quota=None),
            "exact ids": partial(Ours, seed, exact),
            "unscrubbed": partial(Ours, seed),
            "without a seed": partial(Ours, EMPTY),
        }
        for protocol, users in (("in a stream", options.stream(name)), ("of users", options.people(name))):
            found = {}
            for filt, make in makes.items():
                with unscrubbed() if filt == "unscrubbed" else nullcontext():
                    found[filt] = play(make(), users, name)
            costs(tables.setdefault(protocol, {}), name, found, options.draws)
        costs(tables.setdefault(BEGINNING, {}), name, beginning(found), options.draws)
    for protocol, table in tables.items():
        show(f"(1-AUC)% {protocol}, with and without", table, options.sets)


def beginning(found: Mapping[str, Sequence[Score]]) -> dict[str, list[Score]]:
    """Give what was said of each user's first messages."""
    return {filt: [score for score in scores if score.nth < FIRST] for filt, scores in found.items()}


def costs(table: Table, name: str, found: Mapping[str, Sequence[Score]], draws: int) -> None:
    """Add the loss of each variant, and the differences of ours to it."""
    bootstrap = Bootstrap(found[OURS], draws)
    for filt, scores in found.items():
        table.setdefault(filt, {})[name] = loss(scores)
    for filt, scores in found.items():
        if filt != OURS:
            table.setdefault(f"against {filt}", {})[name] = bootstrap.difference(found[OURS], scores)
