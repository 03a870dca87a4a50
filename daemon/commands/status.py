"""`providence status`: how the daemon, or one user's vault, is doing."""

from argparse import ArgumentParser, Namespace

from ..exits import Exit
from ..terminal import Terminal, outline
from .command import Command
from .connection import connect


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("user", metavar="USER", nargs="?", help="a user's bare JID; the whole daemon without it")


def run(args: Namespace, terminal: Terminal) -> int:
    """Show."""
    with connect(args) as client:
        reply = client.stats() if args.user is None else client.status(args.user)
    value = reply.json()
    terminal.show(value, *outline(value))
    return Exit.OK


COMMAND = Command("status", "show how the daemon, or a user's vault, is doing", arguments, run)
