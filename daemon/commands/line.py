"""The command line: from arguments to a command, from its errors to an exit code."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ...errors import ProvidenceError
from ..exits import Exit, exit_of, hint_of
from ..mishaps import describe
from ..terminal import Terminal
from . import (
    check,
    compact,
    completion,
    config,
    evaluate,
    explain,
    export,
    forget,
    learn,
    lock,
    publish,
    scrub,
    serve,
    status,
    unlearn,
    unlist,
    unlock,
    verify,
    version,
)
from .command import Command, Parser, UsageError

COMMANDS: tuple[Command, ...] = (
    serve.COMMAND,
    check.COMMAND,
    explain.COMMAND,
    learn.COMMAND,
    unlearn.COMMAND,
    unlock.COMMAND,
    lock.COMMAND,
    status.COMMAND,
    export.COMMAND,
    scrub.COMMAND,
    forget.COMMAND,
    verify.COMMAND,
    compact.COMMAND,
    publish.COMMAND,
    unlist.COMMAND,
    config.COMMAND,
    evaluate.COMMAND,
    version.COMMAND,
    completion.COMMAND,
)

# What a shell says of a program that Ctrl-C ended (128 + SIGINT).
INTERRUPTED = 130


def make_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser("providence", description="A spam filter for XMPP that keeps each user's words to the user.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help.capitalize() + ".")
        command.arguments(sub)
        sub.add_argument("--json", action="store_true", help="print JSON")
        sub.add_argument("--socket", metavar="PATH", type=Path, help="the daemon's UNIX socket")
        sub.add_argument("--config", metavar="FILE", type=Path, help="the settings file")
        sub.set_defaults(command=command)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code.

    Nothing is raised and no traceback shown: errors are one line of `error:` and one of `hint:`.
    """
    terminal = Terminal(sys.stdout, sys.stderr, json_wanted=False)
    try:
        args = _parse(arguments)
        terminal = Terminal(sys.stdout, sys.stderr, json_wanted=args.json)
        return _run(args.command, args, terminal)
    except UsageError as error:
        terminal.error(str(error), "".join(getattr(error, "__notes__", ())))
        return Exit.USAGE
    except ProvidenceError as error:
        terminal.error(str(error), hint_of(error))
        return exit_of(error)
    except BrokenPipeError:
        # Whoever reads has read enough (`| head`). Python would try to flush once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last wall: a traceback may hold a message's words
        terminal.error(f"unexpected {describe(error)}", "this is a fault of Providence: please report the line above")
        return Exit.INTERNAL


def _parse(arguments: Sequence[str]) -> Namespace:
    parser = make_parser()
    args, rest = parser.parse_known_args(arguments)
    # argparse gives up on an optional FILE at the first option that stands before it.
    if len(rest) == 1 and getattr(args, "file", "") == "-" and (rest[0] == "-" or not rest[0].startswith("-")):
        args.file = rest[0]
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return args


def _run(command: Command, args: Namespace, terminal: Terminal) -> int:
    code = command.run(args, terminal)
    sys.stdout.flush()
    return code
