"""
A process to be searched: it opens a vault, uses it, and locks it.

    scan_target.py careful|careless folder
    scan_target.py cipher|aesgcm|chacha20|expand|hkdf|argon2id|argon2 folder

The last line names single primitives: ours, and beside each what it stands instead of.

It reads a mask of 32 bytes and the masked unlock secret from its input. `open` and `locked` on its
output say when the parent may look, and a line on the input when it has looked. Only then follows,
one line each, `name: hex` of every key that was used, under the same mask: no key passes through
here but XORed byte by byte, from buffer to buffer.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from providence.keyring import (
    HostKeys,
    Keyring,
    KeyringSettings,
    Keys,
    Secret,
    SlotKind,
    Unlock,
    cipher,
    derivation,
    purposes,
    record,
    slots,
)

TODAY = 20_000
PARTS = ("root", "fold key", "token key", "item key", "private key")
DERIVED = ((slots, "extract"), (slots, "stretch"), (slots, "expand"), (record, "expand"))

CIPHERS: dict[str, type[AESGCM | ChaCha20Poly1305]] = {"aesgcm": AESGCM, "chacha20": ChaCha20Poly1305}

stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
mask = stdin.read(32)
given = stdin.read(32)
notes: list[tuple[str, bytearray]] = []


def masked(buffer: bytes | bytearray | memoryview) -> bytearray:
    out = bytearray(len(buffer))
    for place, key in enumerate(mask[: len(buffer)]):
        out[place] = buffer[place] ^ key
    return out


def tell(name: str, buffer: bytes | bytearray | memoryview) -> None:
    notes.append((name, masked(buffer)))


def pause(name: str) -> None:
    """Let the parent search, and only then say what for: talk would cover what lies on the stack."""
    stdout.write(f"{name}\n".encode())
    stdout.flush()
    stdin.readline()
    for note, value in notes:
        stdout.write(f"{note}: {value.hex()}\n".encode())
    notes.clear()


def unlock() -> Unlock:
    secret = Secret(32)
    secret.view()[:] = masked(given)
    return Unlock(SlotKind.SCRAM, secret, "sha-256", b"salt", 4096)


def tell_parts(opened: Keys) -> None:
    for place, name in enumerate(PARTS):
        with memoryview(opened._buffer)[place * 32 : place * 32 + 32] as part:  # noqa: SLF001  # to search for
            tell(name, part)


def watch() -> None:
    """Note every derived key as it is made."""
    for module, name in DERIVED:
        setattr(module, name, noting(getattr(module, name), name))


def noting(derive: Callable[..., Secret], name: str) -> Callable[..., Secret]:
    def noted(*args: object) -> Secret:
        derived = derive(*args)
        if purposes.SLOT_COMMIT not in args:  # commitments are stored in the clear
            tell(name, derived.view())
        return derived

    return noted


def use(opened: Keys, ring: Keyring, stored: bytes) -> None:
    """Do all that a vault can do."""
    envelope = ring.envelope(opened.uid, stored)
    queued = [envelope.seal(b"waiting") for _ in range(5)]
    scratch = bytearray(2 * 65_504)
    for turn in range(3):
        fold = opened.fold(bytes(70_000), renew=turn == 2)
        if turn == 2:
            for sealed in queued:
                opened.open_queued(sealed)
        opened.turn(fold)
        tell_parts(opened)
        for seq in range(20):
            opened.open_table(fold.chunks, scratch)
            opened.blind(bytes(480))
            opened.open_entry(seq, opened.seal_entry(seq, b"entry"))
            opened.open_item(b"junk", b"1", opened.seal_item(b"junk", b"1", b"item"))
    opened.turn(opened.renew())
    with opened.ticket(TODAY) as ticket, opened.recovery(TODAY) as code:
        tell("ticket", ticket.view())
        tell("recovery code", code.view())


def vault(folder: Path, *, careless: bool) -> None:
    ring = Keyring(HostKeys.create(folder / "host.key"), KeyringSettings(memory_kib=16384, passes=1))
    uid = ring.uid("juliet@capulet.example")
    watch()
    with unlock() as first:
        made = ring.create(uid, [first], TODAY)
    stored = made.record()
    made.lock()
    with unlock() as again:
        opened = ring.open(uid, stored, [again], TODAY)
        tell_parts(opened)
        use(opened, ring, stored)
        if careless:
            hoard = [bytes(again.secret.view()), bytes(opened._buffer)]  # noqa: SLF001  # carelessly
            del hoard
    tell_parts(opened)
    pause("open")
    opened.lock()
    pause("locked")


def encipher(name: str) -> None:
    """Seal once under a key."""
    key, nonce = unlock().secret, bytes(12)
    tell("key", key.view())
    if name in CIPHERS:
        CIPHERS[name](key.view()).encrypt(nonce, b"text", b"label")
    else:
        cipher.seal(key.view(), nonce, b"label", b"text")
    key.wipe()
    pause("locked")


def derive(name: str) -> None:
    """Derive a key from a key."""
    key, derived = unlock().secret, Secret(32)
    cost = derivation.Cost(derivation.Kdf.ARGON2ID, 1, 1, 16 * 1024)
    if name == "expand":
        derived = cipher.expand(key.view(), b"purpose")
    elif name == "hkdf":
        HKDFExpand(SHA256(), 32, b"purpose").derive_into(key.view(), derived.view())
    elif name == "argon2id":
        derived = derivation.stretch(key.view(), bytes(16), cost)
    else:
        derivation._argon2id(key.view(), bytes(16), cost, derived.view())  # noqa: SLF001  # without its second round
    tell("key", key.view())
    tell("derived key", derived.view())
    key.wipe()
    derived.wipe()
    pause("locked")


kind = sys.argv[1]
if kind.startswith("care"):
    vault(Path(sys.argv[2]), careless=kind == "careless")
elif kind == "cipher" or kind in CIPHERS:
    encipher(kind)
else:
    derive(kind)
