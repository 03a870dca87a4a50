"""A certificate chain that a server presented, judged offline: name, authority and dates apart.

One handshake that verifies nothing brings the chain. Whether it is good is decided here, so that the three questions
have three answers, and the same on every version of Python.
"""

import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256, sha512
from typing import Any
from warnings import catch_warnings, simplefilter

import service_identity
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import verification
from service_identity.cryptography import extract_patterns
from service_identity.hazmat import DNS_ID, SRV_ID, verify_service_identity

Chain = Sequence[x509.Certificate]

MAX_CHAIN = 10
# DANE-TA and DANE-EE (RFC 7671 section 4); the two with public authorities are taken along.
_EE = (1, 3)
_DIGESTS: dict[int, Callable[[bytes], bytes]] = {
    0: bytes,
    1: lambda raw: sha256(raw).digest(),
    2: lambda raw: sha512(raw).digest(),
}


def unverified() -> ssl.SSLContext:
    """Return a context that takes whatever chain is presented."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def chain_of(connection: Any) -> Chain:  # noqa: ANN401 - ssl.SSLObject, whose method is public from Python 3.13 on
    """Return what the other end of a TLS connection presented, its own certificate first.

    ValueError: one of the certificates cannot be parsed.
    """
    if hasattr(connection, "get_unverified_chain"):
        raw = connection.get_unverified_chain()
    else:
        import _ssl  # noqa: PLC0415 - only where the public way is missing

        inner = connection._sslobj.get_unverified_chain()  # noqa: SLF001 - as above
        raw = [certificate.public_bytes(_ssl.ENCODING_DER) for certificate in inner]
    return [x509.load_der_x509_certificate(certificate) for certificate in raw[:MAX_CHAIN]]


@lru_cache(maxsize=1)
def system_authorities() -> verification.Store | None:
    """Return the authorities this machine trusts, or None where it has none."""
    authorities = []
    for raw in ssl.create_default_context().get_ca_certs(binary_form=True):
        # One by one: some old roots have serial numbers that are about to be refused.
        with suppress(ValueError), catch_warnings():
            simplefilter("ignore", CryptographyDeprecationWarning)
            authorities.append(x509.load_der_x509_certificate(raw))
    return verification.Store(authorities) if authorities else None


def has_name(chain: Chain, domain: str) -> bool:
    """Say whether the certificate is for this XMPP domain: DNS-ID or SRV-ID (RFC 9525, RFC 4985)."""
    try:
        patterns = extract_patterns(chain[0])
        verify_service_identity(patterns, [], [DNS_ID(domain), SRV_ID(f"_xmpp-server.{domain}")])
    except (service_identity.VerificationError, service_identity.CertificateError, ValueError):
        return False
    return True


def has_authority(chain: Chain, store: verification.Store, now: datetime) -> bool:
    """Say whether the chain ends at one of the authorities, whatever its name, and dates moved into its validity."""
    leaf, *between = chain
    second = timedelta(seconds=1)
    when = min(max(now, leaf.not_valid_before_utc + second), leaf.not_valid_after_utc - second)
    builder = verification.PolicyBuilder().store(store).time(when)
    policy = builder.extension_policies(
        ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(),
        ee_policy=verification.ExtensionPolicy.permit_all(),
    )
    try:
        policy.build_client_verifier().verify(leaf, between)
    except (verification.VerificationError, ValueError):
        return False
    return True


def dates(chain: Chain) -> tuple[float, float]:
    """Return from when until when the certificate is valid, in seconds since 1970."""
    return chain[0].not_valid_before_utc.timestamp(), chain[0].not_valid_after_utc.timestamp()


def matches(record: Any, chain: Chain, domain: str, now: datetime) -> bool | None:  # noqa: ANN401 - dnspython's TLSA has no types
    """Say whether a chain is the one that a TLSA record names (RFC 7671, RFC 7673); None: the record cannot be used.

    With usage 2 the certificate that matches must truly have issued the server's: a hash of any certificate along the
    way proves nothing. Usages 0 and 1 ask for a public authority besides.
    """
    if record.usage not in (0, 1, 2, 3) or record.selector not in (0, 1) or record.mtype not in _DIGESTS:
        return None
    if record.usage in _EE:
        same = _selected(chain[0], record) == record.cert
        return same and (record.usage == 3 or _is_public(chain, domain, now))  # noqa: PLR2004 - DANE-EE
    for anchor in chain[1:]:
        if _selected(anchor, record) == record.cert:
            issued = has_authority(
                [chain[0], *[one for one in chain[1:] if one != anchor]], verification.Store([anchor]), now
            )
            valid = _is_valid(chain, now) and has_name(chain, domain)
            return issued and valid and (record.usage == 2 or _is_public(chain, domain, now))  # noqa: PLR2004 - DANE-TA
    return False


def _selected(certificate: x509.Certificate, record: Any) -> bytes:  # noqa: ANN401 - as above
    if record.selector == 0:
        raw = certificate.public_bytes(Encoding.DER)
    else:
        raw = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _DIGESTS[record.mtype](raw)


def _is_valid(chain: Chain, now: datetime) -> bool:
    return chain[0].not_valid_before_utc <= now <= chain[0].not_valid_after_utc


def _is_public(chain: Chain, domain: str, now: datetime) -> bool:
    store = system_authorities()
    return store is not None and has_authority(chain, store, now) and _is_valid(chain, now) and has_name(chain, domain)


def utc(now: float) -> datetime:
    """Return a time in seconds since 1970 as cryptography wants it."""
    return datetime.fromtimestamp(now, UTC)
