"""What every attack needs: the real daemon in a folder of its own, and the eyes of whoever attacks it."""

import base64
import ctypes
import json
import os
import re
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import lmdb
import pytest
from unidecode import unidecode

from providence.errors import RemoteError
from providence.keyring import HostKeys
from providence.pnp import Client, Reply, SlotKind, SlotName
from providence.vault import SHARDS

PLAYERS = Path(__file__).with_name("players")
WAIT = 60.0
LETTERS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "cyrillic": "абвгдежзиклмнопрстуфхцшщыэюя",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "han": "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年",
}
# Shorter than this, a form would be found by chance.
LEAST = 7
WINDOW = 16
PAGE = 4096


def word(script: str = "latin", length: int = 12) -> str:
    """Make up a word that nobody else says."""
    return "".join(secrets.choice(LETTERS[script]) for _ in range(length))


def stanza(body: str, sender: str = "stranger@far.example/res", more: str = "") -> bytes:
    """Write a message."""
    return f"<message xmlns='jabber:client' type='chat' from='{sender}'><body>{body}</body>{more}</message>".encode()


class Daemon:
    """
    The real daemon, router and workers, with all its files below one folder.

        with daemon.started():
            daemon.unlock(user, secret)
            daemon.ask("LOCK", user)

    `build` is a script in players/ that starts it with something broken on purpose; without one it
    is the daemon that ships.
    """

    def __init__(
        self, build: tuple[str, ...] = (), settings: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pv-"))
        self.data = self.folder / "data"
        self.host_key = self.folder / "keys" / "host.keys"
        self.socket = self.folder / "s"
        self.log = self.folder / "log"
        self.config = self.folder / "providence.toml"
        self.config.write_text(
            f'[folders]\ndata = "{self.data}"\nhost_key = "{self.host_key}"\n'
            f'[socket]\npath = "{self.socket}"\n{settings}'
        )
        (self.folder / "home").mkdir()
        self._environment = {
            **os.environ,
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "home"),
            "NOTIFY_SOCKET": str(self.folder / "n"),
            **(environment or {}),
        }
        player = [str(PLAYERS / build[0]), *build[1:]] if build else ["-m", "providence"]
        self._command = [sys.executable, *player, "serve", "--config", str(self.config)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> int | None:
        """Start it; return None once it is ready, or the exit code where it refuses to start."""
        notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        (self.folder / "n").unlink(missing_ok=True)
        notices.bind(str(self.folder / "n"))
        with notices, self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=self._environment)
            ended = os.pidfd_open(self._process.pid)
            try:
                ready, _, _ = select.select([notices.fileno(), ended], [], [], WAIT)
            finally:
                os.close(ended)
            if notices.fileno() in ready and notices.recv(100) == b"READY=1":
                return None
            return self._process.wait(WAIT)

    def stop(self) -> int:
        """Stop it as an operator does, and return its exit code."""
        assert self._process
        self._process.terminate()
        return self._process.wait(WAIT)

    def __enter__(self) -> Self:
        """Start it; it must not refuse."""
        assert self.start() is None, self.log.read_text()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, if it is still there."""
        self.end()

    def end(self) -> None:
        """Stop it by all means."""
        if self._process is not None and self._process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self.end()
        shutil.rmtree(self.folder)

    # What an XMPP server's module does.

    def client(self) -> Client:
        """Connect."""
        return Client.unix(self.socket, WAIT)

    def ask(self, verb: str, user: str = "", headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Ask over a connection of its own; RemoteError for an error status."""
        with self.client() as client:
            return client.request(verb, {**({"User": user} if user else {}), **(headers or {})}, body)

    def code(self, verb: str, user: str = "", headers: Mapping[str, str] | None = None, body: bytes = b"") -> int:
        """Ask, and return the status."""
        try:
            return self.ask(verb, user, headers, body).code
        except RemoteError as error:
            return error.code

    def json(self, verb: str, user: str = "", headers: Mapping[str, str] | None = None) -> Any:
        """Ask, and return the JSON of the answer."""
        return json.loads(bytes(self.ask(verb, user, headers).body))

    def unlock(  # noqa: PLR0913 - one name a header
        self,
        user: str,
        secret: bytes,
        kind: str = "password",
        *,
        enrol: bool = True,
        ticket: bool = False,
        salt: bytes = b"a server's salt",
    ) -> Reply:
        """Open a vault as a server does; `kind` is `password`, `scram`, `ticket` or `recovery`."""
        with self.client() as client:
            return client.unlock(user, "s", [_slot(kind, salt)], [bytearray(secret)], enrol=enrol, ticket=ticket)

    def rewrap(self, user: str, secret: bytes, kind: str = "scram", salt: bytes = b"a server's salt") -> Reply:
        """Follow a new password."""
        with self.client() as client:
            return client.rewrap(user, [_slot(kind, salt)], [bytearray(secret)])

    def restore(self, user: str, secret: bytes, kind: str = "scram", salt: bytes = b"a server's salt") -> Reply:
        """Bring back a vault that was set aside."""
        with self.client() as client:
            return client.restore(user, [_slot(kind, salt)], [bytearray(secret)])

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """Lend a socket that is connected to it."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(WAIT)
            sock.connect(str(self.socket))
            yield sock

    def talk(self, raw: bytes) -> bytes:
        """Send bytes as they are, end our side, and return all that comes back."""
        answer = bytearray()
        with self.connected() as sock:
            # It may close before all is sent: what it said is still to be read.
            with suppress(OSError):
                sock.sendall(raw)
                sock.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                while data := sock.recv(65_536):
                    answer += data
        return bytes(answer)

    # What an attacker sees.

    @property
    def router(self) -> int:
        """The router's process id."""
        assert self._process
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        """The workers' process ids, the oldest first."""
        found = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
            except OSError:
                continue
            if f"\nPPid:\t{self.router}\n" in text and "\nState:\tZ" not in text:
                found.append(int(status.parent.name))
        return sorted(found)

    def files(self) -> dict[str, bytes]:
        """Read every file below the folder except the settings, which the operator wrote."""
        paths = [path for path in self.folder.rglob("*") if path.is_file() and path != self.config]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}

    def processes(self) -> dict[str, bytes]:
        """Read the arguments and the environment of its processes, as far as one may."""
        paths = [Path(f"/proc/{pid}/{name}") for pid in (self.router, *self.workers) for name in ("cmdline", "environ")]
        found = {}
        for path in paths:
            # Only root may read the environment of a process that is not dumpable.
            with suppress(PermissionError):
                found[str(path)] = path.read_bytes()
        return found

    def records(self, user: str) -> dict[bytes, bytes]:
        """Read a user's records from a copy of the store, as a thief with both data and host key would."""
        uid = HostKeys.load(self.host_key).uid(user)
        path = self.data / f"shard-{uid[0] % SHARDS:03}.mdb"
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copy(path, folder)
            with (
                lmdb.open(str(copy), subdir=False, readonly=True, lock=False) as environment,
                environment.begin() as reading,
                reading.cursor() as cursor,
            ):
                cursor.set_range(uid)
                return {bytes(key): bytes(value) for key, value in cursor if key[:16] == uid}


