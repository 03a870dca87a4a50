import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPECTED = {
    "certificate": ["Peer-IP: 192.0.2.1", "Secure: yes", "Cert: valid", "Auth: external"],
    "second_domain": ["Peer-IP: 192.0.2.1", "Secure: yes", "Cert: valid", "Auth: dialback"],
    "dialback": ["Peer-IP: 2001:db8::1", "Secure: no", "Cert: invalid", "Auth: dialback"],
    "zone": ["Peer-IP: fe80::1", "Secure: yes", "Auth: local"],
    "unknown": [],
}


@pytest.mark.skipif(shutil.which("lua5.4") is None, reason="Lua is not installed: scripts/install-test-servers")
@pytest.mark.parametrize("stream", EXPECTED)
def test_what_the_server_knows_is_told_and_what_it_does_not_is_left_out(stream: str) -> None:
    facts = ROOT / "modules" / "prosody" / "mod_providence" / "facts.lib.lua"
    player = Path(__file__).with_name("players") / "facts.lua"

    told = subprocess.check_output([shutil.which("lua5.4") or "", str(player), str(facts), stream], text=True)

    assert EXPECTED[stream] == told.splitlines()
