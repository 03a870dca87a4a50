"""One turn of a conversation: who speaks, about what, and which things the numbers mean."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

from ..junk import Place, Seen
from ..pipeline import Exemption
from .affairs import Affairs
from .commands import MAX_NUMBERS, Said
from .conversations import MAX_NUMBERED, Conversation, Topic
from .rendering import address, inline
from .telling import decided, heading, preview

# Entries of a list that are shown at a time.
PAGE = 10
# Decisions that are looked back on.
MAX_DECISIONS = 50

PLACES = {Topic.JUNK: Place.JUNK, Topic.WAITING: Place.WAITING}
# What shows each list.
_SHOWN_BY = {
    Topic.JUNK: "list",
    Topic.WAITING: "waiting",
    Topic.DECISIONS: "log",
    Topic.CONTACTS: "contacts",
    Topic.EXEMPTIONS: "exempt",
}
WHICH = f"Tell me which, by the number in the list: `3`, or `1 2`, or `4-6`; at most {MAX_NUMBERS} at once."
NO_MORE = "That was all."

Tell = Callable[[], str]


@dataclass(slots=True)
class Talk:
    """The affairs of who speaks, and what was said before."""

    affairs: Affairs
    conversation: Conversation

    def chosen(self, said: Said, topics: Collection[Topic]) -> list[bytes] | str:
        """Return the names behind the numbers of a command about one of these lists, or what to reply instead."""
        conversation = self.conversation
        if conversation.topic not in topics:
            lists = " or ".join(f"`{_SHOWN_BY[topic]}`" for topic in topics)
            return f"Please write {lists} first, so that we both know which is which."
        numbers = said.numbers
        if not numbers:
            return WHICH
        absent = [number for number in numbers if not 0 < number <= len(conversation.names)]
        if absent:
            return f"There is no {absent[0]} in the list I showed you."
        return [conversation.names[number - 1] for number in numbers]

    def begin(self, topic: Topic, title: Callable[[int], str], hint: str) -> str:
        """Begin a list and show its first page, under a title that knows how many there are."""
        self.conversation.begin(topic)
        entries = self._entries(topic)
        return "\n".join([title(len(entries)), *self._page(entries), *([hint] if entries else [])])

    def more(self) -> str:
        """Show the next page of the list."""
        return "\n".join(self._page(self._entries(self.conversation.topic))) or NO_MORE

    def contacts(self, names: Collection[bytes]) -> list[str]:
        """Return the correspondents of these names."""
        return [jid for jid in self.affairs.correspondents if self.conversation.mark(jid) in names]

    def exemptions(self, names: Collection[bytes]) -> list[Exemption]:
        """Return the exemptions of these names."""
        return [each for each in self.affairs.exemptions if self._mark(each) in names]

    def _page(self, entries: Iterable[tuple[bytes, Tell]]) -> list[str]:
        conversation = self.conversation
        shown = set(conversation.names)
        new = [entry for entry in entries if entry[0] not in shown][: MAX_NUMBERED - len(shown)]
        first = conversation.number(name for name, _ in new[:PAGE])
        lines = [f"{number}. {tell()}" for number, (_, tell) in enumerate(new[:PAGE], first)]
        rest = len(new) - PAGE
        return [*lines, f"`more` shows the next of {rest}."] if rest > 0 else lines

    def _entries(self, topic: Topic) -> list[tuple[bytes, Tell]]:
        """Return each entry's name and what tells it, the newest first."""
        affairs, mark = self.affairs, self.conversation.mark
        match topic:
            case Topic.JUNK | Topic.WAITING:
                return [(name, partial(self._kept, PLACES[topic], name)) for name in affairs.names(PLACES[topic])]
            case Topic.DECISIONS:
                return [(name, partial(told_decision, name, seen)) for name, seen in affairs.decisions(MAX_DECISIONS)]
            case Topic.CONTACTS:
                return [(mark(jid), partial(address, jid)) for jid in reversed(affairs.correspondents)]
            case Topic.EXEMPTIONS:
                return [(self._mark(each), partial(of_exemption, each)) for each in reversed(affairs.exemptions)]
            case Topic.NOTHING:
                return []

    def _kept(self, place: Place, name: bytes) -> str:
        for _, item in self.affairs.items(place, [name]):
            words = preview(item)
            return f"{heading(item)}\n   {words}" if words else heading(item)
        return "(gone)"

    def _mark(self, exemption: Exemption) -> bytes:
        return self.conversation.mark(f"{exemption.kind} {exemption.value}")


def code_of(name: bytes) -> str:
    """Return what a decision is called everywhere and always, such as `d127`."""
    return f"d{int.from_bytes(name)}"


def told_decision(name: bytes, seen: Seen) -> str:
    """Return one line about a decision, with its own name."""
    return f"[{code_of(name)}] {decided(seen)}"


def of_exemption(exemption: Exemption) -> str:
    """Return one line about an exemption."""
    kind = "" if exemption.kind == "jid" else f"{exemption.kind} "
    return f"{'allow' if exemption.allow else 'deny'} {kind}{inline(exemption.value)}"
