"""The seed: what everybody's vault begins with, made of public messages (seeds/README.md is its card).

magic "PVSD" | version u16 | 0 u16 | rows u32 | spam f32 | ham f32 | 0 x12     little-endian
ids    u32 x rows, strictly ascending: the first four bytes of a feature's hash
spams  u16 x rows, hams u16 x rows: pseudo-trainings in units of 1/256
"""

import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Self

from ..errors import ForeignStoreError, VersionError
from .judging import Prior

MAGIC = b"PVSD"
VERSION = 1
HEADER = struct.Struct("<4sHHIff12x")
MAX_ROWS = 2**18
HASH_BYTES = 16
_UNIT = 256
_MOST = 2**16 - 1

_NOTHING = (0.0, 0.0)


class Seed:
    """A model by public hashes: for each, in how many of its pseudo-messages of a class it was."""

    def __init__(self, spam: float, ham: float, rows: dict[int, tuple[float, float]]) -> None:
        self.spam = spam
        self.ham = ham
        self.rows = rows

    def __repr__(self) -> str:
        """Say how large it is."""
        return f"<Seed of {len(self.rows)} features>"

    def prior(self, hashes: bytes) -> Prior:
        """Look up the concatenated 16-byte hashes of a message's features."""
        return Prior(self.spam, self.ham, [self.rows.get(key, _NOTHING) for key in keys(hashes)])

    def to_bytes(self) -> bytes:
        """Return the file."""
        ids = sorted(self.rows)
        columns = [[min(_MOST, round(_UNIT * self.rows[key][side])) for key in ids] for side in (0, 1)]
        parts = [struct.pack(f"<{len(ids)}H", *column) for column in columns]
        header = HEADER.pack(MAGIC, VERSION, 0, len(ids), self.spam, self.ham)
        return b"".join([header, struct.pack(f"<{len(ids)}I", *ids), *parts])

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the file. ForeignStoreError: it is none, or damaged; VersionError: it is newer."""
        if len(data) < HEADER.size or data[:4] != MAGIC:
            raise ForeignStoreError("this is no seed")
        _, version, _, count, spam, ham = HEADER.unpack_from(data)
        if version != VERSION:
            raise VersionError("the seed is of another version")
        if count > MAX_ROWS or len(data) != HEADER.size + 8 * count:
            raise ForeignStoreError("the seed is cut short")
        ids = struct.unpack_from(f"<{count}I", data, HEADER.size)
        counts = struct.unpack_from(f"<{2 * count}H", data, HEADER.size + 4 * count)
        rows = {key: (s / _UNIT, h / _UNIT) for key, s, h in zip(ids, counts[:count], counts[count:], strict=True)}
        return cls(spam, ham, rows)


EMPTY = Seed(0.0, 0.0, {})


def keys(hashes: bytes) -> Iterable[int]:
    """Give the number under which a seed has each hash."""
    return memoryview(hashes).cast("I")[:: HASH_BYTES // 4]


@cache
def shipped() -> Seed:
    """Return the seed that comes with Providence."""
    return Seed.from_bytes(Path(__file__).with_name("seed.bin").read_bytes())
