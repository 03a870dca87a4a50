"""Where the time of one CHECK goes inside the worker and the router, from a replay in one process.

    python benchmarks/stages.py FOLDER

FOLDER is that of a stopped daemon of `benchmarks/daemon.py`. Each stage runs by itself over the same
messages, many times, so that no profiler is in the way; the medians are printed as JSON, in
microseconds for each CHECK. `worker` and `router` are the whole path without sockets and event loop.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import Mock

from providence.benchmarks.mailbag import messages
from providence.classifier import Counts
from providence.classifier import judge as classify
from providence.daemon.router import Router
from providence.daemon.sessions import Sessions
from providence.daemon.worker.commits import Commits
from providence.daemon.worker.desk import Desk
from providence.daemon.worker.dispatch import Dispatch
from providence.keyring import HostKeys, Keyring, Secret, SlotKind, Unlock
from providence.pipeline import Correspondents, Thresholds
from providence.pnp import FrameProtocol, FrameReader, check_request, encode_reply, encode_request
from providence.scrubber import blind, scrub
from providence.stanza import Jid, Stanza, parse
from providence.tokenizer import tokenize
from providence.vault import Store, Vault
