"""Tables of (1-AUC)%: ours beside the peers, and ours beside ours without one of its parts."""

from collections.abc import Mapping, Sequence
from functools import partial

from providence.benchmarks.metrics import Bootstrap, Score, interval, loss
from providence.benchmarks.ours import Ours, build, exact, seed_without, unscrubbed
from providence.benchmarks.protocols import ALL, PEOPLE, Feedback, Row, play
from providence.benchmarks.tables import OURS, Cell, Options, Table, show, tell

FIRST = 10


def ranking(options: Options) -> None:
    """Print (1-AUC)% by protocol, and against the best peer of each set."""
    tables: dict[str, Table] = {}
    for name in options.sets:
        people = options.people(name)
        users = measured(options, name, "users", people, ALL)
        found = {
            "in a stream": measured(options, name, "stream", options.stream(name), ALL),
            "of users": users,
            f"over the first {FIRST} messages of users": {
                filt: [score for score in scores if score.nth < FIRST] for filt, scores in users.items()
            },
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
    """Print what quota, buckets and scrubber cost: ours minus ours without them."""
    tables: dict[str, Table] = {}
    for name in options.sets:
        tell(f"{name}, variants")
        seed = seed_without(options.data, name)
        with unscrubbed():
            raw = build(options.data, [name])
        for protocol, users in (("in a stream", options.stream(name)), ("of users", options.people(name))):
            found = {
                filt: play(make(), users, name)
                for filt, make in (
                    (OURS, partial(Ours, seed)),
                    ("without a quota", partial(Ours, seed, quota=None)),
                    ("exact ids", partial(Ours, seed, exact)),
                )
            }
            with unscrubbed():
                found["unscrubbed"] = play(Ours(raw), users, name)
            bootstrap = Bootstrap(found[OURS], options.draws)
            table = tables.setdefault(protocol, {})
            for filt, scores in found.items():
                table.setdefault(filt, {})[name] = loss(scores)
            for filt, scores in found.items():
                if filt != OURS:
                    table.setdefault(f"against {filt}", {})[name] = bootstrap.difference(found[OURS], scores)
    for protocol, table in tables.items():
        show(f"(1-AUC)% {protocol}, with and without", table, options.sets)
