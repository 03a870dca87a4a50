"""Servers and daemon: real processes, started in a folder and ended by their handle."""

import contextlib
import os
import signal as signals
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from providence.errors import RemoteError, UnreachableError
from providence.pnp import Client as Pnp

from .authority import Authority
from .client import PATIENCE, Client

START_SECONDS = 20
PAUSE = 0.02
HERE = Path(__file__).parent
MODULES = HERE.parents[2] / "modules" / "prosody"
PLAYERS = HERE.parent / "players"
# A folder of community modules, for what Prosody itself does not bring.
COMMUNITY = Path(os.environ.get("PROVIDENCE_PROSODY_MODULES", "/nonexistent"))
SASL2 = [name for name in ("sasl2", "sasl2_bind2", "sasl2_fast", "sasl2_sm") if (COMMUNITY / f"mod_{name}").is_dir()]


class Process:
    """A process of ours: started, and ended by its handle."""

    def __init__(self, command: list[str], log: Path, is_up: Callable[[], bool]) -> None:
        self._command, self._log, self._is_up = command, log, is_up
        self.identity: dict[str, Any] = {}
        self.popen: subprocess.Popen[bytes] | None = None

    def run_as(self, user: str, group: str) -> None:
        """Give it to another user, with one group."""
        self.identity = {"user": user, "group": group, "extra_groups": [], "cwd": "/"}

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with self._log.open("ab") as log:
            self.popen = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.identity,
            )
        end = time.monotonic() + START_SECONDS
        while not self._is_up():
            # Asked again at once it would be kept from starting.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(PAUSE)
                raise AssertionError(self._log.read_text())
            assert time.monotonic() < end, self._log.read_text()

    def signal(self, number: int) -> None:
        """Send a signal."""
        assert self.popen is not None
        self.popen.send_signal(number)

    def stop(self, number: int = signals.SIGTERM) -> None:
        """End it."""
        if self.popen is not None:
            self.popen.send_signal(number)
            self.popen.wait(START_SECONDS)
            self.popen = None


class Daemon(Process):
    """The daemon, as an operator starts it."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.socket = folder / "s"
        config = folder / "providence.toml"
        config.write_text(
            f'[folders]\ndata = "{folder}/store"\nhost_key = "{folder}/keys/host.keys"\n'
            f'[socket]\npath = "{self.socket}"\n[keyring]\nkdf = "hkdf"\n[sessions]\nlinger = 0\norphan = 1\n'
            f"{settings}"
        )
        command = [sys.executable, "-m", "providence", "serve", "--config", str(config)]
        super().__init__(command, folder / "daemon.log", self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(UnreachableError):
            self.client().close()
            return True
        return False

    def client(self) -> Pnp:
        """Connect."""
        return Pnp.unix(self.socket)

    def kill_worker(self) -> None:
        """Kill the processes that hold the vaults."""
        assert self.popen is not None
        children = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children")
        for child in children.read_text().split():
            os.kill(int(child), signals.SIGKILL)

    def status(self, jid: str) -> dict[str, Any]:
        """Return what is known of a user's vault, which is locked where there is no daemon."""
        with contextlib.suppress(UnreachableError, RemoteError), self.client() as pnp:
            return dict(pnp.status(jid).json())
        return {"state": "locked"}

    def has(self, jid: str, patience: float = PATIENCE, **wanted: object) -> bool:
        """Wait until the status of a user's vault has these values."""
        return self.until(lambda: wanted.items() <= self.status(jid).items(), patience)

    def learn(self, jid: str) -> None:
        """Make an open vault know one ham."""
        with self.client() as pnp:
            pnp.tell(jid, _message("wherefore art thou"), spam=False)

    def teach(self, jid: str, spam: str, ham: str) -> None:
        """Make one text spam and another one ham, in a vault that is being opened."""
        assert self.has(jid, state="open")
        with self.client() as pnp:
            for number in range(10):
                pnp.tell(jid, _message(f"{spam} {number}"), spam=True)
                pnp.tell(jid, _message(f"{ham} {number}"), spam=False)

    @staticmethod
    def until(what: Callable[[], object], patience: float = PATIENCE) -> bool:
        """Ask again until it is so."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if what():
                return True
        return False


class Prosody(Process):
    """One Prosody with its hosts and its folder."""

    def __init__(  # noqa: PLR0913 - what differs between servers
        self,
        folder: Path,
        authority: Authority,
        ports: tuple[int, int, int],
        hosts: str,
        modules: str,
        *,
        web: int = 0,
        secure_web: int = 0,
        components: int = 0,
    ) -> None:
        self.folder = folder
        (folder / "data").mkdir(parents=True)
        self.authority = authority
        self.c2s, self.s2s, name_server = ports
        self.web, self.secure_web, self.components = web, secure_web, components
        self.config = folder / "prosody.cfg.lua"
        self.config.write_text(f"""
run_as_root = true
pidfile = "{folder}/prosody.pid"; data_path = "{folder}/data"
plugin_paths = {{ "{MODULES}", "{PLAYERS}", "{COMMUNITY}" }}
use_ipv6 = false; interfaces = {{ "127.0.0.1" }}; local_interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.c2s} }}; s2s_ports = {{ {self.s2s} }}
c2s_direct_tls_ports = {{}}; s2s_direct_tls_ports = {{}}; https_ports = {{ {secure_web or ""} }}
http_ports = {{ {web or ""} }}; component_ports = {{ {components or ""} }}
consider_bosh_secure = true; consider_websocket_secure = true
unbound = {{ resolvconf = false; hoststxt = false; forward = "127.0.0.1@{name_server}";
  options = {{ ["do-not-query-localhost:"] = "no" }} }}
certificates = "{authority.folder}"; ssl = {{ cafile = "{authority.path}" }}
authentication = "internal_hashed"; storage = "internal"
s2s_secure_auth = true
allow_registration = true
smacks_hibernation_time = 3
limits = {{ c2s = {{ rate = "100mb/s" }}; s2sin = {{ rate = "100mb/s" }} }}
modules_enabled = {{ "roster", "saslauth", "tls", "dialback", "disco", "blocklist", "smacks", "offline", "presence",
  "message", "iq", "register", "admin_shell", {"".join(f'"{name}", ' for name in SASL2)}{modules} }}
log = {{ debug = "{folder}/prosody.log" }}
{hosts}
""")
        super().__init__(["prosody", "-F", "--config", str(self.config)], folder / "stdout.log", self._listens)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.c2s), 0.2).close()
            return True
        return False

    def control(self, *words: str) -> str:
        """Run prosodyctl."""
        command = ["prosodyctl", "--config", str(self.config), *words]
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
            **self.identity,
        )
        return done.stdout.decode()

    def register(self, jid: str, password: str = "pencil") -> None:
        """Make an account."""
        self.control("register", *jid.split("@"), password)

    def log_lines(self, part: str) -> list[str]:
        """Return the log's lines with this part."""
        return [line for line in (self.folder / "prosody.log").read_text(errors="replace").split("\n") if part in line]

    def client(self, jid: str, **how: object) -> Client:
        """Log in a client."""
        return Client(self.c2s, self.authority.path, jid, **how)  # type: ignore[arg-type] # handed on as they are


def _message(body: str) -> bytes:
    return f"<message type='chat'><body>{escape(body)}</body></message>".encode()
