"""What the bot says of the junk box, of the waiting room and of past decisions."""

from ..junk import JUNK_DAYS, NAME_BYTES
from .commands import Said
from .conversations import Topic
from .reasons import of_decision, of_item
from .talks import MAX_DECISIONS, PLACES, Talk
from .telling import GONE, decided, full, heading, of_lessons, some

_BOXES = (Topic.JUNK, Topic.WAITING)

_JUNK_HINT = (
    "`show 1` reads it to you, `ok 1` delivers it, `spam 1` teaches me, `delete 1` deletes it, `why 1` explains it."
)
_WAITING_HINT = (
    "`show 1` reads it to you, `ok 1` delivers it, `spam 1` puts it into the junk box, `delete 1` deletes it."
)
_LOG_HINT = "`why 1` explains it. `valid 1` says that I was right, `invalid 1` that I was wrong; I learn from both."
_ONE = "One at a time, please."


def list_junk(talk: Talk, _said: Said) -> str:
    """Show the junk box."""
    return talk.begin(Topic.JUNK, _junk_title, _JUNK_HINT)


def list_waiting(talk: Talk, _said: Said) -> str:
    """Show the waiting room."""
    return talk.begin(Topic.WAITING, _waiting_title, _WAITING_HINT)


def list_decisions(talk: Talk, _said: Said) -> str:
    """Show what was decided last."""
    return talk.begin(Topic.DECISIONS, _log_title, _LOG_HINT)


def more(talk: Talk, _said: Said) -> str:
    """Go on with the list."""
    return talk.more()


def show(talk: Talk, said: Said) -> str:
    """Read one stanza out."""
    names = talk.chosen(said, _BOXES)
    if isinstance(names, str):
        return names
    if len(names) > 1:
        return _ONE
    items = talk.affairs.items(PLACES[talk.conversation.topic], names)
    return full(items[0][1]) if items else GONE


def release(talk: Talk, said: Said) -> str:
    """Have stanzas delivered."""
    names = talk.chosen(said, _BOXES)
    if isinstance(names, str):
        return names
    released = talk.affairs.release(PLACES[talk.conversation.topic], names)
    if not released:
        return GONE
    return f"{some(released, 'stanza')} will be delivered now, and I let through what comes from there from now on."


def ham(talk: Talk, said: Said) -> str:
    """Learn junk as ham."""
    names = talk.chosen(said, [Topic.JUNK])
    return names if isinstance(names, str) else of_lessons(talk.affairs.teach(names, spam=False))


def spam(talk: Talk, said: Said) -> str:
    """Learn stanzas as spam; what waited goes to the junk box."""
    names = talk.chosen(said, _BOXES)
    if isinstance(names, str):
        return names
    if talk.conversation.topic is Topic.JUNK:
        return of_lessons(talk.affairs.teach(names, spam=True))
    moved = talk.affairs.condemn(names)
    return f"{some(moved, 'stanza')} went to the junk box, and I learnt from it." if moved else GONE


def delete(talk: Talk, said: Said) -> str:
    """Delete stanzas; `all` are those that were there when the list was shown."""
    topic = talk.conversation.topic
    if said.all and topic in _BOXES and talk.conversation.names:
        newest = max(talk.conversation.names)
        names: list[bytes] | str = [name for name in talk.affairs.names(PLACES[topic]) if name <= newest]
    else:
        names = talk.chosen(said, _BOXES)
    if isinstance(names, str):
        return names
    deleted = talk.affairs.delete(PLACES[topic], names)
    return f"{some(deleted, 'stanza')} deleted. I learnt nothing from that." if deleted else GONE


def why(talk: Talk, said: Said) -> str:
    """Explain a decision."""
    names = _decision(said) or talk.chosen(said, [*_BOXES, Topic.DECISIONS])
    if isinstance(names, str):
        return names
    if len(names) > 1:
        return _ONE
    affairs, topic = talk.affairs, talk.conversation.topic
    if said.code is not None or topic is Topic.DECISIONS:
        seen = affairs.decision(names[0])
        return f"{decided(seen)}\n{of_decision(affairs.vault, seen)}" if seen else GONE
    for _, item in affairs.items(PLACES[topic], names):
        return f"{heading(item)}\n{of_item(affairs.vault, item)}"
    return GONE


def valid(talk: Talk, said: Said) -> str:
    """Take the user's word that a decision was right."""
    return _answer(talk, said, valid=True)


def invalid(talk: Talk, said: Said) -> str:
    """Take the user's word that a decision was wrong."""
    return _answer(talk, said, valid=False)


def _answer(talk: Talk, said: Said, *, valid: bool) -> str:
    names = _decision(said) or talk.chosen(said, [Topic.DECISIONS])
    if isinstance(names, str):
        return names
    before = [seen.answer for name in names if (seen := talk.affairs.answer(name, valid=valid))]
    if not before:
        return GONE
    thanks = f"Thank you. I was {'right' if valid else 'wrong'}, and I learnt from it."
    if "invalid" in before if valid else "valid" in before:
        return f"{thanks} What I had learnt from your other answer is taken back."
    return thanks


def _decision(said: Said) -> list[bytes]:
    code = said.code
    return [] if code is None else [code.to_bytes(NAME_BYTES)]


def _junk_title(count: int) -> str:
    if not count:
        return "Your junk box is empty."
    return f"Your junk box has {some(count, 'stanza')}. I delete each after {JUNK_DAYS} days. The newest first:"


def _waiting_title(count: int) -> str:
    if not count:
        return "Nobody waits."
    return f"{some(count, 'stanza')} wait{'s' if count == 1 else ''} for your decision. The newest first:"


def _log_title(count: int) -> str:
    if not count:
        return "I have decided nothing lately."
    return "What I decided last, the newest first:" + (f" (the last {count})" if count == MAX_DECISIONS else "")
