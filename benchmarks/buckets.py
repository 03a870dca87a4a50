"""What a bucket space costs in accuracy, and how many words an opened table seems to hold that it never saw.

Usage: python benchmarks/buckets.py [--data FOLDER] [--limit N] [--quota N]

FOLDER holds <set>.jsonl files with a {"text", "label"} object a line, label spam or ham. Without it a small
set is made here, which shows the way and measures little. Each set runs in its order, each message judged and
then learnt, with features cut to 2^14 .. 2^22 buckets under a key, and uncut. A table that outgrows the quota
loses what was trained least and longest ago, a tenth at a time. (1-AUC)% is the chance that a ham scores
above a spam.
"""

import argparse
import bisect
import json
import random
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from providence.classifier import Counts, judge
from providence.scrubber import HASH_BYTES, blind, scrub
from providence.tokenizer import Part, tokenize

BITS = (14, 16, 18, 19, 20, 21, 22, 8 * HASH_BYTES)
DICTIONARY = 200_000
KEY = b"any key will do"


class Message(NamedTuple):
    """A message as the vault sees it."""

    hashes: tuple[int, ...]
    spam: bool


def messages(rows: Iterator[tuple[str, bool]]) -> list[Message]:
    """Scrub, tokenize, blind and key each row."""
    found = []
    for text, spam in rows:
        tokens = tokenize([Part("body", scrub(text), text)])
        hashes = blind(tokens.features[: tokens.learnt])
        cut = [keyed(hashes[at : at + HASH_BYTES]) for at in range(0, len(hashes), HASH_BYTES)]
        found.append(Message(tuple(cut), spam))
    return found


def keyed(hashed: bytes) -> int:
    """Stand in for the keyring's block cipher: a number of 128 bits that looks random."""
    return int.from_bytes(blake2b(hashed, digest_size=HASH_BYTES, key=KEY).digest())


def sample() -> Iterator[tuple[str, bool]]:
    """Make messages of two topics with common words, the same each time."""
    dice = random.Random(7)  # noqa: S311 - a sample, no secret
    words = ["".join(dice.choices("aeioubdfgklmnprstv", k=dice.randint(3, 9))) for _ in range(3000)]
    for _ in range(1500):
        spam = dice.random() < 1 / 3
        topic = words[:1000] if spam else words[1000:2000]
        yield " ".join(dice.choices(topic, k=9) + dice.choices(words, k=6)), spam


def read(path: Path, limit: int) -> Iterator[tuple[str, bool]]:
    """Read the first rows of a set."""
    with path.open(encoding="utf-8") as lines:
        for _, line in zip(range(limit), lines, strict=False):
            row = json.loads(line)
            yield row["text"], row["label"] == "spam"


def stream(rows: Sequence[Message], bits: int, quota: int) -> tuple[float, int]:
    """Judge and learn in order; give (1-AUC)% and the rows of the table at the end."""
    shift = 8 * HASH_BYTES - bits
    table: dict[int, tuple[int, int]] = {}
    sides = [0, 0]
    scores: tuple[list[float], list[float]] = ([], [])
    for hashes, spam in rows:
        buckets = tuple(dict.fromkeys(number >> shift for number in hashes))
        scores[spam].append(judge(Counts(sides[1], sides[0], [table.get(at, (0, 0)) for at in buckets])).log_odds)
        sides[spam] += 1
        for at in buckets:
            before = table.pop(at, (0, 0))  # what was trained last stands last
            table[at] = (before[0] + spam, before[1] + (not spam))
        if len(table) > quota:
            for at in sorted(table, key=lambda at: sum(table[at]))[: quota // 10]:
                del table[at]
    hams = sorted(scores[False])
    above = sum(len(hams) - (bisect.bisect_left(hams, s) + bisect.bisect_right(hams, s)) / 2 for s in scores[True])
    return 100 * above / max(1, len(hams) * len(scores[True])), len(table)


def false_hits(rows: int, bits: int) -> int:
    """Count the words of a dictionary that a table seems to hold, though it was filled with other features."""
    shift = 8 * HASH_BYTES - bits
    table = {keyed(b"feature %d" % at) >> shift for at in range(rows)}
    return sum(keyed(b"word %d" % at) >> shift in table for at in range(DICTIONARY))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of <set>.jsonl files")
    parser.add_argument("--limit", type=int, default=10_000, help="messages of a set (default: %(default)s)")
    parser.add_argument("--quota", type=int, default=16_384, help="rows of a table (default: %(default)s)")
    options = parser.parse_args()
    sets = (
        {path.stem: read(path, options.limit) for path in sorted(options.data.glob("*.jsonl"))} if options.data else {}
    )
    names = ["exact" if bits == 8 * HASH_BYTES else f"2^{bits}" for bits in BITS]
    print(f"(1-AUC)% in a stream, table of at most {options.quota} rows")
    print(f"{'set':14}{'rows':>7}" + "".join(f"{name:>8}" for name in names))
    totals = [0.0] * len(BITS)
    found = sets or {"made here": sample()}
    for name, rows in found.items():
        seen = messages(rows)
        results = [stream(seen, bits, options.quota) for bits in BITS]
        print(f"{name:14}{results[-1][1]:7}" + "".join(f"{loss:8.3f}" for loss, _ in results), flush=True)
        totals = [total + loss for total, (loss, _) in zip(totals, results, strict=True)]
    print(f"{'mean':21}" + "".join(f"{total / len(found):8.3f}" for total in totals))
    print(f"\nwords of a dictionary of {DICTIONARY} that a table seems to hold and does not")
    print(f"{'rows':21}" + "".join(f"{name:>8}" for name in names))
    for size in (1_000, 4_000, 7_000, options.quota):
        print(f"{size:<21}" + "".join(f"{false_hits(size, bits):8}" for bits in BITS), flush=True)


if __name__ == "__main__":
    main()
