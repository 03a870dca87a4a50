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
    features = [
        (name, spam, ham, f"{seed_spam:.2f}", f"{seed_ham:.2f}", f"{slope:+.2f}", f"{weight:+.3f}")
        for name, spam, ham, seed_spam, seed_ham, slope, weight in verdict["features"]
    ]
    heads = ("feature", "spam", "ham", "seed spam", "seed ham", "slope", "weight")
    lines = table([heads, *features]) if features else []
    terminal.show(verdict, *verdict_lines(verdict), *lines)
    return Exit.OK


COMMAND = Command("explain", "judge a stanza and show why, feature by feature", arguments, run)
