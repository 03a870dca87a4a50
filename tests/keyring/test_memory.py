"""What is left of a secret in a process after lock: nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

TARGET = Path(__file__).with_name("scan_target.py")
WINDOW = 16  # half a key is a find
PARTS = ("root", "fold key", "token key", "item key", "private key")


class Scan(NamedTuple):
    """How often halves of each secret were seen, by its name."""

    opened: dict[str, int]
    locked: dict[str, int]


def regions(pid: int) -> Iterator[bytes]:
    """Read every writable region of a process."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in re.findall(r"^(\w+)-(\w+) rw", maps, re.MULTILINE):
            memory.seek(int(start, 16))
            yield memory.read(int(end, 16) - int(start, 16))


def count(dump: list[bytes], secrets: dict[str, set[bytes]]) -> dict[str, int]:
    found = {}
    for name, values in secrets.items():
        halves = {value[at : at + WINDOW] for value in values for at in (0, len(value) - WINDOW)}
        found[name] = sum(region.count(half) for half in halves for region in dump)
    return found


def run(kind: str, folder: Path) -> Scan:
    """Run a target and look at it while it is open and after it has locked."""
    mask, secret = os.urandom(32), os.urandom(32)
    secrets = {"unlock secret": {secret}}
    dumps = []
    command = [sys.executable, str(TARGET), kind, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(mask + unmask(secret, mask))
        child.stdin.flush()
        for line in child.stdout:
            name, _, masked = line.decode().strip().partition(": ")
            if masked:
                secrets.setdefault(name, set()).add(unmask(bytes.fromhex(masked), mask))
            else:
                dumps.append(list(regions(child.pid)))
                child.stdin.write(b"\n")
                child.stdin.flush()
    assert child.returncode == 0
    return Scan(count(dumps[0], secrets), count(dumps[-1], secrets))


def unmask(value: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(value, mask, strict=False))


def can_look() -> bool:
    """Whether this system lets a parent read the memory of its child."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        try:
            return bool(next(regions(child.pid)))
        except (OSError, StopIteration):
            return False
        finally:
            child.kill()


pytestmark = pytest.mark.skipif(not can_look(), reason="the system hides a child's memory")


def test_an_open_vault_is_found_and_a_locked_one_leaves_nothing(tmp_path: Path) -> None:
    scan = run("careful", tmp_path)

    for name in PARTS:
        assert scan.opened[name] == 2, name  # the two halves of the one copy there is
    assert dict.fromkeys(scan.locked, 0) == scan.locked


def test_the_same_search_finds_what_careless_code_leaves(tmp_path: Path) -> None:
    assert any(run("careless", tmp_path).locked.values())


@pytest.mark.parametrize("kind", ["cipher", "expand", "argon2id"])
def test_no_primitive_in_use_leaves_a_key(tmp_path: Path, kind: str) -> None:
    assert not any(run(kind, tmp_path).locked.values())
