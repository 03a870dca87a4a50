"""The settings of the daemon: its own, and those of the rooms below."""

import grp
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self, get_type_hints

from ..authentication import MAX_BLOCKLISTS, AuthenticationSettings, BlockList, NetworkSettings
from ..errors import SettingsError
from ..karma import KarmaSettings
from ..keyring import KeyringSettings
from ..pipeline import Thresholds
from ..vault import SHARDS, VaultSettings
from .binding import Table, read_toml, refuse_unknown
from .places import Places

# sun_path has 108 bytes, the last of them zero (unix(7)).
MAX_SOCKET_PATH = 107
# As many as a new store has shards: a worker owns whole ones.
MAX_WORKERS = SHARDS
MAX_LINGER = 14 * 24 * 3600
MAX_ORPHAN = 24 * 3600
MAX_COMMIT_MS = 1000
MAX_PORT = 65535
# A server holds a stanza for a second at most.
MAX_BUDGET_MS = 900


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """Where the daemon keeps what it keeps.

    data: the folder of the sealed vaults.
    host_key: the host key, without which nothing in the data folder opens; never inside the data folder.
    """

    data: Path
    host_key: Path

    def __post_init__(self) -> None:
        """Hold the two apart: who copies the data folder must not get the host key with it."""
        if self.host_key.resolve().is_relative_to(self.data.resolve()):
            raise SettingsError("host_key must lie outside of the data folder")


class SocketMode(StrEnum):
    """Who may open the socket: its owner, or its group as well."""

    OWNER = "0600"
    GROUP = "0660"


