"""How a command reaches the daemon."""

from argparse import Namespace
from pathlib import Path

from ...pnp import Client
from ..places import SYSTEM_SOCKET
from ..settings import Settings

TIMEOUT = 30.0
# An unlock may wait behind a storm of logins, and `verify` and `compact` read the whole store.
LONG_TIMEOUT = 24 * 3600.0


def settings_of(args: Namespace) -> Settings:
    """Return the settings in force for these arguments; SettingsError."""
    return Settings.load(args.config, socket=args.socket)


def socket_of(args: Namespace) -> Path:
    """Return the socket to connect to: one's own daemon's, or else the system's if it is there."""
    own = settings_of(args).socket.path
    if args.socket is None and args.config is None and not own.exists() and SYSTEM_SOCKET.exists():
        return SYSTEM_SOCKET
    return own


def connect(args: Namespace, *, timeout: float = TIMEOUT) -> Client:
    """Return a client of the daemon, which answers within `timeout` seconds; UnreachableError, SettingsError."""
    return Client.unix(socket_of(args), timeout)
