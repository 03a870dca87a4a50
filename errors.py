"""
The errors of Providence: one tree, below every room.

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
    │   └── StoreFullError
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


class HostKeyError(ProvidenceError):
    """The host key is missing, readable by others, damaged, or not this store's."""


class RemoteError(ProvidenceError):
    """The daemon answered with an error status."""


class UnreachableError(ProvidenceError):
    """No daemon answers at this address."""
