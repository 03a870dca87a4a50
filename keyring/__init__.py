"""Makes and opens the locks of vaults (keys): it lends abilities, and no key leaves it."""

from .envelope import Envelope, Slot
from .folds import Fold
from .host import HostKeys, Pinner
from .keys import Keys
from .record import BUCKET_BITS, MAX_CHUNKS, RECORD_BYTES
from .recovery import read, spell
from .ring import Keyring
from .sealed import CHUNK_BYTES, FULL, MAX_ITEM_BYTES
from .secret import Secret, wipe
from .settings import KeyringSettings
from .slots import Wrapper
from .unlocks import HASHES, MAX_UNLOCKS, SlotKind, Unlock

__all__ = [
    "BUCKET_BITS",
    "CHUNK_BYTES",
    "FULL",
    "HASHES",
    "MAX_CHUNKS",
    "MAX_ITEM_BYTES",
    "MAX_UNLOCKS",
    "RECORD_BYTES",
    "Envelope",
    "Fold",
    "HostKeys",
    "Keyring",
    "KeyringSettings",
    "Keys",
    "Pinner",
    "Secret",
    "Slot",
    "SlotKind",
    "Unlock",
    "Wrapper",
    "read",
    "spell",
    "wipe",
]
