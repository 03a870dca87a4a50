"""XMPP addresses (RFC 7622), checked, and in one spelling so that equals compare equal.

Approximated, towards letting an address pass that some server accepts:

* localpart: width mapping, lower case and NFC as UsernameCaseMapped (RFC 8265) has
  them. Code points are refused by category (controls, format characters, spaces,
  unassigned) and when they are another's compatibility form, not by the PRECIS tables:
  servers with the older nodeprep let symbols through. The bidi rule and the contextual
  rules are not checked.
* domainpart: the same folding label by label, one trailing dot dropped, ideographic
  full stops read as dots, A-labels shown as U-labels when punycode gives exactly that
  label back. No IDNA2008 tables.
* resourcepart: NFC, other spaces as U+0020. Ignorable and unassigned code points stay:
  nicknames in rooms are resources, and new emoji are in them.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, Self

from ..errors import StanzaError

MAX_PART: Final = 1_023  # bytes of UTF-8, of each part (RFC 7622 §3.2-3.4)
MAX_LABEL: Final = 63  # bytes of a domain label in its ASCII form

# Printable without " & ' / : < > @ (RFC 7622 §3.3.1).
_LOCAL_ASCII = re.compile(rf"[!#-%(-.0-9;=?A-~]{{1,{MAX_PART}}}")
_LABEL_ASCII = re.compile(rf"[0-9A-Za-z_-]{{1,{MAX_LABEL}}}")
_DOMAIN_ASCII = re.compile(rf"{_LABEL_ASCII.pattern}(?:\.{_LABEL_ASCII.pattern})*\.?")
_RESOURCE_ASCII = re.compile(rf"[ -~]{{1,{MAX_PART}}}")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
# A participant's stable id as a prefix of the room's localpart, where a colon stands in no address (RFC 7622 §3.3.1).
_OCCUPANT_BYTES = 16
_OCCUPANT = re.compile(rf"([0-9a-f]{{{2 * _OCCUPANT_BYTES}}}):")
_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NEVER_IN_NAMES = _NEVER | {"Cf", "Cn", "Co", "Zs"}


@dataclass(frozen=True, slots=True)
class Jid:
    """An address, made by `Jid.parse`: `local` and `resource` are "" when absent.

    `str()` writes it out; its repr shows nothing of it.
    """

    local: str = field(repr=False)
    domain: str = field(repr=False)
    resource: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the address in its one spelling; StanzaError when it is none."""
        address, slash, resource = text.partition("/")
        local, at, domain = address.rpartition("@")
        return cls(
            _local(local) if at else "",
            _domain(domain),
            _resource(resource) if slash else "",
        )

    @classmethod
    def read(cls, name: str) -> Self:
        """Return what `str()` wrote, a participant as well; nothing is checked."""
        address, _, resource = name.partition("/")
        local, _, domain = address.rpartition("@")
        return cls(local, domain, resource)

    @property
    def bare(self) -> "Jid":
        """The address without its resource."""
        return Jid(self.local, self.domain) if self.resource else self

    def participant(self, ident: str) -> "Jid":
        """Return who speaks from this address of a room, by a stable id that the room gives (XEP-0421).

        The bare name is one person's and stays whatever the nickname is. No address is like it: `parse` refuses it,
        so that nobody can be called so. Without an id it is the address.
        """
        if not ident:
            return self
        digest = blake2b(ident.encode(), digest_size=_OCCUPANT_BYTES, person=b"pv/occupant").hexdigest()
        return Jid(f"{digest}:{self.local}", self.domain, self.resource)

    @property
    def occupant(self) -> str:
        """What a participant is known by within the room's service; empty for an address."""
        found = _OCCUPANT.match(self.local)
        return found[1] if found else ""

    @property
    def plain(self) -> "Jid":
        """The address as it is on the wire: of a participant, without who it is."""
        return Jid(_OCCUPANT.sub("", self.local), self.domain, self.resource) if self.occupant else self

    def __str__(self) -> str:
        """Write the address out: for keys and hashes, never for a log."""
        at = "@" if self.local else ""
        slash = "/" if self.resource else ""
        return f"{self.local}{at}{self.domain}{slash}{self.resource}"


