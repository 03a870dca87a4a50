"""Accuracy beside the filters of Debian: streams, users with few messages, calibration, poisoning.

    python benchmarks/accuracy.py --data FOLDER [--limit N] [--users N] [--sets A,B] [--no-peers]

FOLDER holds <set>.jsonl with a {"text", "label"[, "user"]} object a line. Each set that the seed is made of is
measured with a seed without it. A filter judges each message and is then told what it was.

* stream: a set in its order, one user.
* users: simulated users of 120 messages, 30 % spam (real ones where the set names them); all scores in one list,
  so that a filter has to mean the same by a number for everyone.

(1-AUC)% is the chance that a ham scores above a spam, its interval a bootstrap of 95 %; `against` is the difference
to the best peer with the interval of a paired bootstrap: below zero we win. Peers run if they are installed:
`apt-get install bogofilter-sqlite spamassassin`. Scores of ours come from a dictionary instead of a vault; a test holds
it against the real path (tests/daemon/commands/test_evaluate.py).
"""

import argparse
import json
import math
import random
import runpy
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

from providence.classifier import UNIT, Counts, Seed, judge, step
from providence.pipeline import PRIOR, read_texts, study
from providence.scrubber import HASH_BYTES, Doorkeeper

_SEEDING = runpy.run_path(str(Path(__file__).parents[1] / "seeds" / "build.py"))
SOURCES: tuple[str, ...] = _SEEDING["SOURCES"]
build: Callable[[Path, Sequence[str]], Seed] = _SEEDING["build"]

BUCKETS = 2**18
QUOTA = 20_000
MESSAGES, SPAM = 120, 36
FIRST = 10
JUNK, FLAG = 0.97, 0.9
POISON = 64


class Row(NamedTuple):
    """One message."""

    text: str
    spam: bool


class Score(NamedTuple):
    """What a filter said of one message of a user, the nth."""

    value: float
    spam: bool
    user: int
    nth: int


class Filter(Protocol):
    """What is measured."""

    def classify(self, user: str, text: str) -> float:
        """Return a number that is higher for spam."""

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""


class Ours:
    """Providence with a dictionary in place of the vault."""

    def __init__(self, seed: Seed, blinded: Callable[[bytes], Sequence[int]] | None = None) -> None:
        self._seed = seed
        self._blinded = blinded or buckets
        self._users: dict[str, tuple[dict[int, tuple[int, int, int]], list[int]]] = {}
        self._doors: dict[str, Doorkeeper] = {}

    def classify(self, user: str, text: str) -> float:
        """Return the log-odds of spam at the base rate."""
        table, totals = self._users.setdefault(user, ({}, [0, 0]))
        reading = read_texts((("body", text),))
        rows = [table.get(key, (0, 0, 0)) for key in self._blinded(reading.hashes)]
        counts = Counts(totals[1], totals[0], [row[:2] for row in rows], [UNIT * row[2] for row in rows])
        return PRIOR.log_odds + judge(counts, self._seed.prior(reading.hashes), reading.shape).log_odds

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        table, totals = self._users.setdefault(user, ({}, [0, 0]))
        reading = study((("body", text),), self._doors.setdefault(user, Doorkeeper()))
        if not reading.learnt:
            return
        keys = self._blinded(reading.lesson)
        moved = step([table.get(key, (0, 0, 0))[2] for key in keys], reading.shape.outline, spam=spam)
        totals[spam] += 1
        for key in dict.fromkeys(keys):
            was = table.pop(key, (0, 0, 0))
            table[key] = (was[0] + spam, was[1] + (not spam), was[2] + moved)
        if len(table) > QUOTA:
            for key in sorted(table, key=lambda key: sum(table[key][:2]))[: QUOTA // 8]:
                del table[key]


def buckets(hashes: bytes) -> list[int]:
    """Stand in for the keyring's block cipher."""
    parts = (hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))
    return [int.from_bytes(blake2b(part, digest_size=4).digest()) % BUCKETS for part in parts]


