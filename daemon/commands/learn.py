"""`providence learn`: teach a stanza, or a mailbox of labelled messages."""

from argparse import Namespace

from ..terminal import Terminal
from .command import Command
from .teaching import arguments, teach


def run(args: Namespace, terminal: Terminal) -> int:
    """Learn."""
    return teach(args, terminal, undo=False)


COMMAND = Command("learn", "learn a stanza, or a mailbox of labelled messages", arguments, run)
