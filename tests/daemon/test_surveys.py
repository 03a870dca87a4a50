"""Answers of several workers become one."""

from providence.daemon.surveys import add


def test_numbers_are_added_lists_joined_and_objects_merged() -> None:
    total: dict[str, object] = {"workers": 2}
    add(total, {"counts": {"check": 3}, "problems": ["a"], "open_vaults": 1})
    add(total, {"counts": {"check": 4, "tell": 1}, "problems": ["b"], "open_vaults": 2})

    assert {
        "workers": 2,
        "counts": {"check": 7, "tell": 1},
        "problems": ["a", "b"],
        "open_vaults": 3,
    } == total
