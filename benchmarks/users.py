"""What an open, idle user costs a worker: log many in, and look at its own memory.

python benchmarks/users.py [--users 4000]
"""

import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path

from providence.pnp import Client, SlotKind, SlotName


def anonymous(pid: int) -> int:
    """Return the memory in bytes that is a process's own (proc_pid_smaps(5)): not the pages of mapped files."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Anonymous:"))


def measure(folder: Path, users: int) -> float:
    """Log in so many users and return what each one costs the worker."""
    path = folder / "socket"
    config = folder / "providence.toml"
    config.write_text(
        f'[folders]\ndata = "{folder}/data"\nhost_key = "{folder}/keys/host.keys"\n'
        f'[socket]\npath = "{path}"\n[keyring]\nkdf = "hkdf"\n'
    )
    daemon = subprocess.Popen([sys.executable, "-m", "providence", "serve", "--config", str(config)])
    try:
        while not path.exists():
            time.sleep(0.05)
        children = Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children").read_text()
        worker = int(children.split()[0])
        with Client.unix(path) as client:
            for number in range(users // 10):
                log_in(client, f"first{number}@capulet.example")
            before = anonymous(worker)
            for number in range(users):
                log_in(client, f"user{number}@capulet.example")
            return (anonymous(worker) - before) / users
    finally:
        daemon.terminate()
        daemon.wait()


def log_in(client: Client, user: str) -> None:
    """Open a user's vault as a SCRAM login does."""
    slot = SlotName(SlotKind.SCRAM, "sha-256", b"salt", 4096)
    client.unlock(user, "0123456789abcdef", [slot], [bytearray(sha256(user.encode()).digest())])


def main() -> None:
    """Print it."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=4000)
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pv-"))
    try:
        print(f"{measure(folder, args.users):.0f} bytes for each open idle user, of {args.users}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
