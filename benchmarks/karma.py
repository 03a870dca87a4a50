"""Attacks on reputation: what they cost with our rule, and with those of others, on the same streams.

    python benchmarks/karma.py            the table of attacks (karma_attacks.py, reputations.py)
    python benchmarks/karma.py choice     the same by the seeds that changes are chosen on
    python benchmarks/karma.py store      a store of a million senders (karma_store.py)

Ours is the real store. A stanza has log-odds by its content, drawn once for all rules: spam around 3.2, of which
content alone stops an eighth at 4.32. It is delivered if content and reputation together stay below, an hour later if
the sender is not within its pace. Whoever gets spam reports it once in five times, within an hour or so; whoever gets
ham replies every other time; where content is sure, the reader's own filter speaks. An honest sender is held up in an
hour in which reputation adds 1 or more to the log-odds, or in which the pace is half of a stranger's or less.

Each attack has up to four figures: the damage is spam delivered and hours held up, the time is the hours in which a
spammer went unsuspected and the hours until no honest sender was held up any more.
"""

import heapq
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple, Protocol

from providence.benchmarks.karma_attacks import ATTACKS, DAY, HOUR, START, Attack, Happening, Listing, Say, Send, Town
from providence.benchmarks.karma_store import measure
from providence.benchmarks.reputations import OTHERS
from providence.karma import Event, Karma, KarmaSettings, Sender

JUNK = 4.32
SUSPECT, SLOW = 1.0, 0.5
SEEDS, SEEDS_OF_CHOICE = range(5), range(100, 105)
# Who is in haste waits so long (control/waiting.py), and is not judged again.
WAIT = HOUR
FIGURES = ("spam", "h unsuspected", "h held up", "h to recover")


class Rule(Protocol):
    """What a simulation asks of a rule."""

    def vote(self, witness: bytes, sender: Sender, event: Event, now: float) -> None:
        """Hear a user."""

    def assess(self, sender: Sender, now: float) -> tuple[float, float]:
        """Return log-odds and pace."""

    def list(self, host: str, now: float) -> None:
        """Hear that two public lists name a host."""

    def admit(self, sender: Sender, recipient: bytes, pace: float, now: float) -> bool:
        """Say whether a stanza is within the pace."""

    def delivered(self, sender: Sender, recipient: bytes) -> None:
        """Hear that a stanza was delivered."""


class Ours:
    """The real store behind the same three calls."""

    name = "ours"

    def __init__(self, karma: Karma) -> None:
        """Ask this store."""
        self.karma = karma

    def vote(self, witness: bytes, sender: Sender, event: Event, now: float) -> None:
        """Hear a user."""
        self.karma.vote(witness, sender, event, now)

    def assess(self, sender: Sender, now: float) -> tuple[float, float]:
        """Return what reputation and lists say: clients, cards and crowds are not what is compared."""
        reasons, pace = self.karma.assess(sender, now)
        return sum(weight for name, weight in reasons if name != "MANY_STRANGERS"), pace

    def list(self, host: str, now: float) -> None:
        """Take an entry of two lists."""
        for number in range(2):
            self.karma.lists.add(number, host, now)

    def admit(self, sender: Sender, recipient: bytes, pace: float, now: float) -> bool:
        """Say whether a stanza is within the pace."""
        return self.karma.admit(sender, recipient, pace, now)

    def delivered(self, sender: Sender, recipient: bytes) -> None:
        """Hear that it was delivered, so that silence speaks for it."""
        self.karma.delivered(sender, recipient)

    def sweep(self, now: float) -> None:
        """Count silence, as every day."""
        for _ in self.karma.sweep(now):
            pass


class Release(NamedTuple):
    """What waited because its sender was in haste is let out."""

    stanza: Send


class Damage(NamedTuple):
    """The figures, in the order of FIGURES; of spammers and honest senders the mean."""

    delivered: float
    unsuspected: float
    blocked: float
    recovered: float


