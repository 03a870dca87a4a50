"""What is raised and what can be printed: no exception and no repr holds what went in."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from providence.control import Choices
from providence.daemon.settings import Settings
from providence.errors import ProvidenceError
from providence.junk import Item
from providence.keyring import HostKeys, Keyring, Secret, SlotKind, Unlock, read
from providence.pipeline import Lesson
from providence.pipeline import read as read_stanza
from providence.pnp import FrameReader, Reply, encode_request, parse_slots
from providence.stanza import Jid, parse
from providence.vault import Store

Tools = Any
WORD = "qzvkxjwhjfpw"
SECRET = bytes(range(65, 97))
JID = f"{WORD}@{WORD}.example"
BODY = f"<body>{WORD} {WORD}</body>"
START = "<message xmlns='jabber:client'"


class World(NamedTuple):
    """A folder, and a keyring with a vault in it."""

    folder: Path
    ring: Keyring
    uid: bytes
    record: bytes


@pytest.fixture
def world(tmp_path: Path) -> World:
    ring = Keyring(HostKeys.create(tmp_path / "host.keys"))
    uid = ring.uid(JID)
    return World(tmp_path, ring, uid, ring.create(uid, [Unlock(SlotKind.TICKET, Secret(SECRET))], 1).record())


def frames(raw: str | bytes) -> Callable[[World], object]:
    def reading(_world: World) -> object:
        reader = FrameReader()
        data = raw if isinstance(raw, bytes) else raw.encode()
        reader.get_buffer()[: len(data)] = data
        reader.advance(len(data))
        return reader.read()

    return reading


def stanzas(raw: str | bytes) -> Callable[[World], object]:
    return lambda _world: parse(raw if isinstance(raw, bytes) else raw.encode())


def toml(text: str) -> Callable[[World], object]:
    def loading(world: World) -> object:
        (world.folder / "settings.toml").write_text(text)
        return Settings.load(world.folder / "settings.toml", {"HOME": str(world.folder)}, 1000)

    return loading


def host_key(content: bytes) -> Callable[[World], object]:
    def loading(world: World) -> object:
        path = world.folder / "other.keys"
        path.write_bytes(content)
        path.chmod(0o600)
        return HostKeys.load(path)

    return loading


def folder(content: str) -> Callable[[World], object]:
    def opening(world: World) -> object:
        (world.folder / "data").mkdir()
        (world.folder / "data" / "format").write_text(content)
        return Store.open(world.folder / "data", world.ring)

    return opening


def wrong_secret(world: World) -> object:
    with Unlock(SlotKind.TICKET, Secret(SECRET[::-1])) as unlock:
        return world.ring.open(world.uid, world.record, [unlock], 1)


def flipped(world: World) -> object:
    with Unlock(SlotKind.TICKET, Secret(SECRET)) as unlock:
        return world.ring.open(world.uid, world.record[:-1] + b"\0", [unlock], 1)


RAISING: dict[str, Callable[[World], object]] = {
    "stanza: not well-formed": stanzas(f"{START}>{BODY}<{WORD}></message>"),
    "stanza: cut off": stanzas(f"{START}>{BODY}"),
    "stanza: bad UTF-8": stanzas(f"{START}>{BODY}".encode() + b"\xff</message>"),
    "stanza: bad JID": stanzas(f"{START} from='{WORD}@@{WORD}'>{BODY}</message>"),
    "stanza: duplicate attribute": stanzas(f"{START} id='{WORD}' id='{WORD}'>{BODY}</message>"),
    "stanza: entity": stanzas(f"{START}><body>&{WORD};</body></message>"),
    "stanza: doctype": stanzas(f"<!DOCTYPE {WORD}>{START}>{BODY}</message>"),
    "stanza: prefix": stanzas(f"{START}><{WORD}:x/>{BODY}</message>"),
    "stanza: another element": stanzas(f"<{WORD} xmlns='jabber:client'>{BODY}</{WORD}>"),
    "stanza: too deep": stanzas(f"{START}>{'<x>' * 500}{WORD}{'</x>' * 500}</message>"),
    "JID: two ats": lambda _world: Jid.parse(f"{WORD}@{WORD}@{WORD}"),
    "JID: control character": lambda _world: Jid.parse(f"{WORD}\0@{WORD}"),
    "JID: too long": lambda _world: Jid.parse(WORD * 200 + "@x.example"),
    "frame: verb": frames(f"{WORD} PNP/1.0\r\n\r\n"),
    "frame: version": frames(f"PING {WORD}/1.0\r\n\r\n"),
    "frame: header": frames(f"PING PNP/1.0\r\n{WORD}\r\n\r\n"),
    "frame: duplicate": frames(f"PING PNP/1.0\r\n{WORD}: {WORD}\r\n{WORD}: {WORD}\r\n\r\n"),
    "frame: length": frames(f"PING PNP/1.0\r\nContent-Length: {WORD}\r\n\r\n"),
    "frame: bad UTF-8": frames(f"PING PNP/1.0\r\n{WORD}: {WORD}".encode() + b"\xff\r\n\r\n"),
    "frame: a header with a line end": lambda _world: encode_request("PING", {"User": f"{WORD}\n{WORD}"}),
    "slots": lambda _world: parse_slots(f"scram;hash={WORD};salt={WORD};i=1"),
    "slots: base64": lambda _world: parse_slots(f"scram;hash=sha-256;salt={WORD}x;i=4096"),
    "settings: no TOML": toml(f"[socket]\npath = {WORD}\n"),
    "settings: bad escape": toml(f'[socket]\npath = "\\{WORD}"\n'),
    "settings: wrong type": toml(f'[workers]\ncount = "{WORD}"\n'),
    "settings: no choice": toml(f'[log]\nlevel = "{WORD}"\n'),
    "settings: relative path": toml(f'[folders]\ndata = "{WORD}"\n'),
    "settings: host": toml(f'[tcp]\nhost = "{WORD}"\ncertificate = "/c"\nkey = "/k"\nclient_ca = "/a"\n'),
    "settings: keyring": toml(f'[keyring]\nkdf = "{WORD}"\n'),
    "choices: no JSON": lambda _world: Choices.parse(f'{{"opening": {WORD}'.encode()),
    "choices: value": lambda _world: Choices.parse(f'{{"opening": "{WORD}", "linger_hours": 1}}'.encode()),
    "choices: bad UTF-8": lambda _world: Choices.parse(WORD.encode() + b"\xff"),
    "item: no msgpack": lambda _world: Item.from_bytes(WORD.encode()),
    "item: another form": lambda _world: Item.from_bytes(b"\x95\x01\xac" + WORD.encode() * 4),
    "lesson": lambda _world: Lesson.from_bytes(b"\xff" + WORD.encode()),
    "recovery code": lambda _world: read(WORD.upper().encode() * 4),
    "unlock: length": lambda _world: Unlock(SlotKind.TICKET, Secret(SECRET + SECRET)),
    "unlock: hash": lambda _world: Unlock(SlotKind.SCRAM, Secret(SECRET), WORD, WORD.encode(), 1),
    "keyring: wrong secret": wrong_secret,
    "keyring: flipped": flipped,
    "keyring: another's": lambda world: world.ring.envelope(world.ring.uid("x@y.example"), world.record),
    "keyring: text": lambda world: world.ring.envelope(world.uid, WORD.encode() * 50),
    "host key: text": host_key(WORD.encode() * 20),
    "host key: newer": host_key(b"PVH9" + WORD.encode() * 20),
    "format: text": folder(WORD * 10),
    "format: newer": folder(f"providence vault 9\n{WORD}\n"),
    "format: bad host": folder(f"providence vault 1\nshards 16\nengine 0.9\nhost {WORD}\n"),
}


def leaks(text: str) -> bool:
    """Whether the planted word, or a part of the secret, shows in a text."""
    spelt = (WORD, SECRET[:8].decode(), SECRET[:8].hex(), repr(list(SECRET[:8]))[1:-1], SECRET[-8:].decode(), WORD[:8])
    return any(form in text.lower() or form in text for form in spelt)


def shown(error: BaseException) -> str:
    """Return all of an exception that a careful or a careless program may print, but for its lines of code."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None:
        chain.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    notes = [note for each in chain for note in getattr(each, "__notes__", [])]
    texts = [line for each in chain for line in traceback.format_exception_only(each)]
    return "\n".join([repr(error), str(error), repr(error.args), *notes, *texts])


