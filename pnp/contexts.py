"""TLS as PNP wants it.

Version 1.3, a certificate at both ends, nothing decrypted left lying in the library.
"""

import ssl
from pathlib import Path

from ..errors import SettingsError

_OP_CLEANSE_PLAINTEXT = 1 << 1
"""
OpenSSL zeroes its copy of what it decrypted once it is read (SSL_CTX_set_options(3)).

`ssl` has no name for it.
"""


def tls_server_context(certificate: Path, key: Path, client_ca: Path) -> ssl.SSLContext:
    """Return a server's context that takes only clients with a certificate of `client_ca`.

    SettingsError if a file cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.num_tickets = 0
    return _hardened(context, certificate, key, client_ca)


def tls_client_context(certificate: Path, key: Path, server_ca: Path) -> ssl.SSLContext:
    """Return a client's context that shows `certificate` and checks the server's name.

    SettingsError if a file cannot be read.
    """
    return _hardened(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), certificate, key, server_ca)


def check_context(context: ssl.SSLContext) -> None:
    """Raise SettingsError unless TLS 1.3 is the least and a certificate is needed."""
    if context.verify_mode is not ssl.CERT_REQUIRED or context.minimum_version is not ssl.TLSVersion.TLSv1_3:
        raise SettingsError("PNP over TCP needs TLS 1.3 and certificates at both ends")


def _hardened(context: ssl.SSLContext, certificate: Path, key: Path, authority: Path) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.options |= _OP_CLEANSE_PLAINTEXT
    try:
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(authority)
    except OSError:
        raise SettingsError("a TLS certificate or key cannot be read") from None
    return context
