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


def is_whole(path: Path, engine: int) -> bool:
    """Whether a file starts as the engine's files do and has all the pages it says it has."""
    page, last = 0, -1
    newest = -1
    with path.open("rb") as file:
        for _ in range(2):
            file.seek(page + HEADERS[engine])
            raw = file.read(META.size)
            if len(raw) < META.size:
                return False
            magic, version, page, end, commit = META.unpack(raw)
            if magic != MAGIC or version != VERSIONS[engine] or page > MAX_PAGE_BYTES:
                return False
            if commit > newest:
                newest, last = commit, end
    return path.stat().st_size >= (last + 1) * page
