"""The ad-hoc commands (XEP-0050): one node for each thing that a user may want."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from . import form_book, form_boxes, form_export, form_self
from .affairs import Affairs
from .fields import Action, Asked, Page

NODES = "urn:providence:0:junk#"


class Command(NamedTuple):
    """What a list of commands calls it, and what takes each step."""

    name: str
    step: Callable[[Affairs, Asked], Page]


COMMANDS: Mapping[str, Command] = {
    f"{NODES}list": Command("Junk box", form_boxes.junk),
    f"{NODES}waiting": Command("Junk box: waiting room", form_boxes.waiting),
    f"{NODES}decisions": Command("Junk box: last decisions", form_boxes.decisions),
    f"{NODES}exempt": Command("Junk box: always let through or keep out", form_book.exempt),
    f"{NODES}correspondents": Command("Junk box: contacts", form_book.correspondents),
    f"{NODES}settings": Command("Junk box: settings", form_self.settings),
    f"{NODES}status": Command("Junk box: status", form_self.status),
    f"{NODES}export": Command("Junk box: export", form_export.export),
    f"{NODES}recovery": Command("Junk box: recovery code", form_self.recovery),
    f"{NODES}lock": Command("Junk box: lock", form_self.lock),
    f"{NODES}erase": Command("Junk box: erase everything", form_self.erase),
}


def command(affairs: Affairs, node: str, asked: Asked) -> Page | None:
    """Take one step of a command; None where there is no such command.

    InputError for what no form of ours can have asked for.
    """
    known = COMMANDS.get(node)
    if known is None:
        return None
    return Page(canceled=True) if asked.action is Action.CANCEL else known.step(affairs, asked)


def listed() -> list[dict[str, str]]:
    """Return what servers tell clients that there is."""
    return [{"node": node, "name": known.name} for node, known in COMMANDS.items()]