@dataclass(frozen=True, slots=True)
class SocketSettings:
    """The UNIX socket.

    path: the socket; its folder is made if it is missing.
    mode: 0600 for its owner only, or 0660 for its group too.
    group: the group the socket is given to; empty for the daemon's own.
    peers: users, by name or number, who may connect besides root, the daemon's own user and the group.
    """

    path: Path
    mode: SocketMode = SocketMode.GROUP
    group: str = ""
    peers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the path to what the kernel takes."""
        if len(os.fsencode(self.path)) > MAX_SOCKET_PATH:
            raise SettingsError(f"path must have at most {MAX_SOCKET_PATH} bytes")

    def gid(self) -> int | None:
        """Return the group that may connect, or None for none; SettingsError if it does not exist."""
        if self.mode is SocketMode.OWNER:
            return None
        try:
            return grp.getgrnam(self.group).gr_gid if self.group else os.getegid()
        except KeyError:
            raise SettingsError("[socket] group does not exist") from None

    def uids(self) -> frozenset[int]:
        """Return the users who may connect; SettingsError if one does not exist."""
        try:
            named = {int(peer) if peer.isdecimal() else pwd.getpwnam(peer).pw_uid for peer in self.peers}
        except KeyError:
            raise SettingsError("[socket] peers names a user who does not exist") from None
        return frozenset({0, os.geteuid()} | named)


@dataclass(frozen=True, slots=True)
class TcpSettings:
    """TCP with mutual TLS, for an XMPP server on another machine; off while `host` is empty.

    host: the IP address to listen on; empty for no TCP.
    port: the TCP port.
    certificate, key: the daemon's own certificate chain and its private key, PEM files.
    client_ca: the CA whose certificates the clients must show, a PEM file.
    """

    host: str = ""
    port: int = 11783
    certificate: str = ""
    key: str = ""
    client_ca: str = ""

    def __post_init__(self) -> None:
        """Refuse TCP without certificates on both sides."""
        if not 1 <= self.port <= MAX_PORT:
            raise SettingsError(f"port must lie in 1..{MAX_PORT}")
        files = (self.certificate, self.key, self.client_ca)
        if any(files) and not all(files):
            raise SettingsError("certificate, key and client_ca must be given together")
        if not all(Path(file).is_absolute() for file in files if file):
            raise SettingsError("certificate, key and client_ca must be absolute paths")
        if not self.host:
            return
        if not all(files):
            raise SettingsError("host must come with certificate, key and client_ca")
        try:
            ip_address(self.host)
        except ValueError:
            raise SettingsError("host must be an IP address") from None


@dataclass(frozen=True, slots=True)
class ReputationSettings:
    """What is remembered and found out about senders.

    enabled: remember senders at all; off, only words count.
    budget_ms: how many milliseconds a stanza may wait for what is not known yet of its sender's server.
    """

    enabled: bool = True
    budget_ms: int = 200

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        if not 0 <= self.budget_ms <= MAX_BUDGET_MS:
            raise SettingsError(f"budget_ms must lie in 0..{MAX_BUDGET_MS}")


@dataclass(frozen=True, slots=True)
class BlocklistSettings:
    """DNS block lists (RFC 5782); they take lookups of [authentication].

    addresses: zones that list IP addresses.
    domains: zones that list domains.
    log_odds: how much a hit says, from 0 to 3.
    is_enough: let a hit decide on its own.
    """

    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    log_odds: float = 2.0
    is_enough: bool = False

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        if len(self.lists()) > MAX_BLOCKLISTS:
            raise SettingsError(f"there are more than {MAX_BLOCKLISTS} lists")

    def lists(self) -> list[BlockList]:
        """Return the lists; SettingsError where one is none."""
        return [
            BlockList(zone, lists_domains=zones is self.domains, log_odds=self.log_odds, is_enough=self.is_enough)
            for zones in (self.addresses, self.domains)
            for zone in zones
        ]


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The processes that hold the open vaults.

    count: how many; each user belongs to one of them.
    commit_ms: how many milliseconds a change may wait to be made durable together with others.
    wipe_on_free: let the C library overwrite memory as it is freed, so that no words of messages stay there.
    """

    count: int = 1
    commit_ms: int = 5
    wipe_on_free: bool = True

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        if not 1 <= self.count <= MAX_WORKERS:
            raise SettingsError(f"count must lie in 1..{MAX_WORKERS}")
        if not 0 <= self.commit_ms <= MAX_COMMIT_MS:
            raise SettingsError(f"commit_ms must lie in 0..{MAX_COMMIT_MS}")


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How long vaults stay open.

    linger: seconds for which a vault stays open after its user's last session ended.
    orphan: seconds for which a session outlives the connection it came on, so that a server may connect again.
    """

    linger: int = 300
    orphan: int = 120

    def __post_init__(self) -> None:
        """Hold every value to its bounds."""
        if not 0 <= self.linger <= MAX_LINGER:
            raise SettingsError(f"linger must lie in 0..{MAX_LINGER}")
        if not 0 <= self.orphan <= MAX_ORPHAN:
            raise SettingsError(f"orphan must lie in 0..{MAX_ORPHAN}")


class LogLevel(StrEnum):
    """From which weight on an event is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is written to standard error; never a word, a JID or a secret.

    level: debug, info, warning or error.
    """

    level: LogLevel = LogLevel.INFO


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings: one table of the settings file for each field."""

    folders: FolderSettings
    socket: SocketSettings
    tcp: TcpSettings
    workers: WorkerSettings
    sessions: SessionSettings
    log: LogSettings
    verdicts: Thresholds
    reputation: ReputationSettings
    karma: KarmaSettings
    authentication: AuthenticationSettings
    blocklists: BlocklistSettings
    networks: NetworkSettings
    vault: VaultSettings
    keyring: KeyringSettings

    @classmethod
    def load(
        cls,
        file: Path | None = None,
        environ: Mapping[str, str] = os.environ,
        uid: int | None = None,
        *,
        socket: Path | None = None,
    ) -> Self:
        """Return the settings in a TOML file; without one, in the file at its usual place if it is there.

        `socket` goes before the file's socket path. Raises SettingsError.
        """
        places = Places.of(environ, os.geteuid() if uid is None else uid)
        if file is None and places.file.exists():
            file = places.file
        settings = cls._bind(read_toml(file) if file else {}, file, places)
        if socket is not None:
            return replace(settings, socket=replace(settings.socket, path=socket.absolute()))
        return settings

    @classmethod
    def defaults(cls) -> Self:
        """Return the settings of a service that has no settings file."""
        return cls._bind({}, None, Places.of({}, 0))

    @classmethod
    def _bind(cls, given: Mapping[str, Any], file: Path | None, places: Places) -> Self:
        kinds = get_type_hints(cls)
        refuse_unknown(given, kinds, f"{file}: table")
        defaults: dict[str, dict[str, object]] = {
            "folders": {"data": places.data, "host_key": places.host_key},
            "socket": {"path": places.socket},
        }
        return cls(
            **{
                name: Table(file, name, given.get(name, {})).bind(kind, defaults.get(name, {}))
                for name, kind in kinds.items()
            }
        )
