"""Tables: what a user's mail has taught, as sorted columns in one buffer.

    header 32   count u32 | schema u16 | day u16 | generation u64 | spam u32 | ham u32 | 0 x8
    ids         u32 x count, strictly ascending
    spams, hams u16 x count each, saturating
    days        u16 x count, the day a count last rose
    zeros       up to the size class, added and checked by whoever seals

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

SCHEMA = 1
HEADER = struct.Struct("<IHHQII8x")
COLUMNS: tuple[tuple[Literal["I", "H"], int], ...] = (("I", 4), ("H", 2), ("H", 2), ("H", 2))
ENTRY_BYTES = sum(width for _, width in COLUMNS)
MAX_IDS = 65_536


class Totals(NamedTuple):
    """How many messages a vault has learnt."""

    spam: int
    ham: int


class Table:
    """A look into a decrypted table; it owns nothing, and lets go before the buffer is wiped.

    What does not have a table's form is an IntegrityError, as only a holder of the keys can
    have sealed it; a later schema is a VersionError.
    """

    __slots__ = ("columns", "count", "day", "generation", "totals")

    def __init__(self, view: memoryview) -> None:
        if len(view) < HEADER.size:
            raise IntegrityError("a table is cut short")
        self.count, schema, self.day, self.generation, *totals = HEADER.unpack_from(view)
        if schema != SCHEMA:
            raise VersionError("a table has another schema")
        if self.count > MAX_IDS or HEADER.size + self.count * ENTRY_BYTES > len(view):
            raise IntegrityError("a table is cut short")
        self.totals = Totals(*totals)
        self.columns: list[memoryview] = []
        end = HEADER.size
        for code, width in COLUMNS:
            start, end = end, end + width * self.count
            self.columns.append(view[start:end].cast(code))

    def __enter__(self) -> Self:
        """Look into the table for as long as the block lasts."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the buffer, so that its owner may wipe and resize it."""
        for column in self.columns:
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

    def look_up(self, ids: Iterable[int]) -> list[tuple[int, int]]:
        """Return (spam, ham) for each id; (0, 0) for one that is not in the table."""
        mine, spams, hams, _ = self.columns
        count = self.count
        found = []
        for ident in ids:
            place = bisect_left(mine, ident)
            if place < count and mine[place] == ident:
                found.append((spams[place], hams[place]))
            else:
                found.append((0, 0))
        return found
