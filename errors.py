"""The errors of Providence: one tree, below every room.

    ProvidenceError
    ├── InputError            what came from outside breaks a form or a bound
    │   ├── StanzaError
    │   ├── FrameError
    │   └── SettingsError
    ├── AccessError           a vault is not open to whoever asks
    │   ├── LockedError
    │   └── SecretError
    ├── BusyError             a bounded queue is full
    ├── StorageError          the store cannot do what was asked
    │   ├── IntegrityError
    │   ├── VersionError
    │   ├── ForeignStoreError
    │   ├── StoreFullError
    │   └── CommitError       some users' writes are lost, and it says whose
    ├── HostKeyError          the host key cannot serve
    ├── RemoteError           the daemon answered with an error
    └── UnreachableError      no daemon answers

No message holds a word, a secret, a token or a JID: whatever is raised may be logged.
"""


class ProvidenceError(Exception):
    """Everything that Providence raises on purpose."""


class InputError(ProvidenceError):
    """What came from outside breaks a form or a bound; nothing was done with it."""


class StanzaError(InputError):
    """The bytes are not one stanza within the bounds."""


class FrameError(InputError):
    """The bytes are not a PNP frame within the bounds."""


class SettingsError(InputError):
    """A setting is unknown, of the wrong type or out of its range."""


class AccessError(ProvidenceError):
    """A vault is not open to whoever asks."""


class LockedError(AccessError):
    """The vault is locked."""


class SecretError(AccessError):
    """No slot opens with this secret; an unknown user is told the same."""


class BusyError(ProvidenceError):
    """A bounded queue is full: the same request may succeed later."""


class StorageError(ProvidenceError):
    """The store cannot do what was asked; it is as it was."""


class IntegrityError(StorageError):
    """A record is not what was written at its place: flipped, swapped, cut or replayed."""


class VersionError(StorageError):
    """A newer Providence wrote this."""


class ForeignStoreError(StorageError):
    """The files are no store of Providence, or damaged beyond opening."""


class StoreFullError(StorageError):
    """The disk is full."""


class CommitError(StorageError):
    """What was staged for some users could not be written; the cause says why.

    `lost` holds the uids whose writes are undone; what was staged for others is durable.
    """

    def __init__(self, lost: frozenset[bytes]) -> None:
        super().__init__(f"what was staged for {len(lost)} users could not be written")
        self.lost = lost


class HostKeyError(ProvidenceError):
    """The host key is missing, readable by others, damaged, or not this store's."""


class RemoteError(ProvidenceError):
    """The daemon answered with an error status, `code`; the phrase is ours, not the wire's."""

    def __init__(self, code: int, phrase: str) -> None:
        super().__init__(f"{code} {phrase}")
        self.code = code


class UnreachableError(ProvidenceError):
    """No daemon answers at this address."""
