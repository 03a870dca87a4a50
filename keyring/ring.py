"""The keyring: from a login's secrets to the abilities of an open vault."""

from collections.abc import Collection, Sequence
from typing import Never

from ..errors import InputError, SecretError
from . import purposes
from .derivation import SALT_BYTES
from .envelope import Envelope
from .holders import fresh, held
from .host import UID_BYTES, HostKeys
from .keys import Keys
from .queue import rehost_queued
from .record import MAGIC, open_host, open_record, seal_host
from .secret import Faceless, Octets
from .settings import KeyringSettings
from .slots import PRINT_BYTES, SLOT_BYTES, Facts, Wrapper, print_of
from .unlocks import MAX_UNLOCKS, Unlock
from .wrapping import cost_of, prepare


class Keyring(Faceless):
    """Makes and opens the locks of vaults. It does no I/O, and any thread may use it.

    For example:

        keyring = Keyring(HostKeys.load(path))
        keys = keyring.create(keyring.uid("juliet@capulet.example"), unlocks, today)
    """

    __slots__ = ("_decoy", "_nobody", "host", "settings")

    def __init__(self, host: HostKeys, settings: KeyringSettings | None = None) -> None:
        self.host = host
        self.settings = settings or KeyringSettings()
        self._nobody = bytes(UID_BYTES)
        self._decoy = (0, b"")

    def uid(self, jid: str) -> bytes:
        """Name a user by the normalised bare JID: 16 bytes, the first one being the pin."""
        return self.host.uid(jid)

    def create(self, uid: bytes, unlocks: Sequence[Unlock], today: int) -> Keys:
        """Make an empty vault that each of the unlocks opens. One derivation for each."""
        prepared = self.prepare(uid, unlocks, today)
        keys = Keys(self.host, self.settings, fresh(uid, today))
        keys.add(prepared, today)
        return keys

    def open(self, uid: bytes, record: Octets, unlocks: Sequence[Unlock], today: int) -> Keys:
        """Open a vault with the first of the unlocks that fits.

        Raises SecretError when none does, IntegrityError when the record is not what
        was stored for this user, VersionError when it is newer. Whatever does not fit
        costs a derivation too, so that an unknown user, an unknown secret and a wrong
        one take the same time.
        """
        _check(unlocks)
        body = open_record(self.host, uid, record)
        tries = [(unlock, self._find(uid, body.facts, unlock, today)) for unlock in unlocks]
        tries.sort(key=lambda pair: pair[1] is None)
        for unlock, place in tries:
            facts = self._dummy(unlock) if place is None else body.facts[place]
            slot = bytes(SLOT_BYTES) if place is None else body.slots[place]
            wrapper = Wrapper(uid, facts, unlock.secret.view(), self.host.pepper.view())
            root = wrapper.unwrap(uid, slot)
            if root is not None:
                with root:
                    return Keys(self.host, self.settings, held(uid, root, body))
        raise SecretError("no slot opens with this secret")

    def refuse(self, unlocks: Sequence[Unlock], today: int = 0) -> Never:
        """Raise SecretError for an unknown user, after the work of a wrong secret."""
        self.open(self._nobody, self._decoy_record(), unlocks, today)
        raise SecretError("no slot opens with this secret")

    def prepare(self, uid: bytes, unlocks: Sequence[Unlock], today: int) -> list[Wrapper]:
        """Do the dear step of new slots in any thread; `Keys.add` completes them at once."""
        _check(unlocks)
        return prepare(self.host, self.settings, uid, unlocks, today)

    def envelope(self, uid: bytes, record: Octets) -> Envelope:
        """Read what the host may read. Raises IntegrityError or VersionError."""
        return Envelope(self.host, uid, record)

    def rehost(self, uid: bytes, record: Octets) -> bytes:
        """Seal the same record under the newest epoch. Raises IntegrityError or VersionError."""
        open_record(self.host, uid, record)
        with open_host(self.host, MAGIC, purposes.KEYRING, uid, record) as body:
            return seal_host(self.host, MAGIC, purposes.KEYRING, uid, body.view())

    def rehost_queued(self, uid: bytes, sealed: Octets) -> bytes:
        """Seal the same queued value under the newest epoch."""
        return rehost_queued(self.host, uid, sealed)

    def _find(self, uid: bytes, slots: Collection[Facts], unlock: Unlock, today: int) -> int | None:
        mark = print_of(self.host.slot_print.view(), uid, unlock)
        for place, facts in enumerate(slots):
            if facts.matches(unlock, mark) and not 0 < facts.expires < today:
                return place
        return None

    def _dummy(self, unlock: Unlock) -> Facts:
        kind = unlock.kind
        cost = cost_of(self.settings, kind)
        return Facts(kind, cost, bytes(SALT_BYTES), bytes(PRINT_BYTES), unlock.hash, 0)

    def _decoy_record(self) -> bytes:
        epoch, record = self._decoy
        if epoch != self.host.epoch:
            keys = Keys(self.host, self.settings, fresh(self._nobody, 0))
            record = keys.record()
            keys.lock()
            self._decoy = (self.host.epoch, record)
        return record


def _check(unlocks: Sequence[Unlock]) -> None:
    if not 1 <= len(unlocks) <= MAX_UNLOCKS:
        raise InputError(f"an unlock request has 1 to {MAX_UNLOCKS} unlocks")
