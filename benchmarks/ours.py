"""Providence as benchmarks/accuracy.py measures it: the product's own steps, a dictionary in place of the vault."""

import re
import runpy
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from unittest.mock import patch

from providence.classifier import UNIT, Counts, Seed, judge, step
from providence.pipeline import PRIOR, Reading, read_texts, study
from providence.scrubber import HASH_BYTES, Doorkeeper, Piece, Scrubbed, Span
from providence.scrubber.pieces import KEPT, Token

_SEEDING = runpy.run_path(str(Path(__file__).parents[1] / "seeds" / "build.py"))
SOURCES: tuple[str, ...] = _SEEDING["SOURCES"]
build: Callable[[Path, Iterable[str]], Seed] = _SEEDING["build"]

BUCKETS = 2**18
QUOTA = 20_000
SPARE = 8
"""One part in so many of a table is freed when it outgrows its quota, as the vault does."""

TEXTS = 2**15
"""Texts whose reading is remembered: more than the largest set has."""

_WORDS = re.compile(r"\w+")


class Ours:
    """Providence with a dictionary in place of the vault.

    `blinded` turns hashes into ids of a vault; `quota` is how many a table may have, None for no bound. Above
    `threshold` a message is held to be spam: log-odds of 0.
    """

    threshold = 0.0

    def __init__(
        self, seed: Seed, blinded: Callable[[bytes], Sequence[int]] | None = None, quota: int | None = QUOTA
    ) -> None:
        self._seed = seed
        self._blinded = blinded or buckets
        self._quota = quota
        self._users: dict[str, tuple[dict[int, tuple[int, int, int]], list[int]]] = {}
        self._doors: dict[str, Doorkeeper] = {}

    def classify(self, user: str, text: str) -> float:
        """Return the log-odds of spam at the base rate."""
        table, totals = self._users.setdefault(user, ({}, [0, 0]))
        reading = judged(text)
        rows = [table.get(key, (0, 0, 0)) for key in self._blinded(reading.hashes)]
        counts = Counts(totals[1], totals[0], [row[:2] for row in rows], [UNIT * row[2] for row in rows])
        return PRIOR.log_odds + judge(counts, self._seed.prior(reading.hashes), reading.shape).log_odds

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        table, totals = self._users.setdefault(user, ({}, [0, 0]))
        reading = judged(text)
        if not reading.is_plain:
            # A clock that stands still: what the machine does besides must not change a figure.
            reading = study((("body", text),), self._doors.setdefault(user, Doorkeeper()), clock=float)
        if not reading.learnt:
            return
        keys = self._blinded(reading.lesson)
        moved = step([table.get(key, (0, 0, 0))[2] for key in keys], reading.shape.outline, spam=spam)
        totals[spam] += 1
        for key in dict.fromkeys(keys):
            was = table.pop(key, (0, 0, 0))  # what was trained last stands last
            table[key] = (was[0] + spam, was[1] + (not spam), was[2] + moved)
        if self._quota is not None and len(table) > self._quota:
            kept = self._quota - self._quota // SPARE
            for key in sorted(table, key=lambda key: sum(table[key][:2]))[: len(table) - kept]:
                del table[key]


@lru_cache(TEXTS)
def judged(text: str) -> Reading:
    """Read a text as it is judged; without the names and the pieces of it, which only take memory."""
    return replace(read_texts((("body", text),)), features=(), scrubbed=())


@lru_cache(2 * TEXTS)
def buckets(hashes: bytes) -> tuple[int, ...]:
    """Stand in for the keyring's block cipher."""
    return tuple([int.from_bytes(blake2b(part, digest_size=4).digest()) % BUCKETS for part in _parts(hashes)])


@lru_cache(2 * TEXTS)
def exact(hashes: bytes) -> tuple[int, ...]:
    """Give every feature an id of its own."""
    return tuple(map(int.from_bytes, _parts(hashes)))


def _parts(hashes: bytes) -> Iterator[bytes]:
    return (hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))


@cache
def seed_without(data: Path, *names: str) -> Seed:
    """Build the seed of what the folder has, without some sets."""
    return build(data, [name for name in names if name in SOURCES])


class Unscrubbed(Scrubbed):
    """A text of which nothing was taken out: beside each placeholder stand the words that it is for.

    It loses nothing against the scrubbed text, and has numbers, addresses, names and rare words besides.
    """

    __slots__ = ()

    def __init__(self, text: str, *, strict: bool = False) -> None:
        super().__init__(text, strict=strict)
        shapes = self.pieces[len(self._tokens) :]
        self.pieces = (*chain.from_iterable(map(self._restored, self._tokens)), *shapes)

    def _restored(self, token: Token) -> list[Piece]:
        if token.kind in KEPT and token.text:
            return [Piece("word" if token.kind == "rare" else token.kind, token.text)]
        words = _WORDS.findall(self._folded, token.start, token.end)
        return [Piece(token.kind, token.text), *[Piece("word", word) for word in words]]

    def spans(self, admitted: object = ()) -> list[Span]:
        """Give what was taken out: nothing."""
        del admitted
        return []


@contextmanager
def unscrubbed() -> Iterator[None]:
    """Read texts as they are while this lasts: the same judge, without a scrubber before it."""
    reading = "providence.pipeline.reading"
    judged.cache_clear()
    with patch(f"{reading}.examine", Unscrubbed), patch(f"{reading}.scrub", lambda text: Unscrubbed(text).pieces):
        yield
    judged.cache_clear()
