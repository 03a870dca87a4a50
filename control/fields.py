"""Data forms (XEP-0004) and the stages of a command (XEP-0050), as values; what carries them is elsewhere."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from ..errors import InputError
from ..keyring import Secret

# Bytes of a submitted form, fields of it, values of a field, characters of a name and of a value.
MAX_FORM = 65_536
MAX_FIELDS = 64
MAX_VALUES = 256
MAX_VAR = 256
MAX_VALUE = 4096

_YES = {"1", "true"}


class Action(StrEnum):
    """What a client wants done with a stage."""

    EXECUTE = "execute"
    NEXT = "next"
    PREV = "prev"
    COMPLETE = "complete"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Asked:
    """One step of a client: its action, and the fields that were filled in (none: it begins)."""

    action: Action = Action.EXECUTE
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, action: str, raw: bytes | bytearray | memoryview = b"") -> Self:
        """Read `{"fields": {"var": ["value", ...]}}`, or nothing; InputError for anything else and out of bounds."""
        try:
            wanted = Action(action)
        except ValueError:
            raise InputError("a command has no such action") from None
        if not len(raw):
            return cls(wanted)
        if len(raw) > MAX_FORM:
            raise InputError("a form is too long")
        try:
            fields = json.loads(bytes(raw))["fields"]
        except (ValueError, RecursionError, KeyError, TypeError, IndexError):
            raise InputError("a form is no JSON object with fields") from None
        if (
            not isinstance(fields, dict)
            or len(fields) > MAX_FIELDS
            or not all(_is_text(var, MAX_VAR) and _are_values(values) for var, values in fields.items())
        ):
            raise InputError("the fields of a form are named lists of texts")
        return cls(wanted, fields)

    @property
    def is_complete(self) -> bool:
        """Whether a form was filled in and is to be acted upon (`execute` is the default action)."""
        return bool(self.fields) and self.action in {Action.EXECUTE, Action.COMPLETE}

    def one(self, var: str, default: str = "") -> str:
        """Return the value of a field; a text of several lines is one of them joined."""
        values = self.fields.get(var)
        return default if values is None else "\n".join(values)

    def many(self, var: str) -> Sequence[str]:
        """Return the values of a field."""
        return self.fields.get(var, ())

    def flag(self, var: str) -> bool:
        """Return the value of a boolean field (XEP-0004 §3.3)."""
        return self.one(var).strip().casefold() in _YES


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, with the types of XEP-0004."""

    var: str
    type: str
    label: str = ""
    values: Sequence[str] = ()
    options: Sequence[tuple[str, str]] = ()  # value, label
    required: bool = False

    def to_json(self) -> dict[str, object]:
        """Return the field as PNP carries it."""
        described: dict[str, object] = {"type": self.type, "label": self.label, "values": list(self.values)}
        if self.var:
            described["var"] = self.var
        if self.options:
            described["options"] = [{"value": value, "label": label} for value, label in self.options]
        if self.required:
            described["required"] = True
        return described


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: a form to fill in (with the actions that are possible), or the end.

    Where a recovery code is part of it, `CODE_HERE` stands in its place.
    """

    title: str = ""
    instructions: str = ""
    fields: Sequence[Field] = ()
    actions: Sequence[Action] = ()
    note: str = ""
    wrong: bool = False
    canceled: bool = False
    code: Secret | None = None

    def to_json(self) -> dict[str, object]:
        """Return the answer as PNP carries it."""
        status = "executing" if self.actions else "canceled" if self.canceled else "completed"
        said: dict[str, object] = {"status": status}
        if self.actions:
            said |= {"actions": [action.value for action in self.actions], "default": Action.COMPLETE.value}
        if self.note:
            said["note"] = {"type": "error" if self.wrong else "info", "text": self.note}
        if self.title:
            said["form"] = {
                "type": "form" if self.actions else "result",
                "title": self.title,
                "instructions": self.instructions,
                "fields": [each.to_json() for each in self.fields],
            }
        return said


def _is_text(value: object, most: int) -> bool:
    """Say whether this is a text that a stanza may hold: half a surrogate pair, which JSON can write, is none."""
    return isinstance(value, str) and len(value) <= most and not any("\ud800" <= point <= "\udfff" for point in value)


def _are_values(values: object) -> bool:
    return (
        isinstance(values, list) and len(values) <= MAX_VALUES and all(_is_text(value, MAX_VALUE) for value in values)
    )