class Game:
    """An attack against a rule."""

    def __init__(self, rule: Rule, attack: Attack) -> None:
        """Lay out what is going to happen."""
        self._rule = rule
        self._attack = attack
        self._numbers = count()
        self._queue: list[tuple[float, int, Happening | Release | None]] = []
        for when, what in attack.happenings:
            self._plan(when, what)
        for hour in range(int((attack.ends - attack.begins) / HOUR)):
            self._plan(attack.begins + hour * HOUR + 1, None)
        self._delivered = 0

    def _plan(self, when: float, what: Happening | Release | None) -> None:
        heapq.heappush(self._queue, (when, next(self._numbers), what))

    def play(self) -> Damage:
        """Let it happen."""
        unsuspected = blocked = 0
        last = [0.0] * len(self._attack.honest)
        rule, attack = self._rule, self._attack
        while self._queue:
            now, _, what = heapq.heappop(self._queue)
            match what:
                case Send():
                    self._send(what, now)
                case Release(stanza):
                    self._deliver(stanza, now)
                case Say(witness, sender, event):
                    rule.vote(witness, sender, event, now)
                case Listing(host):
                    rule.list(host, now)
                case None:
                    for number, each in enumerate(attack.honest):
                        if self._is_held_up(each, now):
                            blocked += 1
                            last[number] = (now - attack.begins) / HOUR
                    unsuspected += sum(rule.assess(each, now)[0] < SUSPECT for each in attack.spammers)
                    if isinstance(rule, Ours) and int(now / HOUR) % 24 == 0:
                        rule.sweep(now)
        spammers, honest = max(1, len(attack.spammers)), max(1, len(attack.honest))
        return Damage(self._delivered, unsuspected / spammers, blocked / honest, sum(last) / honest)

    def _send(self, stanza: Send, now: float) -> None:
        sender, recipient, _, content, _, _ = stanza
        if abs(content) >= JUNK:
            self._rule.vote(recipient, sender, Event.JUDGED_SPAM if content > 0 else Event.JUDGED_HAM, now)
        shift, pace = self._rule.assess(sender, now)
        if content + shift >= JUNK:
            return
        if self._rule.admit(sender, recipient, pace, now):
            self._deliver(stanza, now)
        else:
            self._plan(now + WAIT, Release(stanza))

    def _deliver(self, stanza: Send, now: float) -> None:
        self._delivered += stanza.spam
        self._rule.delivered(stanza.sender, stanza.recipient)
        if stanza.says is not None:
            self._plan(now + stanza.after, Say(stanza.recipient, stanza.sender, stanza.says))

    def _is_held_up(self, sender: Sender, now: float) -> bool:
        shift, pace = self._rule.assess(sender, now)
        return shift >= SUSPECT or pace <= SLOW


@contextmanager
def ours() -> Iterator[Ours]:
    """Lend a fresh store; users of the town, and three puppets, have been there for long."""
    with (
        tempfile.TemporaryDirectory(prefix="pv-") as folder,
        Karma.open(Path(folder), bytes(32), KarmaSettings()) as karma,
    ):
        for user in [*Town.users(2000), *Town.users(3, "puppet")]:
            karma.meet(user, START - 365 * DAY, START - 100 * DAY)
        yield Ours(karma)


def mean(damages: Sequence[Damage]) -> Damage:
    """Return the mean over the seeds."""
    return Damage(*(sum(figure) / len(damages) for figure in zip(*damages, strict=True)))


def figures(attack: Attack, damage: Damage) -> dict[str, int]:
    """Return the figures that an attack has."""
    there = (attack.spam, attack.spammers, attack.honest, attack.honest)
    return {name: round(figure) for name, figure, is_there in zip(FIGURES, damage, there, strict=True) if is_there}


def behind(own: dict[str, int], others: dict[str, dict[str, int]]) -> str:
    """Return in which figures ours is behind whom."""
    found = {figure: [name for name, other in others.items() if other[figure] < own[figure]] for figure in own}
    return "; ".join(f"{figure}: {', '.join(names)}" for figure, names in found.items() if names)


def main(seeds: range) -> None:
    """Print the table."""
    names = ["ours", *(other.name for other in OTHERS)]
    print("| attack | spam | " + " | ".join(names) + " | ours is behind in |\n|---|---|" + "---|" * (len(names) + 1))
    for make in ATTACKS:
        attacks = [make(Town(seed)) for seed in seeds]
        found = []
        for attack in attacks:
            with ours() as rule:
                found.append(Game(rule, attack).play())
        damages = [mean(found)]
        damages += [mean([Game(other(), attack).play() for attack in attacks]) for other in OTHERS]
        table = {name: figures(attacks[0], damage) for name, damage in zip(names, damages, strict=True)}
        cells = " | ".join(", ".join(f"{each} {name}" for name, each in row.items()) for row in table.values())
        own = table.pop("ours")
        print(f"| {make.__name__} | {attacks[0].spam or ''} | {cells} | {behind(own, table)} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["store"]:
        measure()
    else:
        main(SEEDS_OF_CHOICE if sys.argv[1:] == ["choice"] else SEEDS)
