"""What the bot says of settings, of the vault, and of itself."""

from ..errors import InputError
from .affairs import Affairs
from .choices import MAX_LINGER_HOURS, Choices
from .commands import Said
from .offers import FLAGS, HOURS, OPTIONS, chosen_in, written
from .talks import Talk, told_decision
from .telling import bare, some

_LAST = 3
_ON = {"on": True, "yes": True, "off": False, "no": False}
_NAMES = {"hours": "linger_hours"}

HELP = """\
I keep what strangers send you if it looks like spam, and I learn from you. You can say:
`list` - what is in your junk box (`more`: the next page)
`show 3` - read one
`ok 3` - no spam: deliver it, and let its sender through from now on
`spam 3`, `ham 3` - learn it as spam, or as no spam, and leave it there
`delete 3`, `delete all` - delete it, and learn nothing
`why 3` - why I took it for spam
`log` - what I decided last (`valid 3`: I was right; `invalid 3`: I was wrong)
`waiting` - what waits for your decision (then `show`, `ok`, `spam`, `delete`)
`exempt` - whom I always let through or keep out, and how to say so
`contacts` - whom you wrote to (`forget 3`: make a stranger of them)
`settings` - what you can choose; `digest on` - a message a day about your junk
`join`, `leave` - the test program: I tell you each decision, you say whether it was right
`status` - how much I know
`export` - everything I keep about you, in one file
`recovery` - a code that opens your vault if all else fails (`restore`: use it)
`lock` - lock your vault now; `erase` - delete everything
What I keep for you is sealed with your password. Who runs this server sees how much it is, and no word of it."""

NOT_UNDERSTOOD = "I did not understand that. `help` tells you what I can do."

EXPORT = (
    "I keep for you: {junk} in the junk box, {waiting} waiting, {decisions} among my last decisions, "
    "{correspondents}, {exemptions}, your settings, and counts of what I learnt. The file has all of it, "
    "one line of JSON for each."
)
# Stands where the code will be once its bytes leave; no text of a stranger can hold it.
CODE_HERE = "\ue000"
RECOVERY = (
    f"Your recovery code, instead of any before it:\n{CODE_HERE}\nWrite it down on paper now; I cannot show it again. "
    "If you forget your password and get a new one, `restore` and this code bring back what I had learnt. "
    "Then clear this chat in your client."
)
RESTORE = (
    "If your password was reset, I started anew and put the old vault aside for some time. "
    "`restore` and your recovery code behind it bring it back, and what I learnt since is dropped."
)
RESTORED = "Your old vault is back, with all that I had learnt from you."
NOT_RESTORED = "This code opens nothing that I have. Please look at it again; spaces and small letters do not matter."
LOCKED_NOW = "Your vault is locked now. Your next login with your password opens it again."
LOCKED_BRIEFLY = (
    "Your vault is locked now. But you chose `opening resident`, so that the next message to you opens it again; "
    "`settings opening session` ends that."
)
ERASED = (
    "Everything is erased: what I learnt, your junk box, your contacts, your settings. "
    "Your next login starts with an empty vault."
)


def help_(_talk: Talk, _said: Said) -> str:
    """Say what can be said."""
    return HELP


def settings(talk: Talk, said: Said) -> str:
    """Show the settings, or change one."""
    if not said.words:
        return "\n".join(["What you chose:", *_shown(talk.affairs.choices), "For example: `settings mode mark`."])
    name = said.words[0].casefold()
    value = " ".join(said.words[1:]).casefold()
    return _choose(talk, _NAMES.get(name, name), value)


def digest(talk: Talk, said: Said) -> str:
    """Switch the digest on or off."""
    return _choose(talk, "digest", " ".join(said.words).casefold())


def join(talk: Talk, _said: Said) -> str:
    """Take part in the test program."""
    talk.affairs.choose(Choices.made({"program": True}, talk.affairs.choices))
    return (
        "Welcome to the test program. I tell you what I decide, and you say `valid` or `invalid`; I learn from it. "
        "Who runs this server sees how many answers there were, and no word of any message. `leave` ends it."
    )


