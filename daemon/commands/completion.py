"""`providence completion`: what makes a shell complete our commands and options."""

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from ..exits import Exit
from ..terminal import Terminal
from .command import Command


@dataclass(frozen=True, slots=True)
class Option:
    """One `--option`: its help, whether a value follows, and whether that is a file."""

    name: str
    help: str
    valued: bool
    file: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """One command with its options."""

    name: str
    help: str
    options: tuple[Option, ...]


def arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("shell", choices=sorted(SHELLS), help="the shell that is to complete")


def run(args: Namespace, terminal: Terminal) -> int:
    """Print the script for a shell."""
    from .line import COMMANDS  # noqa: PLC0415 - this command is one of them

    terminal.write(SHELLS[args.shell](list(_topics(COMMANDS))))
    return Exit.OK


def bash(topics: list[Topic]) -> str:
    """Return the script for bash; file names are completed where no word of ours fits."""
    cases = "".join(
        f"        {topic.name}) words={quote(' '.join(option.name for option in topic.options))} ;;\n"
        for topic in topics
    )
    return f"""\
# providence completion bash > /usr/share/bash-completion/completions/providence
_providence() {{
    local words
    case "${{COMP_WORDS[1]}}" in
{cases}    esac
    [ "$COMP_CWORD" -eq 1 ] && words={quote(" ".join(topic.name for topic in topics))}
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}")
}}
complete -o bashdefault -o default -F _providence providence
"""


def zsh(topics: list[Topic]) -> str:
    """Return the script for zsh."""

    def spec(option: Option) -> str:
        text = option.help.replace("[", "(").replace("]", ")").replace(":", "\\:")
        value = (":file:_files" if option.file else ":value:") if option.valued else ""
        return quote(f"{option.name}[{text}]{value}")

    commands = "".join(f"        {quote(f'{topic.name}:{topic.help}')}\n" for topic in topics)
    cases = "".join(
        f"        {topic.name}) _arguments {' '.join(map(spec, topic.options))} '*:file:_files' ;;\n"
        for topic in topics
    )
    return f"""\
#compdef providence
# providence completion zsh > "${{fpath[1]}}/_providence"
_providence() {{
    local -a commands=(
{commands}    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
{cases}    esac
}}
_providence "$@"
"""


def fish(topics: list[Topic]) -> str:
    """Return the script for fish."""
    lines = ["# providence completion fish > ~/.config/fish/completions/providence.fish"]
    for topic in topics:
        lines.append(f"complete -c providence -n __fish_use_subcommand -f -a {topic.name} -d {_fish_quote(topic.help)}")
        for option in topic.options:
            value = " -r" + ("" if option.file else "f") if option.valued else ""
            lines.append(
                f"complete -c providence -n '__fish_seen_subcommand_from {topic.name}'"
                f" -l {option.name.removeprefix('--')}{value} -d {_fish_quote(option.help)}"
            )
    return "\n".join(lines) + "\n"


SHELLS: dict[str, Callable[[list[Topic]], str]] = {"bash": bash, "fish": fish, "zsh": zsh}


def _fish_quote(text: str) -> str:
    """Quote for fish, where unlike in other shells a backslash escapes inside quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _topics(commands: tuple[Command, ...]) -> Iterator[Topic]:
    from .line import make_parser  # noqa: PLC0415 - as in `run`

    subparsers = next(action.choices for action in _actions(make_parser()) if isinstance(action.choices, dict))
    for command in commands:
        options = (
            Option(
                action.option_strings[-1], (action.help or "") % vars(action), action.nargs != 0, action.type is Path
            )
            for action in _actions(subparsers[command.name])
            if action.option_strings
        )
        yield Topic(command.name, command.help, tuple(options))


def _actions(parser: ArgumentParser) -> list[Action]:
    return parser._actions  # noqa: SLF001 - argparse has no other way to list what a parser takes


COMMAND = Command("completion", "print the completion script of a shell", arguments, run)
