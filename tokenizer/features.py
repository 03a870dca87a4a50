"""What the pieces of one field say, by kind."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import log2

STEM = 5
"""Letters of a stem: the head of a word stands for its forms, in languages that inflect."""

SIZE_STEPS = 3
"""Steps of a text's length in each doubling."""

_NUMERALS = frozenset({"number", "money", "mixed", "date", "clock", "token"})
_CONTACTS = frozenset({"url", "email", "jid", "mention"})


class Features:
    """The features of one field, in a list for each kind and in reading order; not yet each once.

    ``word`` and its ``stem``, ``pair`` of words with nothing but marks between them, ``run`` with one and two
    letters of a script without spaces, ``mark``, ``host`` with its parents, ``edge`` for the first and the last
    word, ``place`` for what the scrubber took out and for each rare word (which is a word where it was let in),
    ``shape`` for the text as a whole. Counts are written as strokes, so that no feature holds a digit.
    """

    __slots__ = ("edge", "host", "mark", "pair", "place", "run", "shape", "stem", "word")

    def __init__(self, pieces: Sequence[tuple[str, str]], field: str) -> None:
        texts = [text for kind, text in pieces if kind == "word" or (kind == "rare" and text)]
        self.word = [f"word{field}:{text}" for text in texts]
        self.stem = [f"stem{field}:{text[:STEM]}" for text in texts if len(text) > STEM]
        self.mark = [f"mark{field}:{text}" for kind, text in pieces if kind == "mark"]
        self.pair: list[str] = []
        self.run: list[str] = []
        self.host: list[str] = []
        self.place: list[str] = []
        self.shape: list[str] = []
        ends: list[str] = []
        before = ""
        for kind, text in pieces:
            if kind == "rare":
                self.place.append(f"rare{field}:")
            if kind == "word" or (kind == "rare" and text):
                if before:
                    self.pair.append(f"pair{field}:{before} {text}")
                before = text
                ends.append(text)
            elif kind not in {"mark", "shape"}:
                before = ""
                if kind == "run":
                    self.run += [f"run{field}:{letter}" for letter in text]
                    self.run += [f"run{field}:{first}{second}" for first, second in pairwise(text)]
                    ends += text[:2], text[-2:]
                elif kind == "host":
                    labels = text.split(".")
                    self.host += [f"host{field}:{'.'.join(labels[at:])}" for at in range(max(1, len(labels) - 1))]
                elif kind != "rare":
                    self.place.append(f"{kind}{field}:{text}")
                    if kind == "mixed":
                        # How letters and digits take turns, whatever their number.
                        self.place.append(f"{kind}{field}:{''.join(sign for sign, _ in groupby(text))}")
        self.edge = [f"first{field}:{ends[0]}", f"last{field}:{ends[-1]}"] if ends else []
        self._tell(pieces, field)

    def _tell(self, pieces: Sequence[tuple[str, str]], field: str) -> None:
        """Describe the text as a whole."""
        kinds = [kind for kind, _ in pieces]
        seen = [kind for kind in kinds if kind != "shape"]
        length = sum([len(text) for _, text in pieces])
        counts = {
            "size": int(SIZE_STEPS * log2(1 + length)),
            "marks": kinds.count("mark").bit_length(),
            "numerals": sum(map(_NUMERALS.__contains__, kinds)).bit_length(),
            "digits": sum([text.count("#") for _, text in pieces]).bit_length(),
            "contacts": sum(map(_CONTACTS.__contains__, kinds)).bit_length(),
            "emoji": sum([text > "\u2190" for kind, text in pieces if kind == "mark"]).bit_length(),
        }
        self.shape += [f"shape{field}:{text}" for kind, text in pieces if kind == "shape"]
        self.shape += [f"{name}{field}:{'|' * count}" for name, count in counts.items() if count]
        if seen:
            self.shape.append(f"end{field}:{seen[-1]}")
