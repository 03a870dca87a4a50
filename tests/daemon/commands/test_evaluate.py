import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from providence.benchmarks.ours import Ours
from providence.classifier import EMPTY, shipped
from providence.daemon.commands.evaluating import bench

SPAM = ["win money now at the casino", "cheap pills, write me", "earn 500 dollars a day from home"]
HAM = ["are you coming tonight?", "thanks, see you tomorrow", "the meeting is on thursday"]


def mailbox(folder: Path) -> Path:
    file = folder / "messages.jsonl"
    rows = [
        {"text": text, "label": label}
        for s, h in zip(SPAM, HAM, strict=True)
        for text, label in ((s, "spam"), (h, "ham"))
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows * 4))
    return file


def evaluate(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "providence", "evaluate", *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)


def test_a_file_is_judged_and_learnt_in_its_order(tmp_path: Path) -> None:
    done = evaluate(str(mailbox(tmp_path)), "--json")
    figures = json.loads(done.stdout)["messages.jsonl"]

    assert done.returncode == 0
    assert (12, 12) == (figures["ham"], figures["spam"])
    assert figures["(1-AUC)%"] < 10


def test_lines_are_answered_one_by_one() -> None:
    asked: list[dict[str, str]] = [{"op": "reset", "user": "u"}, {"op": "classify", "user": "u", "text": SPAM[0]}]
    for _ in range(3):
        asked += [{"op": "train", "user": "u", "text": text, "label": "spam"} for text in SPAM]
        asked += [{"op": "train", "user": "u", "text": text, "label": "ham"} for text in HAM]
    asked += [
        {"op": "classify", "user": "u", "text": SPAM[0]},
        {"op": "stat", "user": "u"},
        {"op": "reset", "user": "u"},
    ]
    asked += [{"op": "classify", "user": "u", "text": SPAM[0]}]
    done = evaluate("--line", given="".join(json.dumps(line) + "\n" for line in asked))
    answers = [json.loads(line) for line in io.StringIO(done.stdout)]

    assert len(asked) == len(answers)
    first, taught, again = (answer["score"] for answer in answers if "score" in answer)
    assert first == again < taught
    assert answers[-3]["bytes"] > 100


@pytest.mark.parametrize(
    "line", ["no json\n", "[]\n", '{"op": "shrug"}\n', '{"op": "train", "user": "u", "text": "x"}\n']
)
def test_what_is_no_request_ends_it_with_an_error(line: str) -> None:
    done = evaluate("--line", given=line)

    assert done.returncode == 3
    assert done.stderr.startswith("error: a line")


@pytest.mark.parametrize("words", [(), ("--line", "file"), ("file", "--seed", "a", "--no-seed")])
def test_arguments_that_do_not_go_together_are_refused(words: tuple[str, ...]) -> None:
    assert evaluate(*words).returncode == 2


def test_without_a_seed_nothing_is_known() -> None:
    with bench(EMPTY) as judge:
        judge.reset("u")
        assert judge.classify("u", SPAM[0]) == judge.classify("u", HAM[0])


def test_a_missing_seed_is_named(tmp_path: Path) -> None:
    done = evaluate("--line", "--seed", str(tmp_path / "nowhere"))

    assert done.returncode == 3
    assert "nowhere" in done.stderr


def test_the_dictionary_of_the_benchmark_scores_as_a_vault_does() -> None:
    """What benchmarks/accuracy.py measures is what the daemon says."""
    with bench(shipped()) as judge:
        judge.reset("u")
        ours = Ours(shipped(), judge.blind_for("u"))
        for turn in range(30):
            for texts, spam in ((SPAM, True), (HAM, False)):
                text = (
                    f"{texts[turn % 3]}\n{'word' * (turn % 4)} {texts[(turn + 1) % 3]}" if turn % 5 else texts[turn % 3]
                )
                assert pytest.approx(ours.classify("u", text), abs=1e-9) == judge.classify("u", text)
                ours.train("u", text, spam=spam)
                judge.train("u", text, spam=spam)
