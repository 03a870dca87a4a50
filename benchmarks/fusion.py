"""Weights of the groups of the formula, fitted on simulated strangers who write real messages.

    python benchmarks/fusion.py --data FOLDER [--users N] [--seeds N]

FOLDER holds <set>.jsonl as for accuracy.py. No public data has both words and senders, so the two are joined:

* content is real: what the judge says of each message of simulated users, who tell it afterwards what it was, with a
  seed that knows nothing of their set;
* karma is the real store: whoever sent the message is drawn (WAYS, HOSTS), and those who get it report, answer or say
  nothing, at the rates of karma_attacks.py, if the formula delivers it with every weight at 1;
* authentication is the real score of states that are drawn at the rates of RATES;
* lists are a hit of LIST_LOG_ODDS, at the rates of LISTED.

All of that but the content is assumed, so it is fitted again where the assumptions are others (WORLDS).

Fitted is a logistic regression without an intercept of its own, the prior being that of the formula, with no weight
below 0, and an L2 penalty towards 1 that is as much as PENALTY messages. Intervals are of seeds, each of which draws
other senders, other users and another order.
"""

import argparse
import math
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from providence.authentication import Fact, State, score
from providence.benchmarks.karma_attacks import DAY, HOUR, MISTAKES, REPLIES, REPORTS, START
from providence.benchmarks.ours import Ours, seed_without
from providence.benchmarks.protocols import by_name, play, read, simulated
from providence.karma import Event, Karma, KarmaSettings, Sender, sender_of
from providence.pipeline import PRIOR
from providence.pipeline.formula import LEAST_EVIDENCE, MOST_EVIDENCE

GROUPS = ("content", "karma", "authentication", "lists")
JUNK = math.log(0.97 / 0.03)
DAYS = 60
PENALTY = 100.0
LIST_LOG_ODDS = 2.0
# Where spam comes from: shares, and how many messages come from one account. Assumed.
WAYS = {"throwaway": (0.35, 5), "patient": (0.25, 60), "abused": (0.25, 20), "stolen": (0.15, 40)}
GOOD_HOSTS, BAD_HOSTS, FRIENDS = 60, 12, 20
# Of honest strangers so many come from a host that nobody has heard of.
UNHEARD = 0.15
# A list that names a host when one of its accounts writes; good ones are named by mistake.
LISTED = {"good": 0.01, "bad": 0.4}
# States of checks: (check, state, detail) with chances for good hosts and bad ones. TLS of bad ones: the 776 servers of
# the IM Observatory, December 2013; registration of good ones: 29 providers of 2026; the rest is assumed.
RATES: dict[str, tuple[tuple[State, str, float, float], ...]] = {
    "TLS_HOSTNAME": ((State.PASS, "", 0.97, 0.70), (State.FAIL, "", 0.03, 0.30)),
    "TLS_AUTHORITY": ((State.PASS, "", 0.97, 0.61), (State.FAIL, "", 0.03, 0.39)),
    "REGISTRATION": ((State.PASS, "web", 0.83, 0.25), (State.FAIL, "open", 0.17, 0.75)),
    "REVERSE_DNS": ((State.PASS, "", 0.70, 0.40), (State.NONE, "", 0.30, 0.60)),
    "MAIL": ((State.PASS, "", 0.80, 0.40), (State.NONE, "", 0.20, 0.60)),
    "WEBSITE": ((State.PASS, "", 0.95, 0.50), (State.NONE, "", 0.05, 0.50)),
}


class World(NamedTuple):
    """Other assumptions: how the servers that spam are kept, how often spam is reported, and how often lists know."""

    kept_badly: bool = True
    reports: float = REPORTS
    listed: float = LISTED["bad"]


WORLDS = {
    "as assumed": World(),
    "bad servers kept like good ones": World(kept_badly=False),
    "a quarter of the reports": World(reports=REPORTS / 4),
    "lists that know a tenth": World(listed=LISTED["bad"] / 4),
}
# Where weights that fit the first of these worlds are tried.
TRIED = ("as assumed", "a quarter of the reports")


class Message(NamedTuple):
    """What content alone says of a message of a user, and what it is."""

    user: int
    content: float
    spam: bool


class Row(NamedTuple):
    """What each group said of a message, in the order of GROUPS, and what it was."""

    parts: tuple[float, ...]
    spam: bool


class Host(NamedTuple):
    """A server as a stranger comes from it."""

    name: str
    address: str
    is_bad: bool
    authentication: float


