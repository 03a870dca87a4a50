"""What every command is made of."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ..terminal import Terminal


class UsageError(Exception):
    """The arguments do not go together."""


class Parser(ArgumentParser):
    """An argparse parser that raises UsageError instead of printing and exiting."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        error = UsageError(message)
        error.add_note(f"see {self.prog} --help")
        raise error


@dataclass(frozen=True, slots=True)
class Command:
    """A name, a line of help, what adds the arguments, and what does the work and returns an exit code."""

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Terminal], int]


def no_arguments(_parser: ArgumentParser) -> None:
    """Add nothing: for commands that take no more than all of them do."""


def add_user(parser: ArgumentParser) -> None:
    """Add whose vault it is about."""
    parser.add_argument("user", metavar="USER", help="the user's bare JID")
