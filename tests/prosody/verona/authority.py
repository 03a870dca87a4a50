"""Certificates of an own authority, and the names of our domains."""

import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_NONE: Mapping[tuple[str, str], str] = {}


def free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago, on TCP and UDP."""
    with contextlib.ExitStack() as stack:
        ports: list[int] = []
        while len(ports) < count:
            one = stack.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            two = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            with contextlib.suppress(OSError):
                two.bind(one.getsockname())
                ports.append(one.getsockname()[1])
        return ports


class Authority:
    """A certificate authority that knows our domains."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Prince of Verona")])
        self.name = name
        certificate = self._builder(name, self.key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.certificate = certificate.sign(self.key, hashes.SHA256())
        self.path = folder / "ca.pem"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
        )

    def certify(self, domain: str) -> None:
        """Write DOMAIN.crt and DOMAIN.key."""
        key = ec.generate_private_key(ec.SECP256R1())
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        certificate = (
            self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)]), key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        (self.folder / f"{domain}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / f"{domain}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


class NameServer(threading.Thread):
    """Answers for our domains (SRV and A) and with the records of a test, and denies that there are others.

    NameServer(port, {"capulet.example": s2s}, {("capulet.example", "MX"): "10 mail.capulet.example."})
    """

    def __init__(self, port: int, servers: dict[str, int], records: Mapping[tuple[str, str], str] = _NONE) -> None:
        super().__init__(daemon=True)
        self._servers = servers
        self._records = records
        self._named = {*servers, *(name for name, _ in records)}
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))

    def run(self) -> None:
        """Answer until closed."""
        with contextlib.suppress(OSError):
            while True:
                data, peer = self._socket.recvfrom(4096)
                if data == b"":
                    return
                self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA | dns.flags.AA
        question = query.question[0]
        name = question.name.to_text().rstrip(".").lower()
        domain = name.removeprefix("_xmpp-server._tcp.")
        kind = dns.rdatatype.to_text(question.rdtype)
        record = self._records.get((name, kind))
        if record is not None:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, record))
        elif domain not in self._named:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif kind == "SRV" and name != domain and domain in self._servers:
            record = f"0 5 {self._servers[domain]} localhost."
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "SRV", record))
        elif kind == "A" and name in self._servers:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", "127.0.0.1"))
        return answer

    def close(self) -> None:
        """Stop."""
        with socket.socket(type=socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._socket.getsockname())
        self.join()
        self._socket.close()
