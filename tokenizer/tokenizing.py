"""Pieces become features, the same ones whenever the same message comes: to be judged, learnt or unlearnt."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from .features import Features

MAX_FEATURES = 64
"""Features of a message that are learnt. One per cent of poisoned training blocks ham without a bound."""

MAX_SHAPES = 24
"""Of these, features that describe the text as a whole."""

MAX_JUDGED = 512
"""Features of a message that it is judged by: the learnt ones first."""

WINDOW = 10
"""Places that a window spans; the next one begins where it ends, and the last one ends with the text."""

MAX_VIEWS = 32
"""Windows of a message, and lines: of a longer one those at its two ends."""

# How many of each kind a turn takes while a message has more than MAX_FEATURES. Measured in streams and on
# simulated users: judging and learning 64 so loses little against judging and learning all.
_TURN = {"place": 6, "host": 4, "edge": 2, "mark": 6, "run": 14, "stem": 6, "word": 8, "pair": 4}


class Part(NamedTuple):
    """One field of a message: its name, its scrubbed pieces, and its raw text, of which only the outline is told."""

    field: str
    pieces: Sequence[tuple[str, str]]
    text: str = ""

    @property
    def features(self) -> Features:
        """The features of this field."""
        return Features(self.pieces, "" if self.field == "body" else f".{self.field}", self.text)


class Tokens(NamedTuple):
    """What a message is learnt and judged by.

    features: each once. The first `learnt` of them are learnt; of these the first `shapes` describe the whole
    text, and weigh less. `windows` (besides the shapes) and `lines` are parts of a long message that are judged by
    themselves too, each as the indices of its features, so that harmless text around an advertisement
    does not hide it.
    """

    features: tuple[str, ...]
    learnt: int
    shapes: int
    windows: tuple[tuple[int, ...], ...] = ()
    lines: tuple[tuple[int, ...], ...] = ()


def tokenize(parts: Iterable[Part], lines: Iterable[Part] = ()) -> Tokens:
    """Name the features of a message; of another field than the body they carry its name.

    When there are more than MAX_FEATURES, the kinds take turns, each giving its earliest first: no kind is
    crowded out, and the choice is the same each time, so that unlearning takes back just what was learnt.
    `lines` are the body's lines once more, for a message that has several.

    >>> tokenize([Part("body", [("word", "buy"), ("word", "now")])]).features[2:]
    ('first:buy', 'last:now', 'word:buy', 'word:now', 'pair:buy now')
    """
    fields = [part.features for part in parts]
    shapes = list(dict.fromkeys(chain.from_iterable([field.shape for field in fields])))[:MAX_SHAPES]
    kinds = {kind: _merged(fields, kind) for kind in _TURN}
    features = [*shapes, *chain.from_iterable(kinds.values())]
    spots = list(chain.from_iterable([field.spots for field in fields]))
    learnt = len(features)
    if learnt > MAX_FEATURES:
        learnt = MAX_FEATURES
        chosen = shapes + _take_turns(kinds, learnt - len(shapes))
        features = _bounded([*dict.fromkeys(chosen + features)], spots)
    index = {name: at for at, name in enumerate(features)}
    windows = _windows(spots, index)
    views = _lines(lines, index)
    return Tokens(tuple(index), learnt, len(shapes), windows, views)


def _merged(fields: Sequence[Features], kind: str) -> list[str]:
    """Give the features of one kind, each once."""
    return list(dict.fromkeys(chain.from_iterable([getattr(field, kind) for field in fields])))


def _take_turns(kinds: dict[str, list[str]], room: int) -> list[str]:
    taken: list[str] = []
    while len(taken) < room:
        for kind, count in _TURN.items():
            taken += kinds[kind][:count]
            del kinds[kind][:count]
    return taken[:room]


def _bounded(features: list[str], spots: Sequence[list[str]]) -> list[str]:
    """Leave out the middle of what is judged and not learnt, of a message that has more than MAX_JUDGED."""
    if len(features) <= MAX_JUDGED:
        return features
    last = {name: at for at, spot in enumerate(spots) for name in spot}
    rest = sorted(features[MAX_FEATURES:], key=lambda name: last.get(name, -1))
    room = (MAX_JUDGED - MAX_FEATURES) // 2
    return features[:MAX_FEATURES] + rest[:room] + rest[-room:]


def _windows(spots: Sequence[list[str]], index: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    """Give the features of each window, if the message is longer than one."""
    length = len(spots)
    if length <= WINDOW:
        return ()
    starts = [*range(0, length - WINDOW, WINDOW), length - WINDOW]
    if len(starts) > MAX_VIEWS:
        starts = starts[: MAX_VIEWS // 2] + starts[-MAX_VIEWS // 2 :]
    views = []
    for start in starts:
        names = dict.fromkeys(chain.from_iterable(spots[start : start + WINDOW]))
        views.append(tuple([index[name] for name in names if name in index]))
    return tuple(views)


def _lines(lines: Iterable[Part], index: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    """Judge each line as if it had come alone: its own features are added to the index."""
    views = []
    for line in lines:
        field = line.features
        names = dict.fromkeys(chain(field.shape, *[getattr(field, kind) for kind in _TURN]))
        room = MAX_JUDGED - len(index)
        index.update({name: len(index) + at for at, name in enumerate([n for n in names if n not in index][:room])})
        views.append(tuple([index[name] for name in names if name in index]))
    return tuple(views)
