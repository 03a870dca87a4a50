"""Overlays: what an open vault has learnt since its table was sealed.

Three parallel arrays of a few hundred machine integers, sorted by id; an idle user has none.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator


class Overlay:
    """Changes to counts, by id; `spam` and `ham` are the changes to the totals."""

    __slots__ = ("_hams", "_ids", "_spams", "ham", "spam")

    def __init__(self) -> None:
        self._ids = array("I")
        self._spams = array("i")
        self._hams = array("i")
        self.spam = 0
        self.ham = 0

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Yield (id, change of spam, change of ham) by ascending id."""
        return zip(self._ids, self._spams, self._hams, strict=True)

    def add(self, ids: Iterable[int], *, spam: bool, undo: bool) -> None:
        """Count one message with these distinct ids."""
        step = -1 if undo else 1
        changed = self._spams if spam else self._hams
        for ident in ids:
            place = bisect_left(self._ids, ident)
            if place == len(self._ids) or self._ids[place] != ident:
                self._ids.insert(place, ident)
                self._spams.insert(place, 0)
                self._hams.insert(place, 0)
            changed[place] += step
        if spam:
            self.spam += step
        else:
            self.ham += step

    def apply(self, ids: Iterable[int], counts: list[tuple[int, int]]) -> None:
        """Bring the counts of these ids, as the table has them, up to date in place."""
        mine, spams, hams = self._ids, self._spams, self._hams
        for index, ident in enumerate(ids):
            place = bisect_left(mine, ident)
            if place < len(mine) and mine[place] == ident:
                spam, ham = counts[index]
                counts[index] = (spam + spams[place], ham + hams[place])

    def wipe(self) -> None:
        """Forget everything, overwriting it first."""
        for column in (self._ids, self._spams, self._hams):
            with memoryview(column) as whole, whole.cast("B") as raw:
                raw[:] = bytes(len(raw))
            del column[:]
        self.spam = self.ham = 0