class Bogofilter:
    """Debian's bogofilter, a process for each call."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _run(self, user: str, text: str, *flags: str) -> str:
        folder = self._folder / user
        folder.mkdir(exist_ok=True)
        mail = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode(errors="replace")
        command = ["bogofilter", "-d", str(folder), *flags]
        return subprocess.run(
            command, input=mail, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        ).stdout.decode()

    def classify(self, user: str, text: str) -> float:
        """Return its probability."""
        said = self._run(user, text, "-T").split()
        return float(said[-1]) if said else 0.5

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        self._run(user, text, "-s" if spam else "-n")


class SpamAssassin:
    """SpamAssassin's Bayes, in one process."""

    def __init__(self, folder: Path) -> None:
        script = Path(__file__).with_name("spamassassin.pl")
        command = ["perl", str(script), str(folder)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, text=True, bufsize=1, cwd=folder, **pipes)  # type: ignore[call-overload]

    def _ask(self, verb: str, user: str, text: str) -> str:
        self._process.stdin.write(f"{verb} {user} {text.encode(errors='replace').hex()}\n")
        self._process.stdin.flush()
        said: str = self._process.stdout.readline().strip()
        return said

    def classify(self, user: str, text: str) -> float:
        """Return its probability."""
        return float(self._ask("c", user, text))

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        self._ask("s" if spam else "h", user, text)


def read(path: Path) -> tuple[list[Row], list[str]]:
    """Read a set and whose each message was, if the set says."""
    objects = [json.loads(line) for line in path.open(encoding="utf-8")]
    rows = [Row(item["text"], item["label"] == "spam") for item in objects]
    return rows, [item.get("user", "") for item in objects]


def people(rows: Sequence[Row], names: Sequence[str], count: int, seed: str) -> list[list[Row]]:
    """Give users with their messages: those the set names, or simulated ones."""
    if any(names):
        return [[row for row, other in zip(rows, names, strict=True) if other == name] for name in dict.fromkeys(names)]
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    sides = [row for row in rows if row.spam], [row for row in rows if not row.spam]
    found = []
    for _ in range(count):
        mine = [
            row
            for side, size in zip(sides, (SPAM, MESSAGES - SPAM), strict=True)
            for row in dice.sample(side, min(size, len(side)))
        ]
        dice.shuffle(mine)
        found.append(mine)
    return found


def play(subject: Filter, users: Sequence[Sequence[Row]], name: str) -> list[Score]:
    """Let a filter judge and learn."""
    scores = []
    for number, rows in enumerate(users):
        for nth, row in enumerate(rows):
            user = f"{name}{number}"
            scores.append(Score(subject.classify(user, row.text), row.spam, number, nth))
            subject.train(user, row.text, spam=row.spam)
    return scores


def loss(scores: Sequence[Score], weights: Sequence[int] | None = None) -> float:
    """Return (1-AUC)%, each score counted as often as its weight says."""
    weights = weights or [1] * len(scores)
    order = sorted(range(len(scores)), key=lambda at: scores[at].value)
    below = above = wrong = 0.0
    at = 0
    while at < len(order):
        ties = [0.0, 0.0]
        value = scores[order[at]].value
        while at < len(order) and scores[order[at]].value == value:
            ties[scores[order[at]].spam] += weights[order[at]]
            at += 1
        # A spam is wrong by every ham that stands above it: counted from the ham's side, by the spam below.
        wrong += ties[0] * (above + ties[1] / 2)
        above += ties[1]
        below += ties[0]
    return 100 * wrong / (above * below) if above and below else math.nan


def resampled(scores: Sequence[Score], dice: random.Random) -> list[int]:
    """Draw how often each score counts, in whole users if there are several."""
    drawn: dict[int, int] = {}
    several = scores[-1].user > 0
    counts = [
        sum(dice.random() < 1 / 8 for _ in range(8)) for _ in range(scores[-1].user + 1 if several else len(scores))
    ]
    drawn.update(enumerate(counts))
    return [drawn[score.user if several else at] for at, score in enumerate(scores)]


def interval(values: list[float]) -> str:
    """Write the middle 95 % of some values."""
    kept = sorted(value for value in values if not math.isnan(value))
    return f"[{kept[len(kept) // 40]:.2f},{kept[-1 - len(kept) // 40]:.2f}]"


def calibration(scores: Sequence[Score]) -> tuple[float, ...]:
    """Return the expected calibration error, and ham and spam in % above P 0.5, FLAG and JUNK."""
    chances = [(1 / (1 + math.exp(-score.value)), score.spam) for score in scores]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, spam in chances:
        bins.setdefault(min(14, int(chance * 15)), []).append((chance, spam))
    error = sum(abs(sum(p - spam for p, spam in inside)) for inside in bins.values()) / len(chances)
    sides = [[p for p, spam in chances if spam == side] for side in (False, True)]
    shares = [100 * sum(p > bound for p in side) / max(1, len(side)) for bound in (0.5, FLAG, JUNK) for side in sides]
    return error, *shares


