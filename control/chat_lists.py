"""What the bot says of exemptions and correspondents."""

from ..errors import InputError
from ..pipeline import KINDS, Exemption
from .commands import Said
from .conversations import Topic
from .talks import Talk, of_exemption
from .telling import bare, some

_EXEMPT_HINT = "`exempt remove 1` removes a rule."
_HOW = (
    "Like this: `exempt allow friend@example.org`, `exempt allow example.org`, `exempt deny example.net`, "
    "`exempt allow group Family`."
)
_CONTACTS_HINT = "`forget 1` makes a stranger of somebody, `forget all` of everybody."
_NOT_THERE = "There is no such rule."


def exempt(talk: Talk, said: Said) -> str:
    """Show the exemptions, add one, or remove some."""
    if not said.words:
        return talk.begin(Topic.EXEMPTIONS, _exempt_title, _EXEMPT_HINT)
    first, rest = said.words[0].casefold(), said.words[1:]
    if first in {"remove", "delete"}:
        return _remove(talk, Said("exempt", rest))
    if first == "deny":
        return _add(talk, rest, allow=False)
    return _add(talk, rest if first == "allow" else said.words, allow=True)


def allow(talk: Talk, said: Said) -> str:
    """Let somebody through."""
    return _add(talk, said.words, allow=True)


def deny(talk: Talk, said: Said) -> str:
    """Keep somebody out."""
    return _add(talk, said.words, allow=False)


def list_contacts(talk: Talk, _said: Said) -> str:
    """Show whom the user wrote to."""
    return talk.begin(Topic.CONTACTS, _contacts_title, _CONTACTS_HINT)


def forget(talk: Talk, said: Said) -> str:
    """Delete correspondents."""
    if said.all:
        jids = talk.affairs.correspondents
    elif any("@" in word or "." in word.strip(".") for word in said.words):
        jids = [bare(word.rstrip(",;")) for word in said.words]
    else:
        names = talk.chosen(said, [Topic.CONTACTS])
        if isinstance(names, str):
            return names
        jids = talk.contacts(names)
    forgotten = talk.affairs.forget(jids)
    if not forgotten:
        return "Nobody of that name is among your contacts."
    return f"I forgot {some(forgotten, 'contact')}. Until you write again, that is a stranger to me."


def _add(talk: Talk, words: tuple[str, ...], *, allow: bool) -> str:
    try:
        exemption = _read(words, allow=allow)
    except InputError:
        return f"I did not understand that. {_HOW}"
    try:
        talk.affairs.exempt(exemption)
    except InputError:
        return "You have so many rules that no other fits. `exempt` shows them, so that you can remove some."
    done = "I let through whatever comes from there." if allow else "Whatever comes from there is junk from now on."
    return f"{of_exemption(exemption)}: {done}"


def _remove(talk: Talk, said: Said) -> str:
    try:
        removed = [_read(said.words, allow=True)]
    except InputError:
        removed = []
    known = {(each.kind, each.value) for each in talk.affairs.exemptions}
    removed = [each for each in removed if (each.kind, each.value) in known]
    if not removed:
        names = talk.chosen(said, [Topic.EXEMPTIONS])
        if isinstance(names, str):
            return names
        removed = talk.exemptions(names)
    if not removed:
        return _NOT_THERE
    talk.affairs.unexempt(removed)
    return f"{some(len(removed), 'rule')} removed."


def _read(words: tuple[str, ...], *, allow: bool) -> Exemption:
    """Read `friend@example.org`, `example.org`, or one with its kind before it; InputError for anything else."""
    kind = words[0].casefold() if words else ""
    if len(words) > 1 and kind in KINDS:
        return Exemption(kind, " ".join(words[1:]), allow)
    value = " ".join(words)
    return Exemption("jid" if "@" in value else "domain", value, allow)


def _exempt_title(count: int) -> str:
    if not count:
        return f"You have no rules of your own for senders. {_HOW}"
    return f"You have {some(count, 'rule')} of your own, which I follow whatever I think. The newest first:"


def _contacts_title(count: int) -> str:
    if not count:
        return "You have written to nobody yet that I know of."
    return f"You wrote to {some(count, 'contact')}; their stanzas I do not judge. The last one first:"
