"""Overlays: what an open vault has learnt since its table was sealed.

Parallel arrays of a few hundred machine integers, sorted by id; an idle user has none.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from .journal import Entry


class Overlay:
    """Changes to counts and weights, by id; `spam` and `ham` are the changes to the totals.

    `receipts` and `steps` are those of what was learnt since; `taken` and `back` those of what the table has a
    receipt of and was taken back.
    """

    __slots__ = ("_hams", "_ids", "_spams", "_weights", "back", "ham", "receipts", "spam", "steps", "taken")

    def __init__(self) -> None:
        self._ids = array("I")
        self._spams = array("i")
        self._hams = array("i")
        self._weights = array("i")
        self.receipts = array("H")
        self.steps = array("h")
        self.taken = array("H")
        self.back = array("h")
        self.spam = 0
        self.ham = 0

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield (id, change of spam, of ham, of the weight) by ascending id."""
        return zip(self._ids, self._spams, self._hams, self._weights, strict=True)

    def add(self, entry: Entry) -> None:
        """Count one training."""
        one = -1 if entry.undo else 1
        changed = self._spams if entry.spam else self._hams
        for ident in entry.ids:
            place = bisect_left(self._ids, ident)
            if place == len(self._ids) or self._ids[place] != ident:
                self._ids.insert(place, ident)
                self._spams.insert(place, 0)
                self._hams.insert(place, 0)
                self._weights.insert(place, 0)
            changed[place] += one
            self._weights[place] += entry.step
        if entry.spam:
            self.spam += one
        else:
            self.ham += one
        if entry.undo:
            self._take(entry.receipt, -entry.step)
        else:
            self.receipts.append(entry.receipt)
            self.steps.append(entry.step)

    def _take(self, receipt: int, step: int) -> None:
        """Drop the latest receipt of a training, or note that the table is to drop one."""
        place = latest(self.receipts, receipt)
        if place is None:
            self.taken.append(receipt)
            self.back.append(step)
        else:
            del self.receipts[place], self.steps[place]

    def apply(self, ids: Iterable[int], counts: list[tuple[int, int]], weights: list[int]) -> None:
        """Bring the counts and weights of these ids, as the table has them, up to date in place."""
        mine, spams, hams = self._ids, self._spams, self._hams
        for index, ident in enumerate(ids):
            place = bisect_left(mine, ident)
            if place < len(mine) and mine[place] == ident:
                spam, ham = counts[index]
                counts[index] = (spam + spams[place], ham + hams[place])
                weights[index] += self._weights[place]

    def wipe(self) -> None:
        """Forget everything, overwriting it first."""
        columns = (self._ids, self._spams, self._hams, self._weights, self.receipts, self.steps, self.taken, self.back)
        for column in columns:
            with memoryview(column) as whole, whole.cast("B") as raw:
                raw[:] = bytes(len(raw))
            del column[:]
        self.spam = self.ham = 0


def latest(receipts: "array[int] | memoryview", receipt: int) -> int | None:
    """Return the last place of a receipt, or None."""
    return next((place for place in range(len(receipts) - 1, -1, -1) if receipts[place] == receipt), None)
