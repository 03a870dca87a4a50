"""`providence lock`: lock a vault, whatever sessions there are."""

from argparse import Namespace

from ..exits import Exit
from ..terminal import Terminal
from .command import Command, add_user
from .connection import connect


def run(args: Namespace, terminal: Terminal) -> int:
    """Lock."""
    with connect(args) as client:
        client.lock(args.user)
    terminal.show({"state": "locked"}, "locked")
    return Exit.OK


COMMAND = Command("lock", "lock a user's vault now", add_user, run)
