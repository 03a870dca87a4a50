"""What a user says to the bot, taken apart: forgiving in form, strict in what it counts up."""

import re
from dataclasses import dataclass
from typing import Self
from unicodedata import category

# Bytes of UTF-8 that are read at a time.
MAX_SAID = 4096
# Numbers that one command may name.
MAX_NUMBERS = 50
# Digits of a number: no list is longer.
MAX_DIGITS = 3
MAX_CODE_DIGITS = 12

# Other words for the same.
ALIASES = {
    "?": "help",
    "hello": "help",
    "hi": "help",
    "junk": "list",
    "next": "more",
    "read": "show",
    "good": "ok",
    "release": "ok",
    "bad": "spam",
    "del": "delete",
    "remove": "delete",
    "explain": "why",
    "decisions": "log",
    "right": "valid",
    "wrong": "invalid",
    "wait": "waiting",
    "exemptions": "exempt",
    "correspondents": "contacts",
    "set": "settings",
    "setting": "settings",
}

# `ok3` and `ok#3` are `ok 3`.
_GLUED = re.compile(r"([^\W\d]+)#?(\d[\d,-]*)")
_NUMBER = re.compile(rf"(\d{{1,{MAX_DIGITS}}})(?:-(\d{{1,{MAX_DIGITS}}}))?", re.ASCII)
_CODE = re.compile(rf"d(\d{{1,{MAX_CODE_DIGITS}}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """A command: its verb in small letters, and the words after it as they were written."""

    verb: str
    words: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a line; nothing said is a call for help. Characters that do not show are left out."""
        words = "".join(point for point in text if category(point) != "Cf").split()
        if not words:
            return cls("help")
        verb, *rest = words
        verb = verb.casefold().lstrip("/!").rstrip(".,:;!") or "help"
        glued = _GLUED.fullmatch(verb)
        if glued:
            verb, rest = glued[1], [glued[2], *rest]
        return cls(ALIASES.get(verb, verb), tuple(rest))

    @property
    def all(self) -> bool:
        """Whether the command is for everything."""
        return [word.casefold() for word in self.words] == ["all"]

    @property
    def code(self) -> int | None:
        """The number of a decision, where the command is about `d127`."""
        match = _CODE.fullmatch(self.words[0].casefold().strip("#.,")) if len(self.words) == 1 else None
        return int(match[1]) if match else None

    @property
    def numbers(self) -> list[int]:
        """The numbers after the verb, each once: `3`, `#3`, `1,2`, `4-6`.

        None where there is anything else among them, and past MAX_NUMBERS.
        """
        found: dict[int, None] = {}
        for word in ",".join(self.words).split(","):
            trimmed = word.strip("#.;")
            if not trimmed or trimmed.casefold() == "and":
                continue
            match = _NUMBER.fullmatch(trimmed)
            if match is None:
                return []
            found |= dict.fromkeys(range(int(match[1]), int(match[2] or match[1]) + 1))
        return list(found) if len(found) <= MAX_NUMBERS else []
