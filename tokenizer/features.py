"""What the pieces of one field say, by kind."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
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


class Features:
    """The features of one field, in a list for each kind and in reading order; not yet each once.

    ``word`` and its ``stem``, ``pair`` of words with nothing but marks between them, ``run`` with one and two
    letters of a script without spaces, ``mark``, ``host`` with its parents, ``edge`` for the first and the last
    word, ``place`` for what the scrubber took out and for each rare word (which is a word where it was let in),
    ``shape`` for the text as a whole. Counts are written as strokes, so that no feature holds a digit. `spots` holds
    all but the shapes once more, by where they stand: a spot for each piece and for each letter of a run.
    """

    __slots__ = ("edge", "host", "mark", "pair", "place", "run", "shape", "spots", "stem", "word")

    def __init__(self, pieces: Sequence[tuple[str, str]], field: str, text: str) -> None:
        self.word: list[str] = []
        self.stem: list[str] = []
        self.mark: list[str] = []
        self.pair: list[str] = []
        self.run: list[str] = []
        self.host: list[str] = []
        self.place: list[str] = []
        self.shape: list[str] = []
        self.edge: list[str] = []
        self.spots: list[list[str]] = []
        whole = joined(pieces)
        self._walk(whole, field)
        self._tell(whole, field)
        if len(whole) < len(pieces):
            self.shape.append(f"spaced{field}")
        if text:
            self.shape += [f"text{field}:{told}" for told in outline(text)]

    def _walk(self, pieces: Sequence[tuple[str, str]], field: str) -> None:
        """List what has a place."""
        spots = self.spots
        ends: list[tuple[str, int]] = []
        before = ""
        for kind, text in pieces:
            if kind == "rare":
                self.place.append(f"rare{field}:")
            if kind == "word" or (kind == "rare" and text):
                ends.append((text, len(spots)))
                spots.append(self._word(text, before, field))
                before = text
            elif kind == "rare":
                spots.append(self.place[-1:])
                before = ""
            elif kind == "mark":
                spots.append([f"mark{field}:{text}"])
                self.mark += spots[-1]
            elif kind == "shape":
                self.shape.append(f"shape{field}:{text}")
            elif kind == "run":
                ends += (text[:2], len(spots)), (text[-2:], len(spots) + len(text) - 1)
                self._run(text, field)
                before = ""
            else:
                spots.append(self._other(kind, text, field))
                before = ""
        if ends:
            (first, begin), (last, end) = ends[0], ends[-1]
            self.edge = [f"first{field}:{first}", f"last{field}:{last}"]
            spots[begin].append(self.edge[0])
            spots[end].append(self.edge[1])

    def _word(self, text: str, before: str, field: str) -> list[str]:
        spot = [f"word{field}:{text}"]
        self.word += spot
        if len(text) > STEM:
            spot.append(f"stem{field}:{text[:STEM]}")
            self.stem.append(spot[1])
        if before:
            spot.append(f"pair{field}:{before} {text}")
            self.pair.append(spot[-1])
        return spot

    def _other(self, kind: str, text: str, field: str) -> list[str]:
        if kind != "host":
            spot = [f"{kind}{field}:{text}"]
            if kind == "mixed":
                # How letters and digits take turns, whatever their number.
                spot.append(f"{kind}{field}:{''.join(sign for sign, _ in groupby(text))}")
            self.place += spot
            return spot
        labels = text.split(".")
        hosts = [f"host{field}:{'.'.join(labels[start:])}" for start in range(max(1, len(labels) - 1))]
        self.host += hosts
        return hosts

    def _run(self, text: str, field: str) -> None:
        letters = [f"run{field}:{letter}" for letter in text]
        pairs = [f"run{field}:{one}{other}" for one, other in pairwise(text)]
        self.run += letters
        self.run += pairs
        self.spots += map(list, zip(letters, pairs, strict=False))
        self.spots.append(letters[-1:])

    def _tell(self, pieces: Sequence[tuple[str, str]], field: str) -> None:
        """Describe the text as a whole."""
        kinds = [kind for kind, _ in pieces if kind != "shape"]
        if not kinds:
            return
        counts = {
            "size": int(SIZE_STEPS * log2(1 + sum([len(text) for _, text in pieces]))),
            "marks": len(self.mark).bit_length(),
            "numerals": sum(map(_NUMERALS.__contains__, kinds)).bit_length(),
            "digits": sum([text.count("#") for text in self.place]).bit_length(),
            "contacts": sum(map(_CONTACTS.__contains__, kinds)).bit_length(),
            "emoji": sum([text > "\u2190" for kind, text in pieces if kind == "mark"]).bit_length(),
        }
        self.shape += [f"{name}{field}:{'|' * count}" for name, count in counts.items() if count]
        self.shape.append(f"end{field}:{kinds[-1]}")


def joined(pieces: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Put single letters in a row together, with one mark between two at most: "f r e e", "f.r.e.e"."""
    if sum([kind == "word" and len(text) == 1 for kind, text in pieces]) < SPACED:
        return pieces
    return list(_joined(pieces))


def _joined(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
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
    """Read single letters from here on; give them and the index after the last."""
    letters: list[str] = []
    after = index
    while index < len(pieces) and pieces[index][0] == "word" and len(pieces[index][1]) == 1:
        letters.append(pieces[index][1])
        index = after = index + 1
        if index < len(pieces) and pieces[index][0] == "mark":
            index += 1
    return "".join(letters), after
