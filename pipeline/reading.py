"""What may be known of a stanza: scrubbed features, and their hashes for the vault."""

from dataclasses import dataclass, field

from ..scrubber import blind, scrub
from ..stanza import Encryption, Stanza
from ..tokenizer import tokenize


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of one stanza, and one hash of 16 bytes for each in the same order.

    The features are for the eyes of the user the stanza was sent to; only the hashes go further down.
    """

    features: tuple[str, ...] = field(repr=False)
    hashes: bytes = field(repr=False)


NOTHING = Reading((), b"")


def read(stanza: Stanza) -> Reading:
    """Return what may be learnt of a stanza; nothing where its content is hidden from the server."""
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
    return _read(tuple(("body", text) for text in stanza.fallbacks))


def _read(texts: tuple[tuple[str, str], ...]) -> Reading:
    features = tokenize((name, scrub(text)) for name, text in texts)
    return Reading(features, blind(features))
