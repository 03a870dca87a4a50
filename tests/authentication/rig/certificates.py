"""Certificates as servers have them: good ones, and every way to be wrong."""

import datetime as dt
import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
SRV_NAME = ObjectIdentifier("1.3.6.1.5.5.7.8.7")  # RFC 4985

Issuer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def authority(text: str, above: Issuer | None = None) -> Issuer:
    """Make an authority, under another one or on its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(text)
    issuer, signer = (above[0].subject, above[1]) if above else (subject, key)
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder(
            issuer, subject, key.public_key(), x509.random_serial_number(), NOW - 900 * DAY, NOW + 900 * DAY
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return builder.sign(signer, hashes.SHA256()), key


def leaf(
    names: list[str], issuer: Issuer | None, days: tuple[int, int] = (-30, 60), *, srv: str = "", title: str = ""
) -> Issuer:
    """Make a server's certificate, by an issuer or by itself, valid from and to so many days from now."""
    begins, ends = days
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(title or names[0])
    above, signer = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    sans: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    if srv:
        sans = [x509.OtherName(SRV_NAME, bytes([0x16, len(srv)]) + srv.encode())]
    builder = (
        x509.CertificateBuilder(
            above, subject, key.public_key(), x509.random_serial_number(), NOW + begins * DAY, NOW + ends * DAY
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if sans:
        builder = builder.add_extension(x509.SubjectAlternativeName(sans), critical=False)
    return builder.sign(signer, hashes.SHA256()), key


def write(folder: Path, name: str, own: Issuer, chain: list[x509.Certificate]) -> None:
    """Write a certificate with its chain, and its key."""
    pems = [certificate.public_bytes(Encoding.PEM) for certificate in (own[0], *chain)]
    (folder / f"{name}.crt").write_bytes(b"".join(pems))
    key = own[1].private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (folder / f"{name}.key").write_bytes(key)


def tlsa(usage: int, selector: int, certificate: x509.Certificate) -> str:
    """Return a TLSA record with SHA-256."""
    if selector == 0:
        raw = certificate.public_bytes(Encoding.DER)
    else:
        raw = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"TLSA {usage} {selector} 1 {hashlib.sha256(raw).hexdigest()}"