def _refuse(*, unless: bool) -> None:
    if not unless:
        raise StanzaError("bad-jid")


def _fits(text: str) -> bool:
    """Say whether a part has a length that is allowed; surrogates have none."""
    try:
        return 0 < len(text) <= MAX_PART and len(text.encode()) <= MAX_PART
    except UnicodeEncodeError:
        return False


def _allows(text: str, never: frozenset[str]) -> bool:
    return not any(unicodedata.category(point) in never for point in text)


def _is_name(text: str, form: re.Pattern[str]) -> bool:
    """Say whether the ASCII of a folded name has this form and nothing else is odd."""
    plain = "".join([point for point in text if point.isascii()])
    return (
        _allows(text, _NEVER_IN_NAMES)
        and unicodedata.normalize("NFKC", text) == text
        and (not plain or form.fullmatch(plain) is not None)
    )


def _fold(text: str) -> str:
    wide = "".join(
        unicodedata.normalize("NFKC", point)
        if unicodedata.decomposition(point).startswith(("<wide>", "<narrow>"))
        else point
        for point in text
    )
    return unicodedata.normalize("NFC", wide.lower())


def _local(text: str) -> str:
    if text.isascii():
        _refuse(unless=_LOCAL_ASCII.fullmatch(text) is not None)
        return text.lower()
    _refuse(unless=_fits(text))
    local = _fold(text)
    _refuse(unless=_fits(local) and _is_name(local, _LOCAL_ASCII))
    return local


def _domain(text: str) -> str:
    _refuse(unless=_fits(text))
    if text.startswith("["):
        return _ipv6(text)
    if text.isascii() and "xn--" not in text.lower():
        _refuse(unless=_DOMAIN_ASCII.fullmatch(text) is not None)
        return text.removesuffix(".").lower()
    labels = text.translate(_DOTS).removesuffix(".").split(".")
    domain = ".".join([_label(label) for label in labels])
    _refuse(unless=_fits(domain))
    return domain


def _ipv6(text: str) -> str:
    # A zone (%) means something on one host only.
    _refuse(unless=text.endswith("]") and "%" not in text)
    try:
        return f"[{ipaddress.IPv6Address(text[1:-1])}]"
    except ValueError:
        raise StanzaError("bad-jid") from None


def _label(text: str) -> str:
    _refuse(unless=len(text) <= MAX_LABEL)
    label = _fold(text)
    if label.isascii():
        _refuse(unless=_LABEL_ASCII.fullmatch(label) is not None)
        return _u_label(label) if label.startswith("xn--") else label
    _refuse(unless=_is_u_label(label))
    return label


def _is_u_label(text: str) -> bool:
    return (
        not text.isascii()
        and len(text) <= MAX_LABEL  # before punycode, which is quadratic
        and _is_name(text, _LABEL_ASCII)
        and len(_a_label(text)) <= MAX_LABEL
    )


def _a_label(text: str) -> str:
    return "xn--" + text.encode("punycode").decode("ascii")


def _u_label(text: str) -> str:
    """Return what an A-label stands for, or the label itself if it is no genuine one."""
    try:
        label = text.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return text
    genuine = _fold(label) == label and _is_u_label(label) and _a_label(label) == text
    return label if genuine else text


def _resource(text: str) -> str:
    if text.isascii():
        _refuse(unless=_RESOURCE_ASCII.fullmatch(text) is not None)
        return text
    _refuse(unless=_fits(text))
    spaced = "".join([" " if unicodedata.category(point) == "Zs" else point for point in text])
    resource = unicodedata.normalize("NFC", spaced)
    _refuse(unless=_fits(resource) and _allows(resource, _NEVER))
    return resource
