"""`providence compact`: make deletion real."""

from argparse import Namespace

from ...errors import UnreachableError
from ..exits import Exit
from ..terminal import Terminal
from .command import Command, no_arguments
from .connection import LONG_TIMEOUT, connect
from .offline import open_store


def run(args: Namespace, terminal: Terminal) -> int:
    """Rewrite the store under a new host key epoch, through the daemon or without one."""
    try:
        with connect(args, timeout=LONG_TIMEOUT) as client:
            client.compact()
    except UnreachableError:
        with open_store(args) as store, terminal.bar("rewritten") as draw:
            store.erase(draw)
    terminal.show({"state": "compacted"}, "compacted: what was deleted before cannot be opened any more")
    return Exit.OK


COMMAND = Command(
    "compact", "rewrite the store under a new host key, so that what was deleted is gone", no_arguments, run
)
