"""Accuracy beside the filters of Debian, one table for each thing that is promised of it.

    python benchmarks/accuracy.py --data FOLDER [--ranking] [--variants] [--calibration] ...

FOLDER holds <set>.jsonl with a {"text", "label"[, "user"]} object a line. Each set that the seed is made of is
measured with a seed without it. Without the name of a table all are made.

* ranking: (1-AUC)%, the chance that a ham scores above a spam. Every message is taught at once: in a stream (a set in
  its order, one user); for users of 120 messages with 30 % spam (real ones where the set names them; all scores in one
  list, so that a filter has to mean the same by a number for everyone); over their first ten messages. Then for users
  who tell as little as people tell. Against the best peer of each set by paired bootstrap: below zero we win.
* variants: the same judge without a quota, with exact ids in place of buckets, on unscrubbed text, and without a seed.
* calibration: expected error and shares above the thresholds, `k` and `b` fitted without the set; ham lost in a month.
* ham-only: false alarms of users who get no spam that is like their ham.
* tenfold: right answers on SMS Spam Collection in ten folds.
* evasion: what is still caught of spam in disguise.
* poison: ham blocked after dictionaries were taught as spam.

Peers run if they are installed: `apt-get install bogofilter-sqlite spamassassin spamprobe rspamd redis-server`; the
rule of SpamBayes is part of this. Scores of ours come from a dictionary instead of a vault; a test holds it against
the real path (tests/daemon/commands/test_evaluate.py).
"""

import argparse
import math
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import fmean

from providence.benchmarks import evasion, peers, protocols
from providence.benchmarks.metrics import calibration_error, fitted, loss, mapped, share_above
from providence.benchmarks.protocols import ALL, PEOPLE, play
from providence.benchmarks.rankings import ranking, variants
from providence.benchmarks.reliability import diagram, mean_bins
from providence.benchmarks.tables import OURS, Options, Table, show, tell
from providence.pipeline import PRIOR, Thresholds

TENFOLD = "uci_sms"
HAM_SPAM = ("uci_sms", "youtube")
"""Whose spam is taught to users of ham alone; the second for ham of the first."""

BOUNDS = (0.5, Thresholds().flag, Thresholds().junk)
MONTHS_HAM = protocols.MONTH - protocols.MONTHS_SPAM


def calibration(options: Options) -> None:
    """Print calibration as it is shipped and as it would be, fitted without the set; draw the latter."""
    table: Table = {}
    shipped = {}
    for name in options.sets:
        tell(f"{name}, calibration")
        shipped[name] = play(options.ours(name), options.people(name), name)
    fresh = {}
    for name, scores in shipped.items():
        others = [each for other, each in shipped.items() if other != name] or [scores]
        k, b = fitted(others, PRIOR.log_odds)
        fresh[name] = mapped(scores, k, b, PRIOR.log_odds)
        table.setdefault("k and b fitted on the others", {})[name] = f"{k:.2f}, {b:.2f}"
        for title, each in (("as shipped", scores), ("fitted on the others", fresh[name])):
            table.setdefault(f"calibration error, {title}", {})[name] = calibration_error(each)
            for bound in BOUNDS:
                for side, spam in (("ham", False), ("spam", True)):
                    row = f"% of {side} above {bound:g}, {title}"
                    table.setdefault(row, {})[name] = share_above(each, bound, spam=spam)
    show("calibration of users", table, options.sets)
    print("\nsaid | was | share of the messages, in % (fitted on the other sets)\n---|---|---")
    for said, was, share in mean_bins(fresh):
        print(f"{100 * said:.1f} | {100 * was:.1f} | {100 * share:.1f}")
    if options.svg:
        options.svg.write_text(diagram(fresh), encoding="utf-8")
    month(options)


def month(options: Options) -> None:
    """Print how many ham a user loses in the first month of 20 strangers' messages a day."""
    table: Table = {}
    # What is not junked is seen, and may be reported.
    seen = math.log(BOUNDS[2] / (1 - BOUNDS[2]))
    for name in options.sets:
        rows = options.rows(name)[0]
        users = protocols.simulated(rows, options.users, name, protocols.MONTH, protocols.MONTHS_SPAM)
        for title, feedback in (("told all", ALL), ("told as little as people tell", PEOPLE)):
            tell(f"{name}, a month, {title}")
            scores = play(options.ours(name), users, name, feedback, seen)
            for what, bound in (("junked", BOUNDS[2]), ("flagged or junked", BOUNDS[1])):
                lost = MONTHS_HAM / 100 * share_above(scores, bound, spam=False)
                table.setdefault(f"ham {what}, {title}", {})[name] = lost
            spam = share_above(scores, BOUNDS[2], spam=True)
            table.setdefault(f"% of spam junked, {title}", {})[name] = spam
    show(f"of {MONTHS_HAM} ham and {protocols.MONTHS_SPAM} spam in a first month", table, options.sets)


