"""Is there a message to read? Who says it is encrypted has to show the ciphertext.

A stranger may put `<encryption/>` (XEP-0380) or an empty `<encrypted/>` beside a plain
body, and clients show that body: such a marker alone must not lead past the filters.
"""

import re
from collections.abc import Mapping, Sequence

from .tree import Element
from .values import Encryption, Texts

Index = Mapping[str, Sequence[Element]]

_MARKER = "urn:xmpp:eme:0 encryption"
_OMEMO = (
    "eu.siacs.conversations.axolotl",
    "urn:xmpp:omemo:1",
    "urn:xmpp:omemo:2",
)
_OPENPGP = ("urn:xmpp:openpgp:0 openpgp", "jabber:x:encrypted x")
_CLAIMS = frozenset({_MARKER, *_OPENPGP, *(f"{space} encrypted" for space in _OMEMO)})
_BASE64 = re.compile(r"\s*[A-Za-z0-9+/][A-Za-z0-9+/=\s]*")

# A query that says nothing else, a message of version 1 to 4 (its first two bytes in
# base64) or a fragment, as https://otr.cypherpunks.ca/Protocol-v3-4.1.1.html has them.
# Anything longer has room for words and is read as such.
_OTR = re.compile(
    r"\s*(?:\?OTR[?v0-9]{1,9}"
    r"|\?OTR:AA[EIMQ][A-Za-z0-9+/]*={0,2}\."
    r"|\?OTR[,|][0-9a-f|]{0,17},[0-9]{1,5},[0-9]{1,5},"
    r"(?:\?OTR:)?[A-Za-z0-9+/]*={0,2}\.?,)\s*"
)


def detect(index: Index, bodies: Texts) -> Encryption:
    """Return what of a message with these children and bodies is hidden.

    OMEMO needs a key and a payload; without a payload (a key transport)
    there must be no body. OpenPGP needs base64. OTR needs every body to be an OTR
    message from end to end.
    """
    otr = any(text.lstrip().startswith("?OTR") for _, text in bodies)
    if not otr and _CLAIMS.isdisjoint(index):
        return Encryption.NONE
    hidden = (
        (otr and all(_OTR.fullmatch(text) for _, text in bodies))
        or any(_is_omemo(index, space, bodies) for space in _OMEMO)
        or any(_BASE64.fullmatch(child.text) for name in _OPENPGP for child in index.get(name, ()))
    )
    return Encryption.HIDDEN if hidden else Encryption.CLAIMED


def _is_omemo(index: Index, space: str, bodies: Texts) -> bool:
    for encrypted in index.get(f"{space} encrypted", ()):
        inside = {inner.name: inner.text for inner in encrypted.descendants()}
        key = inside.get(f"{space} key", "")
        payload = inside.get(f"{space} payload")
        empty = payload is None and not bodies
        if _BASE64.fullmatch(key) and (empty or _BASE64.fullmatch(payload or "")):
            return True
    return False
