"""
Makes the vectors of the keyring: one scenario a file, what is expected on top.

    python tests/vectors/keyring/make.py

A file that exists is left alone: data at rest looks like these for good. To add a scenario, add it
here and run this; the forms are in docs/spec/keyring-record.md.
"""

import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

from providence.keyring import HostKeys, Keyring, KeyringSettings, Secret, SlotKind, Unlock, purposes
from providence.keyring.cipher import expand, mac
from providence.keyring.record import BODY_BYTES, HEAD, MAC_BYTES, MAGIC, open_host, seal_host
from providence.keyring.sealed import ITEM_MAGIC, seal_value
from providence.keyring.slots import FACTS, SLOT_BYTES

HERE = Path(__file__).parent
TODAY = 20_000
DAMAGED = "a keyring record is not what its owner wrote"
BROKEN = "a slot breaks the rules of its kind"
FLIPPED = "a sealed value does not authenticate"
SECRET = "no slot opens with this secret"  # what is said, no secret
NEWER = "a newer Providence wrote this"

# Offsets in a body, as the specification has them.
FIRST_SLOT = HEAD.size + 156
BOX = HEAD.size + 12
FORMAT, BUCKETS, AEAD, KEM, SLOTS, SPARE = 0, 1, 2, 3, 22, 23
KIND, KDF, PASSES, LANES, MEMORY, HASH, FLAGS, COMMIT, WRAPPED = 0, 1, 2, 3, 4, 40, 41, 48, 80

Lines = dict[str, str | bytes | int]


def scram(letter: bytes = b"j", salt: bytes = b"salt") -> Unlock:
    return Unlock(SlotKind.SCRAM, Secret(letter * 32), "sha-256", salt, 4096)


def lines_of(unlock: Unlock) -> Lines:
    return {
        "unlock": unlock.kind.name.lower(),
        "secret": bytes(unlock.secret.view()),
        "hash": unlock.hash,
        "salt": unlock.salt,
        "iterations": unlock.iterations,
    }


class Maker:
    """One host, one user, one vault; and a file for each thing that may happen to it."""

    def __init__(self, folder: Path) -> None:
        self.host = HostKeys.create(folder / "host.key")
        self.file = (folder / "host.key").read_bytes()
        self.ring = Keyring(self.host, KeyringSettings(kdf="hkdf", memory_kib=16 * 1024, passes=1))
        self.uid = self.ring.uid("juliet@capulet.example")
        self.keys = self.ring.create(self.uid, [scram()], TODAY)

    def write(self, name: str, expect: str, lines: Lines, unlock: Unlock | None = None) -> None:
        """Write one file: `key: value` lines, bytes in hex."""
        path = HERE / f"{name}.txt"
        if path.exists():
            return
        base: Lines = {"host": self.file, "uid": self.uid, **lines_of(unlock or scram()), "today": TODAY}
        text = [f"expect: {expect}"]
        for key, value in (base | lines).items():
            text.append(f"{key}: {value.hex() if isinstance(value, bytes) else value}".rstrip())
        path.write_text("\n".join(text) + "\n")

    def keyring(self, name: str, expect: str, record: bytes, unlock: Unlock | None = None, **lines: int) -> None:
        """Write a scenario of the keyring record."""
        self.write(f"keyring-{name}", expect, {"kind": "keyring", **lines, "sealed": record}, unlock)

    def body(self, change: Callable[[bytearray], None], *, signed: bool = False) -> bytes:
        """Change a body inside the host's seal, with a header MAC to match or without."""
        with open_host(self.host, MAGIC, purposes.KEYRING, self.uid, self.keys.record()) as opened:
            body = bytearray(opened.view())
        change(body)
        if signed:
            used = FIRST_SLOT + body[SLOTS] * SLOT_BYTES
            with expand(memoryview(self.keys._buffer)[:32], purposes.MAC) as key:  # noqa: SLF001  # as the owner
                body[-MAC_BYTES:] = mac(key.view(), purposes.MAC, self.uid + bytes(body[:used]))
        assert len(body) == BODY_BYTES  # a guard of this script
        return seal_host(self.host, MAGIC, purposes.KEYRING, self.uid, body)

    def poked(self, name: str, expect: str, place: int, value: bytes | int) -> None:
        """Write a scenario in which some bytes of the body are others."""
        put = value if isinstance(value, bytes) else bytes([value])

        def poke(body: bytearray) -> None:
            body[place : place + len(put)] = put

        self.keyring(name, expect, self.body(poke))

    def flipped(self, name: str, expect: str, place: int) -> None:
        """Write a scenario in which one bit of the body is another."""

        def flip(body: bytearray) -> None:
            body[place] ^= 1

        self.keyring(name, expect, self.body(flip))


