"""The verbs of PNP.

Which headers each needs, what values they may have, and whether a body comes along.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from .frames import Frame
from .limits import MAX_GROUPS, MAX_NAME, MAX_OCCUPANT, MAX_USER
from .refusals import Refusal, RefusalError
from .slots import parse_slots, split_secrets

Rule = Callable[[str], object]
"""True for a value that is well formed."""


class Body(Enum):
    """Whether a request brings a body."""

    NONE = "none"
    OPTIONAL = "optional"
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class Form:
    """What a request with one verb looks like.

    Headers that are not named here are left alone.
    """

    needs: frozenset[str] = frozenset()
    values: Mapping[str, Rule] = field(default_factory=dict)
    body: Body = Body.NONE


Forms = Mapping[str, Form]


def one_of(words: str) -> Rule:
    """Return a rule that takes each of the words."""
    return frozenset(words.split()).__contains__


def _is_jid(value: str) -> bool:
    return 0 < len(value) <= MAX_USER and (value.isascii() or len(value.encode()) <= MAX_USER)


def _is_group(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name) <= MAX_NAME and not _CONTROL.search(name)


def _are_groups(value: str) -> bool:
    """Say whether this is a JSON list of names."""
    try:
        groups = json.loads(value)
    except (ValueError, RecursionError):
        return False
    return isinstance(groups, list) and len(groups) <= MAX_GROUPS and all(map(_is_group, groups))


_YES_NO = one_of("yes no")
_SESSION = re.compile(r"[!-~]{1,128}").fullmatch
_ITEM = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]{2,45}").fullmatch
# As long as XEP-0421 allows; spaces around a value would not count.
_OCCUPANT = re.compile(rf"[!-~]{{1,{MAX_OCCUPANT}}}").fullmatch
_STANZA_ID = re.compile(r".{1,256}").fullmatch
_NODE = re.compile(r"[!-~]{1,256}").fullmatch
_PART = re.compile(r"[0-9]{1,6}").fullmatch
_COUNT = re.compile(r"[0-9]{1,6}").fullmatch
_NUMBER = re.compile(r"[0-7]").fullmatch
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# XEP-0489, in this order; who takes the date knows the calendar.
_ACCOUNT = re.compile(
    r"affiliation=(?:anonymous|registered|member|admin)"
    r"(?:;since=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,16}(?:Z|[+-][0-9]{2}:[0-9]{2}))?"
    r"(?:;trust=(?:100|[0-9]{1,2}))?"
).fullmatch

_RULES: dict[str, Rule] = {
    "user": _is_jid,
    "from": _is_jid,
    "session": _SESSION,
    "item": _ITEM,
    "enrol": _YES_NO,
    "ticket": _YES_NO,
    "lasting": _YES_NO,
    "undo": _YES_NO,
    "secure": _YES_NO,
    "peer-ip": _ADDRESS,
    "cert": one_of("valid invalid none"),
    "auth": one_of("external dialback local none"),
    "listed": one_of("allow deny none"),
    "mode": one_of("judge explain passive"),
    "groups": _are_groups,
    "caps": _YES_NO,
    "occupant": _OCCUPANT,
    "marked": _YES_NO,
    "account": _ACCOUNT,
    "unjudged": _COUNT,
    "stanza-id": _STANZA_ID,
    "third-party": _YES_NO,
    "node": _NODE,
    "part": _PART,
    "change": one_of("added blocked unblocked removed"),
    "client": _YES_NO,
    "picture": _YES_NO,
    "capabilities": one_of("none some abuse"),
    "number": one_of("0 1 2 3 4 5 6 7"),
    "label": one_of("ham spam"),
    "reason": one_of("spam abuse"),
}


def _form(needs: str, may: str = "", body: Body = Body.NONE, action: str = "") -> Form:
    values = {name: _RULES[name] for name in (needs + " " + may).split() if name in _RULES}
    if action:
        values["action"] = one_of(action)
    return Form(frozenset(needs.split()), values, body)


VERBS: Forms = {
    "PING": _form(""),
    "UNLOCK": _form("user session slots", "enrol lasting ticket", Body.OPTIONAL),
    "REWRAP": _form("user slots", "", Body.OPTIONAL),
    "RESTORE": _form("user slots", "", Body.OPTIONAL),
    "RECOVERY": _form("user"),
    "END": _form("user session"),
    "LOCK": _form("user"),
    "CHECK": _form(
        "user", "from peer-ip secure cert auth listed mode groups caps account unjudged occupant marked", Body.NEEDED
    ),
    "TELL": _form("user label", "undo", Body.NEEDED),
    "SENT": _form("user", "occupant", Body.NEEDED),
    "REPORT": _form("user from reason", "item stanza-id third-party occupant", Body.OPTIONAL),
    "CONTACT": _form("user from change", "occupant"),
    "LEARNT": _form("from", "client picture capabilities"),
    "LIST": _form("number action", "", Body.OPTIONAL, action="replace begin more end add remove"),
    "JUNK": _form("user action", "item", action="list show release delete ham spam"),
    "WAITING": _form("user action", "item", action="list take done"),
    "SAY": _form("user", "", Body.NEEDED),
    "COMMAND": _form("user node action", "", Body.OPTIONAL, action="execute next prev complete cancel"),
    "NEWS": _form("user"),
    "EXPORT": _form("user", "part"),
    "SETTINGS": _form("user", "", Body.OPTIONAL),
    "STATUS": _form("user"),
    "FORGET": _form("user"),
    "STATS": _form(""),
    "PUBLISH": _form(""),
    "UNLIST": _form("from"),
    "VERIFY": _form(""),
    "COMPACT": _form(""),
}
"""
What a server module or the command line may ask.

Docs/spec/pnp.md says what each does.
"""


def check_request(frame: Frame, forms: Forms = VERBS) -> None:
    """Raise RefusalError unless the frame is a request of one of the forms."""
    form = forms.get(frame.verb)
    if form is None:
        raise RefusalError(Refusal.UNKNOWN_VERB)
    headers = frame.headers
    if not form.needs <= headers.keys():
        raise RefusalError(Refusal.MISSING_HEADER)
    for name, rule in form.values.items():
        value = headers.get(name)
        if value is not None and not rule(value):
            raise RefusalError(Refusal.BAD_VALUE)
    if form.body is Body.NEEDED and not frame.body:
        raise RefusalError(Refusal.BODY_MISSING)
    if form.body is Body.NONE and frame.body:
        raise RefusalError(Refusal.BODY_UNEXPECTED)
    if "slots" in form.needs:
        split_secrets(parse_slots(headers["slots"]), frame.body)
