"""Attacks on reputation, drawn by a seed: who writes to whom, who speaks of whom, and when."""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from providence.karma import Event, Sender, sender_of

HOUR, DAY = 3600.0, 86_400.0
START = 20_000 * DAY
# Log-odds by content: mean and deviation.
SPAM_CONTENT, HAM_CONTENT = (3.2, 1.0), (-3.0, 1.5)
REPORTS, MISTAKES, REPLIES = 0.2, 0.01, 0.5


class Send(NamedTuple):
    """A stanza: to one user, spam or not, with its content's log-odds and what the reader is going to say when."""

    sender: Sender
    recipient: bytes
    spam: bool
    content: float
    says: Event | None
    after: float


class Say(NamedTuple):
    """A user speaks of a sender, unasked."""

    witness: bytes
    sender: Sender
    event: Event


class Listing(NamedTuple):
    """Two public lists name a host; the other rules, which know no lists, hear it as a report a day from each."""

    host: str


Happening = Send | Say | Listing


class Attack(NamedTuple):
    """What happens when, the time in which hours are counted, who may be held up and who should be suspected."""

    happenings: list[tuple[float, Happening]]
    begins: float
    ends: float
    honest: Sequence[Sender] = ()
    spammers: Sequence[Sender] = ()

    @property
    def spam(self) -> int:
        """How much spam is sent."""
        return sum(isinstance(what, Send) and what.spam for _, what in self.happenings)


class Town:
    """A server with users, drawn by a seed; those who have long been there are trusted."""

    def __init__(self, seed: int) -> None:
        """Draw with this seed."""
        self.random = Random(seed)  # noqa: S311 - the same draw for every rule
        self.happenings: list[tuple[float, Happening]] = []

    @staticmethod
    def users(count: int, title: str = "user") -> list[bytes]:
        """Return local users."""
        return [b"%s %d" % (title.encode(), number) for number in range(count)]

    def some(self, count: int) -> list[bytes]:
        """Return some of the 2000 users that there are."""
        return self.random.sample(self.users(2000), count)

    def write(self, when: float, sender: Sender, recipient: bytes, *, spam: bool) -> None:
        """Have a stanza sent."""
        mean, deviation = SPAM_CONTENT if spam else HAM_CONTENT
        content = self.random.gauss(mean, deviation)
        draw, after = self.random.random(), self.random.expovariate(1 / HOUR)
        says: Event | None = None
        if draw < (REPORTS if spam else MISTAKES):
            says = Event.REPORT
        elif not spam and draw < REPLIES:
            says = Event.REPLY
        self.happenings.append((when, Send(sender, recipient, spam, content, says, after)))

    def say(self, when: float, witness: bytes, sender: Sender, event: Event) -> None:
        """Have a user speak."""
        self.happenings.append((when, Say(witness, sender, event)))

    def befriend(self, sender: Sender, friends: Sequence[bytes], days: float) -> None:
        """Let a sender gain friends over the days before START."""
        for number, friend in enumerate(friends):
            self.write(START - days * DAY * (1 - number / len(friends)), sender, friend, spam=False)

    def strike(self, senders: Sequence[Sender], hourly: float, hours: float, readers: Sequence[bytes]) -> None:
        """Send spam from START on, the senders taking turns."""
        for number in range(int(hourly * hours)):
            when = START + number / hourly * HOUR
            self.write(when, senders[number % len(senders)], self.random.choice(readers), spam=True)


def whitewash(town: Town) -> Attack:
    """Make a hundred friends in 30 days, then spam, 60 an hour."""
    sender, readers = sender_of("turncoat@shared.example", "198.51.100.7"), town.users(2000)
    town.befriend(sender, readers[:100], 30)
    town.strike([sender], 60, 48, readers)
    return Attack(town.happenings, START, START + 2 * DAY, spammers=[sender])


def puppets(town: Town) -> Attack:
    """Let three old and thirty new accounts praise the spammer every day for 30 days, then send spam."""
    sender, readers = sender_of("praised@bad.example", "198.51.100.7"), town.users(2000)
    for day in range(30):
        for witness in [*town.users(3, "puppet"), *town.users(30, "new")]:
            town.say(START - day * DAY - HOUR, witness, sender, town.random.choice([Event.REPLY, Event.ROSTER]))
    town.strike([sender], 60, 48, readers)
    return Attack(town.happenings, START, START + 2 * DAY, spammers=[sender])


def framed_old(town: Town) -> Attack:
    """Report a man with 40 friends 550 times in an hour, from 50 new accounts."""
    victim = sender_of("honest@good.example", "192.0.2.9")
    town.befriend(victim, town.users(40), 60)
    for number in range(550):
        town.say(START + number * 6, b"new %d" % (number % 50), victim, Event.REPORT)
    return Attack(town.happenings, START, START + 14 * DAY, honest=[victim])


def framed_new(town: Town) -> Attack:
    """Report a newcomer 100 times from five new accounts."""
    victim = sender_of("newcomer@good.example", "192.0.2.9")
    for number in range(100):
        town.say(START + number * 36, b"new %d" % (number % 5), victim, Event.REPORT)
    return Attack(town.happenings, START, START + 14 * DAY, honest=[victim])


