"""AES-256-GCM, HKDF and HMAC-SHA256 on buffers of the caller's.

`AESGCM` of the same library is shorter to write and leaves the key on the stack after
it is gone (docs/adr/0003-cipher.md); the `Cipher` interface takes a bytearray as its
key and leaves nothing.
"""

import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ..errors import IntegrityError
from .secret import Octets, Secret, wipe

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
BLANK = bytes(KEY_BYTES)


def seal(key: Octets, nonce: bytes, label: bytes, plain: Octets) -> bytes:
    """Encrypt and authenticate; returns ciphertext and tag, `TAG_BYTES` longer than the text."""
    return seal_parts(key, nonce, label, [plain])[0]


def seal_parts(key: Octets, nonce: bytes, label: bytes, parts: Iterable[Octets]) -> list[bytes]:
    """Seal one text that comes in parts, and return it in as many; the tag ends the last one."""
    encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(label)
    *most, last = map(encryptor.update, parts)
    return [*most, last + encryptor.finalize() + encryptor.tag]


def unseal(key: Octets, nonce: bytes, label: bytes, sealed: Octets, into: memoryview) -> int:
    """Decrypt into a buffer at least as long as the text and return the text's length.

    Raises IntegrityError, with the buffer wiped, if one bit is not as it was sealed.
    """
    with memoryview(sealed) as view:
        return unseal_parts(key, nonce, label, [view], into)


def unseal_parts(key: Octets, nonce: bytes, label: bytes, parts: Sequence[memoryview], into: memoryview) -> int:
    """Decrypt what `seal_parts` sealed; as `unseal`. Nothing counts before the end has proved all of it."""
    *most, last = parts
    length = sum(map(len, parts)) - TAG_BYTES
    if len(last) < TAG_BYTES or len(into) < length:
        raise IntegrityError("a sealed value has a wrong length")
    decryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).decryptor()
    decryptor.authenticate_additional_data(label)
    done = 0
    for part in (*most, last[:-TAG_BYTES]):
        done += decryptor.update_into(part, into[done:])
    try:
        decryptor.finalize_with_tag(bytes(last[-TAG_BYTES:]))
    except InvalidTag:
        wipe(into[:length])
        raise IntegrityError("a sealed value does not authenticate") from None
    return length


def nonce() -> bytes:
    """Make a random nonce; fewer than 2^32 of them serve under one key (NIST SP 800-38D, 8.3)."""
    return os.urandom(NONCE_BYTES)


def expand(key: Octets, purpose: bytes) -> Secret:
    """Derive one key of `KEY_BYTES` for one purpose (HKDF-Expand, RFC 5869, SHA-256).

    Every HMAC we tried leaves its result on the stack. The second round, from public zeros through
    the very same calls, overwrites what the first one left.
    """
    derived = Secret(KEY_BYTES)
    for source, into in ((key, derived.view()), (BLANK, bytearray(KEY_BYTES))):
        HKDFExpand(SHA256(), KEY_BYTES, purpose).derive_into(source, into)
    return derived


def mac(key: Octets, purpose: bytes, text: Octets) -> bytes:
    """Authenticate a text for one purpose (HMAC-SHA256)."""
    digest = HMAC(key, SHA256())
    digest.update(purpose)
    digest.update(text)
    return digest.finalize()
