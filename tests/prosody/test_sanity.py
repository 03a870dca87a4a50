"""A daemon that is out of its mind costs a login nothing."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from providence.tests.prosody.verona.mad import BEHAVIOURS, Mad

SECONDS = 2.0


@pytest.fixture(scope="module")
def bedlam(stage: Callable[..., Any], folder: Path) -> Iterator[Any]:
    """A server with a host for each kind of madness."""
    places = folder / "mad"
    places.mkdir()
    keepers = [Mad(places / name, behave) for name, behave in BEHAVIOURS.items()]
    for keeper in keepers:
        keeper.start()
    domains = [f"{name}.example" for name in BEHAVIOURS]
    hosts = "\n".join(f'VirtualHost "{name}.example"\n  providence_socket = "{places / name}"' for name in BEHAVIOURS)
    yield stage("bedlam", hosts, *domains)
    for keeper in keepers:
        keeper.close()


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_mad_daemon_costs_a_login_nothing(name: str, bedlam: Any) -> None:
    jid = f"juliet@{name}.example"
    bedlam.register(jid)
    for mechanism in ("PLAIN", "SCRAM-SHA-1", "PLAIN"):
        begin = time.monotonic()
        with bedlam.client(jid, mechanism=mechanism, resource="balcony") as juliet:
            assert f"{jid}/balcony" == juliet.jid
            assert time.monotonic() - begin < SECONDS
            juliet.flush()
    bedlam.control("shell", f"user:password('{jid}', 'eraser')")
    with bedlam.client(jid, password="eraser") as juliet:
        juliet.flush()
    bedlam.control("shell", f"module:reload('providence', '{name}.example')")
    with bedlam.client(jid, password="eraser") as juliet:
        juliet.flush()
    assert [] == bedlam.log_lines("made us stumble") + bedlam.log_lines("Error calling")
