"""Each measure is shown to bite in a child process, beside one that has not taken it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from providence.daemon import landlock

NOBODY = 65534

needs_landlock = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")


def run(code: str, *arguments: object) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


HARDEN = "from providence.daemon.hardening import Role, harden\n"

# Prints whether a process of the same user could open our memory.
READ_MEMORY = f"""
import ctypes, os, sys
{HARDEN}
if os.geteuid() == 0:
    os.setresgid({NOBODY}, {NOBODY}, {NOBODY})
    os.setresuid({NOBODY}, {NOBODY}, {NOBODY})
    # What exec does for a program that was started by its user; Linux takes it away at setuid.
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
if sys.argv[1] == "hardened":
    harden(Role.TOOL)
target = os.getpid()
reader = os.fork()
if reader == 0:
    try:
        open(f"/proc/{{target}}/mem", "rb").close()
        print("read", flush=True)
    except PermissionError:
        print("refused", flush=True)
    os._exit(0)
os.waitpid(reader, 0)
"""


def test_no_process_of_the_same_user_reads_our_memory() -> None:
    assert run(READ_MEMORY, "hardened") == "refused"


@pytest.mark.skipif(
    Path("/proc/sys/kernel/yama/ptrace_scope").exists(), reason="Yama refuses it in any case, so there is no control"
)
def test_without_hardening_a_process_of_the_same_user_reads_our_memory() -> None:
    assert run(READ_MEMORY, "plain") == "read"


CRASH = f"""
import os, resource, signal, sys
{HARDEN}
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
os.chdir(sys.argv[2])
child = os.fork()
if child == 0:
    if sys.argv[1] == "hardened":
        harden(Role.TOOL)
    os.abort()
status = os.waitpid(child, 0)[1]
print(os.WTERMSIG(status) == signal.SIGABRT, os.WCOREDUMP(status), os.listdir("."))
"""


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    assert run(CRASH, "hardened", tmp_path) == "True False []"


def test_without_hardening_a_crash_leaves_a_core_file(tmp_path: Path) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    if pattern.startswith(("|", "/")):
        pytest.skip("this kernel puts core files elsewhere, so there is no control")

    printed = run(CRASH, "plain", tmp_path)

    if "True False" in printed:
        pytest.skip("RLIMIT_CORE is 0 here for good, so there is no control")
    assert "core" in printed


WRITE = f"""
import sys
from pathlib import Path
{HARDEN}
inside, outside, role = Path(sys.argv[1]), Path(sys.argv[2]), Role(sys.argv[3])
(outside / "old").write_text("old")
print(harden(role, [inside])["landlock"].split(":")[0])
(inside / "new").write_text("new")
(inside / "new").rename(inside / "newer")
(inside / "newer").unlink()
(inside / "folder").mkdir()
Path("/dev/null").write_text("gone")
for attempt in (
    lambda: (outside / "new").write_text("new"),
    lambda: (outside / "old").write_text("new"),
    lambda: (outside / "old").unlink(),
    lambda: (outside / "old").rename(inside / "old"),
    lambda: (outside / "folder").mkdir(),
):
    try:
        attempt()
    except OSError as error:
        print(error.errno in (1, 13, 18))
print((outside / "old").read_text())
"""


@needs_landlock
@pytest.mark.parametrize("role", ["router", "worker"])
def test_nothing_is_written_outside_of_the_named_folders(tmp_path: Path, role: str) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()

    assert run(WRITE, inside, outside, role) == "on\nTrue\nTrue\nTrue\nTrue\nTrue\nold"


START = f"""
import subprocess, sys
from pathlib import Path
{HARDEN}
harden(Role(sys.argv[1]), [])
for command in ([sys.executable, "-c", "import ssl; print('python', flush=True)"], ["/bin/sh", "-c", "echo shell"]):
    try:
        subprocess.run(command, check=True)
    except PermissionError:
        print("refused", flush=True)
"""


@needs_landlock
def test_the_router_starts_python_and_nothing_else() -> None:
    assert run(START, "router") == "python\nrefused"


@needs_landlock
def test_a_worker_starts_nothing() -> None:
    assert run(START, "worker") == "refused\nrefused"


CONNECT = f"""
import os, socket, signal, sys
{HARDEN}
server = socket.create_server(("127.0.0.1", 0))
pair = socket.socketpair()
harden(Role(sys.argv[1]), [])
try:
    socket.create_connection(server.getsockname()).close()
    print("connected")
except PermissionError:
    print("refused")
try:
    os.kill(os.getppid(), 0)
    print("signalled")
except PermissionError:
    print("refused")
pair[0].send(b"x")
print(pair[1].recv(1))
"""


@pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock knows neither TCP nor signals")
@pytest.mark.parametrize(
    ("role", "expected"), [("router", "connected\nsignalled\nb'x'"), ("worker", "refused\nrefused\nb'x'")]
)
def test_a_worker_reaches_nobody_but_its_router(role: str, expected: str) -> None:
    assert run(CONNECT, role) == expected


REPORT = f"""
import json, resource
{HARDEN}
harden(Role.WORKER, [])
from providence.daemon.hardening import report
flags = dict(line.split(":", 1) for line in open("/proc/self/status"))
locked = int(flags["VmLck"].split()[0])
print(json.dumps([sorted(report()), flags["NoNewPrivs"].strip(), report()["memory"] == "locked", locked > 0]))
"""


def test_the_report_names_each_measure_and_tells_the_truth() -> None:
    measures = '["core", "dumpable", "landlock", "memory", "privileges"]'

    printed = run(REPORT)

    assert printed in {f'[{measures}, "1", true, true]', f'[{measures}, "1", false, false]'}


RELEASE = f"""
import mmap, sys
from pathlib import Path
{HARDEN}
from providence.daemon.hardening import release_files
folder = Path(sys.argv[1])
(folder / "data").write_bytes(bytes(1 << 20))
print(harden(Role.WORKER, [folder])["memory"])
with (folder / "data").open("r+b") as file:
    view = mmap.mmap(file.fileno(), 0)
view[0:1 << 20] = bytes(1 << 20)

def locked():
    flags = {{}}
    for line in open("/proc/self/smaps"):
        first = line.split()[0]
        if "-" in first:
            ours = line.rstrip().endswith("/data")
        elif first == "Locked:" and ours:
            return int(line.split()[1])
before = locked()
release_files(folder)
print(before, locked())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="locking memory takes a privilege")
def test_the_pages_of_the_store_are_not_locked_into_memory(tmp_path: Path) -> None:
    assert run(RELEASE, tmp_path) == "locked\n1024 0"
