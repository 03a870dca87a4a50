"""What the scrubber lets through, what it takes from ordinary text, and how long it needs.

Usage: python benchmarks/scrubber.py DATA [--limit N] [--peers] [--show KIND]

DATA holds scrubber/ (rows of {"text", "spans"}: planted secrets, and ham without any) and messages/ (rows of {"text",
"label"}). Every row goes the real way, `providence.pipeline.study` with one doorkeeper for each file, as
`providence scrub --jsonl` does. For each kind of secret:

    n       planted secrets of this kind
    cover   % of which every letter and digit lies in a removed span
    half    % of which half of them do (gitleaks' own tests mark whole commands)
    leak    % of which every part is among the features that would be stored

`--peers` adds detect-secrets (group `bench`) on the same rows; `--show` prints what leaked of one kind.
"""

import argparse
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from providence.pipeline import study
from providence.scrubber import Doorkeeper, Span, examine, scrub
from providence.scrubber.confusables import resolve
from providence.scrubber.folding import fold

PLANTED = ("synth_dev", "detect_secrets_tests", "gitleaks_rules", "presidio_recognizer_tests")
HAM = ("ham_banking77_test", "ham_chatterbot", "ham_ubuntu_irc")
# Who takes a word away: the word gate, the shape rule, strict mode, or a detector.
GATE = frozenset({"rare"})
SHAPE = frozenset(
    (
        *("mixed", "long", "token", "code", "quoted", "url", "spelled", "mention", "key", "jwt", "ip", "number"),
        *("money", "clock", "date"),
    )
)
STRICT = frozenset({"strict"})

# A word that stands alone, but for punctuation around it: what is in a URL or beside a digit is no ordinary word.
_WORD = re.compile(r"(?<!\S)[^\w\s]*+([^\W\d_]{2,}+)[^\w\s]*+(?!\S)")
_PART = re.compile(r"[^\W_]+")


class Row(NamedTuple):
    """A message, what is planted in it, and which language it is in."""

    text: str
    secrets: tuple[Span, ...]
    lang: str
    ident: str


class Done(NamedTuple):
    """What became of a message."""

    spans: list[Span]
    features: tuple[str, ...]


