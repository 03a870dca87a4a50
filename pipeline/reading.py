"""What may be known of a stanza: scrubbed features, and their hashes for the vault."""

from dataclasses import dataclass, field

from ..classifier import Shape
from ..scrubber import HASH_BYTES, blind, scrub
from ..stanza import Encryption, Stanza
from ..tokenizer import Part, tokenize

MAX_LINES = 16
"""Lines of a message that are also judged each by itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of one stanza, and one hash of 16 bytes for each in the same order.

    The features are for the eyes of the user the stanza was sent to; only the hashes and what `shape` says of
    their order go further down. The first `learnt` are learnt, of which the first `shape.outline`
    describe the whole text.
    """

    features: tuple[str, ...] = field(repr=False)
    hashes: bytes = field(repr=False)
    learnt: int = 0
    shape: Shape = field(default=Shape(), repr=False)

    @property
    def lesson(self) -> bytes:
        """The hashes of what is learnt."""
        return self.hashes[: HASH_BYTES * self.learnt]


NOTHING = Reading((), b"")


def read(stanza: Stanza) -> Reading:
    """Return what may be learnt of a stanza; nothing where its content is hidden from the server."""
    if stanza.encryption is Encryption.HIDDEN:
        return NOTHING
    return read_texts(stanza.texts)


def read_all(stanza: Stanza) -> Reading:
    """Return what a stanza is judged by: what may be learnt, or what it declares a fallback if that is all.

    A fallback often quotes the recipient, so it is never learnt; but a stranger who declares every word
    of a message a fallback (XEP-0428) is judged by it.
    """
    reading = read(stanza)
    if reading.features or not stanza.fallbacks:
        return reading
    return read_texts(tuple(("body", text) for text in stanza.fallbacks))


def read_texts(texts: tuple[tuple[str, str], ...]) -> Reading:
    """Read fields by their names; a body of several lines also line by line."""
    lines = [line for name, text in texts if name == "body" and "\n" in text for line in text.splitlines()]
    lines = [line for line in lines if line.strip()][:MAX_LINES]
    tokens = tokenize(
        (Part(name, scrub(text), text) for name, text in texts),
        (Part("body", scrub(line), line) for line in (lines if len(lines) > 1 else ())),
    )
    shape = Shape(tokens.shapes, tokens.windows, tokens.lines)
    return Reading(tokens.features, blind(tokens.features), tokens.learnt, shape)
