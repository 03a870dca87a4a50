"""What may be known of a stanza: scrubbed features, and their hashes for the vault."""

from dataclasses import dataclass, field

from ..classifier import Shape
from ..scrubber import HASH_BYTES, blind, scrub
from ..stanza import Encryption, Stanza
from ..tokenizer import Part, tokenize

MAX_LINES = 32
"""Lines of a message that are also judged each by itself, those at its two ends."""

MIN_BLANKS = 8
"""Pieces between blanks from which a text in a script without spaces is judged piece by piece."""


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
    parts = [Part(name, scrub(text), text) for name, text in texts]
    lines = [Part("body", scrub(line), line) for part in parts if part.field == "body" for line in _lines(part)]
    tokens = tokenize(parts, lines)
    shape = Shape(tokens.shapes, tokens.windows, tokens.lines)
    return Reading(tokens.features, blind(tokens.features), tokens.learnt, shape)


def _lines(part: Part) -> list[str]:
    """Cut a body into its lines, or where blanks stand between sentences and not between words, at the blanks."""
    lines = part.text.splitlines()
    if len(lines) == 1 and any(kind == "run" for kind, _ in part.pieces):
        lines = part.text.split()
        lines = lines if len(lines) >= MIN_BLANKS else []
    lines = [line for line in lines if line.strip()]
    return lines[: MAX_LINES // 2] + lines[MAX_LINES // 2 :][-MAX_LINES // 2 :] if len(lines) > 1 else []
