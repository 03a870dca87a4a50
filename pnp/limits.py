"""The bounds of PNP: what a peer may send, how much of it, and for how long.

Docs/spec/pnp.md names each.
"""

MAX_LINE = 4096
"""
Bytes of one head line, its end not counted.

One bare JID in bytes and a header name fit well.
"""

MAX_HEADERS = 32
"""Header lines in one head."""

MAX_HEAD = 8192
"""
Bytes of a whole head, from the first line to the empty line's end.

Two JIDs of the longest kind fit.
"""

MAX_BODY = 262_144
"""Bytes of one body. XMPP servers cut stanzas at 256 KiB or below."""

MAX_USER = 3071
"""
Bytes of one JID (RFC 7622, section 3.1.

Three parts of at most 1023 bytes and two separators).
"""

MAX_ID = 32
"""Characters of an `Id`."""

MAX_SLOTS = 8
"""Ways to open a vault that one UNLOCK may bring."""

MAX_SALT = 256
"""Bytes of a SCRAM salt. Servers make 16 to 36."""

MAX_ITERATIONS = 10_000_000
"""SCRAM iterations that are believed; nothing here computes them."""

MAX_PASSWORD = 1024
"""Bytes of a password. RFC 4616 sets none; servers take less."""

MAX_GROUPS = 64
"""Roster groups that one CHECK may name."""

MAX_NAME = 1023
"""Characters of a roster group's name."""

MAX_OCCUPANT = 128
"""Characters of a participant's stable id (XEP-0421)."""

MAX_PIPELINE = 1000
"""
Requests of one connection that may wait for their answer.

Past it nothing more is read.
"""

MAX_CONNECTIONS = 256
"""Connections one server holds; the next one is told 429 and closed."""

MAX_UNSENT = 8_388_608
"""
Bytes of answers that may wait for a peer that does not read.

Past it the connection is cut.
"""

HALF_FRAME_SECONDS = 10.0
"""How long a frame may take from first byte to last, and a TLS handshake."""

STALLED_SECONDS = 60.0
"""How long a peer may take none of the bytes that wait for it."""
