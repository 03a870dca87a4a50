"""What scrubbing costs or gains in telling spam from ham.

Usage: python benchmarks/scrubbed_spam.py FOLDER [--sets NAME ...] [--splits N] [--boots N]

FOLDER holds <set>.jsonl files of {"text", "label"}. In each split a third of a set, the same for both sides, is the
test; of the rest the first 100, 300, 1,000 and all are learnt. Both sides use the project's tokenizer and classifier:
"raw" gives it every word, number and symbol of the text as it stands; "scrubbed" goes the way of the daemon, with the
doorkeeper. Printed is (1-AUC)% of each, and how much better the scrubbed side is, with a 95 % bootstrap interval
over splits and test messages.
"""

import argparse
import bisect
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from providence.classifier import Counts, judge
from providence.pipeline import study
from providence.scrubber import Doorkeeper, Piece, scrub
from providence.scrubber.scripts import UNSPACED
from providence.tokenizer import Part, tokenize

SIZES = (100, 300, 1000, 0)
# Letters of scripts without spaces are told apart as the tokenizer expects it, or raw Chinese would be hopeless.
_RAW = re.compile(rf"(?P<run>[{UNSPACED}]+)|(?P<word>(?:(?![{UNSPACED}])\w)+)|(?P<mark>[^\w\s]+)")

Message = tuple[str, bool]


def raw(text: str) -> tuple[str, ...]:
    """Give the features of a text that nobody scrubbed."""
    pieces = [Piece(match.lastgroup or "", match[0].lower()) for match in _RAW.finditer(text)]
    return tokenize([Part("body", pieces)]).features


def scrubbed(text: str) -> tuple[str, ...]:
    """Give the features that a text is judged by."""
    return tokenize([Part("body", scrub(text), text)]).features


class Filter:
    """Counts of features, as a vault has them."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, bool]] = Counter()
        self._messages: Counter[bool] = Counter()

    def learn(self, features: Sequence[str], *, spam: bool) -> None:
        """Count each feature once."""
        self._messages[spam] += 1
        self._counts.update((feature, spam) for feature in set(features))

    def score(self, features: Sequence[str]) -> float:
        """Judge."""
        rows = [(self._counts[feature, True], self._counts[feature, False]) for feature in features]
        return judge(Counts(self._messages[True], self._messages[False], rows)).log_odds


def auc(spam: Sequence[float], ham: Sequence[float]) -> float:
    """Give the chance that a spam scores above a ham."""
    order = sorted(ham)
    pairs = sum(bisect.bisect_left(order, score) + bisect.bisect_right(order, score) for score in spam)
    return pairs / (2 * len(spam) * len(ham))


def scores(train: Sequence[Message], test: Sequence[Message], *, clean: bool) -> list[float]:
    """Learn one part and judge the other."""
    model = Filter()
    door = Doorkeeper()
    for text, spam in train:
        model.learn(study([("body", text)], door).features if clean else raw(text), spam=spam)
    return [model.score(scrubbed(text) if clean else raw(text)) for text, _ in test]


def compare(messages: list[Message], size: int, splits: int, boots: int) -> tuple[float, float, float, float]:
    """Give (1-AUC)% of the raw and the scrubbed side, and the interval of the gain."""
    dice = random.Random(size)  # noqa: S311 - splits, no secret
    gains: list[float] = []
    both: list[tuple[float, float]] = []
    for _ in range(splits):
        order = dice.sample(messages, len(messages))
        test, rest = order[: len(order) // 3], order[len(order) // 3 :]
        train = rest[: size or len(rest)]
        pairs = list(
            zip(
                scores(train, test, clean=False),
                scores(train, test, clean=True),
                [spam for _, spam in test],
                strict=True,
            )
        )
        spam, ham = ([pair for pair in pairs if pair[2] is label] for label in (True, False))
        both.append(_aucs(spam, ham))
        for _ in range(boots // splits):
            before, after = _aucs(dice.choices(spam, k=len(spam)), dice.choices(ham, k=len(ham)))
            gains.append(after - before)
    gains.sort()
    before, after = (100 - 100 * sum(pair[side] for pair in both) / splits for side in (0, 1))
    return before, after, 100 * gains[len(gains) // 40], 100 * gains[-1 - len(gains) // 40]


def _aucs(spam: Sequence[tuple[float, float, bool]], ham: Sequence[tuple[float, float, bool]]) -> tuple[float, float]:
    first, second = (auc([pair[side] for pair in spam], [pair[side] for pair in ham]) for side in (0, 1))
    return float(first), float(second)


def main() -> None:
    """Print a row for each set and size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--boots", type=int, default=500)
    args = parser.parse_args()
    print(f"{'set':16}{'learnt':>8}{'raw':>8}{'scrubbed':>10}{'gain':>8}   95 % interval")
    for path in sorted(args.folder.glob("*.jsonl")):
        if args.sets and path.stem not in args.sets:
            continue
        rows = map(json.loads, path.read_text("utf-8").splitlines())
        messages = [(row["text"], row["label"] == "spam") for row in rows]
        for size in SIZES:
            before, after, low, high = compare(messages, size, args.splits, args.boots)
            gain = f"{before - after:+8.2f}   {low:+.2f} … {high:+.2f}"
            print(f"{path.stem:16}{size or 'all':>8}{before:8.2f}{after:10.2f}{gain}", flush=True)


if __name__ == "__main__":
    main()
