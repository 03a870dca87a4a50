"""A little internet on loopback: a signed root, resolvers, XMPP servers good and bad, all real."""

from collections.abc import Iterator

import pytest

from providence.tests.authentication.rig.internet import Internet


@pytest.fixture(scope="session")
def internet() -> Iterator[Internet]:
    """All servers, started once."""
    if missing := Internet.missing():
        pytest.skip(f"not installed: {', '.join(missing)} (scripts/install-test-servers)")
    internet = Internet()
    try:
        internet.start()
        yield internet
    finally:
        internet.stop()
