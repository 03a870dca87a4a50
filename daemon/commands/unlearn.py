"""`providence unlearn`: take back what was learnt."""

from argparse import Namespace

from ..terminal import Terminal
from .command import Command
from .teaching import arguments, teach


def run(args: Namespace, terminal: Terminal) -> int:
    """Unlearn."""
    return teach(args, terminal, undo=True)


COMMAND = Command("unlearn", "take back what was learnt, under the same label", arguments, run)
