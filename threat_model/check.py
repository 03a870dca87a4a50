"""Hold every claim to an attack and a control, and print them as a table.

python threat_model/check.py
"""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ENFORCED = {"cryptographic", "process", "policy"}
CLAIM = {"id", "adversary", "text", "enforced_by", "attacks", "controls"}
NON_CLAIM = {"id", "adversary", "text", "limit", "demonstrations"}


def problems(model: dict[str, list[dict[str, Any]]], readme: str, root: Path) -> Iterator[str]:
    """Yield what is wrong: a form that is broken, a test that is not there, an adversary that nothing is said of."""
    claims, non_claims = model.get("claim", []), model.get("non_claim", [])
    for entry in (*claims, *non_claims):
        name = entry.get("id", "?")
        if entry.keys() != (CLAIM if entry in claims else NON_CLAIM):
            yield f"{name}: not the fields of a claim"
            continue
        tests = [test for field in ("attacks", "controls", "demonstrations") for test in entry.get(field, [])]
        yield from (f"{name}: there is no {test}" for test in tests if not _exists(root, test))
        if entry["adversary"] not in _adversaries(readme):
            yield f"{name}: the README knows no {entry['adversary']}"
        if "limit" in entry and f"\n{entry['limit']}. **" not in readme:
            yield f"{name}: the README has no limit {entry['limit']}"
        if "attacks" in entry and not (entry["attacks"] and entry["controls"]):
            yield f"{name}: a claim needs an attack and a control"
        if entry.get("enforced_by", "process") not in ENFORCED:
            yield f"{name}: enforced by nothing known"
    yield from (
        f"{name}: twice" for name, times in Counter(e.get("id") for e in (*claims, *non_claims)).items() if times > 1
    )
    silent = _adversaries(readme) - {entry.get("adversary") for entry in (*claims, *non_claims)}
    yield from (f"nothing is said of {name}" for name in sorted(silent))


def _adversaries(readme: str) -> set[str]:
    return set(re.findall(r"^\| (A\d+a?) \|", readme, re.MULTILINE))


def _exists(root: Path, test: str) -> bool:
    """Whether a test's node id names a function that is there."""
    path, _, name = test.partition("::")
    if not name.startswith("test_") or not (root / path).is_file():
        return False
    tree = ast.parse((root / path).read_text())
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in tree.body)


def main() -> int:
    """Print the table; return 1 if something is wrong."""
    model = tomllib.loads((HERE / "claims.toml").read_text())
    found = list(problems(model, (HERE / "README.md").read_text(), HERE.parent))
    for entry in model["claim"]:
        print(f"{entry['id']:<7}{entry['enforced_by']:<15}{entry['text']}")
    for entry in model["non_claim"]:
        print(f"{entry['id']:<7}{'NOT CLAIMED':<15}{entry['text']}")
    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