def ham_only(options: Options) -> None:
    """Print how much ham is held for spam (P above 0.5) by a user without spam of the same kind."""
    table: Table = {}
    for name in ("--ham",) if options.ham else options.sets:
        tell(f"{name}, ham only")
        other = HAM_SPAM[name == HAM_SPAM[0]]
        spam = [row.text for row in options.rows(other)[0] if row.spam]
        if options.ham:
            rows, names = protocols.read(options.ham)
            users = [[row.text for row in each] for each in protocols.by_name(rows, names)]
            users = [texts for texts in users if len(texts) > protocols.TAUGHT]
        else:
            users = list(protocols.in_parts(options.rows(name)[0]))
        alarms = protocols.false_alarms(options.ours(name), users, spam)
        for row, value in (
            ("spam of", other),
            ("users", str(len(users))),
            ("messages after training", str(alarms.messages)),
            ("% held before any training", alarms.untaught),
            (f"% held after {protocols.TAUGHT} of each", alarms.taught),
            ("the user with most, %", alarms.worst),
        ):
            table.setdefault(row, {})[name] = value
    show("ham held for spam", table, ("--ham",) if options.ham else options.sets)


def tenfold(options: Options) -> None:
    """Print how many answers are right in ten folds."""
    tell("ten folds")
    scores = protocols.folds(partial(options.ours, TENFOLD), options.rows(TENFOLD)[0])
    right = sum((score.value > 0) == score.spam for score in scores)
    ham, spam = (share_above(scores, 0.5, spam=side) for side in (False, True))
    print(
        f"\n{TENFOLD} in ten folds: {100 * right / len(scores):.2f} % right, {spam:.2f} % of the spam caught, "
        f"{ham:.2f} % of the ham held, (1-AUC)% {loss(scores):.3f}"
    )


def evade(options: Options) -> None:
    """Print how much spam in disguise is caught: by each filter in the mean of the sets, and by ours on each set."""
    caught: dict[str, list[list[float]]] = {}
    ours: Table = {}
    for name in options.sets:
        tell(f"{name}, evasion")
        trial = evasion.trial(options.rows(name)[0], options.tested)
        act = partial(evasion.caught, messages=trial, user=name)
        found = {OURS: act(options.ours(name))}
        found |= {peer: options.said(peer, f"{name}-evasion-{options.tested}", act) for peer in options.peers}
        for filt, values in found.items():
            caught.setdefault(filt, []).append(values)
        for attack, value in zip(evasion.NAMES, found[OURS], strict=True):
            ours.setdefault(attack, {})[name] = value
    title = f"% of spam caught at the threshold that blocks {100 * evasion.BLOCKED:g} % of clean ham"
    means: Table = {
        filt: dict(zip(evasion.NAMES, map(fmean, zip(*values, strict=True)), strict=True))
        for filt, values in caught.items()
    }
    show(f"{title}, mean of the sets", means, evasion.NAMES, "of all columns")
    show(f"{title}, {OURS}", ours, options.sets)


def poison(options: Options) -> None:
    """Print how much ham is junked after poisoned trainings."""
    table: Table = {}
    for name in options.sets:
        tell(f"{name}, poison")
        rows = options.rows(name)[0][: protocols.POISONED_ROWS]
        for share in (0.0, 0.01, 0.05):
            value = protocols.poisoned(options.ours(name), rows, share, BOUNDS[2])
            table.setdefault(f"{100 * share:g} % of the trainings poisoned", {})[name] = value
    show("% of ham junked", table, options.sets)


TABLES: dict[str, Callable[[Options], None]] = {
    "ranking": ranking,
    "variants": variants,
    "calibration": calibration,
    "ham-only": ham_only,
    "tenfold": tenfold,
    "evasion": evade,
    "poison": poison,
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    for table, make in TABLES.items():
        parser.add_argument(
            f"--{table}",
            dest="tables",
            action="append_const",
            const=table,
            help=(make.__doc__ or "").replace("%", "%%"),
        )
    parser.add_argument("--sets", help="some of the sets, by name")
    parser.add_argument("--limit", type=int, default=1500, help="messages of a stream (default: %(default)s)")
    parser.add_argument("--users", type=int, default=10, help="simulated users (default: %(default)s)")
    parser.add_argument("--draws", type=int, default=200, help="of the bootstrap (default: %(default)s)")
    parser.add_argument("--tested", type=int, default=1000, help="messages that evade (default: %(default)s)")
    parser.add_argument("--peers", default=",".join(peers.installed()), help="which of: %(default)s; '' for none")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="where what the peers said is kept for the next time"
    )
    parser.add_argument(
        "--ham", type=Path, metavar="FILE", help='ham for --ham-only: {"text", "user"} objects, a line each'
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="where to draw the reliability diagram")
    given = parser.parse_args()
    sets = given.sets.split(",") if given.sets else sorted(path.stem for path in given.data.glob("*.jsonl"))
    others = tuple(name for name in given.peers.split(",") if name)
    sizes = given.limit, given.users, given.draws, given.tested
    options = Options(given.data, tuple(sets), *sizes, others, given.keep, given.ham, given.svg)
    if given.keep:
        given.keep.mkdir(exist_ok=True)
    # Whoever ends this ends its peers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    for table in given.tables or TABLES:
        TABLES[table](options)


if __name__ == "__main__":
    main()
