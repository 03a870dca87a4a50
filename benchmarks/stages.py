"""The daemon with a clock around each stage of a CHECK.

    python benchmarks/stages.py -m providence serve --config FILE

It stands in for the interpreter, in the router and in the workers the router starts. Each process writes
what each stage took to standard error when it ends, as one line of JSON: nanoseconds without the stages
inside. A clock costs some 0.3 microseconds, so figures of the whole come from a daemon without clocks.
"""

import atexit
import json
import os
import runpy
import sys
from collections import Counter
from collections.abc import Callable
from functools import wraps
from time import thread_time_ns
from typing import Any, Final

from providence.daemon import links, reputation, router
from providence.daemon.reputation import Reputation
from providence.daemon.worker import calls, checking, dispatch
from providence.junk import ring
from providence.karma import Karma
from providence.keyring import HostKeys, Keys, Pinner
from providence.pipeline import correspondents, judging, reading, studying
from providence.pnp import FrameReader, connections, senders
from providence.vault import items, scratch, tables, vaults

_WRAPPER = "PROVIDENCE_STANDIN"
MARK: Final = "stages: "

_STAGES: dict[str, tuple[tuple[Any, str], ...]] = {
    "frame": ((FrameReader, "read"), (FrameReader, "release"), (connections, "check_request")),
    "user": ((dispatch.Dispatch, "frame"), (HostKeys, "uid"), (Pinner, "__call__"), (router.Router, "frame")),
    "parse": ((checking, "parse"),),
    "correspondents": ((correspondents.Correspondents, "knows"), (items.Items, "get")),
    "scrub": ((reading, "examine"), (reading, "scrub"), (studying, "asks")),
    "tokenise": ((reading, "tokenize"),),
    "hash": ((reading, "blind"),),
    "key ids": ((Keys, "blind"),),
    "open table": ((Keys, "open_table"),),
    "look up": ((tables.Table, "look_up"),),
    "wipe table": ((scratch.Scratch, "wipe"),),
    "vault, rest": ((vaults.Vault, "counts"),),
    "classify": ((judging, "classify"),),
    "study": ((studying.Study, "read"),),
    "ring": ((ring.Ring, "note"), (checking, "_note")),
    "weigh": ((checking, "judge"), (checking, "check"), (dispatch.Dispatch, "_run")),
    "answer": ((calls.Call, "answer_json"), (connections.FrameProtocol, "answer")),
    "relay": ((links.Link, "frame"), (links.Link, "forward"), (connections.FrameProtocol, "relay")),
    "forward": ((connections.FrameProtocol, "forward"),),
    "sender": ((Reputation, "headers"),),
    "karma": ((Karma, "assess"), (Karma, "admit"), (Karma, "neighbourhood"), (Karma, "profile")),
    "authentication": ((Reputation, "_known"), (reputation, "score")),
    "testimony": ((Reputation, "hear"),),
    "write": ((senders.Sender, "_flush"),),
}

_took: Counter[str] = Counter()
_inside = [0]


def _clocked(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: object, **named: object) -> object:
        outer, _inside[0] = _inside[0], 0
        began = thread_time_ns()
        try:
            return function(*args, **named)
        finally:
            took = thread_time_ns() - began
            _took[stage] += took - _inside[0]
            _inside[0] = outer + took

    return timed


def _report() -> None:
    sys.stderr.write(f"{MARK}{json.dumps(_took)}\n")


if __name__ == "__main__":
    for stage, places in _STAGES.items():
        for place, name in places:
            setattr(place, name, _clocked(stage, getattr(place, name)))
    # The router starts its workers by this name.
    sys.executable = os.environ[_WRAPPER]
    atexit.register(_report)
    flag, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
