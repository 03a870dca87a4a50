"""`providence forget`: erase a user."""

import sys
from argparse import ArgumentParser, Namespace

from ..exits import Exit
from ..terminal import Terminal
from .command import Command, UsageError, add_user
from .connection import connect


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_user(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: Namespace, terminal: Terminal) -> int:
    """Erase, once it was confirmed."""
    if not (args.yes or _confirmed(terminal)):
        raise UsageError("not confirmed, nothing was erased")
    with connect(args) as client:
        client.forget(args.user)
    terminal.show({"state": "forgotten"}, "forgotten")
    terminal.hint("`providence compact` erases what is left of it on the disk")
    return Exit.OK


def _confirmed(terminal: Terminal) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("erasing a user needs --yes where nobody can be asked")
    terminal.ask("Erase all that was learnt for this user, for good? Type yes: ")
    return sys.stdin.readline().strip() == "yes"


COMMAND = Command("forget", "erase a user's vault for good", arguments, run)