def rows_of(path: Path, limit: int | None) -> list[Row]:
    """Read a file without its spam; with a limit, every n-th row of it."""
    lines = path.read_text("utf-8").splitlines()
    step = max(1, len(lines) // limit) if limit else 1
    found = []
    for line in lines[::step]:
        row = json.loads(line)
        if row.get("label") == "spam":
            continue
        spans = tuple(Span(*span) for span in row.get("spans", ()))
        found.append(Row(row["text"], spans, row.get("lang", "en"), row.get("id", "")))
    return found


def scrubbed(rows: Sequence[Row], door: Doorkeeper) -> Iterator[tuple[Row, Done]]:
    """Send rows the real way, as one user's messages in a row."""
    for row in rows:
        reading = study([("body", row.text)], door)
        words = {feature.partition(":")[2] for feature in reading.features if feature.startswith("word:")}
        spans = [Span(0, len(row.text), "refused")] if reading.refused else examine(row.text).spans(words)
        yield row, Done(spans, reading.features)


def is_covered(text: str, secret: Span, spans: Sequence[Span]) -> bool:
    """Tell whether every letter and digit of a secret was removed."""
    gone = {at for span in spans for at in range(span.start, span.end)}
    return all(at in gone for at in range(secret.start, min(secret.end, len(text))) if text[at].isalnum())


def is_half_covered(text: str, secret: Span, spans: Sequence[Span]) -> bool:
    """Tell whether half of it was: some sets mark a whole command as the secret."""
    gone = {at for span in spans for at in range(span.start, span.end)}
    alnum = [at in gone for at in range(secret.start, min(secret.end, len(text))) if text[at].isalnum()]
    return 2 * sum(alnum) >= len(alnum)


def is_stored(text: str, secret: Span, features: Sequence[str]) -> bool:
    """Tell whether every part of a secret is among the features."""
    stored: set[str] = set()
    for feature in features:
        kind, _, content = feature.partition(":")
        if kind in {"word", "run", "host"}:
            stored.update(_PART.findall(content))
    whole = resolve(fold(text[secret.start : secret.end]))
    parts = [
        part
        for found in _PART.findall(whole)
        for part in ([found] if found.isascii() or found in stored else _grams(found))
    ]
    return bool(parts) and all(part in stored for part in parts)


def _grams(part: str) -> list[str]:
    wide = any(char >= "\u2e80" for char in part)
    return [part[at : at + 2] for at in range(max(1, len(part) - 1))] if wide else [part]


def leaks(name: str, rows: Sequence[Row], show: str) -> None:
    """Print cover and leak for each kind of secret."""
    total: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    stored: Counter[str] = Counter()
    half: Counter[str] = Counter()
    for row, done in scrubbed(rows, Doorkeeper()):
        for secret in row.secrets:
            good, bad = is_covered(row.text, secret, done.spans), is_stored(row.text, secret, done.features)
            for kind in (secret.kind, "ALL"):
                total[kind] += 1
                covered[kind] += good
                half[kind] += is_half_covered(row.text, secret, done.spans)
                stored[kind] += bad
            if show == secret.kind and (bad or not good):
                print("    LEAK" if bad else "    part", row.ident, repr(row.text), row.text[slice(*secret[:2])], done)
    print(f"\n{name}: {len(rows)} messages\n{'kind':16}{'n':>6}{'cover':>8}{'half':>8}{'leak':>8}")
    for kind, count in sorted(total.items()):
        shares = [100 * hits[kind] / count for hits in (covered, half, stored)]
        print(f"{kind:16}{count:6}{shares[0]:8.1f}{shares[1]:8.1f}{shares[2]:8.2f}")


def damage(name: str, rows: Sequence[Row]) -> None:
    """Print the share of words of ordinary text that each rule takes away, by language."""
    words: Counter[str] = Counter()
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: Counter[str] = Counter()
    for row, done in scrubbed(rows, Doorkeeper()):
        for match in _WORD.finditer(row.text):
            words[row.lang] += 1
            kind = next((span.kind for span in done.spans if span.start <= match.start(1) < span.end), "")
            if kind:
                taken[row.lang][_rule(kind)] += 1
                kinds[kind] += 1
    for lang, count in sorted(words.items()):
        shares = {rule: 100 * taken[lang][rule] / count for rule in ("detectors", "strict", "shape", "gate")}
        print(f"{name:24}{lang:8}{count:8}" + "".join(f"{share:10.2f}" for share in shares.values()))
    print(f"{'':24}{dict(kinds.most_common(12))}")


def _rule(kind: str) -> str:
    return next(
        (rule for rule, known in (("gate", GATE), ("shape", SHAPE), ("strict", STRICT)) if kind in known), "detectors"
    )


def detect_secrets() -> Callable[[str], list[Span]]:
    """Give detect-secrets, all its plugins on: what it finds in each line of a text."""
    from detect_secrets.core.scan import scan_line  # noqa: PLC0415 - only where it is asked for
    from detect_secrets.settings import default_settings  # noqa: PLC0415

    def find(text: str) -> list[Span]:
        spans = []
        with default_settings():
            for line in text.splitlines():
                for secret in scan_line(line):
                    value = secret.secret_value or "\0"
                    start = text.find(value)
                    if start >= 0:
                        spans.append(Span(start, start + len(value), secret.type))
        return spans

    return find


def ours() -> Callable[[str], list[Span]]:
    """Give the whole way of a message that is learnt, and its spans."""
    door = Doorkeeper()

    def find(text: str) -> list[Span]:
        [(_, done)] = scrubbed([Row(text, (), "", "")], door)
        return done.spans

    return find


def peers(data: Path, limit: int | None) -> None:
    """Print recall, precision and time of ours and detect-secrets on the same rows."""
    print(f"\n{'same rows':28}{'':16}{'recall %':>10}{'precision %':>13}{'µs':>8}")
    for name in PLANTED:
        rows = rows_of(data / "scrubber" / f"{name}.jsonl", limit)
        for peer, find in (("providence", ours()), ("detect-secrets", detect_secrets())):
            start = time.thread_time()
            found = [find(row.text) for row in rows]
            spent = 1e6 * (time.thread_time() - start) / len(rows)
            pairs = list(zip(rows, found, strict=True))
            recall = [is_covered(row.text, secret, spans) for row, spans in pairs for secret in row.secrets]
            right = [
                any(span.start < secret.end and secret.start < span.end for secret in row.secrets)
                for row, spans in pairs
                for span in spans
            ]
            shares = [100 * sum(hits) / max(1, len(hits)) for hits in (recall, right)]
            print(f"{name:28}{peer:16}{shares[0]:10.1f}{shares[1]:13.1f}{spent:8.0f}")


def micros(act: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Time each text once, in microseconds of this thread's processor time."""
    spent = []
    for text in texts:
        start = time.thread_time()
        act(text)
        spent.append(1e6 * (time.thread_time() - start))
    return spent


def speed(data: Path, limit: int) -> None:
    """Print how long a message takes, and the largest ones."""
    texts = [row.text for row in rows_of(data / "messages" / "uci_sms.jsonl", limit)]
    micros(scrub, texts[:100])
    spent = micros(scrub, texts)
    print(f"\nscrub: median {statistics.median(spent):.0f} µs, 99 % {sorted(spent)[len(spent) * 99 // 100]:.0f} µs")
    hostile = (
        "a ",
        "password ",
        "is my login ",
        "a1 ",
        "a.",
        "bob at ",
        "one two ",
        "张",
        "密码是",
        "abandon ",
        "\u0301a",
        "http://a/ ",
        "a-",
        "`a` ",
    )
    for size in (8192, 65536):
        worst = max((min(micros(scrub, [(shape * size)[:size]] * 3)), shape) for shape in hostile)
        print(f"{size:6} characters: at most {worst[0] / 1000:.1f} ms, of {worst[1]!r}")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--show", default="")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--only", choices=("leaks", "damage", "speed"))
    args = parser.parse_args()
    if args.only in {None, "leaks"}:
        for name in PLANTED:
            leaks(name, rows_of(args.data / "scrubber" / f"{name}.jsonl", args.limit), args.show)
    if args.only in {None, "damage"}:
        print(f"\n{'ordinary text':24}{'':8}{'words':>8}{'detect %':>10}{'strict %':>10}{'shape %':>10}{'gate %':>10}")
        for name in HAM:
            damage(name, rows_of(args.data / "scrubber" / f"{name}.jsonl", args.limit))
        for path in sorted((args.data / "messages").glob("*.jsonl")):
            damage(path.stem, rows_of(path, args.limit))
    if args.peers:
        peers(args.data, args.limit)
    if args.only in {None, "speed"}:
        speed(args.data, args.limit or 2000)


if __name__ == "__main__":
    main()
