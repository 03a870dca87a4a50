"""What a process gives up before it holds anything worth stealing (threat model: local attackers)."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from . import landlock

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_MCL_CURRENT = 1
_MCL_FUTURE = 2
_MCL_ONFAULT = 4
_CAP_IPC_LOCK = 14

_report: dict[str, str] = {}


class Role(StrEnum):
    """What a process is there for."""

    ROUTER = "router"  # listens on sockets and starts workers
    WORKER = "worker"  # holds keys and text; starts nothing and connects to nobody
    TOOL = "tool"  # a command with secrets in memory, such as `unlock`


def harden(role: Role, writable: Iterable[Path] = ()) -> dict[str, str]:
    """Harden this process and return what was achieved, as `report()` does.

    Call it once, early: all imports done, no thread started, the `writable` folders made. Afterwards no
    process of the same user can read its memory, it leaves no core file and gains no privileges; where the
    kernel and the limits allow, its memory is not swapped out, and it writes nowhere but in the folders.
    What could not be had is reported and no error: an old kernel must not keep a server from its mail.
    """
    _prctl(_PR_SET_DUMPABLE, 0)
    # Besides: a kernel that pipes core dumps to a program asks only for the first.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _report.update(dumpable="no", core="no", privileges="fixed")
    if role is not Role.TOOL:
        _report.update(memory=_lock_memory(), landlock=_restrict(role, writable))
    return report()


def follow_parent() -> None:
    """Let SIGTERM come when the process that started this one ends, however it ends (prctl(2))."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def report() -> dict[str, str]:
    """Return what `harden` achieved in this process: a word or two for each measure."""
    return dict(_report)


def release_files(folder: Path) -> None:
    """Let the kernel take back the memory of files mapped from a folder.

    A store's pages are ciphertext and lie on the disk anyway: locked into memory with the rest, they would
    fill it. To be called after each opening and growing of the store.
    """
    if not _report.get("memory", "").startswith("locked"):
        return
    munlock = ctypes.CDLL(None).munlock
    for start, end, path in _mappings():
        if path.is_relative_to(folder.resolve()):
            munlock(ctypes.c_void_p(start), ctypes.c_size_t(end - start))


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _lock_memory() -> str:
    """Lock all memory, present and to come, as it is touched."""
    hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
    if hard != resource.RLIM_INFINITY and not _has_capability(_CAP_IPC_LOCK):
        # Under a limit it would work at first, and then the store could not be mapped.
        return "not locked: LimitMEMLOCK is too low"
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
    if ctypes.CDLL(None).mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT):
        return "not locked: the kernel refused"
    return "locked"


def _has_capability(number: int) -> bool:
    """Say whether a capability is effective (proc_pid_status(5), CapEff)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    effective = next(line for line in lines if line.startswith("CapEff:"))
    return bool(int(effective.split()[1], 16) >> number & 1)


def _restrict(role: Role, writable: Iterable[Path]) -> str:
    # The router starts workers, and the kernel counts the program's loader as started too.
    executable = [Path(sys.executable), *_loaders()] if role is Role.ROUTER else []
    try:
        abi = landlock.restrict(writable, executable, alone=role is Role.WORKER)
    except OSError as error:
        return f"off: {error.strerror}"
    return f"on: version {abi}"


def _loaders() -> set[Path]:
    """Return the dynamic loader of the running interpreter, if it has one."""
    return {path for _, _, path in _mappings() if path.name.startswith("ld-")}


def _mappings() -> Iterator[tuple[int, int, Path]]:
    """Yield where each mapped file begins and ends in memory, and its path (proc_pid_maps(5))."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, _, _, _, _, *path = line.split(maxsplit=5)
        if path:
            start, end = span.split("-")
            yield int(start, 16), int(end, 16), Path(path[0])
