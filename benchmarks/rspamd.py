"""Debian's rspamd with a Redis of its own, a filter for benchmarks/accuracy.py: on UNIX sockets, in a folder that goes.

Only its Bayes runs: no rules, no network. It learns for each user, from the first message and the first word on; the
rest is as Debian ships it.
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

START_SECONDS = 120
"""For compiling its list of top-level domains, which it does at each first start in a folder."""

# Without rows of history, version 3.4 ends by a signal; without weights its symbols are not told.
_CONFIG = """
options {{
  pidfile = "{0}/pid"; tempdir = "{0}"; hs_cache_dir = "{0}"; control_socket = "{0}/control mode=0600";
  filters = ""; history_rows = 200; allow_raw_input = true; url_tld = "${{SHAREDIR}}/effective_tld_names.dat";
  dns {{ nameserver = ["127.0.0.1:9"]; }}
}}
logging {{ type = "file"; filename = "{0}/log"; level = "error"; }}
lang_detection {{ languages = "${{SHAREDIR}}/languages"; }}
worker "normal" {{ bind_socket = "{0}/normal mode=0600"; count = 1; }}
worker "controller" {{ bind_socket = "{0}/controller mode=0600"; count = 1; }}
classifier "bayes" {{
  tokenizer {{ name = "osb"; }}
  cache {{ }}
  backend = "redis"; servers = "{0}/redis"; new_schema = true;
  per_user = true; min_tokens = 1; min_learns = 1;
  statfile {{ symbol = "BAYES_HAM"; spam = false; }}
  statfile {{ symbol = "BAYES_SPAM"; spam = true; }}
}}
group "statistics" {{ symbols = {{ "BAYES_SPAM" {{ weight = 5.1; }} "BAYES_HAM" {{ weight = -3.0; }} }} }}
"""


class Rspamd:
    """Its Bayes over HTTP. Says by how many % it is sure of spam, below zero of ham, and 0 where it says nothing."""

    threshold = 0.0

    def __init__(self, folder: Path) -> None:
        self._scanner = _Connection(folder / "normal")
        self._controller = _Connection(folder / "controller")

    def classify(self, user: str, text: str) -> float:
        """Return a number from -100 to 100."""
        symbols = json.loads(self._scanner.ask("/checkv2", user, text))["symbols"]
        # The option is |p - 0.5|·200, not p.
        return sum(
            sign * float(symbols[name]["options"][0].rstrip("%"))
            for name, sign in (("BAYES_SPAM", 1), ("BAYES_HAM", -1))
            if name in symbols
        )

    def train(self, user: str, text: str, *, spam: bool) -> None:
        """Learn a message; one that a user has taught before is refused, as in real life."""
        self._controller.ask("/learnspam" if spam else "/learnham", user, text)


class _Connection(HTTPConnection):
    """HTTP over a UNIX socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = str(path)

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)

    def ask(self, verb: str, user: str, text: str) -> bytes:
        """Send a message of a user."""
        mail = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode(errors="replace")
        self.request("POST", verb, mail, {"Deliver-To": user})
        return self.getresponse().read()


@contextmanager
def rspamd(folder: Path) -> Iterator[Rspamd]:
    """Lend one that runs in a folder; it and its Redis are ended by their process ids."""
    config = folder / "rspamd.conf"
    config.write_text(_CONFIG.format(folder))
    redis = ["redis-server", "--port", "0", "--unixsocket", str(folder / "redis"), "--dir", str(folder), "--save", ""]
    paths = [f"--var={name}={folder}" for name in ("DBDIR", "RUNDIR", "LOGDIR")]
    # As root it wants to be told that it is meant.
    command = ["rspamd", "--no-fork", *["--insecure"] * (os.geteuid() == 0), "--config", str(config), *paths]
    with ExitStack() as stack:
        for each in (redis, command):
            process = subprocess.Popen(each, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        _await(process, [folder / name for name in ("redis", "normal", "controller")])
        yield Rspamd(folder)


def _await(process: subprocess.Popen[bytes], paths: list[Path]) -> None:
    for _ in range(10 * START_SECONDS):
        if process.poll() is not None:
            raise SystemExit(f"error: rspamd ended with {process.returncode}")
        if all(path.exists() for path in paths):
            return
        time.sleep(0.1)
    raise SystemExit(f"error: rspamd did not start within {START_SECONDS} seconds")
