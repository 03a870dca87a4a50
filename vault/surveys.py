"""Surveys: what lies in a user's range of keys, seen from outside, without the user's keys."""

from collections import Counter
from typing import NamedTuple

from ..errors import IntegrityError, StorageError
from ..keyring import Envelope, Keyring
from .addresses import (
    FOLDED,
    OWNED,
    Kind,
    of_asides,
    of_record,
    to_aside,
    to_generation,
    to_hour,
    to_kind,
    to_vid,
)
from .items import expiry
from .settings import VaultSettings
from .stages import Stage

KNOWN = set(Kind)


class Survey(NamedTuple):
    """What is wrong with a user's records, and which of them serve nothing."""

    problems: list[str]
    stray: list[bytes]


def vaults_of(stage: Stage, keyring: Keyring, uid: bytes) -> dict[int, Envelope]:
    """Return what can be read of the user's vaults while they are locked, by vid.

    IntegrityError: a keyring record lies where that of another of the user's vaults belongs.
    """
    vaults: dict[int, Envelope] = {}
    for key, record in stage.scan(uid, of_asides(uid)):
        vid = to_aside(key).vid
        vaults[vid] = keyring.envelope(uid, record)
        if vaults[vid].vid != vid:
            raise IntegrityError("a keyring record is not in its place")
    live = stage.get(uid, of_record(uid))
    if live is not None:
        envelope = keyring.envelope(uid, live)
        if envelope.vid in vaults:
            raise IntegrityError("a keyring record is not in its place")
        vaults[envelope.vid] = envelope
    return vaults


def survey(stage: Stage, keyring: Keyring, uid: bytes) -> Survey:
    """Compare what there is with what the user's keyring records say."""
    try:
        vaults = vaults_of(stage, keyring, uid)
    except StorageError as error:
        return Survey([str(error)], [])
    found = Survey([], [])
    parts: Counter[tuple[int, int]] = Counter()
    for key in stage.sizes(uid, uid):
        kind = to_kind(key)
        if kind not in KNOWN:
            found.problems.append("a record is of no known kind")
        elif kind in OWNED:
            if _serves(key, vaults):
                parts[to_vid(key), kind] += 1
            else:
                found.stray.append(key)
    for vid, vault in vaults.items():
        if parts[vid, Kind.BASE] != vault.chunks:
            found.problems.append("a part of a table is missing, or there is one too many")
        if parts[vid, Kind.JOURNAL] < vault.head:
            found.problems.append("the journal is cut short")
    return found


def _serves(key: bytes, vaults: dict[int, Envelope]) -> bool:
    """Whether a record is of a vault there is, and of its present generation."""
    vault = vaults.get(to_vid(key))
    if vault is None:
        return False
    return to_kind(key) not in FOLDED or to_generation(key) == vault.generation


def expired(stage: Stage, uid: bytes, today: int, settings: VaultSettings) -> list[bytes]:
    """Return the keys whose time is over: set-aside vaults, items, and what was queued."""
    over: list[bytes] = []
    gone: set[int] = set()
    for key, _ in stage.scan(uid, of_asides(uid)):
        aside = to_aside(key)
        if aside.day + settings.grace_days <= today:
            over.append(key)
            gone.add(aside.vid)
    for key in stage.sizes(uid, uid):
        kind = to_kind(key)
        if kind not in OWNED:
            continue
        late = kind == Kind.QUEUE and to_hour(key) // 24 + settings.queue_days <= today
        if kind == Kind.ITEM:
            late = 0 < expiry(stage.get(uid, key) or b"") <= today
        if late or to_vid(key) in gone:
            over.append(key)
    return over