def leave(talk: Talk, _said: Said) -> str:
    """Take part no longer."""
    talk.affairs.choose(Choices.made({"program": False}, talk.affairs.choices))
    return "You left the test program. Thank you for your answers."


def status(talk: Talk, _said: Said) -> str:
    """Say how much there is, and what was decided last."""
    return told_status(talk.affairs)


def lock(talk: Talk, _said: Said) -> str:
    """Lock the vault."""
    return locked(talk.affairs)


def export(talk: Talk, _said: Said) -> str:
    """Say what there is to export, and have it made."""
    return offered_export(talk.affairs)


def restore(_talk: Talk, _said: Said) -> str:
    """Explain; a code that is one never comes this far."""
    return RESTORE


def erase(talk: Talk, said: Said) -> str:
    """Erase everything, for who writes out their own address."""
    jid = talk.affairs.steward.jid
    if [bare(word) for word in said.words] != [jid]:
        return (
            "This deletes everything I keep for you: what I learnt, your junk box with what you did not read, your "
            f"contacts, your settings. Nobody can bring it back. If you want that, write: `erase {jid}`"
        )
    talk.affairs.erase()
    return ERASED


def locked(affairs: Affairs) -> str:
    """Lock the vault, and say for how long that is."""
    resident = affairs.choices.opening == "resident"
    affairs.lock()
    return LOCKED_BRIEFLY if resident else LOCKED_NOW


def told_status(affairs: Affairs) -> str:
    """Return how much there is, and what was decided last."""
    sums = affairs.sums()
    last = [told_decision(name, seen) for name, seen in affairs.decisions(_LAST)]
    return "\n".join(
        [
            f"Your vault is open. I learnt from {sums.spam} spam and {sums.ham} wanted stanzas.",
            f"In the junk box: {sums.junk}. Waiting: {sums.waiting}.",
            f"Contacts: {sums.correspondents}. Rules of your own: {sums.exemptions}.",
            *(["My last decisions:", *last] if last else []),
        ]
    )


def offered_export(affairs: Affairs) -> str:
    """Return what an export holds, and let the server make it."""
    sums = affairs.sums()
    affairs.effects.export = True
    return EXPORT.format(
        junk=some(sums.junk, "stanza"),
        waiting=sums.waiting,
        decisions=sums.decisions,
        correspondents=some(sums.correspondents, "contact"),
        exemptions=some(sums.exemptions, "rule"),
    )


def _choose(talk: Talk, name: str, value: str) -> str:
    chosen: object = chosen_in(value) if value else None
    if name in FLAGS:
        chosen = _ON.get(value)
    elif name == "linger_hours" and value.isdecimal() and len(value) <= len(str(MAX_LINGER_HOURS)):
        chosen = int(value)
    try:
        choices = Choices.made({name: chosen}, talk.affairs.choices)
    except InputError:
        return f"I did not understand that. You can say:\n{_how(name)}"
    talk.affairs.choose(choices)
    return "\n".join(["Done.", *(line for line in _shown(talk.affairs.choices) if line.startswith(f"`{name}`"))])


def _shown(choices: Choices) -> list[str]:
    """Return a line for each setting."""
    lines = []
    for name, (title, options) in OPTIONS.items():
        value = getattr(choices, name)
        lines.append(f"`{name}` {written(value)}: {title}: {options[value]}")
    lines.append(f"`linger_hours` {choices.linger_hours}: {HOURS}")
    return [*lines, *(f"`{name}` {'on' if getattr(choices, name) else 'off'}: {FLAGS[name]}" for name in FLAGS)]


def _how(name: str) -> str:
    ways = {option: "|".join(written(value) for value in OPTIONS[option][1]) for option in OPTIONS}
    ways |= {"linger_hours": f"0-{MAX_LINGER_HOURS}"} | dict.fromkeys(FLAGS, "on|off")
    return "\n".join(f"`settings {way} {ways[way]}`" for way in ([name] if name in ways else ways))
