"""The forms of settings, and of the vault as a whole."""

from collections.abc import Mapping

from ..errors import InputError
from ..keyring import SlotKind
from .affairs import Affairs
from .chat_self import ERASED, RECOVERY, locked, told_status
from .choices import MAX_LINGER_HOURS, Choices
from .fields import Action, Asked, Field, Page
from .offers import FLAGS, HOURS, OPTIONS, chosen_in, written
from .telling import bare

_SURE = Field("sure", "hidden", values=["yes"])


def settings(affairs: Affairs, asked: Asked) -> Page:
    """Show the settings, or take what was chosen."""
    if not asked.is_complete:
        return _settings(affairs.choices)
    changes: dict[str, object] = {name: chosen_in(asked.one(name)) for name in OPTIONS if name in asked.fields}
    changes |= {name: asked.flag(name) for name in FLAGS if name in asked.fields}
    hours = asked.one("linger_hours", str(affairs.choices.linger_hours)).strip()
    # More digits are out of bounds in any case.
    changes["linger_hours"] = int(hours) if hours.isdecimal() and len(hours) <= len(str(MAX_LINGER_HOURS)) else hours
    try:
        chosen = Choices.made(changes, affairs.choices)
    except InputError:
        return _settings(affairs.choices, f"The hours are a number from 0 to {MAX_LINGER_HOURS}.")
    affairs.choose(chosen)
    return Page(note="Done. It holds from now on.")


def status(affairs: Affairs, _asked: Asked) -> Page:
    """Say how much there is."""
    return Page("Filter status", "", [Field("status", "text-multi", "", told_status(affairs).split("\n"))])


def recovery(affairs: Affairs, asked: Asked) -> Page:
    """Make a recovery code."""
    if not asked.is_complete:
        known = any(slot.kind is SlotKind.RECOVERY for slot in affairs.vault.keys.slots)
        about = "The code you have will open nothing any more." if known else "You have none yet."
        return Page("Recovery code", f"Make a new code that opens your vault? {about}", [_SURE], [Action.COMPLETE])
    return Page("Recovery code", "", [Field("code", "text-multi", "", RECOVERY.split("\n"))], code=affairs.recovery())


def lock(affairs: Affairs, asked: Asked) -> Page:
    """Lock the vault."""
    if not asked.is_complete:
        about = "From then on strangers' messages wait, until you log in with your password again."
        return Page("Lock", f"Lock your vault now? {about}", [_SURE], [Action.COMPLETE])
    return Page(note=locked(affairs))


def erase(affairs: Affairs, asked: Asked) -> Page:
    """Erase everything, for who writes out their own address."""
    if not asked.is_complete:
        return _erase()
    if bare(asked.one("address").strip()) != affairs.steward.jid:
        return _erase("That is not your address. Nothing was erased.")
    affairs.erase()
    return Page(note=ERASED)


def _settings(choices: Choices, wrong: str = "") -> Page:
    fields = [
        *(_one_of(name, title, getattr(choices, name), options) for name, (title, options) in OPTIONS.items()),
        Field("linger_hours", "text-single", HOURS, [str(choices.linger_hours)]),
        *(Field(name, "boolean", label, [str(int(getattr(choices, name)))]) for name, label in FLAGS.items()),
    ]
    return Page("Filter settings", "", fields, [Action.COMPLETE], wrong, wrong=bool(wrong))


def _one_of(name: str, title: str, value: str, options: Mapping[str, str]) -> Field:
    return Field(name, "list-single", title, [written(value)], [(written(each), options[each]) for each in options])


def _erase(wrong: str = "") -> Page:
    return Page(
        "Erase everything",
        "This deletes all that I keep for you: what I learnt, your junk box with what you did not read, your contacts, "
        "your settings. Nobody can bring it back. If you want that, write your own address below.",
        [Field("address", "text-single", "Your address", required=True)],
        [Action.COMPLETE],
        wrong,
        wrong=bool(wrong),
    )
