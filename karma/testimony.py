"""Testimony: what local users say for or against senders, heard and taken back."""

from collections.abc import Mapping

from .events import Event
from .exhibits import Exhibits
from .ledger import Ledger
from .neighbours import Neighbourhoods
from .pairs import Pair, Pairs, State
from .pseudonyms import Pseudonyms
from .senders import Level, Sender
from .standings import SHARE, Standings
from .voices import Voices
from .witnesses import TRUSTED, Witnesses

# A host has a good name, for its neighbours' sake, when about three users have lately spoken for it, and few against.
GOOD_WORDS, GOOD_SHARE = 2.0, 4.0


class Testimony:
    """One word of one user at a time, at every level of the sender."""

    def __init__(self, ledger: Ledger, pseudonyms: Pseudonyms, standings: Standings) -> None:
        """Write to this ledger."""
        self._pseudonyms = pseudonyms
        self._standings = standings
        self._voices = Voices(ledger, pseudonyms)
        self.witnesses = Witnesses(ledger)
        self.pairs = Pairs(ledger, pseudonyms)
        self.neighbourhoods = Neighbourhoods(ledger)
        self.exhibits = Exhibits(ledger)

    def name(self, witness: bytes) -> bytes:
        """Return the hashed name of a local user."""
        return self._pseudonyms.of(b"witness", witness)

    def hear(self, witness: bytes, sender: Sender, event: Event, now: float, *, consent: bool) -> None:
        """Hear a user; `Karma.vote` says how."""
        own = self.name(witness)
        record = self.witnesses.meet(own, now, now)
        if event.is_complaint:
            if record.is_tireless(now):
                return
            self.witnesses.put(own, record.complained(now), now)
        trust = record.trust(now)
        names, pair = self._place(witness, sender)
        account = names[Level.ACCOUNT]
        if pair is not None:
            self.pairs.advance(account, witness, pair, State.SPOKEN)
        is_new = False
        for level, name in self._standings.known(names).items():
            weight = trust * event.weight * SHARE.get(level, 1.0)
            added = self._voices.speak(own, level, name, weight, now, spam=event.spam)
            if added is not None:
                self._standings.add(level, name, added, spam=event.spam)
                is_new = True
        if is_new and event.is_testimony:
            self.witnesses.testify(account, own, event, trust, now)
        if trust >= TRUSTED and event is Event.REPORT and consent:
            self.exhibits.add(own, sender, names, now)
        if trust >= TRUSTED and not event.spam:
            self._note_good_host(names, now)

    def take_back(self, witness: bytes, sender: Sender, event: Event, now: float) -> None:
        """Take back what a user said on the event's side."""
        own = self.name(witness)
        names, _ = self._place(witness, sender)
        for level, name in names.items():
            added = self._voices.take_back(own, name, spam=event.spam)
            if added is not None:
                self._standings.take(level, name, added, spam=event.spam)
        self.witnesses.retract(names[Level.ACCOUNT], own, now)
        if event.spam:
            self.exhibits.take(own, names)

    def _place(self, witness: bytes, sender: Sender) -> tuple[dict[Level, bytes], Pair | None]:
        """Return the sender's names, and where its stanza came from then: a report says who, not from where."""
        names = self._standings.names(sender)
        pair = self.pairs.get(names[Level.ACCOUNT], witness)
        return (names, None) if pair is None else ({**dict(pair.names), **names}, pair)

    def _note_good_host(self, names: Mapping[Level, bytes], now: float) -> None:
        if Level.HOST not in names or Level.ADDRESS not in names:
            return
        host = self._standings.of({Level.HOST: names[Level.HOST]}, now)[Level.HOST]
        if host.ham.slow > GOOD_WORDS and host.ham.slow > GOOD_SHARE * host.spam.slow:
            self.neighbourhoods.meet(names[Level.ADDRESS], names[Level.HOST], now, is_good=True)