def messages(folder: Path, users: int) -> list[Message]:
    """Let the judge say what it thinks of each message of simulated users of every set."""
    found: list[Message] = []
    for path in sorted(folder.glob("*.jsonl")):
        rows, owners = read(path)
        seed = seed_without(folder, path.stem)
        chosen = by_name(rows, owners)[:users] if any(owners) else simulated(rows, users, path.stem)
        first = found[-1].user + 1 if found else 0
        scores = play(Ours(seed), chosen, path.stem)
        found += [Message(first + each.user, each.value - PRIOR.log_odds, each.spam) for each in scores]
    return found


class Strangers:
    """Who writes: honest people and four kinds of spammers."""

    def __init__(self, dice: random.Random, world: World) -> None:
        """Draw hosts."""
        self._dice = dice
        self._world = world
        self._numbers = iter(range(10**9))
        self._good = [self._host(is_bad=False) for _ in range(GOOD_HOSTS)]
        self._bad = [self._host(is_bad=True) for _ in range(BAD_HOSTS)]
        self._accounts: dict[str, tuple[Host, Sender, int]] = {}

    def _host(self, *, is_bad: bool) -> Host:
        number = next(self._numbers)
        facts = {}
        for name, states in RATES.items():
            chances = [bad if is_bad and self._world.kept_badly else good for _, _, good, bad in states]
            ((state, detail, _, _),) = self._dice.choices(states, chances)
            facts[name] = Fact(state, detail)
        known = sum(weight for _, weight in score(facts, START))
        return Host(f"host{number}.example", f"198.{number // 250 % 250}.{number % 250}.7", is_bad, known)

    def _account(self, host: Host) -> tuple[Host, Sender]:
        return host, sender_of(f"person{next(self._numbers)}@{host.name}", host.address)

    def honest(self) -> tuple[Host, Sender]:
        """Return somebody new: of a large server more often than of a small one."""
        if self._dice.random() < UNHEARD:
            return self._account(self._host(is_bad=False))
        return self._account(self._good[int(GOOD_HOSTS * self._dice.random() ** 2)])

    def spammer(self, karma: Karma, now: float) -> tuple[Host, Sender]:
        """Return the account that the next spam comes from."""
        (way,) = self._dice.choices(list(WAYS), [share for share, _ in WAYS.values()])
        host, sender, left = self._accounts.get(way, (None, None, 0))
        if host is None or sender is None or not left:
            hosts = self._bad if way in {"throwaway", "patient"} else self._good
            host, sender = self._account(self._dice.choice(hosts))
            left = WAYS[way][1]
            if way == "stolen":
                for number in range(FRIENDS):
                    karma.vote(b"friend %d" % number, sender, Event.REPLY, now - 30 * DAY)
        self._accounts[way] = host, sender, left - 1
        return host, sender


def traffic(found: Sequence[Message], seed: int, world: World) -> Iterator[Row]:
    """Yield what each group says of every message, in the order of DAYS days."""
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    everybody = sorted({message.user for message in found})
    drawn = dice.choices(everybody, k=len(everybody))
    # Each user's own order stays: what the judge has learnt depends on it.
    texts = {number: mine(found, user) for number, user in enumerate(drawn)}
    stream = sorted((START + dice.random() * DAYS * DAY, number) for number, row in texts.items() for _ in row)
    left = {number: iter(row) for number, row in texts.items()}
    with (
        tempfile.TemporaryDirectory(prefix="pv-") as folder,
        Karma.open(Path(folder), bytes(32), KarmaSettings()) as karma,
    ):
        strangers = Strangers(dice, world)
        for name in [*(b"friend %d" % number for number in range(FRIENDS)), *map(reader_of, texts)]:
            karma.meet(name, START - 365 * DAY, START - 100 * DAY)
        said: list[tuple[float, bytes, Sender, Event]] = []
        swept = START
        for now, number in stream:
            while said and said[0][0] <= now:
                when, reader, sender, event = said.pop(0)
                karma.vote(reader, sender, event, when)
            if now - swept > DAY:
                swept = now
                for _ in karma.sweep(now):
                    pass
                karma.commit()
            message, reader = next(left[number]), reader_of(number)
            host, sender = strangers.spammer(karma, now) if message.spam else strangers.honest()
            reasons, pace = karma.assess(sender, now)
            lists = LIST_LOG_ODDS * (dice.random() < (world.listed if host.is_bad else LISTED["good"]))
            row = Row((message.content, sum(weight for _, weight in reasons), host.authentication, lists), message.spam)
            yield row
            if PRIOR.log_odds + total(row, ONES) >= JUNK:
                continue
            karma.admit(sender, reader, pace, now)
            karma.delivered(sender, reader)
            answer = spoken(dice, world, spam=message.spam)
            if answer is not None:
                said.append((now + dice.expovariate(1 / HOUR), reader, sender, answer))
                said.sort(key=lambda each: each[0])


