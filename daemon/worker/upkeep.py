"""STATS, VERIFY and EPOCH: what concerns no single user."""

from ..hardening import report
from .calls import Call
from .desk import Desk

# A damaged store has as many problems as it likes; the first ones tell enough.
MAX_PROBLEMS = 100


def stats(desk: Desk, call: Call) -> None:
    """Count; no user is named."""
    counts = {f"{name.lower()}": count for name, count in sorted(desk.counts.items())}
    open_vaults = sum(1 for _ in desk.store.vaults())
    call.answer_json(
        {"counts": counts, "open_vaults": open_vaults, "sessions": len(desk.sessions), "hardening": [report()]}
    )


def verify(desk: Desk, call: Call) -> None:
    """Look at every file and every record of these shards."""
    found = desk.store.verify()
    call.answer_json({"users": found.users, "problems": found.problems[:MAX_PROBLEMS]})


def epoch(desk: Desk, call: Call) -> None:
    """Take one step of an erasure (docs/spec/vault-format.md); the router leads the workers through them.

    `begin` makes a new epoch of the host key, `turn` seals and writes everything anew under it, `retire`
    destroys the old one, `follow` takes note of what another worker did to the host key.
    """
    step = call.header("step")
    match step:
        case "begin":
            if not desk.store.erasing:
                desk.host.rotate()
        case "turn":
            desk.host.reload()
            desk.store.rotate()
            desk.store.compact()
        case "retire":
            desk.store.retire()
        case _:
            desk.host.reload()
    call.answer()
