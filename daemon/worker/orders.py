"""What the router tells a worker at its start."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Orders:
    """Folders, shards and settings, written to the worker's standard input; no secret is in it."""

    data: str
    host_key: str
    shards: tuple[int, ...]
    linger: float
    orphan: float
    commit_seconds: float
    log_level: str
    verdicts: dict[str, Any]
    vault: dict[str, Any]
    keyring: dict[str, Any]

    def to_json(self) -> bytes:
        """Return the orders as bytes."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        """Read what `to_json` wrote."""
        fields = json.loads(raw)
        return cls(**{**fields, "shards": tuple(fields["shards"])})
