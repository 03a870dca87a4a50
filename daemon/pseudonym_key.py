"""The secret under which senders are remembered: a file of its own beside the host key, made at the first start.

It opens no vault. Whoever has it and the folder can test whether a sender is known; without it, nobody can.
"""

import os
import secrets
from pathlib import Path

from ..errors import HostKeyError
from ..karma import SECRET_BYTES
from ..storage import sync_folder, write_through

FILE = "pseudonyms.key"


def pseudonym_key(folder: Path) -> bytes:
    """Return the secret; HostKeyError where the file is there and is none."""
    path = folder / FILE
    if not path.exists():
        with write_through(path) as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        sync_folder(folder)
    with path.open("rb") as file:
        secret = file.read(SECRET_BYTES + 1)
        mode = os.fstat(file.fileno()).st_mode
    if len(secret) != SECRET_BYTES or mode & 0o077:
        raise HostKeyError(f"{FILE} is damaged, or others may read it")
    return secret
