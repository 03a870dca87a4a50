"""`providence unlock`: open a vault with a password."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from ...pnp import SlotKind, SlotName, wipe
from ..exits import Exit
from ..terminal import Terminal
from .command import Command, add_user
from .connection import LONG_TIMEOUT, connect
from .passwords import read_password

# The session a vault is opened for; `lock` ends it together with all others.
SESSION = "command-line"


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_user(parser)
    parser.add_argument("--create", action="store_true", help="make a vault if the user has none")
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument("--secret-file", metavar="FILE", type=Path, help="a file with the password")
    sources.add_argument("--secret-fd", metavar="N", type=int, help="a file descriptor with the password")


def run(args: Namespace, terminal: Terminal) -> int:
    """Unlock; the password is wiped wherever it passed."""
    with connect(args, timeout=LONG_TIMEOUT) as client:
        password = read_password(args.secret_file, args.secret_fd)
        try:
            client.unlock(
                args.user, SESSION, [SlotName(SlotKind.PASSWORD)], [password], enrol=args.create, lasting=True
            )
        finally:
            with memoryview(password) as view:
                wipe(view)
    terminal.show({"state": "open"}, "open")
    return Exit.OK


COMMAND = Command("unlock", "open a user's vault with a password", arguments, run)
