"""Folding: a table and what was learnt since become the next table.

All of it happens between two buffers: columns are copied in slices around the changed
counts, and no list of ids is left behind in memory.
"""

from array import array
from bisect import bisect_left
from typing import NamedTuple

from .overlays import Overlay
from .tables import ENTRY_BYTES, HEADER, MAX_RECEIPTS, RECEIPT_BYTES, SCHEMA, Table, Totals

MAX_COUNT = 65_535  # where a count stays
MAX_WEIGHT = 32_767  # where a weight stays, on either side
MAX_TOTAL = 2**32 - 1
SPARE = 8  # one part in so many is freed when a table outgrows its quota


class Change(NamedTuple):
    """What becomes of one id: its place among the old ones, and its new counts."""

    place: int
    known: bool
    values: tuple[int, int, int, int, int]

    @property
    def lives(self) -> bool:
        """Whether anything is left of the id."""
        _, spam, ham, _, weight = self.values
        return spam > 0 or ham > 0 or weight != 0


def fold(old: Table, overlay: Overlay, day: int, quota: int) -> bytearray:
    """Return the plaintext of the next generation; the caller wipes it.

    An id that nothing is left of goes. Over the quota the rarest ids go, of those the
    oldest, an eighth of the quota at once, so that the sort is paid once in many folds.
    """
    changes = [_change(old, day, learnt) for learnt in overlay]
    count = old.count + sum(change.lives - change.known for change in changes)
    totals = Totals(
        min(old.totals.spam + overlay.spam, MAX_TOTAL),
        min(old.totals.ham + overlay.ham, MAX_TOTAL),
    )
    receipts = _receipts(old, overlay)
    merged = blank(count, totals, old.generation + 1, day, len(receipts[0]))
    # Before the rarest go, there may be more than are ever stored.
    with memoryview(merged) as view, Table(view, count) as new:
        for number, column in enumerate(new.columns):
            _merge(old.columns[number], column, changes, number)
        for column, values in zip((new.receipts, new.steps), receipts, strict=True):
            column[:] = memoryview(values)
        if count <= quota:
            return merged
        shrunk = _shrink(new, quota - quota // SPARE)
    merged[:] = bytes(len(merged))
    return shrunk


def blank(count: int, totals: Totals, generation: int, day: int, receipts: int = 0) -> bytearray:
    """Return the plaintext of a table whose columns are still to be written."""
    plain = bytearray(HEADER.size + count * ENTRY_BYTES + receipts * RECEIPT_BYTES)
    HEADER.pack_into(plain, 0, count, SCHEMA, day, generation, *totals, receipts)
    return plain


def _receipts(old: Table, overlay: Overlay) -> "tuple[array[int], array[int]]":
    """Return the receipts of the latest trainings and their steps, without those that were taken back."""
    receipts, steps = array("H", old.receipts), array("h", old.steps)
    for taken in zip(overlay.taken, overlay.back, strict=True):
        known = list(zip(receipts, steps, strict=True))
        if taken in known:
            place = len(known) - 1 - known[::-1].index(taken)
            del receipts[place], steps[place]
    return (receipts + overlay.receipts)[-MAX_RECEIPTS:], (steps + overlay.steps)[-MAX_RECEIPTS:]


def _change(old: Table, day: int, learnt: tuple[int, int, int, int]) -> Change:
    ident, spam, ham, weight = learnt
    place = bisect_left(old.ids, ident)
    if place == old.count or old.ids[place] != ident:
        return Change(place, known=False, values=(ident, _clamp(spam), _clamp(ham), day, _weight(weight)))
    if spam <= 0 and ham <= 0:
        day = old.days[place]
    spam, ham = _clamp(old.spams[place] + spam), _clamp(old.hams[place] + ham)
    return Change(place, known=True, values=(ident, spam, ham, day, _weight(old.weights[place] + weight)))


def _merge(old: memoryview, new: memoryview, changes: list[Change], number: int) -> None:
    """Copy one column, writing the changes where they belong; they ascend as ids do."""
    done = end = 0
    for change in changes:
        start, end = end, end + change.place - done
        new[start:end] = old[done : change.place]
        done = change.place + change.known
        if change.lives:
            new[end] = change.values[number]
            end += 1
    new[end:] = old[done:]


def _shrink(table: Table, keep: int) -> bytearray:
    worth = sorted(
        range(table.count),
        key=lambda place: (table.spams[place] + table.hams[place], table.days[place]),
        reverse=True,
    )
    kept = sorted(worth[:keep])
    shrunk = blank(keep, table.totals, table.generation, table.day, len(table.receipts))
    with memoryview(shrunk) as view, Table(view) as new:
        for source, column in zip(table.columns, new.columns, strict=True):
            for place, origin in enumerate(kept):
                column[place] = source[origin]
        new.receipts[:], new.steps[:] = table.receipts, table.steps
    return shrunk


def _clamp(count: int) -> int:
    return min(max(count, 0), MAX_COUNT)


def _weight(weight: int) -> int:
    return min(max(weight, -MAX_WEIGHT), MAX_WEIGHT)
