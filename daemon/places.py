"""Where files lie when no setting says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SYSTEM_FILE = Path("/etc/providence/providence.toml")
# Its folder belongs to the service, so that it can replace the file; that of the settings does not.
SYSTEM_HOST_KEY = Path("/etc/providence/keys/host.keys")
SYSTEM_DATA = Path("/var/lib/providence")
SYSTEM_SOCKET = Path("/run/providence/providence.sock")


@dataclass(frozen=True, slots=True)
class Places:
    """The default places of one user.

    Services (anything systemd gave a state folder to, and root) use the system's folders; people use
    those of the XDG Base Directory Specification 0.8.
    """

    file: Path
    data: Path
    host_key: Path
    socket: Path

    @classmethod
    def of(cls, environ: Mapping[str, str], uid: int) -> Self:
        """Return the places of a process with this environment and effective user id."""
        if "STATE_DIRECTORY" in environ or uid == 0:
            data = _first(environ.get("STATE_DIRECTORY")) or SYSTEM_DATA
            runtime = _first(environ.get("RUNTIME_DIRECTORY"))
            return cls(
                SYSTEM_FILE,
                data,
                _credential(environ) or SYSTEM_HOST_KEY,
                runtime / SYSTEM_SOCKET.name if runtime else SYSTEM_SOCKET,
            )
        home = Path(environ.get("HOME", "/"))
        config = _first(environ.get("XDG_CONFIG_HOME")) or home / ".config"
        data = (_first(environ.get("XDG_STATE_HOME")) or home / ".local" / "state") / "providence"
        runtime = _first(environ.get("XDG_RUNTIME_DIR"))
        return cls(
            config / "providence" / "providence.toml",
            data,
            _credential(environ) or config / "providence" / "host.keys",
            # Without a session of its own (cron, containers) a user has no runtime folder.
            runtime / "providence" / SYSTEM_SOCKET.name if runtime else data / SYSTEM_SOCKET.name,
        )


def _first(folders: str | None) -> Path | None:
    """Return the first of systemd's colon-separated folders; relative ones count as unset, as XDG says."""
    folder = Path((folders or "").split(":")[0])
    return folder if folder.is_absolute() else None


def _credential(environ: Mapping[str, str]) -> Path | None:
    """Return the host key that systemd handed over (systemd.exec(5), LoadCredential=), if it did."""
    folder = _first(environ.get("CREDENTIALS_DIRECTORY"))
    return folder / "host.keys" if folder and (folder / "host.keys").is_file() else None
