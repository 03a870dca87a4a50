"""`providence config`: print the settings."""

from argparse import ArgumentParser, Namespace

from ..exits import Exit
from ..rendering import as_markdown, as_toml, as_values
from ..settings import Settings
from ..terminal import Terminal
from .command import Command
from .connection import settings_of


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--example", action="store_true", help="a settings file with all defaults, commented out")
    forms.add_argument("--reference", action="store_true", help="the page of the documentation, in Markdown")


def run(args: Namespace, terminal: Terminal) -> int:
    """Print the settings in force, or the defaults of a service."""
    settings = Settings.defaults() if args.example or args.reference else settings_of(args)
    if terminal.json_wanted:
        terminal.show(as_values(settings))
    elif args.reference:
        terminal.write(as_markdown(settings))
    else:
        terminal.write(as_toml(settings, example=args.example))
    return Exit.OK


COMMAND = Command("config", "print the settings in force, or all there are", arguments, run)