def records(maker: Maker) -> None:
    """Make what may be said of a keyring record from outside."""
    ring, uid, keys = maker.ring, maker.uid, maker.keys
    record = keys.record()
    maker.keyring("opens-scram-hkdf", "opens", record)
    dear = Keyring(maker.host, KeyringSettings(memory_kib=16 * 1024, passes=1))
    maker.keyring("opens-scram-argon2id", "opens", dear.create(uid, [scram()], TODAY).record())
    for unlock in (Unlock(SlotKind.PASSWORD, Secret(b"hunter2")), Unlock(SlotKind.RESIDENT)):
        made = ring.create(uid, [unlock], TODAY)
        maker.keyring(f"opens-{unlock.kind.name.lower()}", "opens", made.record(), unlock)
    code = Unlock(SlotKind.RECOVERY, keys.recovery(TODAY))
    maker.keyring("opens-recovery", "opens", keys.record(), code)
    keys.drop(SlotKind.RECOVERY, "", TODAY)
    ticket = Unlock(SlotKind.TICKET, keys.ticket(TODAY))
    last = TODAY + ring.settings.ticket_days
    maker.keyring("opens-ticket-last-day", "opens", keys.record(), ticket, today=last)
    maker.keyring("ticket-expired", f"secret: {SECRET}", keys.record(), ticket, today=last + 1)
    keys.drop(SlotKind.TICKET, "", TODAY)
    maker.keyring("wrong-secret", f"secret: {SECRET}", record, scram(b"x"))
    maker.keyring("unknown-salt", f"secret: {SECRET}", record, scram(salt=b"other"))
    maker.keyring("newer-magic", f"version: {NEWER}", b"PVK2" + record[4:])
    maker.keyring("newer-magic-longer", f"version: {NEWER}", b"PVK2" + record[4:] + bytes(64))
    maker.keyring("bad-magic", "integrity: a sealed value is of another kind", b"PVX1" + record[4:])
    maker.keyring("short", "integrity: a keyring record has a wrong length", record[:-1])
    maker.keyring("long", "integrity: a keyring record has a wrong length", record + b"\0")
    unknown = record[:4] + (7).to_bytes(4) + record[8:]
    maker.keyring("unknown-epoch", "integrity: a record is from an unknown host epoch", unknown)
    maker.keyring("bad-host-tag", f"integrity: {FLIPPED}", record[:-1] + bytes([record[-1] ^ 1]))
    stranger = ring.create(ring.uid("romeo@montague.example"), [scram()], TODAY)
    maker.keyring("other-user", f"integrity: {FLIPPED}", stranger.record())


