"""Standings as they lie in the ledger."""

import struct
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import log2

from .formula import DAY, HALF_LIFE, Mass, Standing
from .ledger import Ledger, Table
from .pseudonyms import Pseudonyms
from .senders import Level, Sender

# Less than this is as good as nothing and is not kept.
LEAST_MASS = 0.01
# Hosts, addresses and networks whose hashed names are at hand; of accounts none is.
MOST_NAMED = 4096
# A bad parent lends its name to the hosts below it, and answers for half of what they do.
SHARE = {Level.PARENT: 0.5}

_Sign = Callable[[Mass, Mass, Level], Mass]
_FORM = struct.Struct("<4fd")


class Standings:
    """The standing of each name."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms, retention: float) -> None:
        """Keep a name for at most `retention` seconds after the last event."""
        self._ledger = ledger
        self._pseudonyms = pseudonyms
        self._retention = retention
        # One stanza asks for the same names several times, and hosts and addresses come back.
        self._named: tuple[Sender | None, dict[Level, bytes]] = (None, {})
        self._shared = lru_cache(MOST_NAMED)(self._hash)

    def names(self, sender: Sender) -> dict[Level, bytes]:
        """Return the hashed name of a sender at each level."""
        if sender is not self._named[0]:
            names = {
                level: self._hash(level, name) if level is Level.ACCOUNT else self._shared(level, name)
                for level, name in sender.names
            }
            self._named = sender, names
        return dict(self._named[1])

    def _hash(self, level: Level, name: str) -> bytes:
        # A parent is a host itself.
        return self._pseudonyms.of(b"standing", _KINDS[Level.HOST if level is Level.PARENT else level], name)

    def of(self, names: Mapping[Level, bytes], now: float) -> dict[Level, Standing]:
        """Return what was seen at each level, faded until now; a parent of which nothing was seen is none."""
        values = self._ledger.get_all([(Table.STANDING, name) for name in names.values()])
        return faded(zip(names, values, strict=True), now)

    def known(self, names: Mapping[Level, bytes]) -> dict[Level, bytes]:
        """Return the names without a parent that nothing was ever seen of: a registry is no XMPP host."""
        parent = names.get(Level.PARENT)
        is_host = parent is not None and self._ledger.get(Table.STANDING, parent) is not None
        return {level: name for level, name in names.items() if level is not Level.PARENT or is_host}

    def add(self, level: Level, name: bytes, mass: Mass, *, spam: bool) -> None:
        """Add what was said at a level."""
        self._change(level, name, mass, spam=spam, sign=Mass.plus)

    def take(self, level: Level, name: bytes, mass: Mass, *, spam: bool) -> None:
        """Take back what was said."""
        self._change(level, name, mass, spam=spam, sign=Mass.minus)

    def _change(self, level: Level, name: bytes, mass: Mass, *, spam: bool, sign: _Sign) -> None:
        value = self._ledger.get(Table.STANDING, name)
        old = Standing() if value is None else unpack(value)
        changed = sign(old.spam if spam else old.ham, mass, level)
        new = Standing(changed, old.ham) if spam else Standing(old.spam, changed)
        new = new.at(changed.when, level)
        if new.mass <= LEAST_MASS:
            self._ledger.delete(Table.STANDING, name)
            return
        until = min(self._retention, HALF_LIFE[level] * DAY * log2(new.mass / LEAST_MASS))
        self._ledger.put(Table.STANDING, name, _pack(new), changed.when + until)


def faded(values: Iterable[tuple[Level, bytes | None]], now: float) -> dict[Level, Standing]:
    """Return standings as they are now, from their records."""
    return {
        level: Standing() if value is None else unpack(value).at(now, level)
        for level, value in values
        if value is not None or level is not Level.PARENT
    }


def unpack(value: bytes) -> Standing:
    """Return the standing of a record."""
    spam, ham, fast_spam, fast_ham, when = _FORM.unpack(value)
    return Standing(Mass(spam, fast_spam, when), Mass(ham, fast_ham, when))


def _pack(standing: Standing) -> bytes:
    spam, ham = standing
    return _FORM.pack(spam.slow, ham.slow, spam.fast, ham.fast, spam.when)


_KINDS = {level: bytes([level]) for level in Level}
