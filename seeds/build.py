"""Make the seed that comes with Providence: `classifier/seed.bin`.

    python seeds/build.py --data FOLDER [--without SET] [--out FILE]

FOLDER holds <set>.jsonl with a {"text", "label"} object a line. Of it only the sets in SOURCES are read, whose licences
allow it (seeds/README.md); the texts of seeds/texts/ belong to the project. `--without` leaves a source out, so that it
can be measured on. The same input gives the same bytes.

Within a source every feature counts by its share of the source's spam and ham, so that a large source does not
outweigh a small one. A feature of a public source enters if MESSAGES of them had it, one of ours if two of ours did.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from providence.classifier import Seed, keys
from providence.pipeline import read_texts

SOURCES = ("ru_tgspam", "uci_sms", "youtube")
MESSAGES = 5
OURS = 2
OUR_WEIGHT = 6.0
MASS = 40.0
"""Pseudo-messages of each class: what a user's own trainings are weighed against."""

_HERE = Path(__file__).parent

Row = tuple[str, bool]


def public(path: Path) -> Iterator[Row]:
    """Read a corpus."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["text"], row["label"] == "spam"


def ours() -> Iterator[Row]:
    """Read the texts written for this: a label and a text a line, a file for each language."""
    for path in sorted((_HERE / "texts").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label, text = line.split("\t")
            yield text, label == "spam"


def rates(rows: Iterable[Row]) -> tuple[Counter[int], list[dict[int, float]]]:
    """Count in how many messages each feature was, and in which share of the ham and of the spam."""
    counted: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    sizes = [0, 0]
    for text, spam in rows:
        sizes[spam] += 1
        counted[spam].update(set(keys(read_texts((("body", text),)).lesson)))
    shares = [{key: count / size for key, count in side.items()} for side, size in zip(counted, sizes, strict=True)]
    return counted[0] + counted[1], shares


def build(data: Path | None, without: Iterable[str] = ()) -> Seed:
    """Build the seed; without `data` of our texts only."""
    sources = [name for name in SOURCES if data and name not in without]
    had: Counter[int] = Counter()
    shares: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    for name in sources:
        counts, found = rates(public(data / f"{name}.jsonl")) if data else (Counter(), [{}, {}])
        had.update(counts)
        _add(shares, found, 1.0)
    counts, found = rates(ours())
    _add(shares, found, OUR_WEIGHT)
    unit = MASS / (len(sources) + OUR_WEIGHT)
    kept = {key for key, count in had.items() if count >= MESSAGES} | {key for key, n in counts.items() if n >= OURS}
    return Seed(MASS, MASS, {key: (unit * shares[1][key], unit * shares[0][key]) for key in kept})


def _add(shares: tuple[Counter[int], Counter[int]], found: list[dict[int, float]], weight: float) -> None:
    for side, more in zip(shares, found, strict=True):
        for key, share in more.items():
            side[key] += weight * share  # type: ignore[assignment]  # a Counter of shares


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--without", action="append", default=[], metavar="SET")
    parser.add_argument("--out", type=Path, default=_HERE.parent / "classifier" / "seed.bin")
    options = parser.parse_args()
    seed = build(options.data, options.without)
    options.out.write_bytes(seed.to_bytes())
    print(f"{options.out}: {len(seed.rows)} features, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