def bodies(maker: Maker) -> None:
    """Make what whoever has the host key, but not the user's secret, could write."""
    newer = "version: a newer Providence wrote this keyring record"
    bound = "integrity: a keyring record breaks a bound"
    maker.poked("newer-format", newer, FORMAT, 2)
    maker.poked("newer-aead", newer, AEAD, 2)
    maker.poked("newer-kem", newer, KEM, 2)
    maker.poked("other-buckets", "version: this vault was made with another bucket space", BUCKETS, 19)
    maker.poked("too-many-slots", bound, SLOTS, 9)
    maker.poked("too-many-chunks", bound, 20, struct.pack(">H", 65))
    maker.poked("spare-byte-set", bound, SPARE, 1)
    second = FIRST_SLOT + SLOT_BYTES
    extra = "integrity: a keyring record has a slot too many"
    maker.poked("spare-slot-set", extra, second, 1)

    def double(body: bytearray) -> None:
        body[second : second + SLOT_BYTES] = body[FIRST_SLOT:second]
        body[SLOTS] = 2

    maker.keyring("double-slot", extra, maker.body(double))
    unknown, broken = "integrity: a slot is of no known kind", f"integrity: {BROKEN}"
    maker.poked("slot-kind-unknown", unknown, FIRST_SLOT + KIND, 6)
    maker.poked("slot-kdf-unknown", unknown, FIRST_SLOT + KDF, 3)
    maker.poked("slot-hash-unknown", unknown, FIRST_SLOT + HASH, 4)
    maker.poked("slot-scram-without-hash", broken, FIRST_SLOT + HASH, 0)
    maker.poked("slot-kind-changed", broken, FIRST_SLOT + KIND, SlotKind.TICKET)
    maker.poked("slot-password-by-hkdf", broken, FIRST_SLOT + KIND, SlotKind.PASSWORD)
    maker.poked("slot-cheap-scram-without-flag", broken, FIRST_SLOT + FLAGS, 0)
    maker.poked("slot-flag-unknown", broken, FIRST_SLOT + FLAGS, 3)
    maker.poked("slot-hkdf-with-cost", broken, FIRST_SLOT + PASSES, 1)
    maker.poked("slot-spare-byte-set", broken, FIRST_SLOT + FACTS.size - 1, 1)
    for name, passes, lanes, memory in (
        ("passes-low", 0, 1, 19456),
        ("passes-high", 11, 1, 19456),
        ("lanes-low", 2, 0, 19456),
        ("lanes-high", 2, 5, 19456),
        ("memory-low", 2, 1, 16 * 1024 - 1),
        ("memory-high", 2, 1, 256 * 1024 + 1),
    ):
        cost = struct.pack(">BBBI", 1, passes, lanes, memory)
        maker.poked(f"slot-argon2id-{name}", broken, FIRST_SLOT + KDF, cost)
    maker.flipped("slot-salt-flipped", f"secret: {SECRET}", FIRST_SLOT + 8)
    maker.flipped("slot-print-flipped", f"secret: {SECRET}", FIRST_SLOT + 24)
    maker.flipped("slot-commitment-flipped", f"secret: {SECRET}", FIRST_SLOT + COMMIT)
    maker.flipped("slot-day-flipped", f"integrity: {FLIPPED}", FIRST_SLOT + 43)
    maker.flipped("slot-wrapped-key-flipped", f"integrity: {FLIPPED}", FIRST_SLOT + WRAPPED)
    maker.flipped("head-public-key-flipped", f"integrity: {DAMAGED}", 28)
    maker.flipped("head-generation-flipped", f"integrity: {DAMAGED}", 19)
    maker.flipped("header-mac-flipped", f"integrity: {DAMAGED}", BODY_BYTES - 1)
    maker.flipped("box-flipped", f"integrity: {DAMAGED}", BOX)

    def unbox(body: bytearray) -> None:
        body[BOX] ^= 1

    maker.keyring("box-flipped-and-signed", f"integrity: {FLIPPED}", maker.body(unbox, signed=True))


def tables(maker: Maker) -> None:
    """Make sealed tables."""
    keys = maker.keys
    fold = keys.fold(b"\x01" * 70_000)
    keys.turn(fold)
    record = {"record": keys.record()}
    first, second = fold.chunks
    small = keys.fold(b"\x02" * 100)

    def table(name: str, expect: str, chunks: list[bytes], plain: bytes = b"") -> None:
        lines: Lines = {f"sealed{place}": chunk for place, chunk in enumerate(chunks)}
        maker.write(f"table-{name}", expect, {"kind": "table", "plain": plain, **record, **lines})

    # Two full-size chunks make a large file: only one scenario has them.
    table("opens-two-chunks", "opens", [first, second], b"\x01" * 70_000)
    keys.turn(small)
    record["record"] = keys.record()
    chunk = small.chunks[0]
    table("opens", "opens", [chunk], b"\x02" * 100)
    table("lost", "integrity: the table has lost or gained a chunk", [])
    table("gained", "integrity: the table has lost or gained a chunk", [chunk, chunk])
    table("other-nonce", f"integrity: {FLIPPED}", [chunk[:4] + bytes([chunk[4] ^ 1]) + chunk[5:]])
    table("wrong-class", "integrity: a chunk has a wrong length", [chunk + bytes(16)])
    table("newer-magic", f"version: {NEWER}", [b"PVB2" + chunk[4:]])
    table("bad-magic", "integrity: a sealed value is of another kind", [b"PVX1" + chunk[4:]])
    table("flipped", f"integrity: {FLIPPED}", [chunk[:-1] + bytes([chunk[-1] ^ 1])])
    keys.turn(keys.fold(b""))
    record["record"] = keys.record()
    table("other-generation", f"integrity: {FLIPPED}", [chunk])


