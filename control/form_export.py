"""The form that shows an export part by part, where the server offers no download."""

from .affairs import Affairs
from .chat_self import offered_export
from .export import part
from .fields import Action, Asked, Field, Page
from .listing import number_of

# Characters of a part: few enough for a window, and for the frame around it.
PART = 24_000


def export(affairs: Affairs, asked: Asked) -> Page:
    """Say what there is and have a file made of it, or show a part."""
    if asked.action is Action.COMPLETE:
        return Page(note="That was all you asked for.")
    number = number_of(asked, "part") + {Action.NEXT: 1, Action.PREV: -1}.get(asked.action, 0)
    if number < 1:
        return _page(0, "Export", offered_export(affairs), [], more=True)
    found = part(affairs, number - 1, PART)
    if found is None:
        return Page(note="That was the last part.")
    shown = [Field("text", "text-multi", "", found.text.split("\n"))]
    return _page(number, f"Export, part {number}", "", shown, more=found.more)


def _page(number: int, title: str, instructions: str, shown: list[Field], *, more: bool) -> Page:
    steps = [Action.PREV] * (number > 0) + [Action.NEXT] * more
    return Page(title, instructions, [Field("part", "hidden", values=[str(number)]), *shown], [*steps, Action.COMPLETE])
