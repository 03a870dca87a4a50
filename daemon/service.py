"""`providence serve`: one router, its workers, and an orderly end."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from dataclasses import asdict
from pathlib import Path

from ..errors import HostKeyError
from ..keyring import HostKeys, Pinner
from ..pnp import Peers, Server, quiet_exception_handler, serve_tls, serve_unix, tls_server_context
from ..vault import holds_data, shards_of
from .erasures import Erasure
from .hardening import Role, harden
from .links import Link
from .memories import follow_networks, keep_up, reputation_of
from .mishaps import log_to_stderr
from .router import Router
from .settings import Settings
from .tenancy import occupy
from .worker.orders import Orders

_LOG = logging.getLogger("providence.daemon")

# What is being answered when the daemon is told to stop gets this long.
GRACE_SECONDS = 5.0


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT, read the table of networks anew at SIGHUP; return an exit code of docs/cli.md.

    Raises HostKeyError where there is data but no host key: a new one would open none of it.
    """
    log_to_stderr(settings.log.level.upper())
    host = _host_key(settings.folders.data, settings.folders.host_key)
    # Two epochs: an erasure was cut short.
    pinner, unfinished = host.pinner(), len(host.epochs) > 1
    del host
    settings.socket.path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    settings.folders.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with occupy(settings.folders.data):
        return asyncio.run(_Service(settings, pinner, unfinished=unfinished).serve())


class _Service:
    def __init__(self, settings: Settings, pinner: Pinner, *, unfinished: bool) -> None:
        self._settings = settings
        self._unfinished = unfinished
        shards = shards_of(settings.folders.data)
        # A worker without a shard would hold nobody's vault.
        count = min(settings.workers.count, shards)
        self._links = [
            Link(
                _orders(settings, range(index, shards, count)).to_json(),
                wipe_on_free=settings.workers.wipe_on_free,
                hear=self._hear,
            )
            for index in range(count)
        ]
        self._reputation = reputation_of(settings) if settings.reputation.enabled else None
        self._upkeep: list[asyncio.Task[None]] = []
        self._router = Router(self._links, lambda jid: pinner(jid) % shards, {0, os.geteuid()}, self._reputation)
        self._servers: list[Server] = []
        self._stop, self._reload = asyncio.Event(), asyncio.Event()

    def _hear(self, user: str, told: str) -> None:
        if self._reputation is not None:
            self._reputation.hear(user, told)

    async def serve(self) -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(quiet_exception_handler)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)
        try:
            for link in self._links:
                code = await link.start()
                if code:
                    return code
            if self._unfinished:
                await Erasure(self._links).run()
            await self._listen()
            folders = self._settings.folders
            writable = (folders.data, folders.host_key.parent, self._settings.socket.path.parent)
            harden(Role.ROUTER, writable)
            if self._reputation is not None:
                following = follow_networks(self._reputation.networks, self._settings.networks, self._reload)
                self._upkeep = [loop.create_task(each) for each in (keep_up(self._reputation, folders.data), following)]
            _LOG.info("ready with %d workers", len(self._links))
            _notify(b"READY=1")
            await self._stop.wait()
            _notify(b"STOPPING=1")
            return 0
        finally:
            await asyncio.gather(*(server.close(GRACE_SECONDS) for server in self._servers))
            await asyncio.gather(*(link.stop() for link in self._links))
            for task in self._upkeep:
                task.cancel()
            if self._reputation is not None:
                await self._reputation.close()

    async def _listen(self) -> None:
        unix, tcp = self._settings.socket, self._settings.tcp
        # TCP first: whoever finds the socket file finds a daemon that is there in full.
        if tcp.host:
            context = tls_server_context(Path(tcp.certificate), Path(tcp.key), Path(tcp.client_ca))
            self._servers.append(await serve_tls(tcp.host, tcp.port, context, self._router))
        gid = unix.gid()
        peers = Peers(unix.uids(), () if gid is None else (gid,))
        self._servers.append(await serve_unix(unix.path, self._router, mode=int(unix.mode, 8), peers=peers))
        if gid is not None:
            os.chown(unix.path, -1, gid)


def _host_key(data: Path, path: Path) -> HostKeys:
    """Return the host key; make it at the very first start."""
    if path.exists():
        return HostKeys.load(path)
    if holds_data(data):
        raise HostKeyError("there is data but no host key; without the old one it cannot be opened")
    return HostKeys.create(path)


def _orders(settings: Settings, shards: range) -> Orders:
    return Orders(
        data=str(settings.folders.data),
        host_key=str(settings.folders.host_key),
        shards=tuple(shards),
        linger=float(settings.sessions.linger),
        orphan=float(settings.sessions.orphan),
        commit_seconds=settings.workers.commit_ms / 1000,
        log_level=settings.log.level,
        verdicts=asdict(settings.verdicts),
        vault=asdict(settings.vault),
        keyring=asdict(settings.keyring),
    )


def _notify(state: bytes) -> None:
    """Tell systemd (sd_notify(3)), where it asked."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # Nobody may listen there any more; that is no reason to end otherwise than in order.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(state, "\0" + address[1:] if address.startswith("@") else address)
