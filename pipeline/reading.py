"""What may be known of a stanza: scrubbed features, and their hashes for the vault."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ..classifier import Shape
from ..scrubber import HASH_BYTES, Doorkeeper, Piece, Scrubbed, blind, examine, scrub, shut, undisguised
from ..stanza import Encryption, Stanza
from ..tokenizer import Part, Tokens, tokenize

MAX_LINES = 32
"""Lines of a message that are also judged each by itself, those at its two ends."""

MIN_BLANKS = 8
"""Pieces between blanks from which a text in a script without spaces is judged piece by piece."""

BUDGET_SECONDS = 0.1
"""Time that scrubbing one message may take, if it is to be learnt: twice what the largest took when measured."""

Texts = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of one stanza, and one hash of 16 bytes for each in the same order.

    The features are for the eyes of the user the stanza was sent to; only the hashes and what `shape` says of
    their order go further down. The first `learnt` are learnt, of which the first `shape.outline`
    describe the whole text. What was `refused` has none: it must not be learnt,
    because it could not be scrubbed whole and in time. What `is_plain` may be learnt as it was judged: it is whole, and
    has no rare words. What was `scrubbed` of each text, whole and in time, is not scrubbed again to be learnt.
    """

    features: tuple[str, ...] = field(repr=False)
    hashes: bytes = field(repr=False)
    learnt: int = 0
    shape: Shape = field(default=Shape(), repr=False)
    refused: bool = False
    is_plain: bool = field(default=False, compare=False)
    scrubbed: tuple[Scrubbed, ...] = field(default=(), repr=False, compare=False)

    @property
    def lesson(self) -> bytes:
        """The hashes of what is learnt."""
        return self.hashes[: HASH_BYTES * self.learnt]


NOTHING = Reading((), b"")
REFUSED = Reading((), b"", refused=True)


def read(stanza: Stanza) -> Reading:
    """Return what a stanza is judged by; nothing where its content is hidden from the server."""
    if stanza.encryption is Encryption.HIDDEN:
        return NOTHING
    return read_texts(stanza.texts)


def read_all(stanza: Stanza, reading: Reading | None = None) -> Reading:
    """Return what a stanza is judged by: what may be learnt, or what it declares a fallback if that is all.

    A fallback often quotes the recipient, so it is never learnt; but a stranger who declares every word
    of a message a fallback (XEP-0428) is judged by it. `reading` is what may be learnt, if that is known.
    """
    if reading is None:
        reading = read(stanza)
    if reading.features or not stanza.fallbacks:
        return reading
    return read_texts(tuple(("body", text) for text in stanza.fallbacks))


def study(
    texts: Texts,
    door: "Doorkeeper | Shut | None",
    *,
    strict: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Reading:
    """Return what may be learnt of the texts of one message, or REFUSED: all of it or nothing.

    Rare words wait at the `door`; None lets all of them through, to take back what was learnt. Fails closed: a
    text past its bound, any exception and a message that took longer than BUDGET_SECONDS are refused.
    """
    started = clock()
    texts = tuple(texts)
    try:
        scrubbed = [examine(text, strict=strict) for _, text in texts]
    except Exception:  # noqa: BLE001 - whatever went wrong, it must not be learnt, and its text not be told
        return REFUSED
    if clock() - started > BUDGET_SECONDS or not all(each.is_whole for each in scrubbed):
        return REFUSED
    pieces = [each.pieces for each in scrubbed]
    return _learnt(texts, door.admit(pieces) if door else pieces)


def study_judged(texts: Texts, judged: Reading, door: "Doorkeeper | None") -> Reading:
    """Return what may be learnt of the texts of one message that was `scrubbed` to be judged, as `study` does.

    Where the door lets all of its words in, that is what it was judged by.
    """
    pieces = [each.pieces for each in judged.scrubbed]
    admitted = door.admit(pieces) if door else pieces
    return judged if admitted == pieces else _learnt(texts, admitted)


def _learnt(texts: Texts, pieces: Iterable[Sequence[Piece]]) -> Reading:
    return _reading(tokenize([Part(name, each, text) for (name, text), each in zip(texts, pieces, strict=True)]))


def learnable(stanza: Stanza) -> Reading:
    """Return what may be learnt of a stanza whenever it is looked at: without its rare words, and always the same."""
    if stanza.encryption is Encryption.HIDDEN:
        return NOTHING
    return study(stanza.texts, SHUT)


class Shut:
    """A door that lets no rare word in, and sees none."""

    def admit(self, texts: Sequence[Sequence[Piece]]) -> list[tuple[Piece, ...]]:
        """Give the texts of one message without their rare words."""
        return [shut(pieces) for pieces in texts]


SHUT = Shut()


def read_texts(texts: tuple[tuple[str, str], ...]) -> Reading:
    """Read fields by their names; a body of several lines also line by line."""
    started = time.perf_counter()
    fields = [(name, examine(text), text) for name, text in texts]
    is_quick = time.perf_counter() - started <= BUDGET_SECONDS
    parts = [Part(name, scrubbed.pieces, text) for name, scrubbed, text in fields]
    is_sound = is_quick and all(scrubbed.is_whole for _, scrubbed, _ in fields)
    is_plain = is_sound and not any(kind == "rare" for part in parts for kind, _ in part.pieces)
    scrubbed = tuple(each for _, each, _ in fields) if is_sound else ()
    lines = [Part("body", scrub(line), line) for part in parts if part.field == "body" for line in _lines(part)]
    return _reading(tokenize(parts, lines), is_plain=is_plain, scrubbed=scrubbed)


def _reading(tokens: Tokens, *, is_plain: bool = False, scrubbed: tuple[Scrubbed, ...] = ()) -> Reading:
    shape = Shape(tokens.shapes, tokens.windows, tokens.lines)
    return Reading(tokens.features, blind(tokens.features), tokens.learnt, shape, is_plain=is_plain, scrubbed=scrubbed)


def _lines(part: Part) -> list[str]:
    """Cut a body into its lines, or where blanks stand between sentences and not between words, at the blanks.

    Where something in it is disguised, the whole of it as it reads in clear comes last.
    """
    lines = part.text.splitlines()
    if len(lines) == 1 and any(kind == "run" for kind, _ in part.pieces):
        lines = part.text.split()
        lines = lines if len(lines) >= MIN_BLANKS else []
    lines = [line for line in lines if line.strip()]
    lines = lines[: MAX_LINES // 2] + lines[MAX_LINES // 2 :][-MAX_LINES // 2 :] if len(lines) > 1 else []
    plain = undisguised(part.text)
    if plain != part.text:
        lines.append(plain)
    return lines
