"""What the bot has to say unasked: once a day what was kept back, to who wants to hear it."""

from ..junk import Item, Place
from ..keyring import wipe
from .affairs import Affairs
from .rendering import address, when
from .telling import bare, some

DAY_SECONDS = 86_400
# Senders that are named.
MAX_NAMED = 5

_BOX = b"book"
_IDENT = b"digest"
_STAMP_BYTES = 5


def news(affairs: Affairs) -> list[str]:
    """Return what there is to say, and take note that it was said: nothing more for a day."""
    now, last = affairs.steward.now(), _last(affairs)
    if not affairs.choices.digest or now - last < DAY_SECONDS:
        return []
    since = last or now - DAY_SECONDS
    came = [item for _, item in affairs.items(Place.JUNK, affairs.names(Place.JUNK)) if item.arrived > since]
    waiting = len(affairs.names(Place.WAITING))
    if not came and not waiting:
        return []
    affairs.vault.items.put(_BOX, _IDENT, now.to_bytes(_STAMP_BYTES))
    affairs.effects.changed = True
    return ["\n".join([*_junk(came, since), *_waiting(waiting), "`digest off` ends these messages."])]


def _junk(came: list[Item], since: int) -> list[str]:
    if not came:
        return []
    senders = list(dict.fromkeys(bare(item.sender) for item in came))
    named = ", ".join(address(sender) for sender in senders[:MAX_NAMED])
    others = f" and {len(senders) - MAX_NAMED} others" if len(senders) > MAX_NAMED else ""
    return [f"Since {when(since)}, {some(len(came), 'stanza')} went to your junk box (`list`), from {named}{others}."]


def _waiting(count: int) -> list[str]:
    return [f"Waiting for your decision (`waiting`): {some(count, 'stanza')}."] if count else []


def _last(affairs: Affairs) -> int:
    """Return when something was said last, in seconds since 1970; 0 for never."""
    stamp = affairs.vault.items.get(_BOX, _IDENT)
    if stamp is None:
        return 0
    try:
        return int.from_bytes(stamp)
    finally:
        wipe(stamp)
