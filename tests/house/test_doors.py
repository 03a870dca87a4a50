"""What a door says: which side its room is on, and what others may take."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(door.parent.name for door in ROOT.glob("*/__init__.py"))
SIDES = "text|keys|blind|shared|wires"
LONGEST_FILE = 500


@pytest.mark.parametrize("room", ROOMS)
def test_the_first_line_of_a_door_names_its_side(room: str) -> None:
    """
    An auditor learns from one line whether a room sees text, keys, or neither.
    """
    door = importlib.import_module(f"providence.{room}")
    first = (door.__doc__ or "").strip().splitlines()[0]

    assert re.search(rf"\(({SIDES})( side)?\)", first), first


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_names_all_that_it_lends(room: str) -> None:
    """
    `__all__` holds what the door imports, in order, and nothing else.
    """
    door = importlib.import_module(f"providence.{room}")
    tree = ast.parse((ROOT / room / "__init__.py").read_text())
    taken = [
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]

    assert sorted(taken) == sorted(door.__all__)


def test_no_file_outgrows_a_head() -> None:
    """
    A longer file wants a reason, and then a line here.
    """
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    long = [path.name for path in files if len(path.read_text().splitlines()) > LONGEST_FILE]

    assert long == []


def test_errors_form_one_tree_drawn_in_its_docstring() -> None:
    """
    Whoever reads errors.py sees every error, and each is raised on purpose under one root.
    """
    errors = importlib.import_module("providence.errors")
    classes = [value for value in vars(errors).values() if isinstance(value, type)]

    assert all(issubclass(each, errors.ProvidenceError) for each in classes)
    assert [each.__name__ for each in classes if each.__name__ not in (errors.__doc__ or "")] == []
