"""The worker process: started by the router with one end of a socket pair, and what to do on its standard input.

It stops when the router closes the link or sends SIGTERM: what was staged is committed, every vault is
locked, the store is closed.
"""

import asyncio
import signal
import socket
import sys
from pathlib import Path

from ...errors import ProvidenceError
from ...keyring import HostKeys, Keyring, KeyringSettings
from ...pipeline import Thresholds
from ...pnp import attach, quiet_exception_handler
from ...vault import Store, VaultSettings
from ..hardening import Role, follow_parent, harden
from ..mishaps import install, log_to_stderr
from ..sessions import Sessions
from ..terminal import complain
from .commits import Commits
from .desk import Desk
from .dispatch import Dispatch
from .forms import WORKER_FORMS
from .orders import Orders
from .upkeep import sweeps


def main() -> int:
    """Serve until the router says stop; return the exit code of docs/cli.md."""
    install()
    orders = Orders.from_json(sys.stdin.buffer.read())
    log_to_stderr(orders.log_level.upper())
    try:
        host = HostKeys.load(Path(orders.host_key))
        keyring = Keyring(host, KeyringSettings(**orders.keyring))
        store = Store.open(Path(orders.data), keyring, VaultSettings(**orders.vault), shards=orders.shards)
    except ProvidenceError as error:
        return complain(error)
    harden(Role.WORKER, (Path(orders.data), Path(orders.host_key).parent))
    try:
        asyncio.run(_serve(orders, keyring, store))
    finally:
        store.close()
    return 0


async def _serve(orders: Orders, keyring: Keyring, store: Store) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(quiet_exception_handler)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    # Ctrl-C reaches the whole group; the router decides when its workers stop.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    commits = Commits(store, loop, orders.commit_seconds)
    desk = Desk(keyring.host, store, commits, Sessions(orders.linger, orders.orphan), Thresholds(**orders.verdicts))
    dispatch = Dispatch(desk, loop, keyring.uid, stop.set)
    # The link ends only when every request has its answer; a dead router needs none.
    follow_parent()
    link = await attach(socket.socket(fileno=int(sys.argv[1])), dispatch, WORKER_FORMS)
    sweeper = loop.create_task(sweeps(desk, Path(orders.data)))
    await stop.wait()
    sweeper.cancel()
    dispatch.unlocking.close()
    desk.afterwards.run()
    commits.flush()
    link.close()
