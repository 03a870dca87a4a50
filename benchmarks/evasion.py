"""What spammers do to a text so that a filter does not know it again, and how much of it a filter still catches.

Each attack leaves the text legible. A filter is taught clean messages only; its threshold is the one that blocks
BLOCKED of the clean ham.
"""

import random
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from providence.benchmarks.protocols import Filter, Row

BLOCKED = 0.005
"""Share of the clean ham that the threshold blocks."""

TAUGHT, TAUGHT_SHARE = 1500, 0.6
"""Messages that are taught: of a set with fewer than twice as many, a share."""

LETTERS, WORDS = 0.4, 0.5
"""How many of the letters, or of the words, an attack changes."""

HAM_WORDS, HAM_MESSAGES = 30, 3

Change = Callable[[str, random.Random], str]

_DOUBLES = str.maketrans("abcehikmoptxyABCEHIKMOPTXY", "авсенікмортхуАВСЕНІКМОРТХУ")
_SINGLES = {double: letter for letter, double in _DOUBLES.items()}
_DIGITS = str.maketrans("aeiostAEIOSTаеозчбАЕОЗЧБ", "431057431057430346430346")
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad"
_MARKS = "\u0301\u0308\u0336\u0323"
_JOINTS = ".-_*"
_BOLD_SMALL, _BOLD_CAPITAL = 0x1D41A - ord("a"), 0x1D400 - ord("A")


def letters(change: Callable[[str, random.Random], str], text: str, dice: random.Random) -> str:
    """Change some of the letters."""
    return "".join(change(char, dice) if dice.random() < LETTERS else char for char in text)


def words(pattern: str, change: Callable[[str, random.Random], str], text: str, dice: random.Random) -> str:
    """Change some of the words."""
    return re.sub(pattern, lambda found: change(found[0], dice) if dice.random() < WORDS else found[0], text)


def _lookalike(char: str, _: random.Random) -> str:
    return char.translate(_DOUBLES) if char.isascii() else char.translate(_SINGLES)


def _digit(char: str, _: random.Random) -> str:
    return char.translate(_DIGITS)


def _marked(char: str, dice: random.Random) -> str:
    return char + dice.choice(_MARKS) if char.isalpha() else char


def _split(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word))
    return word[:at] + dice.choice(_INVISIBLE) + word[at:]


def _spaced(word: str, _: random.Random) -> str:
    return " ".join(word)


def _dotted(word: str, dice: random.Random) -> str:
    return dice.choice(_JOINTS).join(word)


def _bold(word: str, _: random.Random) -> str:
    return "".join(chr(ord(char) + (_BOLD_SMALL if char.islower() else _BOLD_CAPITAL)) for char in word)


def ham_words(ham: Sequence[str], text: str, dice: random.Random) -> str:
    """Append words of the victim's own ham."""
    vocabulary = [word for each in ham for word in each.split()]
    return " ".join([text, *dice.choices(vocabulary, k=HAM_WORDS)])


def ham_messages(ham: Sequence[str], text: str, dice: random.Random) -> str:
    """Append messages of the victim's own ham, a line each."""
    return "\n".join([text, *dice.choices(ham, k=HAM_MESSAGES)])


ATTACKS: dict[str, Change] = {
    "clean": lambda text, _: text,
    "homoglyphs": partial(letters, _lookalike),
    "leet": partial(letters, _digit),
    "zero-width": partial(words, r"\w{3,}", _split),
    "spaced": partial(words, r"\w{4,}", _spaced),
    "dotted": partial(words, r"\w{4,}", _dotted),
    "mathematical": partial(words, r"[A-Za-z]{3,}", _bold),
    "combining": partial(letters, _marked),
}
PADDING = {f"+{HAM_WORDS} ham words": ham_words, f"+{HAM_MESSAGES} ham messages": ham_messages}
NAMES = (*ATTACKS, *PADDING)


class Trial(NamedTuple):
    """The messages of one set: what is taught, and what is judged afterwards."""

    taught: Sequence[Row]
    ham: Sequence[str]
    spam: Sequence[str]

    @property
    def attacks(self) -> dict[str, Change]:
        """All attacks, the last ones with the victim's ham."""
        own = [row.text for row in self.taught if not row.spam]
        return ATTACKS | {name: partial(change, own) for name, change in PADDING.items()}


def trial(rows: Sequence[Row], tested: int) -> Trial:
    """Draw who is taught and, at most `tested` messages, who is judged."""
    order = list(rows)
    random.Random(5).shuffle(order)  # noqa: S311 - a sample, no secret
    taught = TAUGHT if len(order) > 2 * TAUGHT else int(TAUGHT_SHARE * len(order))
    judged = order[taught : taught + tested]
    return Trial(order[:taught], [r.text for r in judged if not r.spam], [r.text for r in judged if r.spam])


def caught(subject: Filter, messages: Trial, user: str) -> list[float]:
    """Return for each attack, in the order of NAMES, how many % of the spam scores above the threshold."""
    for row in messages.taught:
        subject.train(user, row.text, spam=row.spam)
    ham = sorted(subject.classify(user, text) for text in messages.ham)
    threshold = ham[min(len(ham) - 1, int((1 - BLOCKED) * len(ham)))]
    found = []
    for change in messages.attacks.values():
        dice = random.Random(11)  # noqa: S311 - a sample, no secret
        scores = [subject.classify(user, change(text, dice)) for text in messages.spam]
        found.append(100 * sum(score > threshold for score in scores) / len(scores))
    return found
