"""What may be known of a stanza: scrubbed features, and their hashes for the vault."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ..scrubber import Doorkeeper, Piece, Scrubbed, blind, examine, scrub, shut
from ..stanza import Encryption, Stanza
from ..tokenizer import tokenize

BUDGET_SECONDS = 0.1
"""Time that scrubbing one message may take, if it is to be learnt: twice what the largest took when measured."""

Texts = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of one stanza, and one hash of 16 bytes for each in the same order.

    The features are for the eyes of the user the stanza was sent to; only the hashes go further down. What was
    `refused` has none: it must not be learnt, because it could not be scrubbed whole and in time.
    """

    features: tuple[str, ...] = field(repr=False)
    hashes: bytes = field(repr=False)
    refused: bool = False


NOTHING = Reading((), b"")
REFUSED = Reading((), b"", refused=True)


def read(stanza: Stanza) -> Reading:
    """Return what a stanza is judged by; nothing where its content is hidden from the server."""
    if stanza.encryption is Encryption.HIDDEN:
        return NOTHING
    return _read(stanza.texts)


def read_all(stanza: Stanza, reading: Reading | None = None) -> Reading:
    """Return what a stanza is judged by: what may be learnt, or what it declares a fallback if that is all.

    A fallback often quotes the recipient, so it is never learnt; but a stranger who declares every word
    of a message a fallback (XEP-0428) is judged by it. `reading` is what may be learnt, if that is known.
    """
    if reading is None:
        reading = read(stanza)
    if reading.features or not stanza.fallbacks:
        return reading
    return _read(("body", text) for text in stanza.fallbacks)


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
    try:
        fields = [(name, examine(text, strict=strict)) for name, text in texts]
    except Exception:  # noqa: BLE001 - whatever went wrong, it must not be learnt, and its text not be told
        return REFUSED
    if clock() - started > BUDGET_SECONDS or not all(scrubbed.is_whole for _, scrubbed in fields):
        return REFUSED
    return _reading(_admitted(fields, door))


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


def _admitted(fields: list[tuple[str, Scrubbed]], door: "Doorkeeper | Shut | None") -> tuple[str, ...]:
    pieces = [scrubbed.pieces for _, scrubbed in fields]
    admitted = door.admit(pieces) if door else pieces
    return tokenize(zip([name for name, _ in fields], admitted, strict=True))


def _read(texts: Texts) -> Reading:
    return _reading(tokenize((name, scrub(text)) for name, text in texts))


def _reading(features: tuple[str, ...]) -> Reading:
    return Reading(features, blind(features))