def entries(maker: Maker) -> None:
    """Make journal entries."""
    keys = maker.keys
    record = {"record": keys.record()}
    sealed = keys.seal_entry(5, b"entry")

    def entry(name: str, expect: str, value: bytes, seq: int = 5) -> None:
        lines: Lines = {"kind": "entry", "seq": seq, "plain": b"entry", **record, "sealed": value}
        maker.write(f"entry-{name}", expect, lines)

    entry("opens", "opens", sealed)
    entry("other-number", f"integrity: {FLIPPED}", sealed, 6)
    entry("flipped", f"integrity: {FLIPPED}", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    entry("short", "integrity: a sealed value has a wrong length", sealed[:31])
    entry("newer-magic", f"version: {NEWER}", b"PVJ2" + sealed[4:])


def items(maker: Maker) -> None:
    """Make items."""
    keys = maker.keys
    record = {"record": keys.record()}
    item_of = keys.seal_item(b"junk", b"7", b"item")

    def item(name: str, expect: str, value: bytes, box: bytes = b"junk", ident: bytes = b"7") -> None:
        lines: Lines = {"kind": "item", "box": box, "ident": ident, "plain": b"item", **record, "sealed": value}
        maker.write(f"item-{name}", expect, lines)

    item("opens", "opens", item_of)
    item("other-box", f"integrity: {FLIPPED}", item_of, b"waiting")
    item("other-name", f"integrity: {FLIPPED}", item_of, ident=b"8")
    item("name-runs-over", f"integrity: {FLIPPED}", item_of, b"jun", b"k7")
    item("newer-magic", f"version: {NEWER}", b"PVI2" + item_of[4:])
    label = keys._item_label(b"junk", b"7")  # noqa: SLF001  # as the owner
    for name, padded in (
        ("padding-not-zero", bytes([0, 0, 0, 4]) + b"item" + bytes(55) + b"\1"),
        ("padding-too-long", bytes([0, 0, 0, 4]) + b"item" + bytes(120)),
        ("padding-too-short", bytes([0, 0, 0, 70]) + bytes(60)),
    ):
        value = seal_value(memoryview(keys._buffer)[96:128], ITEM_MAGIC, label, padded)  # noqa: SLF001  # as the owner
        item(name, "integrity: a padded value is not well formed", value)


def queue(maker: Maker) -> None:
    """Make queued values."""
    keys = maker.keys
    record = {"record": keys.record()}
    waiting = maker.ring.envelope(maker.uid, keys.record()).seal(b"waiting")

    def queued(name: str, expect: str, value: bytes) -> None:
        lines: Lines = {"kind": "queue", "plain": b"waiting", **record, "sealed": value}
        maker.write(f"queue-{name}", expect, lines)

    queued("opens", "opens", waiting)
    queued("flipped", f"integrity: {FLIPPED}", waiting[:-1] + bytes([waiting[-1] ^ 1]))
    queued("newer-magic", f"version: {NEWER}", b"PVQ2" + waiting[4:])
    inner = open_host(maker.host, b"PVQ1", purposes.QUEUE, maker.uid, waiting)
    inner.view()[-1] ^= 1
    forged = seal_host(maker.host, b"PVQ1", purposes.QUEUE, maker.uid, inner.view())
    queued("flipped-inside", "integrity: a queued value does not authenticate", forged)
    keys.turn(keys.renew())
    record["record"] = keys.record()
    queued("renewed", "integrity: a queued value does not authenticate", waiting)


def main() -> None:
    """Make every file that is not there yet."""
    with tempfile.TemporaryDirectory() as folder:
        maker = Maker(Path(folder))
        records(maker)
        bodies(maker)
        tables(maker)
        entries(maker)
        items(maker)
        queue(maker)


if __name__ == "__main__":
    main()
