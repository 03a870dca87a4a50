"""The rule of SpamBayes, which Debian has no more: words as its body tokenizer cuts them, Fisher's sum of chances.

Written from what its authors and Gary Robinson published ("A statistical approach to the spam problem", Linux Journal,
March 2003; the comments of SpamBayes on skipped words). Stock numbers: strength 0.45 of the belief 0.5, words farther
than 0.1 from 0.5, 150 of them at most.
"""

import math
import re
from collections.abc import Iterator

STRENGTH, BELIEF = 0.45, 0.5
LEAST_STRENGTH = 0.1
MOST_WORDS = 150
SHORTEST, LONGEST = 3, 12
LONGEST_ADDRESS = 40

_URL = re.compile(r"(https?|ftp)://([^\s<>\"'\x7f-\xff]+)")
_URL_PARTS = re.compile(r"[;?:@&=+,$.]")
_TAG = re.compile(r"<[^\s<>][^>]{0,256}>")


class SpamBayes:
    """A filter for benchmarks/accuracy.py. Says ln of how well the words fit spam, minus the same for ham."""

    threshold = 0.0

    def __init__(self) -> None:
        self._users: dict[str, tuple[dict[str, list[int]], list[int]]] = {}

    def classify(self, user: str, text: str) -> float:
        """Return a number above 0 for what is rather spam."""
        words, totals = self._users.get(user, ({}, [0, 0]))
        chances = []
        for word in set(tokens(text)):
            if word not in words:
                continue
            ham, spam = words[word]
            in_ham, in_spam = ham / max(1, totals[0]), spam / max(1, totals[1])
            seen = ham + spam
            chance = (STRENGTH * BELIEF + seen * in_spam / (in_ham + in_spam)) / (STRENGTH + seen)
            if abs(chance - 0.5) >= LEAST_STRENGTH:
                chances.append(chance)
        chances = sorted(chances, key=lambda chance: -abs(chance - 0.5))[:MOST_WORDS]
        # Fisher's sum over 1 - p is large, and its tail small, if the words are those of spam.
        ham_tail = chi_squared_tail(-sum(math.log(1 - chance) for chance in chances), len(chances))
        spam_tail = chi_squared_tail(-sum(map(math.log, chances)), len(chances))
        return spam_tail - ham_tail

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message."""
        words, totals = self._users.setdefault(user, ({}, [0, 0]))
        totals[spam] += 1
        for word in set(tokens(text)):
            words.setdefault(word, [0, 0])[spam] += 1


def chi_squared_tail(half: float, degrees: int) -> float:
    """Return ln of the chance that chi-squared with 2·`degrees` degrees of freedom is above 2·`half`.

    exp(-m) times the first terms of the series of exp(m), in logarithms: most terms underflow.
    """
    if not degrees or half <= 0:
        return 0.0
    terms = [index * math.log(half) - math.lgamma(index + 1) for index in range(degrees)]
    most = max(terms)
    return min(0.0, most - half + math.log(sum(math.exp(term - most) for term in terms)))


def tokens(text: str) -> Iterator[str]:
    """Cut a text at blanks: words of 3 to 12 letters as they are, of longer ones how long, of URLs their parts."""
    text = text.lower()
    for scheme, rest in _URL.findall(text):
        yield f"proto:{scheme}"
        for part in rest.rstrip(".:?!/").split("/"):
            yield from (f"url:{piece}" for piece in _URL_PARTS.split(part))
    for word in _TAG.sub(" ", _URL.sub(" ", text)).split():
        if SHORTEST <= len(word) <= LONGEST:
            yield word
        elif len(word) > LONGEST:
            yield from _of_long(word)


def _of_long(word: str) -> Iterator[str]:
    if len(word) < LONGEST_ADDRESS and "." in word and word.count("@") == 1:
        name, address = word.split("@")
        yield f"email name:{name}"
        yield f"email addr:{address}"
        return
    yield f"skip:{word[0]} {len(word) // 10 * 10}"
    if not word.isascii():
        yield f"8bit%:{round(100 * sum(char > chr(127) for char in word) / len(word))}"
