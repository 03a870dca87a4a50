"""Settings as people read them: a TOML file with comments, a page of the documentation, JSON."""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from textwrap import wrap
from typing import Any

from ..errors import SettingsError
from .settings import Settings

WIDTH = 100

_HELP = re.compile(r"^([a-z0-9_]+(?:, [a-z0-9_]+)*): (.+)$")
# Values that no setting of the type takes: the refusal tells the bounds in the words of its owner.
_IMPOSSIBLE = {int: -(2**63), float: float("-inf")}

_PAGE = """\
# Settings

`providence` works with no settings at all. It reads `/etc/providence/providence.toml` as a service or as root,
`~/.config/providence/providence.toml` otherwise, or the file that `--config` names. An unknown table or key, a value of
the wrong type and a value out of its bounds are errors: the daemon does not start.

This page is what `providence config --reference` prints. `providence config --example` prints it as a TOML file, and
`providence config` the settings in force. The defaults shown are those of a service; for other users:

| | |
|---|---|
| `folders.data` | `~/.local/state/providence` (`$XDG_STATE_HOME`) |
| `folders.host_key` | `~/.config/providence/host.keys` (`$XDG_CONFIG_HOME`) |
| `socket.path` | `$XDG_RUNTIME_DIR/providence/providence.sock`, or `providence.sock` in the data folder |

Under systemd `$STATE_DIRECTORY` and `$RUNTIME_DIRECTORY` name the folders, and a credential called `host.keys` is the
host key (it can be read there, but not rotated).
"""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name, the value it has, what it is for, and the rule it is held to."""

    name: str
    value: object
    help: str
    rule: str


def tables(settings: Settings) -> Iterator[tuple[str, str, list[Key]]]:
    """Yield each table: its name, what it is about, its keys."""
    for field in fields(settings):
        table = getattr(settings, field.name)
        summary, helps = _document(type(table))
        keys = [
            Key(key.name, getattr(table, key.name), helps.get(key.name, ""), _rule(table, key.name))
            for key in fields(table)
        ]
        yield field.name, summary, keys


def as_toml(settings: Settings, *, example: bool = False) -> str:
    """Return the settings as a TOML file; as an `example` each of them is commented out."""
    lines: list[str] = []
    for table, summary, keys in tables(settings):
        lines += [*_comment(summary), f"[{table}]"]
        for key in keys:
            text = f"{key.help} ({key.rule})" if key.rule else key.help
            lines += [*_comment(text), f"{'#' if example else ''}{key.name} = {literal(key.value)}"]
        lines.append("")
    return "\n".join(lines)


def as_markdown(settings: Settings) -> str:
    """Return the page of the documentation that lists every setting with its default."""
    lines = [_PAGE]
    for table, summary, keys in tables(settings):
        lines += [f"## [{table}]", "", summary, "", "| key | default | what it is for | bounds |", "|---|---|---|---|"]
        lines += [f"| `{key.name}` | `{literal(key.value)}` | {key.help} | {key.rule} |" for key in keys]
        lines.append("")
    return "\n".join(lines)


def as_values(settings: Settings) -> dict[str, dict[str, object]]:
    """Return the settings as JSON takes them."""
    return {name: {key.name: _plain(key.value) for key in keys} for name, _, keys in tables(settings)}


def literal(value: object) -> str:
    """Return a value in TOML. JSON writes all our types alike, but for DEL, which TOML wants escaped."""
    return json.dumps(_plain(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: object) -> object:
    match value:
        case Path():
            return str(value)
        case tuple():
            return list(value)
    return value


def _document(kind: type) -> tuple[str, dict[str, str]]:
    """Return the first line of a docstring, and what its lines `name, name: text` say of each name."""
    lines = (inspect.getdoc(kind) or "").splitlines()
    helps: dict[str, str] = {}
    for line in lines[1:]:
        if match := _HELP.match(line):
            helps |= dict.fromkeys(match[1].split(", "), match[2].rstrip("."))
    return lines[0], helps


def _rule(table: Any, name: str) -> str:  # noqa: ANN401 - any settings class
    """Return the bounds of a setting in the words in which its owner refuses a value, or nothing."""
    value = getattr(table, name)
    if isinstance(value, StrEnum):
        return f"one of {', '.join(type(value))}"
    impossible = _IMPOSSIBLE.get(type(value))
    if impossible is None:
        return ""
    try:
        replace(table, **{name: impossible})
    except SettingsError as error:
        return re.sub(rf"^(?:\w+\.)?{name} (?:must lie in |is from )?", "", str(error))
    return ""


def _comment(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")
