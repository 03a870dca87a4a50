"""Opens what is remembered of senders, and keeps it in order."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..authentication import Authentication, BlockLists
from ..cache import FILE as CACHE
from ..cache import Cache
from ..errors import ForeignStoreError, StorageError
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
    authentication = blocklists = None
    if settings.authentication.lookups:
        authentication = Authentication(settings.authentication, cache)
        lists = settings.blocklists.lists()
        blocklists = BlockLists(lists, authentication.resolver, cache) if lists else None
    karma = _or_anew(folder, KARMA, lambda: Karma.open(folder, secret, settings.karma))
    lookups = Lookups(authentication, blocklists, settings.reputation.budget_ms / 1000)
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
