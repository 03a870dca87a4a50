"""How a filter is measured: in a stream, by users, told as little as people tell, by ham alone, in folds, poisoned."""

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

from providence.benchmarks.metrics import Score

MESSAGES, SPAM = 120, 36
"""Of a simulated user."""

MONTH, MONTHS_SPAM = 600, 180
"""The same for a month of 20 strangers' messages a day, 30 % of them spam."""

TAUGHT = 30
"""Spam, and ham, that a user without spam of one's own is taught."""

FOLDS = 10
POISON = 64
POISONED_ROWS = 3000


class Row(NamedTuple):
    """One message."""

    text: str
    spam: bool


class Filter(Protocol):
    """What is measured. It holds for spam what scores above its threshold."""

    @property
    def threshold(self) -> float:
        """Where spam begins."""

    def classify(self, user: str, text: str) -> float:
        """Return a number that is higher for spam."""

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""


class Feedback(NamedTuple):
    """Which share of the messages a filter is told about, by what they were and how it judged them."""

    missed: float
    blocked: float
    delivered: float
    junked: float


ALL = Feedback(1.0, 1.0, 1.0, 1.0)
PEOPLE = Feedback(missed=0.5, blocked=0.8, delivered=0.3, junked=0.0)
"""Half of the missed spam and four fifths of the blocked ham are reported; replies tell three tenths of the ham."""


def read(path: Path) -> tuple[list[Row], list[str]]:
    """Read a set and whose each message was, if the set says; a message without a label is ham."""
    objects = [json.loads(line) for line in path.open(encoding="utf-8")]
    rows = [Row(item["text"], item.get("label") == "spam") for item in objects]
    return rows, [item.get("user", "") for item in objects]


def by_name(rows: Sequence[Row], names: Sequence[str]) -> list[list[Row]]:
    """Give the users that a set names with their messages."""
    found: dict[str, list[Row]] = {name: [] for name in names}
    for row, name in zip(rows, names, strict=True):
        found[name].append(row)
    return list(found.values())


def simulated(
    rows: Sequence[Row], count: int, name: str, messages: int = MESSAGES, spam: int = SPAM
) -> list[list[Row]]:
    """Draw users from a set: each without replacement, in an order of chance, the same each time."""
    dice = random.Random(f"{name}|7")  # noqa: S311 - a sample, no secret
    sides = [row for row in rows if row.spam], [row for row in rows if not row.spam]
    found = []
    for _ in range(count):
        sizes = zip(sides, (spam, messages - spam), strict=True)
        mine = list(chain.from_iterable([dice.sample(side, min(size, len(side))) for side, size in sizes]))
        dice.shuffle(mine)
        found.append(mine)
    return found


def play(
    subject: Filter,
    users: Sequence[Sequence[Row]],
    name: str,
    feedback: Feedback = ALL,
    threshold: float | None = None,
) -> list[Score]:
    """Let a filter judge each message, and tell it what it was, or not.

    What scores above the threshold, the filter's own unless another is given, is out of its user's sight. The dice are
    thrown for every message, so that they fall alike for all filters.
    """
    threshold = subject.threshold if threshold is None else threshold
    dice = random.Random(name)  # noqa: S311 - a sample, no secret
    scores = []
    for number, rows in enumerate(users):
        user = f"{name}-{number}"
        for nth, row in enumerate(rows):
            score = Score(subject.classify(user, row.text), row.spam, number, nth)
            scores.append(score)
            if score.value > threshold:
                share = feedback.junked if row.spam else feedback.blocked
            else:
                share = feedback.missed if row.spam else feedback.delivered
            if dice.random() < share:
                subject.train(user, row.text, spam=row.spam)
    return scores


class Alarms(NamedTuple):
    """Ham that was held for spam: before any training, and after TAUGHT of each; and the % of the user who had most."""

    untaught: float
    taught: float
    worst: float
    messages: int


def false_alarms(subject: Filter, users: Sequence[Sequence[str]], spam: Sequence[str]) -> Alarms:
    """Judge users' ham; teach each TAUGHT of it and as many spam of somebody else's; judge the rest."""
    cold, warm = [0, 0], [0, 0]
    worst = 0.0
    for number, texts in enumerate(users):
        user = f"ham-{number}"
        dice = random.Random(number)  # noqa: S311 - a sample, no secret
        cold[0] += sum(subject.classify(user, text) > subject.threshold for text in texts[:TAUGHT])
        cold[1] += len(texts[:TAUGHT])
        for ours, theirs in zip(texts[:TAUGHT], dice.sample(spam, TAUGHT), strict=True):
            subject.train(user, theirs, spam=True)
            subject.train(user, ours, spam=False)
        alarms = sum(subject.classify(user, text) > subject.threshold for text in texts[TAUGHT:])
        warm[0] += alarms
        warm[1] += len(texts[TAUGHT:])
        worst = max(worst, 100 * alarms / len(texts[TAUGHT:]))
    return Alarms(100 * cold[0] / cold[1], 100 * warm[0] / warm[1], worst, warm[1])


def folds(make: Callable[[], Filter], rows: Sequence[Row]) -> list[Score]:
    """Judge each tenth of a set by a filter that was taught the other nine."""
    order = list(range(len(rows)))
    random.Random(1).shuffle(order)  # noqa: S311 - a sample, no secret
    scores = []
    for fold in range(FOLDS):
        subject = make()
        tested = order[fold::FOLDS]
        held = set(tested)
        for at in order:
            if at not in held:
                subject.train("u", rows[at].text, spam=rows[at].spam)
        scores += [Score(subject.classify("u", rows[at].text), rows[at].spam, fold, at) for at in tested]
    return scores


def poisoned(subject: Filter, rows: Sequence[Row], share: float, bound: float) -> float:
    """Return how many % of the later ham is blocked after this share of the trainings were dictionaries called spam."""
    half = len(rows) // 2
    words = sorted(set(chain.from_iterable(row.text.split() for row in rows)))
    for row in rows[:half]:
        subject.train("u", row.text, spam=row.spam)
    for number in range(round(share * half)):
        subject.train("u", " ".join(words[number * len(words) // POISON % len(words) :] + words)[:8000], spam=True)
    ham = [subject.classify("u", row.text) for row in rows[half:] if not row.spam]
    return 100 * sum(score > math.log(bound / (1 - bound)) for score in ham) / max(1, len(ham))


def in_parts(rows: Sequence[Row], size: int = MESSAGES) -> Iterator[list[str]]:
    """Give the ham of a set to users, `size` messages each in their order; what is left over goes to nobody."""
    texts = [row.text for row in rows if not row.spam]
    for start in range(0, len(texts) - size + 1, size):
        yield texts[start : start + size]
