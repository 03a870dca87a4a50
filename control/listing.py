"""A form about a list: choose entries, choose what to do with them. One page of the list is one stage."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import InputError
from .fields import Action, Asked, Field, Page

# Entries of a list in one form.
PAGE = 20
# Digits of a number that a form hides.
MAX_DIGITS = 6

NOTHING_CHOSEN = "Nothing was chosen."


class Entry(NamedTuple):
    """What a form calls an entry, and what tells people which it is."""

    value: str
    label: Callable[[], str]


class Deed(NamedTuple):
    """Something that can be done with chosen entries, by their values."""

    label: str
    do: Callable[[Sequence[str]], Page]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, what can be done with its entries, and more fields where there is more to say.

    Nothing is remembered between two stages: the number of the page is a hidden field, and entries are submitted by
    their values, so that it does not matter if the list changes meanwhile.
    """

    title: str
    instructions: str
    entries: Sequence[Entry]
    deeds: Mapping[str, Deed]
    more: Sequence[Field] = field(default=())

    def step(self, asked: Asked) -> Page:
        """Show a page of the list, or do what was chosen; InputError for what no form of ours has."""
        number = number_of(asked, "page")
        match asked.action:
            case Action.NEXT:
                return self.page(number + 1)
            case Action.PREV:
                return self.page(number - 1)
            case _ if not asked.fields:
                return self.page(0)
        chosen = asked.many("entries")
        if not chosen:
            return self.page(number, NOTHING_CHOSEN)
        deed = self.deeds.get(asked.one("deed"))
        if deed is None or len(chosen) > PAGE:
            raise InputError("a form has no such choice")
        return deed.do(chosen)

    def page(self, number: int, wrong: str = "") -> Page:
        """Return a page; before the first one comes the first, after the last one the last."""
        last = max(0, len(self.entries) - 1) // PAGE
        number = min(max(0, number), last)
        shown = self.entries[number * PAGE : (number + 1) * PAGE]
        if not self.entries and not self.more:
            return Page(note=f"{self.title}: there is nothing here.")
        steps = [Action.PREV] * (number > 0) + [Action.NEXT] * (number < last)
        return Page(
            self.title if last == 0 else f"{self.title} ({number + 1} of {last + 1})",
            self.instructions,
            [Field("page", "hidden", values=[str(number)]), *(self._choice(shown) if shown else ()), *self.more],
            [*steps, Action.COMPLETE],
            wrong,
            wrong=bool(wrong),
        )

    def _choice(self, shown: Sequence[Entry]) -> list[Field]:
        deeds = [(name, deed.label) for name, deed in self.deeds.items()]
        return [
            Field("entries", "list-multi", "Which", options=[(entry.value, entry.label()) for entry in shown]),
            Field("deed", "list-single", "What to do", [deeds[0][0]], deeds),
        ]


def number_of(asked: Asked, var: str) -> int:
    """Return a number that a form of ours hid in a field, 0 where there is none; InputError where it is none."""
    text = asked.one(var, "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        raise InputError("a form hides numbers")
    return int(text)