def mine(found: Sequence[Message], user: int) -> list[Message]:
    """Return a user's messages."""
    return [message for message in found if message.user == user]


def reader_of(number: int) -> bytes:
    """Return the name of a local user."""
    return b"reader %d" % number


def spoken(dice: random.Random, world: World, *, spam: bool) -> Event | None:
    """Return what a reader says, if anything."""
    draw = dice.random()
    if draw < (world.reports if spam else MISTAKES):
        return Event.REPORT
    return Event.REPLY if not spam and draw < REPLIES else None


ONES = (1.0,) * len(GROUPS)


def total(row: Row, weights: Sequence[float]) -> float:
    """Return the log-odds of the formula, without the prior, with its bound on evidence."""
    content, *evidence = (weight * part for weight, part in zip(weights, row.parts, strict=True))
    return content + max(LEAST_EVIDENCE, min(MOST_EVIDENCE, sum(evidence)))


def fit(rows: Sequence[Row]) -> tuple[float, ...]:
    """Return the weights, found by Newton's method on one at a time: the loss is convex."""
    weights = list(ONES)
    sums = [PRIOR.log_odds + sum(row.parts) for row in rows]
    for _ in range(60):
        moved = 0.0
        for group in range(len(GROUPS)):
            slope, curve = PENALTY * (weights[group] - 1), PENALTY
            for row, value in zip(rows, sums, strict=True):
                part = row.parts[group]
                chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
                slope += part * (chance - row.spam)
                curve += part * part * chance * (1 - chance)
            step = max(-weights[group], -slope / curve)
            weights[group] += step
            moved = max(moved, abs(step))
            sums = [value + step * row.parts[group] for row, value in zip(rows, sums, strict=True)]
        if moved < 1e-4:  # noqa: PLR2004 - far inside of any interval
            break
    return tuple(weights)


class Quality(NamedTuple):
    """Log-loss, spam caught in % above JUNK, ham lost in %."""

    loss: float
    caught: float
    lost: float


def quality(rows: Sequence[Row], weights: Sequence[float]) -> Quality:
    """Return how good the formula is with these weights."""
    scores = [(PRIOR.log_odds + total(row, weights), row.spam) for row in rows]
    losses = [math.log1p(math.exp(-value if spam else value)) for value, spam in scores]
    shares = [100 * mean(value >= JUNK for value, spam in scores if spam is side) for side in (True, False)]
    return Quality(mean(losses), *shares)


def print_weights(worlds: dict[str, list[list[Row]]]) -> None:
    """Print the weights that fit each world, and those of its seeds."""
    print("| | " + " | ".join(GROUPS) + " |\n|---|" + "---|" * len(GROUPS))
    for name, samples in worlds.items():
        columns = zip(*(fit(rows) for rows in samples), strict=True)
        cells = (f"{mean(column):.2f} ({min(column):.2f} to {max(column):.2f})" for column in columns)
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def print_quality(world: str, weights: Mapping[str, Sequence[float]], samples: Sequence[Sequence[Row]]) -> None:
    """Print what the formula is worth with some weights in a world."""
    print(f"| {world}, other seeds | log-loss | spam junked, % | ham junked, % |\n|---|---|---|---|")
    for name, each in weights.items():
        losses, caught, lost = zip(*(quality(rows, each) for rows in samples), strict=True)
        spread = f"{mean(losses):.4f} ({min(losses):.4f} to {max(losses):.4f})"
        print(f"| {name} | {spread} | {mean(caught):.1f} | {mean(lost):.2f} |")


def main() -> None:
    """Print the weights and what they would change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--users", type=int, default=8, help="simulated users of a set (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=6, help="to fit on, and as many to try it (default: %(default)s)")
    options = parser.parse_args()
    found = messages(options.data, options.users)
    print(f"{len(found)} messages of {found[-1].user + 1} users, {100 * mean(each.spam for each in found):.0f} % spam")
    own, other = range(options.seeds), range(options.seeds, 2 * options.seeds)
    worlds = {name: [list(traffic(found, seed, world)) for seed in own] for name, world in WORLDS.items()}
    print_weights(worlds)
    middle = tuple(mean(column) for column in zip(*map(fit, worlds["as assumed"]), strict=True))
    tried = {"content alone": (1.0, 0.0, 0.0, 0.0), "every weight 1": ONES, "as fitted": middle}
    for name in TRIED:
        print_quality(name, tried, [list(traffic(found, seed, WORLDS[name])) for seed in other])


if __name__ == "__main__":
    main()
