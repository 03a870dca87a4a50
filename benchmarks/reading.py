"""Reading one message, stage by stage: each in a loop of its own, caches warm, nobody's vault asked.

    python benchmarks/reading.py

Microseconds a message, the least of REPEATS rounds over MESSAGES of six languages. In a daemon a stage takes about
half as much again: the ones before have pushed it out of the processor's nearest caches.
"""

from collections.abc import Callable, Sequence
from statistics import mean
from time import perf_counter
from typing import TypeVar

from providence.benchmarks.mailbag import messages
from providence.classifier import Counts, judge, shipped
from providence.pipeline import Reading, Study, read
from providence.scrubber import blind, examine
from providence.stanza import Stanza, parse
from providence.tokenizer import Part, tokenize

MESSAGES = 300
REPEATS = 9
WORDS = (10, 30)
USER = bytes(16)

Given = TypeVar("Given")


def least(stage: Callable[[Given], object], given: Sequence[Given]) -> float:
    """Return the microseconds that a stage takes for one message, in the best of several rounds."""
    took = []
    for _ in range(REPEATS):
        begun = perf_counter()
        for each in given:
            stage(each)
        took.append(perf_counter() - begun)
    return min(took) / len(given) * 1e6


def parts_of(stanza: Stanza) -> list[Part]:
    """Scrub a stanza's texts."""
    return [Part(name, examine(text).pieces, text) for name, text in stanza.texts]


def opinion(reading: Reading) -> object:
    """Judge by the seed and by counts that a vault might have had."""
    prior = shipped().prior(reading.hashes)
    known = len(prior.features)
    return judge(Counts(100, 200, [(1, 2)] * known, [0.1] * known), prior, reading.shape)


def stages(words: int) -> dict[str, float]:
    """Return how long each stage takes for messages of so many words."""
    raw = [message.stanza for message in messages(MESSAGES, words, seed=7)]
    stanzas = [parse(each) for each in raw]
    parts = [parts_of(stanza) for stanza in stanzas]
    tokens = [tokenize(each) for each in parts]
    readings = [read(stanza) for stanza in stanzas]
    mind = Study()
    return {
        "pieces": mean(len(part.pieces) for each in parts for part in each),
        "features": mean(len(reading.features) for reading in readings),
        "parse": least(parse, raw),
        "scrub": least(parts_of, stanzas),
        "tokenise": least(tokenize, parts),
        "hash": least(lambda each: blind(each.features), tokens),
        "all of it": least(read, stanzas),
        "judge, the seed's look-up included": least(opinion, readings),
        "study what was judged": least(
            lambda pair: mind.read(USER, pair[0], judged=pair[1]), list(zip(stanzas, readings, strict=True))
        ),
    }


def main() -> None:
    """Print a column for each length."""
    columns = [stages(words) for words in WORDS]
    for name in columns[0]:
        print(f"{name:36}" + "".join(f"{column[name]:8.0f}" for column in columns))


if __name__ == "__main__":
    main()
