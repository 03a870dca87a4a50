"""What the guide for operators says, and what is installed by it, fits together."""

import re
import subprocess
from pathlib import Path

from providence.daemon.places import SYSTEM_SOCKET

ROOT = Path(__file__).parents[2]
MOST_COMMANDS = 10


def test_a_bare_system_becomes_a_filter_in_at_most_ten_commands() -> None:
    block = re.search(r"```sh\n(.*?)```", (ROOT / "docs" / "prosody.md").read_text(), re.DOTALL)
    assert block

    commands = block[1].splitlines()

    assert MOST_COMMANDS >= len(commands)
    assert not [command for command in commands if "&&" in command or ";" in command.replace('";/', "")]


def test_the_module_looks_for_the_daemon_where_the_service_listens() -> None:
    transport = (ROOT / "modules" / "prosody" / "mod_providence" / "transport.lib.lua").read_text()

    assert [str(SYSTEM_SOCKET)] == re.findall(r'"(/run/[^"]+)"', transport)
    assert f'`"{SYSTEM_SOCKET}"`' in (ROOT / "docs" / "prosody.md").read_text()


def test_what_is_installed_exists() -> None:
    script = ROOT / "packaging" / "install"
    subprocess.run(["/bin/sh", "-n", script], check=True)

    files = re.findall(r"^install -D -m 644 (\S+) (\S+)$", script.read_text(), re.MULTILINE)

    assert files
    assert all((script.parent / source).is_file() and Path(source).name == Path(to).name for source, to in files)
