"""The store without a daemon, for what may take long and concerns nobody's secrets."""

import os
import pwd
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import InputError
from ...keyring import HostKeys, Keyring
from ...vault import Store, holds_data
from ..tenancy import occupy
from .connection import settings_of


@contextmanager
def open_store(args: Namespace) -> Iterator[Store]:
    """Lend the store of the data folder while no daemon uses it.

    Raises InputError if there is none or if it belongs to another user, BusyError if it is in use, and
    whatever opening it raises.
    """
    settings = settings_of(args)
    folder = settings.folders.data
    if not holds_data(folder):
        raise InputError(f"{folder}: there is no daemon and no store")
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        # Files that root writes here could not be opened by the daemon any more.
        error = InputError(f"{folder}: the store belongs to another user")
        error.add_note(f"run this as its owner: runuser -u {_name(owner)} -- providence …")
        raise error
    with occupy(folder):
        keyring = Keyring(HostKeys.load(settings.folders.host_key), settings.keyring)
        with Store.open(folder, keyring, settings.vault) as store:
            yield store


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
