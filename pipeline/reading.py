"""What may be known of a stanza: scrubbed features, and their hashes for the vault."""

from dataclasses import dataclass, field

from ..scrubber import blind, scrub
from ..stanza import Stanza
from ..tokenizer import tokenize


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of one stanza, and one hash of 16 bytes for each in the same order.

    The features are for the eyes of the user the stanza was sent to; only the hashes go further down.
    """

    features: tuple[str, ...] = field(repr=False)
    hashes: bytes = field(repr=False)


def read(stanza: Stanza) -> Reading:
    """Return what may be learnt of a stanza; nothing where its content is hidden from the server."""
    features = tokenize((name, scrub(text)) for name, text in stanza.texts)
    return Reading(features, blind(features))
