"""What every hash and every key of Providence is for.

WARNING: data at rest depends on each of these values. A purpose is never changed and
never used again for another thing: a new meaning is a new line with a higher number.

A purpose ends in a zero byte and holds no other, so that none is the beginning of
another one with its argument.
"""

# From the id key, which never changes: what finds a user, and what every slot is
# peppered with.
HOST_CHECK = b"prov/host-check/1\0"
HOST_PRINT = b"prov/host-print/1\0"
UID = b"prov/uid/1\0"
PIN = b"prov/pin/1\0"
PEPPER = b"prov/pepper/1\0"
SLOT_PRINT = b"prov/slot-print/1\0"

# Under a host epoch: what is read without the user.
KEYRING = b"prov/keyring/1\0"
QUEUE = b"prov/queue/1\0"

# From a secret to the root key.
SLOT = b"prov/slot/1\0"
SLOT_KEK = b"prov/slot-kek/1\0"
SLOT_COMMIT = b"prov/slot-commit/1\0"
SLOT_WRAP = b"prov/slot-wrap/1\0"

# From the root key: what guards the record itself.
BOX = b"prov/box/1\0"
MAC = b"prov/mac/1\0"

# Under the fold key, fresh with every generation.
TABLE = b"prov/base/1\0"
ENTRY = b"prov/jrnl/1\0"

# From the keys in the header box.
ITEM = b"prov/item/1\0"
SEAL = b"prov/seal/1\0"