def _slot(kind: str, salt: bytes) -> SlotName:
    if kind == "scram":
        return SlotName(SlotKind.SCRAM, "sha-256", salt, 4096)
    return SlotName(SlotKind[kind.upper()])


class Sweep:
    """
    A search for planted words in every form in which a careless program would leave them.

        sweep = Sweep()
        sweep.plant("body", "zvahlav")
        sweep.find({"log": b"..."})  # {("body", "log"), ...}
    """

    def __init__(self) -> None:
        self._needles: dict[bytes, str] = {}
        self._looked: dict[bytes, frozenset[str]] = {}

    def plant(self, name: str, value: str | bytes) -> None:
        """Look for a value from now on; raw bytes are looked for in halves too."""
        self._looked.clear()
        if isinstance(value, str):
            for spelt in {value, value.casefold(), value.upper(), value.title(), unidecode(value).strip()}:
                self._add(name, spelt.encode())
                self._add(name, spelt.encode("utf-16-le"))
                self._add(name, spelt.encode("utf-16-be"))
                self._add(name, json.dumps(spelt)[1:-1].encode())
        else:
            self._add(name, value)
            for at in range(0, len(value) - WINDOW, 8):
                self._needles[value[at : at + WINDOW]] = name

    def _add(self, name: str, raw: bytes) -> None:
        if len(raw) < LEAST:
            return
        self._needles[raw] = name
        self._needles[raw.hex().encode()] = name
        self._needles[raw.hex().upper().encode()] = name
        for before in range(3):
            encoded = base64.b64encode(bytes(before) + raw)
            # The first and the last letters also depend on what stands before and after.
            inner = encoded[-(-before * 8 // 6) : len(encoded) - 4 if (before + len(raw)) % 3 else None]
            if len(inner) >= LEAST:
                self._needles[inner] = name
                self._needles[inner.translate(bytes.maketrans(b"+/", b"-_"))] = name

    def find(self, places: Mapping[str, bytes]) -> set[tuple[str, str]]:
        """Return what was found: the name of the planted value, and where."""
        return {
            (planted, place) for place, content in places.items() for planted in self._look(place.encode() + content)
        }

    def _look(self, content: bytes) -> frozenset[str]:
        """Look for all needles at once, by their first bytes; what was looked at before is not looked at again."""
        if content not in self._looked:
            starts: dict[bytes, list[bytes]] = {}
            for needle in self._needles:
                starts.setdefault(needle[:LEAST], []).append(needle)
            hits = [at for at in range(len(content) - LEAST + 1) if content[at : at + LEAST] in starts]
            self._looked[content] = frozenset(
                self._needles[needle]
                for at in hits
                for needle in starts[content[at : at + LEAST]]
                if content.startswith(needle, at)
            )
        return self._looked[content]


class Memory:
    """
    A look into all that a process may write to, by whoever may trace it.

        Memory(pid).copies({"ticket": b"..."})  # {"ticket": 0}
    """

    def __init__(self, pid: int) -> None:
        self._regions: list[bytes] = []
        maps = Path(f"/proc/{pid}/maps").read_text()
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for start, end in re.findall(r"^(\w+)-(\w+) rw", maps, re.MULTILINE):
                memory.seek(int(start, 16))
                try:
                    data = memory.read(int(end, 16) - int(start, 16))
                except OSError:
                    continue  # [vvar] and the like
                self._regions += _written(data)

    def __len__(self) -> int:
        """Count the bytes that were looked at."""
        return sum(map(len, self._regions))

    def copies(self, needles: Mapping[str, bytes]) -> dict[str, int]:
        """Count, of each value, the windows of 16 bytes (at 0, 8, 16, ...) that lie somewhere."""
        found = {}
        for name, value in needles.items():
            assert value.strip(b"\0"), f"{name} is nothing to look for"
            windows = {value[at : at + WINDOW] for at in range(0, max(1, len(value) - WINDOW + 1), 8)}
            found[name] = sum(_count(region, window) for window in windows for region in self._regions)
        return found

    def count(self, text: str) -> int:
        """Count a word as Python keeps it, and as it came."""
        forms = {text.encode(), text.encode("utf-16-le"), text.encode("utf-32-le")}
        return sum(region.count(form) for form in forms for region in self._regions)


def _written(data: bytes) -> Iterator[bytes]:
    """Yield runs of pages, without those that hold one byte over and over: never used, or wiped as they were freed."""
    start = None
    for at in range(0, len(data), PAGE):
        blank = data.count(data[at : at + 1], at, at + PAGE) == len(data[at : at + PAGE])
        if blank and start is not None:
            yield data[start:at]
            start = None
        elif not blank and start is None:
            start = at
    if start is not None:
        yield data[start:]


def _count(haystack: bytes, needle: bytes) -> int:
    """Count as `bytes.count` does, five times as fast: memmem(3) skips by what the needle holds."""
    start = found = 0
    base = ctypes.cast(ctypes.c_char_p(haystack), ctypes.c_void_p).value or 0
    while at := _memmem(base + start, len(haystack) - start, needle, len(needle)):
        found += 1
        start = at - base + len(needle)
    return found


_memmem = ctypes.CDLL(None).memmem
_memmem.restype = ctypes.c_void_p
_memmem.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t)


def _sees_memory() -> bool:
    """Whether this test may read the memory of a process that lets nobody trace it: root may."""
    child = "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            return len(Memory(process.pid)) > 0
        except OSError:
            return False
        finally:
            process.kill()


@pytest.fixture(scope="session")
def root_memory() -> None:
    """Skip where the daemon's memory is closed to this test, as it should be to all but root."""
    if not _sees_memory():
        pytest.skip("only root may read the memory of a process that is not dumpable")


@pytest.fixture
def make_daemon() -> Iterator[Callable[..., Daemon]]:
    """Make daemons that are stopped and removed at the end of the test."""
    yield from _makers()


@pytest.fixture(scope="module")
def make_module_daemon() -> Iterator[Callable[..., Daemon]]:
    """Make daemons that serve all tests of a module."""
    yield from _makers()


def _makers() -> Iterator[Callable[..., Daemon]]:
    made: list[Daemon] = []

    def make(*build: str, settings: str = "", environment: Mapping[str, str] | None = None) -> Daemon:
        made.append(Daemon(build, settings, environment))
        return made[-1]

    yield make
    for daemon in made:
        daemon.remove()


@pytest.fixture(scope="session")
def tools() -> Any:
    """Return what is above by name: Sweep, Memory, word, stanza."""
    return Tools


class Tools:
    """The names that tests take from here."""

    Sweep = Sweep
    Memory = Memory
    word = staticmethod(word)
    scripts = tuple(LETTERS)
    stanza = staticmethod(stanza)

    @staticmethod
    def scram(password: str) -> bytes:
        """Return 32 bytes as a server derives them from a SCRAM login."""
        return sha256(password.encode()).digest()


SOAK = os.environ.get("PROVIDENCE_SOAK") == "1"


@pytest.fixture(scope="session")
def soak() -> bool:
    """Whether there is time: `PROVIDENCE_SOAK=1`."""
    return SOAK
