"""The dear half of making slots: everything but the root key."""

from collections.abc import Collection

from .derivation import FREE, SALT_BYTES, Cost
from .host import HostKeys
from .secret import randomise
from .settings import KeyringSettings
from .slots import PRINT_BYTES, Facts, Wrapper, print_of
from .unlocks import SlotKind, Unlock


def cost_of(settings: KeyringSettings, kind: SlotKind) -> Cost:
    """Say what a new slot of a kind costs: what is random already costs nothing."""
    if kind is SlotKind.PASSWORD:
        return settings.argon2id
    return settings.scram if kind is SlotKind.SCRAM else FREE


def describe(host: HostKeys, settings: KeyringSettings, uid: bytes, unlock: Unlock, today: int) -> Facts:
    """Choose salt, cost and expiry of a new slot."""
    salt, mark = bytearray(SALT_BYTES), bytearray(PRINT_BYTES)
    randomise(salt)
    if unlock.kind is SlotKind.RESIDENT:
        randomise(mark)
    else:
        mark[:] = print_of(host.slot_print.view(), uid, unlock)
    expires = today + settings.ticket_days if unlock.kind is SlotKind.TICKET else 0
    cost = cost_of(settings, unlock.kind)
    return Facts(unlock.kind, cost, bytes(salt), bytes(mark), unlock.hash, today, expires)


def prepare(
    host: HostKeys,
    settings: KeyringSettings,
    uid: bytes,
    unlocks: Collection[Unlock],
    today: int,
) -> list[Wrapper]:
    """Do the dear step for each unlock; any thread may."""
    return [
        Wrapper(
            uid,
            describe(host, settings, uid, unlock, today),
            unlock.secret.view(),
            host.pepper.view(),
        )
        for unlock in unlocks
    ]
