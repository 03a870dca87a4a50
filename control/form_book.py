"""The forms of exemptions and of correspondents."""

from collections.abc import Sequence
from functools import partial
from hashlib import blake2b

from ..errors import InputError
from ..pipeline import Exemption
from .affairs import Affairs
from .fields import Asked, Field, Page
from .listing import Deed, Entry, Listing
from .rendering import address
from .talks import of_exemption
from .telling import GONE, some

_VALUE_BYTES = 12

_RULES = [("allow", "Always deliver what comes from there"), ("deny", "Always take it for spam")]
_KINDS = [
    ("jid", "one address, such as friend@example.org"),
    ("domain", "a whole server, such as example.org"),
    ("group", "a group of my contact list, such as Family"),
]
_ADD = (
    Field("rule", "list-single", "New rule", ["allow"], _RULES),
    Field("kind", "list-single", "for", ["jid"], _KINDS),
    Field("value", "text-single", "namely (empty: no new rule)"),
)
_NOT_UNDERSTOOD = "I did not understand for whom the new rule is, or there are too many rules."


def exempt(affairs: Affairs, asked: Asked) -> Page:
    """Look after the user's own rules."""
    entries = [Entry(_value_of(each), partial(of_exemption, each)) for each in reversed(affairs.exemptions)]
    listing = Listing(
        "Always let through or keep out",
        "Rules of your own for senders, which I follow whatever I think. Choose some to remove them, or add one.",
        entries,
        {"remove": Deed("Remove", partial(_remove, affairs))},
        _ADD,
    )
    value = asked.one("value").strip()
    if not value or not asked.is_complete:
        return listing.step(asked)
    try:
        affairs.exempt(Exemption(asked.one("kind"), value, asked.one("rule") == "allow"))
    except InputError:
        return listing.page(0, _NOT_UNDERSTOOD)
    removed = [each for each in affairs.exemptions if _value_of(each) in asked.many("entries")]
    if removed:
        affairs.unexempt(removed)
    return Page(note=f"The new rule holds from now on; {some(len(removed), 'rule')} removed.")


def correspondents(affairs: Affairs, asked: Asked) -> Page:
    """Look after whom the user wrote to."""
    entries = [Entry(_hash(jid), partial(address, jid)) for jid in reversed(affairs.correspondents)]
    about = "You wrote to them, so what they write is not judged. The last one first."
    deeds = {"forget": Deed("Make strangers of them again", partial(_forget, affairs))}
    return Listing("Contacts", about, entries, deeds).step(asked)


def _remove(affairs: Affairs, chosen: Sequence[str]) -> Page:
    removed = [each for each in affairs.exemptions if _value_of(each) in chosen]
    if not removed:
        return Page(note=GONE)
    affairs.unexempt(removed)
    return Page(note=f"{some(len(removed), 'rule')} removed.")


def _forget(affairs: Affairs, chosen: Sequence[str]) -> Page:
    forgotten = affairs.forget([jid for jid in affairs.correspondents if _hash(jid) in chosen])
    return Page(note=f"I forgot {some(forgotten, 'contact')}." if forgotten else GONE)


def _value_of(exemption: Exemption) -> str:
    return _hash(f"{exemption.kind} {exemption.value}")


def _hash(text: str) -> str:
    """Return a short name for an entry, so that a form of twenty long addresses stays a small one."""
    return blake2b(text.encode(), digest_size=_VALUE_BYTES).hexdigest()
