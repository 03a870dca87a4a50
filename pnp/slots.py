"""The `Slots` header: which secrets a body carries, and where each of them lies."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .limits import MAX_ITERATIONS, MAX_PASSWORD, MAX_SALT, MAX_SLOTS
from .refusals import Refusal, RefusalError

_SCRAM = re.compile(r"scram;hash=(sha-1|sha-256|sha-512);salt=([A-Za-z0-9+/]+={0,2});i=([1-9][0-9]{0,7})")


class SlotKind(StrEnum):
    """What opens a vault."""

    SCRAM = "scram"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    TICKET = "ticket"
    RECOVERY = "recovery"
    RESIDENT = "resident"


SECRET_BYTES = {
    SlotKind.SCRAM: 32,
    SlotKind.TICKET: 32,
    SlotKind.RECOVERY: 20,
    SlotKind.RESIDENT: 0,
}
"""How long the secret of each kind is; a password is as long as the body."""


@dataclass(frozen=True, slots=True)
class SlotName:
    """One way to open, as the header names it; salt and iterations only for SCRAM."""

    kind: SlotKind
    hash: str = ""
    salt: bytes = field(default=b"", repr=False)
    iterations: int = field(default=0, repr=False)


def parse_slots(header: str) -> tuple[SlotName, ...]:
    """Return what the header lists, at most MAX_SLOTS, no slot twice.

    RefusalError for anything else.
    """
    names = tuple(_parse_slot(part.strip(" ")) for part in header.split(",", MAX_SLOTS))
    passwords = any(name.kind is SlotKind.PASSWORD for name in names)
    if len(names) > MAX_SLOTS or len(set(names)) != len(names) or (passwords and len(names) > 1):
        raise RefusalError(Refusal.BAD_SLOTS)
    return names


def format_slots(names: Iterable[SlotName]) -> str:
    """Return the header for `names`; RefusalError if a reader would refuse it."""
    header = ", ".join(map(_format_slot, names))
    parse_slots(header)
    return header


def split_secrets(names: Sequence[SlotName], body: memoryview) -> list[memoryview]:
    """Return each slot's secret as a view into the body, in order.

    RefusalError if the body is of another length.
    """
    if [name.kind for name in names] == [SlotKind.PASSWORD]:
        if not 1 <= len(body) <= MAX_PASSWORD:
            raise RefusalError(Refusal.BAD_SLOTS)
        return [body]
    secrets = []
    start = 0
    for name in names:
        stop = start + SECRET_BYTES[name.kind]
        secrets.append(body[start:stop])
        start = stop
    if start != len(body):
        raise RefusalError(Refusal.BAD_SLOTS)
    return secrets


def _parse_slot(text: str) -> SlotName:
    match = _SCRAM.fullmatch(text)
    if match:
        salt, iterations = _decoded(match[2]), int(match[3])
        if len(salt) > MAX_SALT or iterations > MAX_ITERATIONS:
            raise RefusalError(Refusal.BAD_SLOTS)
        return SlotName(SlotKind.SCRAM, match[1], salt, iterations)
    if text not in {kind.value for kind in SlotKind if kind is not SlotKind.SCRAM}:
        raise RefusalError(Refusal.BAD_SLOTS)
    return SlotName(SlotKind(text))


def _format_slot(name: SlotName) -> str:
    if name.kind is not SlotKind.SCRAM:
        return name.kind.value
    salt = base64.b64encode(name.salt).decode()
    return f"scram;hash={name.hash};salt={salt};i={name.iterations}"


def _decoded(salt: str) -> bytes:
    try:
        raw = base64.b64decode(salt, validate=True)
    except binascii.Error:
        raise RefusalError(Refusal.BAD_SLOTS) from None
    # The library overlooks padding that is too long.
    if base64.b64encode(raw).decode() != salt:
        raise RefusalError(Refusal.BAD_SLOTS)
    return raw
