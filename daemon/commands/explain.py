"""`providence explain`: judge a stanza and show how its number came about, feature by feature."""

from argparse import ArgumentParser, Namespace

from ..exits import Exit
from ..terminal import Terminal, table
from .check import verdict_lines, verdict_of
from .command import Command, add_user
from .connection import connect
from .inputs import add_input, facts_of, stanza_of


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_user(parser)
    add_input(parser, many=False)


def run(args: Namespace, terminal: Terminal) -> int:
    """Explain; the stanza is kept nowhere."""
    stanza = stanza_of(args)
    with connect(args) as client:
        verdict = verdict_of(client.check(args.user, stanza, facts_of(stanza), mode="explain"))
    features = [(feature, spam, ham, f"{weight:+.2f}") for feature, spam, ham, weight in verdict["features"]]
    lines = table([("feature", "spam", "ham", "weight"), *features]) if features else []
    terminal.show(verdict, *verdict_lines(verdict), *lines)
    return Exit.OK


COMMAND = Command("explain", "judge a stanza and show why, feature by feature", arguments, run)
