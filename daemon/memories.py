"""Opens what is remembered of senders, and keeps it in order."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..authentication import Authentication, BlockLists, Networks, NetworkSettings, Origins, Prefixes
from ..cache import FILE as CACHE
from ..cache import Cache
from ..errors import ForeignStoreError, InputError, StorageError
from ..karma import FILE as KARMA
from ..karma import Karma
from ..pnp import log_fault
from .hardening import release_files
from .pseudonym_key import pseudonym_key
from .reputation import Lookups, Reputation
from .settings import Settings

_LOG = logging.getLogger("providence.daemon")
Opened = TypeVar("Opened")

# The folder of what is shared, beside the vaults.
FOLDER = "shared"
# What was learnt of senders in the last second may be lost with the power.
COMMIT_SECONDS = 1.0


def reputation_of(settings: Settings) -> Reputation:
    """Open what is known of senders, as the settings say."""
    folder = settings.folders.data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = pseudonym_key(settings.folders.host_key.parent)
    cache = _or_anew(folder, CACHE, lambda: Cache.open(folder, secret))
    authentication = blocklists = origins = None
    if settings.authentication.lookups:
        authentication = Authentication(settings.authentication, cache)
        lists = settings.blocklists.lists()
        blocklists = BlockLists(lists, authentication.resolver, cache) if lists else None
        zones = settings.networks.zone, settings.networks.zone_ipv6
        if any(zones):
            origins = Origins(zones, authentication.resolver, cache, settings.authentication.networks())
    karma = _or_anew(folder, KARMA, lambda: Karma.open(folder, secret, settings.karma))
    networks = Networks(table_of(settings.networks), origins)
    lookups = Lookups(authentication, blocklists, settings.reputation.budget_ms / 1000, networks)
    return Reputation(karma, cache, lookups)


def _or_anew(folder: Path, name: str, opened: Callable[[], Opened]) -> Opened:
    """Open a store, or where it is damaged, or its secret was lost, begin a new one: no user's mail waits for it.

    The old file is set aside under its name with `.old`.
    """
    try:
        return opened()
    except ForeignStoreError as error:
        _LOG.error("%s: %s; it begins anew", name, error)
        (folder / name).replace(folder / f"{name}.old")
        return opened()


def table_of(settings: NetworkSettings) -> Prefixes | None:
    """Read the operator's table of networks, if there is one to read: a bad one is an error in the log, and no more."""
    if not settings.file:
        return None
    try:
        table = Prefixes.load(Path(settings.file))
    except InputError as error:
        _LOG.error("%s: %s; networks are told apart as before", settings.file, error)
        return None
    _LOG.info("%s: %d stretches of addresses", settings.file, len(table))
    return table


async def follow_networks(networks: Networks, settings: NetworkSettings, told: asyncio.Event) -> None:
    """Read the table anew each time that is told, beside everything else; a bad one leaves the last in its place."""
    while True:
        await told.wait()
        told.clear()
        table = await asyncio.get_running_loop().run_in_executor(None, table_of, settings)
        networks.table = table or networks.table


async def keep_up(reputation: Reputation, data: Path) -> None:
    """Make durable what is learnt, and forget what is out of date, again and again."""
    while True:
        for _ in reputation.sweep():
            await asyncio.sleep(COMMIT_SECONDS)
            try:
                reputation.commit()
            except StorageError as error:
                # It stays staged; a full disk is the workers' to tell.
                log_fault(error)
        release_files(data)
