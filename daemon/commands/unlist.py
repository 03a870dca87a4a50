"""`providence unlist`: forget a sender."""

from argparse import ArgumentParser, Namespace

from ..exits import Exit
from ..terminal import Terminal
from .command import Command
from .connection import connect


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("sender", metavar="JID", help="an account, or a domain")


def run(args: Namespace, terminal: Terminal) -> int:
    """Forget what is known of the sender, and publish it no more."""
    with connect(args) as client:
        client.unlist(args.sender)
    terminal.show({"state": "forgotten"}, "forgotten")
    return Exit.OK


COMMAND = Command("unlist", "forget a sender, and publish it no more", arguments, run)
