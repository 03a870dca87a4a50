"""Every claim of the threat model has an attack and a control, and what is not claimed says so."""

import copy
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "threat_model"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the threat model lies beside the sources")


@pytest.fixture(scope="module")
def check() -> Callable[[dict[str, Any]], list[str]]:
    problems = runpy.run_path(str(FOLDER / "check.py"))["problems"]
    readme = (FOLDER / "README.md").read_text()
    return lambda model: list(problems(model, readme, ROOT))


@pytest.fixture
def model() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "claims.toml").read_text())


def test_every_claim_has_an_attack_and_a_control_that_exist(
    check: Callable[[dict[str, Any]], list[str]], model: dict[str, Any]
) -> None:
    """And every adversary of the README has a claim or a non-claim."""
    assert [] == check(model)


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "an attack that does not exist": lambda claim: claim["attacks"].append(
        "tests/attacks/test_claims.py::test_nothing"
    ),
    "a file that does not exist": lambda claim: claim["controls"].append("tests/attacks/none.py::test_nothing"),
    "no attack": lambda claim: claim["attacks"].clear(),
    "no control": lambda claim: claim["controls"].clear(),
    "another adversary": lambda claim: claim.update(adversary="A99"),
    "another enforcement": lambda claim: claim.update(enforced_by="hope"),
    "no text": lambda claim: claim.pop("text"),
    "a name twice": lambda claim: claim.update(id="A1-02"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_claim_without_its_tests_is_refused(
    how: str, check: Callable[[dict[str, Any]], list[str]], model: dict[str, Any]
) -> None:
    """The check has teeth."""
    broken = copy.deepcopy(model)
    BROKEN[how](broken["claim"][0])

    assert check(broken)
