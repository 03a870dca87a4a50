"""Attacks on reputation: what they cost with our rule, and with those of others, on the same streams.

    python benchmarks/karma.py            the table of attacks (karma_attacks.py, reputations.py)
    python benchmarks/karma.py store      a store of a million senders (karma_store.py)

Ours is the real store. A stanza has log-odds by its content, drawn once for all rules: spam around 3.2, of which
content alone stops an eighth at 4.32. It is delivered if content and reputation together stay below, and if the sender
is within its pace. Whoever gets spam reports it once in five times, within an hour or so; whoever gets ham replies
every other time; where content is sure, the reader's own filter speaks. An honest sender is held up in an hour in which
reputation adds 1 or more to the log-odds, or in which the pace is half of a stranger's or less.
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
SEEDS = range(5)


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
        """Say whether a stanza is within the pace; it counts as delivered, so that silence speaks for it."""
        if not self.karma.admit(sender, recipient, pace, now):
            return False
        self.karma.delivered(sender, recipient)
        return True

    def sweep(self, now: float) -> None:
        """Count silence, as every day."""
        for _ in self.karma.sweep(now):
            pass


class Damage(NamedTuple):
    """Spam delivered and all spam, hours a spammer went on unsuspected, hours each honest sender was held up."""

    delivered: float
    hours: float
    blocked: float


class Game:
    """An attack against a rule."""

    def __init__(self, rule: Rule, attack: Attack) -> None:
        """Lay out what is going to happen."""
        self._rule = rule
        self._attack = attack
        self._numbers = count()
        self._queue: list[tuple[float, int, Happening | None]] = []
        for when, what in attack.happenings:
            self._plan(when, what)
        for hour in range(int((attack.ends - attack.begins) / HOUR)):
            self._plan(attack.begins + hour * HOUR + 1, None)
        self._delivered = 0

    def _plan(self, when: float, what: Happening | None) -> None:
        heapq.heappush(self._queue, (when, next(self._numbers), what))

    def play(self) -> Damage:
        """Let it happen."""
        unsuspected = blocked = 0
        rule, attack = self._rule, self._attack
        while self._queue:
            now, _, what = heapq.heappop(self._queue)
            match what:
                case Send():
                    self._send(what, now)
                case Say(witness, sender, event):
                    rule.vote(witness, sender, event, now)
                case Listing(host):
                    rule.list(host, now)
                case None:
                    blocked += sum(self._is_held_up(each, now) for each in attack.honest)
                    unsuspected += sum(rule.assess(each, now)[0] < SUSPECT for each in attack.spammers)
                    if isinstance(rule, Ours) and int(now / HOUR) % 24 == 0:
                        rule.sweep(now)
        return Damage(self._delivered, unsuspected / max(1, len(attack.spammers)), blocked / max(1, len(attack.honest)))

    def _send(self, stanza: Send, now: float) -> None:
        sender, recipient, spam, content, says, after = stanza
        if abs(content) >= JUNK:
            self._rule.vote(recipient, sender, Event.JUDGED_SPAM if content > 0 else Event.JUDGED_HAM, now)
        shift, pace = self._rule.assess(sender, now)
        if content + shift < JUNK and self._rule.admit(sender, recipient, pace, now):
            self._delivered += spam
            if says is not None:
                self._plan(now + after, Say(recipient, sender, says))

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
    return Damage(*(sum(each[part] for each in damages) / len(damages) for part in range(3)))


def cell(attack: Attack, damage: Damage) -> str:
    """Return what a rule let happen."""
    parts = [f"{damage.delivered:.0f}"] if attack.spam else []
    parts += [f"{damage.hours:.0f} h unsuspected"] if attack.spammers else []
    return ", ".join([*parts, *([f"{damage.blocked:.0f} h held up"] if attack.honest else [])])


def main() -> None:
    """Print the table."""
    names = ["ours", *(other.name for other in OTHERS)]
    print("| attack | spam | " + " | ".join(names) + " |\n|---|---|" + "---|" * len(names))
    for make in ATTACKS:
        attacks = [make(Town(seed)) for seed in SEEDS]
        found = []
        for attack in attacks:
            with ours() as rule:
                found.append(Game(rule, attack).play())
        damages = [mean(found)]
        damages += [mean([Game(other(), attack).play() for attack in attacks]) for other in OTHERS]
        cells = " | ".join(cell(attacks[0], damage) for damage in damages)
        print(f"| {make.__name__} | {attacks[0].spam or ''} | {cells} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["store"]:
        measure()
    else:
        main()
