"""`providence serve`: the daemon, in the foreground."""

from argparse import Namespace

from ..terminal import Terminal
from .command import Command, no_arguments
from .connection import settings_of


def run(args: Namespace, _terminal: Terminal) -> int:
    """Serve until SIGTERM or SIGINT."""
    # Here and not above: all other commands start faster without it.
    from ..service import run as serve  # noqa: PLC0415 - see above

    return serve(settings_of(args))


COMMAND = Command("serve", "run the daemon", no_arguments, run)
