"""Affairs of one user over a real vault, and strangers who write to that user."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from providence.control import Affairs, Choices, Conversation, say, seen_of
from providence.junk import Box, Item, Place, Ring
from providence.keyring import HostKeys, Keyring, KeyringSettings
from providence.pipeline import Action as Verdicts
from providence.pipeline import Lesson, Reason, Verdict, learn, learnable
from providence.stanza import parse
from providence.vault import Store, Vault

JULIET = "juliet@capulet.example"
NOON = 20_000 * 86_400 + 43_200


class Almanac:
    """A steward in memory: a clock moved by hand, and a note of what was asked of the daemon."""

    jid = JULIET

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.time = NOON
        self.counts: Counter[str] = Counter()
        self.abided: list[Choices] = []
        self.done: list[str] = []

    def now(self) -> int:
        return self.time

    def lock(self) -> None:
        self.done.append("lock")

    def erase(self) -> None:
        self.done.append("erase")

    def abide(self, choices: Choices) -> None:
        self.abided.append(choices)

    def count(self, name: str) -> None:
        self.counts[name] += 1


class House:
    """Juliet's vault, and what lies in it.

    house.junk("Buy my pills")
    assert "pills" in house.say("list")
    """

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.steward = Almanac(vault)
        self.conversation = Conversation()
        self.affairs = Affairs(vault, self.steward)

    def say(self, text: str) -> str:
        """Say something to the bot; the effects are those of this turn."""
        self.affairs = Affairs(self.vault, self.steward)
        return say(self.affairs, self.conversation, text).text

    def teach(self) -> None:
        """Learn what spam and what wanted messages look like."""
        for number in range(10):
            for text, spam in (("Guaranteed profit, join our crypto channel", True), ("Choir is on Friday", False)):
                lesson = Lesson.of(parse(self.message(f"{text} {'!' * number}")), spam=spam)
                assert lesson is not None
                learn(lesson, self.vault)

    def counts(self) -> tuple[int, int]:
        stats = self.vault.stats()
        return stats.spam, stats.ham

    def junk(self, text: str = "Guaranteed profit", sender: str = "bad@spam.example/x", **more: Any) -> bytes:
        """Put a message into the junk box, as it happens when it is judged."""
        return self.keep(Place.JUNK, self.message(text, sender, **more), Verdicts.JUNK)

    def waiting(self, text: str = "Guaranteed profit", sender: str = "bad@spam.example/x") -> bytes:
        """Put a message into the waiting room."""
        return self.keep(Place.WAITING, self.message(text, sender), Verdicts.DELAY)

    def keep(self, place: Place, raw: bytes, action: Verdicts) -> bytes:
        """Keep a stanza, and note it in the ring."""
        self.steward.time += 1
        stanza = parse(raw)
        verdict = Verdict(action, 0.98, (Reason("PRIOR", -0.85), Reason("BAYES", 4.7)))
        Ring(self.vault).note(seen_of(stanza, self.steward.time, verdict, learnable(stanza)))
        reasons = tuple((reason.name, reason.log_odds) for reason in verdict.reasons)
        return Box(self.vault, place).put(Item(str(stanza.sender), self.steward.time, 0.98, reasons, raw))

    def decide(self, text: str, action: Verdicts, sender: str = "bad@spam.example/x") -> bytes:
        """Note a decision of which nothing was kept."""
        stanza = parse(self.message(text, sender))
        return Ring(self.vault).note(seen_of(stanza, self.steward.time, Verdict(action, 0.5, ()), learnable(stanza)))

    def names(self, place: Place) -> list[bytes]:
        return Box(self.vault, place).names()

    @staticmethod
    def message(text: str, sender: str = "bad@spam.example/x", more: str = "") -> bytes:
        return (
            f"<message xmlns='jabber:client' type='chat' id='a' from='{sender}' to='{JULIET}'>"
            f"<body>{text}</body>{more}</message>"
        ).encode()

    @staticmethod
    def request(sender: str = "bad@spam.example") -> bytes:
        return (
            f"<presence xmlns='jabber:client' type='subscribe' from='{sender}' to='{JULIET}'>"
            f"<status>Add me for profit</status></presence>"
        ).encode()

    @staticmethod
    def invite(room: str = "casino@rooms.example", sender: str = "bad@spam.example") -> bytes:
        return (
            f"<message xmlns='jabber:client' from='{sender}' to='{JULIET}'>"
            f"<x xmlns='jabber:x:conference' jid='{room}' reason='Play with us'/></message>"
        ).encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store on a real disk, where it is noon of the same day in all tests."""
    host = HostKeys.create(tmp_path / "keys" / "host.keys")
    keyring = Keyring(host, KeyringSettings(kdf="hkdf"))
    with Store.open(tmp_path / "data", keyring, clock=lambda: float(NOON)) as store:
        yield store


@pytest.fixture
def house(vault: Vault) -> House:
    """Juliet's, empty."""
    return House(vault)
