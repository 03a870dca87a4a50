"""What is known of an account besides its events: its client, its card, how many strangers it writes to."""

import struct
from dataclasses import dataclass
from math import exp2
from typing import Self

from .formula import DAY, crowd

KEEP = 30 * DAY
# A person may well write to this many strangers in a day.
USUAL = 6.0
# Proposed: absence says little, for clients may be offline and people go without a picture.
_CLIENT = {True: -0.2, False: 0.3}
_PICTURE = {True: -0.2, False: 0.1}
_FORM = struct.Struct("<bbfd")
_STATES = {None: -1, False: 0, True: 1}
_KNOWN = {number: state for state, number in _STATES.items()}


@dataclass(frozen=True, slots=True)
class Profile:
    """Whether the client tells its capabilities and its card has a picture, None while that is not known.

    `strangers` is how many local users, who did not know the account, it wrote to: a count that halves each day,
    as of `when`.
    """

    client: bool | None = None
    picture: bool | None = None
    strangers: float = 0.0
    when: float = 0.0

    def at(self, now: float) -> Self:
        """Return the profile as of now; a clock that goes back fades nothing."""
        when = max(now, self.when)
        return type(self)(self.client, self.picture, self.strangers * exp2((self.when - when) / DAY), when)

    def reasons(self) -> list[tuple[str, float]]:
        """Return what the profile says, with its log-odds of spam."""
        found = []
        if self.client is not None:
            found.append(("CLIENT", _CLIENT[self.client]))
        if self.picture is not None:
            found.append(("PICTURE", _PICTURE[self.picture]))
        if many := crowd(self.strangers, USUAL):
            found.append(("MANY_STRANGERS", many))
        return found

    def to_bytes(self) -> bytes:
        """Return the record."""
        return _FORM.pack(_STATES[self.client], _STATES[self.picture], self.strangers, self.when)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the profile that `to_bytes` wrote."""
        client, picture, strangers, when = _FORM.unpack(raw)
        return cls(_KNOWN[client], _KNOWN[picture], strangers, when)