@pytest.mark.parametrize("name", RAISING)
def test_an_exception_says_nothing_of_what_was_given(name: str, world: World) -> None:
    """One of ours, and neither its text nor that of what it came from holds a word or a secret."""
    with pytest.raises(ProvidenceError) as caught:
        RAISING[name](world)

    assert not leaks(shown(caught.value))


def test_the_same_look_sees_what_a_library_lets_out() -> None:
    """Python's own errors are full of it."""
    with pytest.raises(ValueError, match=WORD) as caught:
        int(WORD)

    assert leaks(shown(caught.value))


def things(world: World) -> dict[str, object]:
    """Return one of everything that holds text or keys while the daemon runs."""
    raw = f"{START} from='{JID}/{WORD}'>{BODY}<subject>{WORD}</subject></message>".encode()
    stanza = parse(raw)
    lesson = Lesson.of(stanza, spam=True)
    frame = frames(f"CHECK PNP/1.0\r\nUser: {JID}\r\nContent-Length: 12\r\n\r\n{WORD}")(world)
    keys = world.ring.create(world.uid, [Unlock(SlotKind.TICKET, Secret(SECRET))], 1)
    return {
        "secret": Secret(SECRET),
        "unlock": Unlock(SlotKind.TICKET, Secret(SECRET)),
        "keys": keys,
        "keyring": world.ring,
        "host keys": world.ring.host,
        "stanza": stanza,
        "reading": read_stanza(stanza),
        "lesson": lesson,
        "item": Item(JID, 1, 0.5, (), raw),
        "frame": frame,
        "reply": Reply(200, {"user": JID}, bytearray(raw)),
    }


KINDS = ("secret", "unlock", "keys", "keyring", "host keys", "stanza", "reading", "lesson", "item", "frame", "reply")


@pytest.mark.parametrize("kind", KINDS)
def test_what_holds_text_or_keys_does_not_show_it(kind: str, world: World) -> None:
    """So that a log line, a debugger's print or asyncio's debug mode lets nothing out by accident."""
    thing = things(world)[kind]

    assert not leaks(f"{thing!r} {thing!s} {[thing]!r}")