def conspiracy(town: Town) -> Attack:
    """Report a man with 40 friends and a newcomer from five old accounts, once each: five people who lie."""
    man, newcomer = sender_of("honest@good.example", "192.0.2.9"), sender_of("newcomer@else.example", "192.0.2.99")
    town.befriend(man, town.some(40), 60)
    for number in range(10):
        town.say(START + number * 60, b"user %d" % (number % 5), (man, newcomer)[number // 5], Event.REPORT)
    return Attack(town.happenings, START, START + 30 * DAY, honest=[man, newcomer])


def mistaken(town: Town) -> Attack:
    """Let the first whom each of 20 newcomers writes to report them by mistake; they go on to write to others."""
    people = [sender_of(f"person{number}@else{number}.example", f"198.18.{number}.9") for number in range(20)]
    for number, person in enumerate(people):
        town.say(START + number * 60, b"user %d" % number, person, Event.REPORT)
        for day, reader in enumerate(town.some(10), 1):
            town.write(START + day * DAY, person, reader, spam=False)
    return Attack(town.happenings, START, START + 14 * DAY, honest=people)


def flood(town: Town) -> Attack:
    """Report 50 people of a host twenty times each, from one old account; ten of them have friends."""
    victims = [sender_of(f"person{number}@good.example", "192.0.2.9") for number in range(50)]
    for victim in victims[:10]:
        town.befriend(victim, town.some(5), 30)
    for number in range(1000):
        town.say(START + number * 30, b"user 0", victims[number % 50], Event.REPORT)
    return Attack(town.happenings, START, START + 14 * DAY, honest=victims)


def drip(town: Town) -> Attack:
    """Send three spams a day for 120 days: few enough that no day stands out."""
    sender, readers = sender_of("patient@bad.example", "198.51.100.7"), town.users(2000)
    town.strike([sender], 1 / 8, 120 * 24, readers)
    return Attack(town.happenings, START, START + 120 * DAY, spammers=[sender])


def shared(town: Town) -> Attack:
    """Send spam from one of 40 hosts at one address; the people of the others have a few friends each."""
    people = [sender_of(f"person@good{number}.example", "198.51.100.7") for number in range(39)]
    for person in people:
        town.befriend(person, town.some(6), 30)
    spammer, readers = sender_of("spammer@bad.example", "198.51.100.7"), town.users(2000)
    town.strike([spammer], 60, 48, readers)
    return Attack(town.happenings, START, START + 7 * DAY, honest=people, spammers=[spammer])


def poisoned(town: Town) -> Attack:
    """Name six honest hosts, whose people have a few friends here, on a public list and on one that copies it."""
    hosts = [f"good{number}.example" for number in range(6)]
    people = [
        sender_of(f"person{number}@{host}", f"192.0.2.{index}")
        for index, host in enumerate(hosts)
        for number in range(5)
    ]
    for person in people:
        town.befriend(person, town.some(6), 30)
    for day in range(14):
        town.happenings += [(START + day * DAY, Listing(host)) for host in hosts]
    return Attack(town.happenings, START, START + 21 * DAY, honest=people)


def throwaway(town: Town) -> Attack:
    """Make a new account on a bad host for every five spams."""
    spammers = [sender_of(f"bot{number}@bad.example", "198.51.100.7") for number in range(400)]
    readers = town.users(2000)
    for number in range(2000):
        town.write(START + number * 60, spammers[number // 5], town.random.choice(readers), spam=True)
    return Attack(town.happenings, START, START + 2 * DAY, spammers=spammers[20:21])


def nomads(town: Town) -> Attack:
    """Move to a new host at a new address of one autonomous system after every five spams; others come from it too."""
    spammers = [sender_of(f"bot@bad{number}.example", f"198.18.{number}.7", asn=64500) for number in range(200)]
    people = [sender_of(f"new@good{number}.example", f"198.19.{number}.9", asn=64500) for number in range(20)]
    readers = town.users(2000)
    for number in range(1000):
        town.write(START + number * 120, spammers[number // 5], town.random.choice(readers), spam=True)
    return Attack(town.happenings, START, START + 7 * DAY, honest=people)


def stolen(town: Town) -> Attack:
    """Steal an old account, send spam for a day, and give it back to its owner, who goes on as before."""
    owner, readers = sender_of("owner@good.example", "192.0.2.9"), town.users(2000)
    town.befriend(owner, readers[:60], 60)
    town.strike([owner], 30, 24, readers[60:])
    for number in range(60):
        town.write(START + DAY + number * DAY / 2, owner, readers[number], spam=False)
    return Attack(town.happenings, START + DAY, START + 31 * DAY, honest=[owner])


def sleeper(town: Town) -> Attack:
    """Let a spammer of a hundred reports be silent for 90 days, be praised once, and send spam again."""
    sender, readers = sender_of("sleeper@bad.example", "198.51.100.7"), town.users(2000)
    for number in range(100):
        town.say(START - 91 * DAY + number * 60, readers[number], sender, Event.REPORT)
    town.say(START - HOUR, b"puppet 0", sender, Event.ROSTER)
    town.strike([sender], 60, 48, readers)
    return Attack(town.happenings, START, START + 2 * DAY, spammers=[sender])


ATTACKS: tuple[Callable[[Town], Attack], ...] = (
    whitewash,
    puppets,
    drip,
    sleeper,
    throwaway,
    nomads,
    framed_old,
    framed_new,
    conspiracy,
    mistaken,
    flood,
    shared,
    poisoned,
    stolen,
)
