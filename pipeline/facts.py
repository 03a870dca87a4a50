"""What the XMPP server knows about a stanza besides its bytes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from unicodedata import category

from ..errors import InputError
from .verdict import Reason

# Roster groups of one sender, and characters of a group's name.
MAX_GROUPS = 64
MAX_GROUP = 1023
MAX_TRUST = 100
# More than all filters beside the content have to say.
MAX_EVIDENCE = 32

_ACCOUNT = re.compile(
    r"affiliation=(anonymous|registered|member|admin)"
    r"(?:;since=([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,16}(?:Z|[+-][0-9]{2}:[0-9]{2})))?"
    r"(?:;trust=([0-9]{1,3}))?"
)


class Listing(StrEnum):
    """How the user's own lists judge the sender (XEP-0016, XEP-0159 §3)."""

    ALLOW = "allow"
    DENY = "deny"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Account:
    """What the sender's own server says of the account (XEP-0489): since when it exists, how far it is trusted."""

    affiliation: str
    since: datetime | None = None
    trust: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `affiliation=registered;since=2023-06-27T00:00:00Z;trust=57`, the last two if known.

        InputError for anything else. A date that is in no calendar is not known: the sender's server wrote it,
        and must not come by it past its judge.
        """
        match = _ACCOUNT.fullmatch(text)
        if match is None:
            raise InputError("an account is affiliation, since and trust")
        affiliation, since, trust = match.groups()
        if trust is not None and int(trust) > MAX_TRUST:
            raise InputError(f"trust is 0 to {MAX_TRUST}")
        return cls(affiliation, _moment(since or ""), None if trust is None else int(trust))


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that travel along with one stanza; what the server does not know is left out.

    listed: a match in the user's list on the server. groups: the sender's roster groups. caps: whether the sender
    announced entity capabilities (XEP-0115). account: see there. unjudged: how many stanzas of this sender
    passed unjudged since the last that was judged.

    evidence: what karma, authentication and lists say, as the router found it. is_hasty: the sender writes to more
    strangers than its reputation allows. is_condemned: a block list that the operator trusts decides alone.
    """

    listed: Listing = Listing.NONE
    groups: tuple[str, ...] = ()
    caps: bool | None = None
    account: Account | None = None
    unjudged: int = 0
    evidence: tuple[Reason, ...] = ()
    is_hasty: bool = False
    is_condemned: bool = False

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        """Read the headers of a CHECK, by lower-case name; InputError for values that PNP does not give."""
        caps, account = headers.get("caps"), headers.get("account")
        return cls(
            Listing(headers.get("listed", Listing.NONE)),
            _groups(headers["groups"]) if "groups" in headers else (),
            None if caps is None else caps == "yes",
            None if account is None else Account.parse(account),
            int(headers.get("unjudged", "0")),
            _evidence(headers.get("evidence", "[]")),
            headers.get("pace") == "exceeded",
            headers.get("condemned") == "yes",
        )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _evidence(text: str) -> tuple[Reason, ...]:
    """Read a list of pairs, a name and its log-odds: the router's own writing."""
    return tuple(Reason(name, float(weight)) for name, weight in json.loads(text)[:MAX_EVIDENCE])


def is_group(name: str) -> bool:
    """Say whether this can be the name of a roster group: not empty, not too long, no line ends in it."""
    return 0 < len(name) <= MAX_GROUP and not any(category(point) == "Cc" for point in name)


def _groups(text: str) -> tuple[str, ...]:
    try:
        groups = json.loads(text)
    except (ValueError, RecursionError):
        groups = None
    if (
        not isinstance(groups, list)
        or len(groups) > MAX_GROUPS
        or not all(isinstance(group, str) and is_group(group) for group in groups)
    ):
        raise InputError("groups are a list of names")
    return tuple(groups)
