"""Folders: what a data folder says of itself before any shard of it is opened.

The file `format` is text, so that an operator can read it:

    providence vault 1
    shards 8
    engine 0.9
    host 0f3c...            the host key's fingerprint, in hex
"""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import NamedTuple

from ..errors import ForeignStoreError, HostKeyError, StoreFullError, VersionError
from ..storage import FOLDER_MODE, sync_folder, write_through

FORMAT = 1
FILE = "format"
MAX_FILE_BYTES = 512
SHARDS = 8  # docs/adr/0004-shards-and-engine.md
PINS = 256
ENGINES = {"0.9": 0, "1.0": 1}
ENGINE = "0.9"

_FORM = re.compile(
    r"providence vault (?P<version>[1-9][0-9]{0,8})\n"
    r"(?:shards (?P<shards>[1-9][0-9]{0,2})\nengine (?P<engine>[0-9.]{1,8})\n"
    r"host (?P<host>[0-9a-f]{16,64})\n)?(?P<rest>.*)",
    re.DOTALL,
)


class Format(NamedTuple):
    """How a store is laid out: the shards, the LMDB engine, and whose host key it needs."""

    shards: int
    engine: str
    host: bytes

    def shard(self, uid: bytes) -> int:
        """Say which shard a user lies in."""
        return uid[0] % self.shards

    def path(self, folder: Path, shard: int) -> Path:
        """Say where a shard lies."""
        return folder / f"shard-{shard:03}.mdb"


def holds_data(folder: Path) -> bool:
    """Whether a store was ever made here; then a missing host key must not be replaced."""
    return (folder / FILE).exists()


def shards_of(folder: Path) -> int:
    """Say how many shards a folder's store has, or would have; see `read` for what it raises."""
    return read(folder).shards if holds_data(folder) else SHARDS


def prepare(folder: Path, host: bytes) -> Format:
    """Read a folder's format, or make a new store in an empty or missing one.

    `host` is the host key's fingerprint. ForeignStoreError: the folder holds something else.
    VersionError: a newer Providence made it. HostKeyError: it was made under another host key.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    sync_folder(folder.parent)
    if not holds_data(folder):
        if any(folder.glob("*.mdb")):
            raise ForeignStoreError("the folder holds LMDB files, but none of Providence")
        _write(folder, Format(SHARDS, ENGINE, host))
    form = read(folder)
    if form.host != host:
        raise HostKeyError("the store was made under another host key")
    return form


def read(folder: Path) -> Format:
    """Read what a folder says of itself; it must say it in full."""
    try:
        with (folder / FILE).open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
        found = _FORM.fullmatch(raw.decode("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise ForeignStoreError(f"{FILE} cannot be read") from error
    if not found or len(raw) > MAX_FILE_BYTES:
        raise ForeignStoreError(f"{FILE} is not that of a Providence store")
    if int(found["version"]) > FORMAT:
        raise VersionError("a newer Providence made this store")
    if not found["host"] or found["rest"] or found["engine"] not in ENGINES:
        raise ForeignStoreError(f"{FILE} is not that of a Providence store")
    if int(found["shards"]) > PINS:
        raise ForeignStoreError(f"{FILE} names more shards than there can be")
    return Format(int(found["shards"]), found["engine"], bytes.fromhex(found["host"]))


def _write(folder: Path, form: Format) -> None:
    """Write the format where there is none; of several processes the first one wins."""
    text = f"providence vault {FORMAT}\nshards {form.shards}\nengine {form.engine}\nhost {form.host.hex()}\n"
    draft = folder / f".{FILE}.{secrets.token_hex(8)}"
    try:
        with write_through(draft) as file:
            file.write(text.encode("ascii"))
        with contextlib.suppress(FileExistsError):
            os.link(draft, folder / FILE)
    except OSError as error:
        raise StoreFullError("the store cannot be made") from error
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
