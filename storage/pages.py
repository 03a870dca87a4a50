"""Pages: the first two of an LMDB file, read without LMDB.

page header 16 (0.9) or 24 (1.0) | magic u32 | version u32 | address u64 | map size u64 |
free database 48, the page size u32 first | main database 48 | last page u64 | commit u64
"""

import struct
from pathlib import Path

META = struct.Struct("<II16xI92xQQ")
MAGIC = 0xBEEFC0DE
HEADERS = (16, 24)  # of engine 0.9 and 1.0
VERSIONS = (1, 3)
MAX_PAGE_BYTES = 2**16


def length_of(path: Path, engine: int) -> int:
    """Return how long a file says it is; 0 if it does not start as the engine's files do."""
    page, newest, length = 0, -1, 0
    with path.open("rb") as file:
        for _ in range(2):
            file.seek(page + HEADERS[engine])
            raw = file.read(META.size)
            if len(raw) < META.size:
                return 0
            magic, version, page, last, commit = META.unpack(raw)
            if magic != MAGIC or version != VERSIONS[engine] or page > MAX_PAGE_BYTES:
                return 0
            if commit > newest:
                newest, length = commit, (last + 1) * page
    return length
