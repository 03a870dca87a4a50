"""From a TOML file to settings.

A settings class is a frozen dataclass: its fields have types and defaults, its `__post_init__` holds the
bounds and raises SettingsError, and its docstring has a line `name: what it is for` for each field. No
error here repeats a value: a password pasted into the wrong line stays out of terminals and logs.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_origin, get_type_hints

from ..errors import SettingsError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)

# A file with every setting and its help takes 6 KiB.
MAX_FILE_BYTES = 64 * 1024
MAX_LIST = 64
# The longest path Linux takes (PATH_MAX) less its end.
MAX_TEXT = 4095
# How much of an unknown name an error repeats.
_MAX_NAME = 40

_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", Path: "a path"}


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises SettingsError if the file cannot be read, is larger than MAX_FILE_BYTES, or is no TOML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or 'cannot be read'}") from error
    if len(data) > MAX_FILE_BYTES:
        raise SettingsError(f"{path}: larger than {MAX_FILE_BYTES // 1024} KiB")
    try:
        return tomllib.loads(data.decode())
    except RecursionError:
        raise SettingsError(f"{path}: nested too deeply") from None
    except ValueError as error:
        # The library's message may quote the file: only its line number is repeated.
        line = re.search(r"\(at line (\d+)", str(error))
        where = f"{path}:{line[1]}" if line else f"{path}"
        raise SettingsError(f"{where}: this is no TOML") from None


def refuse_unknown(given: Iterable[str], known: Iterable[str], what: str) -> None:
    """Raise SettingsError for the first name given that is not known; `what` says where and what it names."""
    known = sorted(known)
    for name in given:
        if name not in known:
            shown = "".join(char if char.isprintable() else "?" for char in name[:_MAX_NAME])
            error = SettingsError(f"{what} “{shown}” is unknown")
            close = get_close_matches(name[:_MAX_NAME], known, n=1)
            error.add_note(f"did you mean “{close[0]}”?" if close else f"known are {', '.join(known)}")
            raise error


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one settings file; both are named in errors."""

    file: Path | None
    name: str
    given: object

    def bind(self, kind: "type[T]", defaults: Mapping[str, object]) -> "T":
        """Return the settings class `kind` filled from this table, then from `defaults`, then from its own defaults.

        Raises SettingsError naming file, table and key.
        """
        where = f"{self.file or 'settings'}: [{self.name}]"
        if not isinstance(self.given, dict):
            raise SettingsError(f"{where} must be a table")
        types = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        refuse_unknown(self.given, names, where)
        try:
            values = {name: _convert(name, types[name], value) for name, value in self.given.items()}
            return kind(**{**defaults, **values})
        except SettingsError as error:
            raised = SettingsError(f"{where} {error}")
            for note in getattr(error, "__notes__", ()):
                raised.add_note(note)
            raise raised from None


def _convert(name: str, kind: Any, value: object) -> object:  # noqa: ANN401 - a type hint as Python resolves it
    """Return a TOML value as the type its field has."""
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or len(value) > MAX_LIST:
            raise SettingsError(f"{name} must be a list of at most {MAX_LIST} texts")
        return tuple(_convert(name, str, item) for item in value)
    if kind is float and type(value) is int:
        return float(value)
    if kind is Path and isinstance(value, str) and "\0" not in value and 0 < len(value) <= MAX_TEXT:
        path = Path(value).expanduser()
        if not path.is_absolute():
            raise SettingsError(f"{name} must be an absolute path")
        return path
    if issubclass(kind, StrEnum) and value in list(kind):
        return kind(value)
    if issubclass(kind, StrEnum):
        raise SettingsError(f"{name} must be one of {', '.join(kind)}")
    # `type() is`, because a TOML boolean is no number although Python's is.
    if type(value) is not kind or (isinstance(value, str) and len(value) > MAX_TEXT):
        raise SettingsError(f"{name} must be {_KINDS[kind]}")
    return value
