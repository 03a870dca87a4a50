"""STATUS and SETTINGS: what a user sees and chooses of their own vault, for programs."""

from dataclasses import asdict

from ...control import Choices, choices_of
from ...junk import Box, Place
from .calls import Call
from .desk import Desk
from .faces import affairs_of, done


def settings(desk: Desk, call: Call) -> None:
    """Return the user's choices, or take new ones; what is not named stays as it is."""
    vault = desk.open_vault(call.uid)
    before = choices_of(vault)
    if not call.frame.body:
        call.answer_json(asdict(before), {"Preferences": before.preferences})
        return
    chosen = Choices.parse(call.frame.body, before)
    affairs = affairs_of(desk, call, vault)
    affairs.choose(chosen)
    done(desk, call, affairs, asdict(chosen))


def status(desk: Desk, call: Call) -> None:
    """Say whether the user's vault is open, and if it is, what it holds."""
    vault = desk.vault(call.uid)
    if vault is None:
        call.answer_json({"state": "locked"})
        return
    stats = vault.stats()
    boxes = {place.name.lower(): len(Box(vault, place)) for place in Place}
    call.answer_json({"state": "open", "spam": stats.spam, "ham": stats.ham, "features": stats.ids, **boxes})
