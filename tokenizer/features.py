"""What the pieces of one field say, by kind."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log2

from .outlines import outline

STEM = 5
"""Letters of a stem: the head of a word stands for its forms, in languages that inflect."""

SIZE_STEPS = 3
"""Steps of a text's length in each doubling."""

SPACED = 4
"""Single letters in a row that are read as one word, spaced out or dotted."""

MAX_WORD = 24
"""Letters of a word put together so; what is longer may be a token (the scrubber's own rule)."""

_NUMERALS = frozenset({"number", "money", "mixed", "date", "clock", "token"})
_CONTACTS = frozenset({"url", "email", "jid", "mention"})

Placed = tuple[str, int]
"""A feature and the place of its piece in the field."""


class Features:
    """The features of one field, in a list for each kind, each with its place and not yet each once.

    ``word`` and its ``stem``, ``pair`` of words with nothing but marks between them, ``run`` with one and two
    letters of a script without spaces, ``mark``, ``host`` with its parents, ``edge`` for the first and the last
    word, ``place`` for what the scrubber took out, ``shape`` for the text as a whole, without a place. Counts
    are written as strokes, so that no feature holds a digit. `length` is the number of places: one for each
    piece and for each letter of a run.
    """

    __slots__ = ("edge", "host", "length", "mark", "pair", "place", "run", "shape", "stem", "word")

    def __init__(self, pieces: Sequence[tuple[str, str]], field: str, text: str) -> None:
        self.word: list[Placed] = []
        self.stem: list[Placed] = []
        self.mark: list[Placed] = []
        self.pair: list[Placed] = []
        self.run: list[Placed] = []
        self.host: list[Placed] = []
        self.place: list[Placed] = []
        self.shape: list[str] = []
        self.edge: list[Placed] = []
        self.length = 0
        whole = list(_joined(pieces))
        ends = self._walk(whole, field)
        if ends:
            self.edge = [(f"first{field}:{ends[0][0]}", ends[0][1]), (f"last{field}:{ends[-1][0]}", ends[-1][1])]
        self._tell(whole, field, spaced=len(whole) < len(pieces))
        if text:
            self.shape += [f"text{field}:{told}" for told in outline(text)]

    def _walk(self, pieces: Sequence[tuple[str, str]], field: str) -> list[Placed]:
        """List what has a place, and return the words and ends of runs in their order."""
        ends: list[Placed] = []
        before = ""
        at = 0
        for kind, text in pieces:
            if kind == "word":
                self.word.append((f"word{field}:{text}", at))
                if len(text) > STEM:
                    self.stem.append((f"stem{field}:{text[:STEM]}", at))
                if before:
                    self.pair.append((f"pair{field}:{before} {text}", at))
                before = text
                ends.append((text, at))
            elif kind == "mark":
                self.mark.append((f"mark{field}:{text}", at))
            elif kind == "shape":
                self.shape.append(f"shape{field}:{text}")
                continue
            else:
                before = ""
                if kind == "run":
                    self.run += [(f"run{field}:{letter}", at + index) for index, letter in enumerate(text)]
                    pairs = enumerate(pairwise(text))
                    self.run += [(f"run{field}:{first}{second}", at + index) for index, (first, second) in pairs]
                    ends += (text[:2], at), (text[-2:], at + len(text) - 1)
                    at += len(text) - 1
                elif kind == "host":
                    labels = text.split(".")
                    parents = range(max(1, len(labels) - 1))
                    self.host += [(f"host{field}:{'.'.join(labels[start:])}", at) for start in parents]
                else:
                    self.place.append((f"{kind}{field}:{text}", at))
            at += 1
        self.length = at
        return ends

    def _tell(self, pieces: Sequence[tuple[str, str]], field: str, *, spaced: bool) -> None:
        """Describe the text as a whole."""
        kinds = [kind for kind, _ in pieces if kind != "shape"]
        if not kinds:
            return
        length = sum([len(text) for _, text in pieces])
        counts = {
            "size": int(SIZE_STEPS * log2(1 + length)),
            "marks": kinds.count("mark").bit_length(),
            "numerals": sum(map(_NUMERALS.__contains__, kinds)).bit_length(),
            "digits": sum([text.count("#") for _, text in pieces]).bit_length(),
            "contacts": sum(map(_CONTACTS.__contains__, kinds)).bit_length(),
            "emoji": sum([text > "\u2190" for kind, text in pieces if kind == "mark"]).bit_length(),
        }
        self.shape += [f"{name}{field}:{'|' * count}" for name, count in counts.items() if count]
        self.shape.append(f"end{field}:{kinds[-1]}")
        if spaced:
            self.shape.append(f"spaced{field}")


def _joined(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Put single letters in a row together, with one mark between two at most: "f r e e", "f.r.e.e"."""
    index, end = 0, len(pieces)
    while index < end:
        letters, after = _letters(pieces, index)
        if len(letters) >= SPACED:
            yield ("word", letters) if len(letters) <= MAX_WORD else ("long", "")
            index = after
        else:
            yield pieces[index]
            index += 1


def _letters(pieces: Sequence[tuple[str, str]], index: int) -> tuple[str, int]:
    letters = ""
    while index < len(pieces) and pieces[index][0] == "word" and len(pieces[index][1]) == 1:
        letters += pieces[index][1]
        index += 1
        if index + 1 < len(pieces) and pieces[index][0] == "mark" and len(pieces[index + 1][1]) == 1:
            index += pieces[index + 1][0] == "word"
    return letters, index
