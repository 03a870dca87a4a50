"""Pieces become features, the same ones whenever the same message comes: to be judged, learnt or unlearnt."""

from collections.abc import Iterable, Sequence
from itertools import chain

from .features import Features

MAX_FEATURES = 64
"""Features of a message. One per cent of poisoned training blocks ham without a bound, none with this one."""

# How many of each kind a turn takes while a message has more than MAX_FEATURES. Measured in streams and on
# simulated users: judging and learning 64 so loses nothing against judging and learning all.
_TURN = {"shape": 12, "place": 6, "host": 4, "edge": 2, "mark": 6, "run": 14, "stem": 6, "word": 8, "pair": 4}

Parts = Iterable[tuple[str, Sequence[tuple[str, str]]]]


def tokenize(parts: Parts) -> tuple[str, ...]:
    """Name the features of a message, each once, at most MAX_FEATURES.

    `parts` are fields with their scrubbed pieces; a feature of another field than the body carries its name.
    When there are more, the kinds take turns, each giving its earliest first: no kind is crowded out, and the
    choice is the same each time, so that unlearning takes back just what was learnt.

    >>> tokenize([("body", [("word", "buy"), ("word", "now")])])
    ('size:||||||||', 'end:word', 'first:buy', 'last:now', 'word:buy', 'word:now', 'pair:buy now')
    """
    fields = [Features(pieces, "" if field == "body" else f".{field}") for field, pieces in parts]
    kinds = {kind: dict.fromkeys(chain.from_iterable(getattr(field, kind) for field in fields)) for kind in _TURN}
    if sum(map(len, kinds.values())) <= MAX_FEATURES:
        return tuple(chain.from_iterable(kinds.values()))
    left = {kind: list(features) for kind, features in kinds.items()}
    chosen: list[str] = []
    while len(chosen) < MAX_FEATURES:
        for kind, count in _TURN.items():
            chosen += left[kind][:count]
            del left[kind][:count]
    return tuple(chosen[:MAX_FEATURES])
