"""Whom a user lets through, or never wants, whatever the filters say (XEP-0159 §4)."""

from collections.abc import Collection
from dataclasses import dataclass, field

from ..errors import InputError, StanzaError
from ..stanza import Jid
from ..vault import Vault
from .facts import Listing, is_group
from .lines import Lines

MAX_EXEMPTIONS = 500
# The more specific first: it wins.
KINDS = ("jid", "domain", "group")

_SIGNS = {True: "+", False: "-"}
_LISTINGS = {True: Listing.ALLOW, False: Listing.DENY}


@dataclass(frozen=True, slots=True)
class Exemption:
    """One rule: what comes from this bare JID, domain or roster group is delivered, or is junk (`allow=False`).

    JIDs and domains are kept in their one spelling, and of a JID its bare form. A domain is that one and not
    what is below it. Whatever names nothing of its kind is an InputError.
    """

    kind: str
    value: str = field(repr=False)
    allow: bool

    def __post_init__(self) -> None:
        """Hold the value to its kind."""
        object.__setattr__(self, "value", _spelt(self.kind, self.value))


class Exemptions:
    """The rules of one open vault."""

    def __init__(self, vault: Vault) -> None:
        """Look into this vault."""
        self._lines = Lines(vault, b"exemptions")

    def all(self) -> list[Exemption]:
        """Return the rules, the newest at the end."""
        return [_read(line) for line in self._lines.all()]

    def add(self, exemption: Exemption) -> None:
        """Keep a rule, in place of the opposite one; InputError past MAX_EXEMPTIONS."""
        others = self._others(exemption)
        if len(others) >= MAX_EXEMPTIONS:
            raise InputError(f"there are {MAX_EXEMPTIONS} exemptions already")
        self._lines.write([*others, _line(exemption)])

    def remove(self, exemption: Exemption) -> None:
        """Forget a rule, whether it allows or denies; unknown ones are no error."""
        self._lines.write(self._others(exemption))

    def listing(self, sender: Jid, groups: Collection[str] = ()) -> Listing:
        """Say what the rules make of a sender: a JID's before its domain's, that before those of its groups.

        A sender in groups that say both is allowed. What is said of a room holds for its participants.
        """
        steps = [("jid", (str(sender.plain.bare),)), ("domain", (sender.domain,)), ("group", tuple(groups))]
        wanted = [f"{_SIGNS[allow]}{kind} {value}" for kind, values in steps for allow in _SIGNS for value in values]
        found = self._lines.having(wanted)
        return _LISTINGS[found[0].startswith("+")] if found else Listing.NONE

    def _others(self, exemption: Exemption) -> list[str]:
        ours = _line(exemption)[1:]
        return [line for line in self._lines.all() if line[1:] != ours]


def _line(exemption: Exemption) -> str:
    return f"{_SIGNS[exemption.allow]}{exemption.kind} {exemption.value}"


def _read(line: str) -> Exemption:
    kind, _, value = line[1:].partition(" ")
    return Exemption(kind, value, line.startswith("+"))


def _spelt(kind: str, value: str) -> str:
    if kind == "group":
        if not is_group(value):
            raise InputError("an exemption names no group")
        return value
    try:
        jid = Jid.parse(value)
    except StanzaError:
        raise InputError("an exemption names no address") from None
    if kind == "jid" and jid.local:
        return str(jid.bare)
    if kind == "domain" and not jid.local and not jid.resource:
        return jid.domain
    raise InputError("an exemption names a JID, a domain or a group")
