"""What is left in the memory of a process that secrets passed through: nothing."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = 3

# The child relays: what it reads it sends on through a second connection, and the answer
# back; then it asks, by both clients, with secrets made where no needle lies in clear.
CHILD = '''
import asyncio, socket, sys
from pathlib import Path
from providence.pnp import *

path, careless = Path(sys.argv[1]), sys.argv[2] == "careless"
folder = sys.argv[3]
names = [SlotName(SlotKind.TICKET)]
kept = []

def needle(n):
    """Byte by byte, so that the only whole copy lies in the buffer."""
    secret = bytearray(32)
    for i in range(32):
        secret[i] = (i * 37 + n * 101 + 17) * 29 % 251
    return secret

class Far:
    def opened(self, connection): pass
    def closed(self, connection): pass
    def frame(self, connection, frame):
        connection.answer(frame.ident, 200, {}, frame.body)

class Near(Far):
    """A router: frames go on to Far, answers come back."""
    def __init__(self): self.asked = {}
    def frame(self, connection, frame):
        if careless:
            kept.append(bytes(frame.body))
        if frame.verb:
            ident = str(len(self.asked) + 1)
            self.asked[ident] = connection, frame.ident
            self.link.forward(frame, ident, {"via": "router"})
        else:
            back, ident = self.asked[frame.ident]
            back.relay(frame, ident)

async def main():
    near = Near()
    here, there = socket.socketpair()
    near.link = await attach(here, near, None)
    await attach(there, Far(), VERBS)
    server = await serve_unix(path, near)
    context = tls_server_context(f"{folder}/server.pem", f"{folder}/server.key",
                                 f"{folder}/ca.pem")
    tls = await serve_tls("localhost", 0, context, near)
    context = tls_client_context(f"{folder}/client.pem", f"{folder}/client.key",
                                 f"{folder}/ca.pem")

    def block(n):
        with Client.unix(path) as client:
            client.unlock("a@b.example", "s", names, [needle(n)]).wipe()
        with Client.tls("localhost", tls.port, context) as client:
            client.unlock("a@b.example", "s", names, [needle(n)]).wipe()

    for n in range(int(sys.argv[4])):
        for client in (await AsyncClient.unix(path),
                       await AsyncClient.tls("localhost", tls.port, context)):
            (await client.unlock("a@b.example", "s", names, [needle(n)])).wipe()
            await client.close()
        await asyncio.to_thread(block, n)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await server.close()
    await tls.close()

asyncio.run(main())
'''


def needle(n: int) -> bytes:
    return bytes((i * 37 + n * 101 + 17) * 29 % 251 for i in range(32))


def copies(pid: int) -> int:
    """Count 16-byte windows of the secrets in all that the process has mapped."""
    wanted = [needle(n)[at : at + 16] for n in range(ROUNDS) for at in (0, 8, 16)]
    found = 0
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    for line in maps:
        span, rights = line.split()[:2]
        start, stop = (int(edge, 16) for edge in span.split("-"))
        if "r" not in rights or line.endswith(("[vvar]", "[vsyscall]")):
            continue
        try:
            data = os.pread(memory, stop - start, start)
        except OSError:
            continue
        found += sum(data.count(each) for each in wanted)
    os.close(memory)
    return found


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs the process file system")
@pytest.mark.parametrize("manner", ["careful", "careless"])
def test_no_copy_of_a_secret_stays_in_a_process_it_passed(manner: str, socket_path: Path, pki: Path) -> None:
    """Client, router and far end in one process; one kept copy and the scan sees it."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, socket_path, manner, pki, str(ROUNDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin
        assert child.stdout
        assert select.select([child.stdout], [], [], 60)[0]
        assert child.stdout.readline() == "ready\n"
        found = copies(child.pid)
        child.stdin.write("\n")

    assert (found > 0) == (manner == "careless"), found
