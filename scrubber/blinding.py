"""Features become hashes before they leave the text side."""

import hashlib
from collections.abc import Iterable

HASH_BYTES = 16

# Stored tables depend on this label: another label is another vocabulary.
_STATE = hashlib.blake2b(digest_size=HASH_BYTES, person=b"prov-token-v1")


def blind(features: Iterable[str]) -> bytes:
    """Hash each feature once: BLAKE2b (RFC 7693) to 16 bytes each, joined, in order of first sight.

    The hash is public and keeps nothing secret by itself. It gives every feature one length, so that the
    keyring can key it with a block cipher. Lone surrogates cannot come here: folding drops them.
    """
    hashes = []
    for feature in dict.fromkeys(features):
        state = _STATE.copy()
        state.update(feature.encode())
        hashes.append(state.digest())
    return b"".join(hashes)
