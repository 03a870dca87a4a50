"""The list of those the user wrote to."""

import pytest

from providence.errors import IntegrityError
from providence.pipeline import MAX_CORRESPONDENTS, Correspondents
from providence.pipeline.correspondents import MAX_BYTES
from providence.vault import Store, Vault


def test_who_was_written_to_is_known_until_removed(vault: Vault) -> None:
    known = Correspondents(vault)
    known.add("romeo@montague.example")
    assert known.knows("romeo@montague.example")

    known.remove("romeo@montague.example")
    known.remove("romeo@montague.example")
    assert not known.knows("romeo@montague.example")


def test_the_longest_unheard_of_gives_way_at_the_bound(vault: Vault, store: Store) -> None:
    known = Correspondents(vault)
    names = [f"{number}@x.example" for number in range(MAX_CORRESPONDENTS)]
    known.merge(names)
    known.add(names[0])
    assert [*names[1:], names[0]] == known.all()

    known.add("one-more@x.example")
    store.commit()
    assert [*names[2:], names[0], "one-more@x.example"] == known.all()


@pytest.mark.parametrize("raw", [b"\xc1", b"\x81\xa1a\xa1b", b"\x91", b""])
def test_a_malformed_list_is_an_integrity_error(vault: Vault, raw: bytes) -> None:
    vault.items.put(b"book", b"correspondents", raw)

    with pytest.raises(IntegrityError):
        Correspondents(vault).all()


def test_long_names_push_the_oldest_out_at_the_bound_in_bytes(vault: Vault) -> None:
    known = Correspondents(vault)
    names = [f"{number:04}" * 256 for number in range(MAX_BYTES // 1024)]
    known.merge(names)
    assert names == known.all()

    known.add("x")
    assert [*names[1:], "x"] == known.all()
