"""Who is at the other end of a connection."""

import asyncio
import socket
import struct
from collections.abc import Collection
from dataclasses import dataclass

_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid
_SO_PEERGROUPS = 59  # asm-generic/socket.h; the socket module has no name for it
_MOST_GROUPS = 256  # socket.getsockopt lends 1024 bytes at most; past it no group counts


@dataclass(frozen=True, slots=True)
class Peer:
    """The kernel's word for a local process, or the name in a client's certificate.

    -1 where there is none.
    """

    pid: int = -1
    uid: int = -1
    gid: int = -1
    groups: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Peers:
    """Which local processes may speak.

    Those of one of the users or of one of the groups.
    """

    uids: Collection[int] = ()
    gids: Collection[int] = ()

    def allow(self, peer: Peer) -> bool:
        """Say whether this peer may speak."""
        return peer.uid in self.uids or any(gid in self.gids for gid in (peer.gid, *peer.groups))


def peer_of(transport: asyncio.BaseTransport) -> Peer:
    """Return who is at the other end.

    Asked of the kernel for a UNIX socket, of the certificate for TLS.
    """
    certificate = transport.get_extra_info("peercert")
    if certificate:
        return Peer(name=_certificate_name(certificate))
    sock = transport.get_extra_info("socket")
    if sock is None or sock.family != socket.AF_UNIX:
        return Peer()
    pid, uid, gid = _CREDENTIALS.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    try:
        packed = sock.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, 4 * _MOST_GROUPS)
    except OSError:
        packed = b""
    return Peer(pid, uid, gid, struct.unpack(f"{len(packed) // 4}I", packed))


def _certificate_name(certificate: dict[str, tuple[tuple[str, str], ...]]) -> str:
    return next(
        (value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"),
        "",
    )
