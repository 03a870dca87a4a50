"""The forms of the junk box, of the waiting room and of past decisions."""

from collections.abc import Iterable, Sequence
from functools import partial

from ..errors import InputError
from ..junk import JUNK_DAYS, Item, Place
from .affairs import Affairs
from .fields import Asked, Field, Page
from .listing import Deed, Entry, Listing
from .reasons import of_decision, of_item
from .talks import MAX_DECISIONS, told_decision
from .telling import GONE, decided, full, heading, of_lessons, preview, some

_READ = "Read it"
_RELEASE = "No spam: deliver it, and let its sender through from now on"
_DELETE = "Delete it, and learn nothing"
_WHY = "Explain it"


def junk(affairs: Affairs, asked: Asked) -> Page:
    """Look after the junk box."""
    deeds = {
        "show": Deed(_READ, partial(_show, affairs, Place.JUNK)),
        "release": Deed(_RELEASE, partial(_release, affairs, Place.JUNK)),
        "spam": Deed("Learn it as spam, and leave it here", partial(_teach, affairs, spam=True)),
        "ham": Deed("Learn it as no spam, and leave it here", partial(_teach, affairs, spam=False)),
        "delete": Deed(_DELETE, partial(_delete, affairs, Place.JUNK)),
        "why": Deed(_WHY, partial(_why, affairs, Place.JUNK)),
    }
    about = f"What I took for spam, the newest first. I delete each after {JUNK_DAYS} days."
    return Listing("Junk box", about, _entries(affairs, Place.JUNK), deeds).step(asked)


def waiting(affairs: Affairs, asked: Asked) -> Page:
    """Look after the waiting room."""
    deeds = {
        "show": Deed(_READ, partial(_show, affairs, Place.WAITING)),
        "release": Deed(_RELEASE, partial(_release, affairs, Place.WAITING)),
        "junk": Deed("Spam: put it into the junk box, and learn it", partial(_condemn, affairs)),
        "delete": Deed(_DELETE, partial(_delete, affairs, Place.WAITING)),
        "why": Deed(_WHY, partial(_why, affairs, Place.WAITING)),
    }
    about = "What waits for your decision, the newest first."
    return Listing("Waiting room", about, _entries(affairs, Place.WAITING), deeds).step(asked)


def decisions(affairs: Affairs, asked: Asked) -> Page:
    """Look back on decisions."""
    entries = [Entry(name.hex(), partial(told_decision, name, seen)) for name, seen in affairs.decisions(MAX_DECISIONS)]
    deeds = {
        "why": Deed(_WHY, partial(_why_decided, affairs)),
        "valid": Deed("It was right", partial(_answer, affairs, valid=True)),
        "invalid": Deed("It was wrong", partial(_answer, affairs, valid=False)),
    }
    about = "What I decided last, the newest first. When you say that it was right or wrong, I learn from it."
    return Listing("Last decisions", about, entries, deeds).step(asked)


def _entries(affairs: Affairs, place: Place) -> list[Entry]:
    return [Entry(name.hex(), partial(_label, affairs, place, name)) for name in affairs.names(place)]


def _label(affairs: Affairs, place: Place, name: bytes) -> str:
    for _, item in affairs.items(place, [name]):
        words = preview(item)
        return f"{heading(item)}: {words}" if words else heading(item)
    return GONE


def _show(affairs: Affairs, place: Place, chosen: Sequence[str]) -> Page:
    return _told("Junk box", [("", full(item)) for item in _items(affairs, place, chosen)])


def _why(affairs: Affairs, place: Place, chosen: Sequence[str]) -> Page:
    said = [(heading(item), of_item(affairs.vault, item)) for item in _items(affairs, place, chosen)]
    return _told("Explanation", said)


def _why_decided(affairs: Affairs, chosen: Sequence[str]) -> Page:
    found = [seen for name in _names(chosen) if (seen := affairs.decision(name))]
    return _told("Explanation", [(decided(seen), of_decision(affairs.vault, seen)) for seen in found])


def _release(affairs: Affairs, place: Place, chosen: Sequence[str]) -> Page:
    released = affairs.release(place, _names(chosen))
    return Page(note=f"{some(released, 'stanza')} will be delivered now." if released else GONE)


def _condemn(affairs: Affairs, chosen: Sequence[str]) -> Page:
    moved = affairs.condemn(_names(chosen))
    return Page(note=f"{some(moved, 'stanza')} went to the junk box, and I learnt from it." if moved else GONE)


def _delete(affairs: Affairs, place: Place, chosen: Sequence[str]) -> Page:
    deleted = affairs.delete(place, _names(chosen))
    return Page(note=f"{some(deleted, 'stanza')} deleted. I learnt nothing from that." if deleted else GONE)


def _teach(affairs: Affairs, chosen: Sequence[str], *, spam: bool) -> Page:
    return Page(note=of_lessons(affairs.teach(_names(chosen), spam=spam)))


def _answer(affairs: Affairs, chosen: Sequence[str], *, valid: bool) -> Page:
    answered = [affairs.answer(name, valid=valid) for name in _names(chosen)]
    return Page(note="Thank you, I learnt from it." if any(answered) else GONE)


def _told(title: str, said: Iterable[tuple[str, str]]) -> Page:
    fields = [
        Field(f"entry-{number}", "text-multi", label, text.split("\n")) for number, (label, text) in enumerate(said, 1)
    ]
    return Page(title, "", fields) if fields else Page(note=GONE)


def _items(affairs: Affairs, place: Place, chosen: Sequence[str]) -> list[Item]:
    return [item for _, item in affairs.items(place, _names(chosen))]


def _names(chosen: Sequence[str]) -> list[bytes]:
    """Read the names of things; InputError for what is none."""
    try:
        return [bytes.fromhex(value) for value in dict.fromkeys(chosen)]
    except ValueError:
        raise InputError("a form has no such choice") from None
