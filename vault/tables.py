"""Tables: what a user's mail has taught, as sorted columns in one buffer.

    header 32   count u32 | schema u16 | day u16 | generation u64 | spam u32 | ham u32 | receipts u16 | 0 x6
    ids         u32 x count, strictly ascending
    spams, hams u16 x count each, saturating
    days        u16 x count, the day a count last rose
    weights     i16 x count, of the regression, saturating
    receipts    u16 x receipts, then their steps i16 x receipts: the latest trainings, in their order
    zeros       up to the size class, added and checked by whoever seals

Schema 1 has no weights and no receipts; it is read as if they were zeros, and the next fold writes schema 2.

All little-endian. A table is never decoded: it is looked up where it was decrypted, and
the buffer is wiped. Columns of machine integers make that possible with `memoryview.cast`
and `bisect` alone (docs/adr/0005-table-layout.md has the figures), on little-endian machines;
on others the keyring is not to be had.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterable
from typing import Literal, NamedTuple, Self

from ..errors import IntegrityError, VersionError

SCHEMA = 2
OLD_SCHEMA = 1
HEADER = struct.Struct("<IHHQIIH6x")
COLUMNS: tuple[tuple[Literal["I", "H", "h"], int], ...] = (("I", 4), ("H", 2), ("H", 2), ("H", 2), ("h", 2))
ENTRY_BYTES = sum(width for _, width in COLUMNS)
OLD_ENTRY_BYTES = ENTRY_BYTES - COLUMNS[-1][1]
RECEIPT_BYTES = 4
MAX_IDS = 65_536
MAX_RECEIPTS = 1_024


class Totals(NamedTuple):
    """How many messages a vault has learnt."""

    spam: int
    ham: int


class Table:
    """A look into a decrypted table; it owns nothing, and lets go before the buffer is wiped.

    What does not have a table's form is an IntegrityError, as only a holder of the keys can
    have sealed it; a later schema is a VersionError.
    """

    __slots__ = ("columns", "count", "day", "generation", "receipts", "steps", "totals")

    def __init__(self, view: memoryview, most: int = MAX_IDS) -> None:
        """Look into a view of at most so many ids."""
        if len(view) < HEADER.size:
            raise IntegrityError("a table is cut short")
        self.count, schema, self.day, self.generation, spam, ham, receipts = HEADER.unpack_from(view)
        if schema not in {SCHEMA, OLD_SCHEMA}:
            raise VersionError("a table has another schema")
        row = ENTRY_BYTES if schema == SCHEMA else OLD_ENTRY_BYTES
        size = HEADER.size + self.count * row + receipts * RECEIPT_BYTES
        if self.count > most or receipts > MAX_RECEIPTS or size > len(view):
            raise IntegrityError("a table is cut short")
        self.totals = Totals(spam, ham)
        self.columns: list[memoryview] = []
        end = HEADER.size
        for code, width in COLUMNS[: len(COLUMNS) - (schema == OLD_SCHEMA)]:
            start, end = end, end + width * self.count
            self.columns.append(view[start:end].cast(code))
        if schema == OLD_SCHEMA:
            self.columns.append(memoryview(bytes(2 * self.count)).cast("h"))
        middle = end + 2 * receipts
        self.receipts = view[end:middle].cast("H")
        self.steps = view[middle : middle + 2 * receipts].cast("h")

    def __enter__(self) -> Self:
        """Look into the table for as long as the block lasts."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the buffer, so that its owner may wipe and resize it."""
        for column in (*self.columns, self.receipts, self.steps):
            column.release()

    @property
    def ids(self) -> memoryview:
        """The ids, ascending."""
        return self.columns[0]

    @property
    def spams(self) -> memoryview:
        """How many spam messages had each id."""
        return self.columns[1]

    @property
    def hams(self) -> memoryview:
        """How many other messages had each id."""
        return self.columns[2]

    @property
    def days(self) -> memoryview:
        """The day on which a count of each id last rose."""
        return self.columns[3]

    @property
    def weights(self) -> memoryview:
        """The weight of each id in the regression."""
        return self.columns[4]

    def look_up(self, ids: Iterable[int]) -> tuple[list[tuple[int, int]], list[int]]:
        """Return (spam, ham) and the weight for each id; zeros for one that is not in the table."""
        mine, spams, hams, _, weights = self.columns
        count = self.count
        found = []
        weighed = []
        for ident in ids:
            place = bisect_left(mine, ident)
            if place < count and mine[place] == ident:
                found.append((spams[place], hams[place]))
                weighed.append(weights[place])
            else:
                found.append((0, 0))
                weighed.append(0)
        return found, weighed
