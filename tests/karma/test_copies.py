"""A list's new copy takes the place of the last one in steps: whole, or not at all."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import thread_time

import pytest

from providence.errors import InputError
from providence.karma import MAX_LIST, Karma, KarmaSettings, sender_of
from providence.karma.ledger import STEPS
from providence.karma.lists import AT_ONCE

START = 20_000 * 86_400.0
SECRET = bytes(32)
OLD, NEW = 3 * AT_ONCE, 4 * AT_ONCE


@pytest.fixture
def karma(tmp_path: Path) -> Iterator[Karma]:
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        yield karma


def entries(title: str, count: int) -> list[str]:
    return [f"{title}{number}.example" for number in range(count)]


def listed(karma: Karma, host: str) -> bool:
    return bool(karma.assess(sender_of(f"x@{host}"), START).reasons)


def finish(work: Iterator[None]) -> int:
    return sum(1 for _ in work)


def which(karma: Karma) -> str:
    """Return which copy counts; both, or parts of one, are neither."""
    old = [listed(karma, host) for host in entries("old", OLD)]
    new = [listed(karma, host) for host in entries("new", NEW)]
    both = listed(karma, "both.example")
    return {(True, False): "old", (False, True): "new"}[all(old) and both, all(new) and both and not any(old)]


def test_the_last_copy_counts_until_the_new_one_is_whole(karma: Karma) -> None:
    finish(karma.lists.replace(0, ["both.example", *entries("old", OLD)], START))
    found = []
    for _ in karma.lists.replace(0, ["both.example", *entries("new", NEW)], START):
        karma.commit()
        new = {listed(karma, "new0.example"), listed(karma, f"new{NEW - 1}.example")}
        states = {listed(karma, "old0.example"), *(not each for each in new)}
        assert 1 == len(states)
        found.append(states.pop())
    assert sorted(found, reverse=True) == found
    assert {True, False} == set(found)
    assert "new" == which(karma)


def test_nothing_of_an_old_copy_is_kept(karma: Karma) -> None:
    finish(karma.lists.replace(0, entries("old", OLD), START))
    karma.commit()
    before = len(karma)
    for title in ("new", "old", "new"):
        finish(karma.lists.replace(0, entries(title, OLD), START))
        karma.commit()
        assert before == len(karma)
    finish(karma.lists.replace(0, [], START))
    karma.commit()
    assert before - OLD == len(karma)


def test_a_copy_that_was_given_up_halfway_leaves_nothing_in_the_next_one(karma: Karma) -> None:
    finish(karma.lists.replace(0, ["both.example", *entries("old", OLD)], START))
    work = karma.lists.replace(0, entries("rubbish", NEW), START)
    for _ in range(STEPS // 2):
        next(work)
    work.close()
    assert "old" == which(karma)
    finish(karma.lists.replace(0, ["both.example", *entries("new", NEW)], START))
    finish(karma.lists.replace(0, ["both.example", *entries("new", NEW)], START))
    assert "new" == which(karma)
    assert not any(listed(karma, host) for host in entries("rubbish", NEW))


@pytest.mark.parametrize("seed", range(8))
def test_of_two_replacements_at_once_the_later_wins_whole(karma: Karma, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - an order
    first = karma.lists.replace(0, ["both.example", *entries("old", OLD)], START)
    for _ in range(random.randrange(1, 600)):
        next(first, None)
    second = karma.lists.replace(0, ["both.example", *entries("new", NEW)], START)
    works = [first, second]
    while works:
        work = random.choice(works)
        if next(work, "end") == "end":
            works.remove(work)
    assert which(karma) in {"old", "new"}
    finish(karma.lists.replace(0, ["both.example", *entries("new", NEW)], START))
    assert "new" == which(karma)


def test_what_is_added_and_removed_meanwhile_is_so_in_the_new_copy(karma: Karma) -> None:
    finish(karma.lists.replace(0, entries("old", OLD), START))
    for at in (NEW // AT_ONCE + 1, NEW // AT_ONCE + STEPS // 2, NEW // AT_ONCE + 2 * STEPS):
        work = karma.lists.replace(0, entries("new", NEW), START)
        for _ in range(at):
            next(work)
        karma.lists.add(0, "added.example", START)
        karma.lists.remove(0, "new7.example", START)
        assert listed(karma, "added.example")
        assert not listed(karma, "new7.example")
        finish(work)
        assert listed(karma, "added.example")
        assert not listed(karma, "new7.example")
        assert listed(karma, "new8.example")


def test_a_copy_with_a_malformed_entry_changes_nothing(karma: Karma) -> None:
    finish(karma.lists.replace(0, ["both.example", *entries("old", OLD)], START))
    with pytest.raises(InputError):
        finish(karma.lists.replace(0, [*entries("new", NEW), ""], START))
    assert "old" == which(karma)


def test_an_empty_copy_of_a_list_that_never_was_is_no_work(karma: Karma) -> None:
    assert 0 == finish(karma.lists.replace(0, [], START))
    karma.lists.add(1, "old0.example", START)
    finish(karma.lists.replace(1, [], START))
    assert not listed(karma, "old0.example")


_WRITER = """
import sys
from pathlib import Path
from providence.karma import Karma, KarmaSettings
from providence.tests.karma.test_copies import NEW, SECRET, START, entries
karma = Karma.open(Path(sys.argv[1]), SECRET, KarmaSettings())
for _ in karma.lists.replace(0, ["both.example", *entries("new", NEW)], START):
    karma.commit()
    print("step", flush=True)
    sys.stdin.readline()
print("end", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("step", [1, 5, 6, 100, 259, 260, 261, 262, 263, 400, 770])
def test_who_is_killed_on_the_way_leaves_the_old_copy_or_the_new_one(tmp_path: Path, step: int) -> None:
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        finish(karma.lists.replace(0, ["both.example", *entries("old", OLD)], START))
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(step):
        assert process.stdout.readline()
        if number < step - 1:
            process.stdin.write("\n")
            process.stdin.flush()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with Karma.open(tmp_path, SECRET, KarmaSettings()) as karma:
        # Five steps hash, 256 write, the others clear up.
        assert ("old" if step <= 5 + STEPS else "new") == which(karma)
        finish(karma.lists.replace(0, ["both.example", *entries("new", NEW)], START))
        karma.commit()
        assert "new" == which(karma)


def test_no_step_of_the_longest_list_keeps_anybody_waiting(karma: Karma) -> None:
    spent = []
    begun = thread_time()
    for _ in karma.lists.replace(0, entries("new", MAX_LIST), START):
        karma.commit()
        spent.append(thread_time() - begun)
        begun = thread_time()
    # Measured are 10 ms of a second and a half; what is asked for here leaves room for any machine.
    assert max(spent) < min(0.1, sum(spent) / 10)