def poisoned(seed: Seed, rows: Sequence[Row], share: float) -> float:
    """Return how many % of the later ham is blocked after this share of the trainings were dictionaries called spam."""
    subject = Ours(seed)
    half = len(rows) // 2
    words = sorted(set(chain.from_iterable(row.text.split() for row in rows)))
    for row in rows[:half]:
        subject.train("u", row.text, spam=row.spam)
    for number in range(round(share * half)):
        subject.train("u", " ".join(words[number * len(words) // POISON % len(words) :] + words)[:8000], spam=True)
    ham = [subject.classify("u", row.text) for row in rows[half:] if not row.spam]
    return 100 * sum(score > math.log(JUNK / (1 - JUNK)) for score in ham) / max(1, len(ham))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", help="some of the sets, by name")
    parser.add_argument("--limit", type=int, default=1500, help="messages of a stream (default: %(default)s)")
    parser.add_argument("--users", type=int, default=10, help="simulated users (default: %(default)s)")
    parser.add_argument("--draws", type=int, default=200, help="of the bootstrap (default: %(default)s)")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    names = options.sets.split(",") if options.sets else sorted(path.stem for path in options.data.glob("*.jsonl"))
    means: dict[str, list[float]] = {}
    calibrated = []
    for name in names:
        rows, owners = read(options.data / f"{name}.jsonl")
        seed = build(options.data, [name] if name in SOURCES else [])
        for protocol, users in (
            ("stream", [rows[: options.limit]]),
            ("users", people(rows, owners, options.users, name)),
        ):
            with tempfile.TemporaryDirectory() as folder:
                subjects: dict[str, Filter] = {"ours": Ours(seed)}
                if not options.no_peers and shutil.which("bogofilter"):
                    subjects["bogofilter"] = Bogofilter(Path(folder))
                if not options.no_peers and shutil.which("spamassassin"):
                    subjects["SpamAssassin"] = SpamAssassin(Path(folder))
                found = {filt: play(subject, users, name) for filt, subject in subjects.items()}
            report(name, protocol, found, options.draws)
            for filt, scores in found.items():
                means.setdefault(f"{protocol} {filt}", []).append(loss(scores))
                if protocol == "users":
                    means.setdefault(f"first {FIRST} {filt}", []).append(loss([s for s in scores if s.nth < FIRST]))
            if protocol == "users":
                calibrated.append(calibration(found["ours"]))
                print(
                    f"    ours: calibration error {calibrated[-1][0]:.3f}, ham and spam above P "
                    + ", ".join(
                        f"{bound}: {ham:.2f} {spam:.1f}"
                        for bound, ham, spam in zip(
                            (0.5, FLAG, JUNK), calibrated[-1][1::2], calibrated[-1][2::2], strict=True
                        )
                    )
                )
        print(
            "    poisoned by 0, 1 and 5 %: ham blocked "
            + ", ".join(f"{poisoned(seed, rows[:3000], p):.2f} %" for p in (0.0, 0.01, 0.05)),
            flush=True,
        )
    for key, values in means.items():
        print(f"mean {key}: {sum(values) / len(values):.3f}")
    columns = [sum(column) / len(calibrated) for column in zip(*calibrated, strict=True)]
    print(
        f"mean calibration error {columns[0]:.3f}; ham, spam in % above 0.5: {columns[1]:.2f} {columns[2]:.1f}, "
        f"{FLAG}: {columns[3]:.2f} {columns[4]:.1f}, {JUNK}: {columns[5]:.2f} {columns[6]:.1f}"
    )


def report(name: str, protocol: str, found: dict[str, list[Score]], draws: int) -> None:
    """Print a line of a set, with intervals, and the paired difference to the best peer."""
    dice = random.Random(1)  # noqa: S311 - a sample, no secret
    weights = [resampled(found["ours"], dice) for _ in range(draws)]
    drawn = {filt: [loss(scores, weight) for weight in weights] for filt, scores in found.items()}
    line = "  ".join(f"{filt} {loss(scores):.2f} {interval(drawn[filt])}" for filt, scores in found.items())
    peers = {filt: loss(scores) for filt, scores in found.items() if filt != "ours"}
    if peers:
        best = min(peers, key=lambda filt: peers[filt])
        differences = [ours - theirs for ours, theirs in zip(drawn["ours"], drawn[best], strict=True)]
        line += f"  against {best} {loss(found['ours']) - peers[best]:+.2f} {interval(differences)}"
    print(f"{name:12} {protocol:7} {line}", flush=True)


if __name__ == "__main__":
    main()
