"""Messages to measure with: made here, the same each time, in several languages and scripts."""

import random
from collections.abc import Iterator
from typing import NamedTuple

SEED = 159

# Article 1 of the Universal Declaration of Human Rights. Its words, and words coined from their syllables,
# are the vocabulary: what they mean does not matter here, how they are written does.
_ARTICLE = {
    "en": "all human beings are born free and equal in dignity and rights they are endowed with reason and "
    "conscience and should act towards one another in a spirit of brotherhood",
    "de": "alle menschen sind frei und gleich an würde und rechten geboren sie sind mit vernunft und gewissen "
    "begabt und sollen einander im geist der brüderlichkeit begegnen",
    "es": "todos los seres humanos nacen libres e iguales en dignidad y derechos y dotados como están de razón "
    "y conciencia deben comportarse fraternalmente los unos con los otros",
    "ru": "все люди рождаются свободными и равными в своем достоинстве и правах они наделены разумом и "
    "совестью и должны поступать в отношении друг друга в духе братства",
    "ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم "
    "بعضا بروح الإخاء",
    "zh": "人人生而自由在尊严和权利上一律平等他们赋有理性和良心并应以兄弟关系的精神相对待",
}
_COINED = 600
_MARKS = (".", "!", "?", " 🙂", "...", " https://shop.example/offer", ", 20%")


class Message(NamedTuple):
    """One stanza as a server hands it over, and what its user says of it."""

    stanza: bytes
    spam: bool


def messages(count: int, words: int, seed: int = SEED) -> Iterator[Message]:
    """Make messages of so many words (Chinese: characters), a third of them spam.

    Half of the words tell spam from ham.
    """
    dice = random.Random(seed)  # noqa: S311 - messages, no secret
    vocabularies = {language: _vocabulary(language, text) for language, text in _ARTICLE.items()}
    for number in range(count):
        spam = number % 3 == 0
        language = dice.choice(sorted(vocabularies))
        known = vocabularies[language]
        own = known[len(known) // 2 :] if spam else known[: len(known) // 2]
        chosen = dice.choices(own, k=words // 2) + dice.choices(known, k=words - words // 2)
        text = ("" if language == "zh" else " ").join(chosen) + dice.choice(_MARKS)
        yield Message(_stanza(dice.randrange(10**6), language, text), spam)


def _vocabulary(language: str, text: str) -> list[str]:
    """Return the words of a text and as many coined ones as make a vocabulary; for Chinese, its characters."""
    if language == "zh":
        return sorted(set(text))
    dice = random.Random(language)  # noqa: S311 - as above
    known = text.split()
    pieces = sorted({word[at : at + 3] for word in known for at in range(0, len(word), 3)})
    coined = ["".join(dice.choices(pieces, k=dice.randint(1, 3))) for _ in range(_COINED)]
    return dice.sample(known + coined, len(known) + len(coined))


def _stanza(number: int, language: str, text: str) -> bytes:
    return (
        f"<message xmlns='jabber:client' type='chat' id='m{number}' from='stranger{number}@montague.example/phone' "
        f"to='juliet@capulet.example' xml:lang='{language}'><body>{text}</body>"
        "<active xmlns='http://jabber.org/protocol/chatstates'/></message>"
    ).encode()
