"""How many stanzas wait for users whose vaults are locked."""

from providence.daemon.worker.crowds import MAX_COUNTED, Crowds
from providence.junk import MAX_FROM_SENDER, MAX_FROM_SERVER
from providence.stanza import Jid

JULIET, NURSE = b"j" * 16, b"n" * 16
ROMEO = Jid.parse("romeo@montague.example/orchard")


def test_a_sender_is_one_too_many_at_the_bound_with_any_resource_and_for_this_user_alone() -> None:
    counted = Crowds()
    for number in range(MAX_FROM_SENDER):
        assert not counted.is_crowded(JULIET, ROMEO)
        counted.count(JULIET, Jid.parse(f"romeo@montague.example/{number}"))

    assert counted.is_crowded(JULIET, ROMEO)
    assert not counted.is_crowded(NURSE, ROMEO)
    assert not counted.is_crowded(JULIET, Jid.parse("mercutio@montague.example"))


def test_a_server_is_one_too_many_at_the_bound() -> None:
    counted = Crowds()
    for number in range(MAX_FROM_SERVER):
        assert not counted.is_crowded(JULIET, Jid.parse("one-more@montague.example"))
        counted.count(JULIET, Jid.parse(f"{number}@montague.example"))

    assert counted.is_crowded(JULIET, Jid.parse("one-more@montague.example"))
    assert counted.is_crowded(JULIET, Jid.parse("montague.example"))
    assert not counted.is_crowded(JULIET, Jid.parse("tybalt@capulet.example"))


def test_an_opened_vault_is_counted_anew() -> None:
    counted = Crowds()
    for _ in range(MAX_FROM_SENDER):
        counted.count(JULIET, ROMEO)
    counted.forget(JULIET)
    counted.forget(JULIET)

    assert not counted.is_crowded(JULIET, ROMEO)
    assert len(counted) == 0


def test_who_was_counted_first_gives_way_at_the_bound() -> None:
    counted = Crowds()
    for _ in range(MAX_FROM_SENDER):
        counted.count(JULIET, ROMEO)
    for number in range(MAX_COUNTED - 3):
        counted.count(NURSE, Jid(str(number), "else.example"))
    assert (MAX_COUNTED, True) == (len(counted), counted.is_crowded(JULIET, ROMEO))

    counted.count(NURSE, Jid("one-more", "else.example"))
    assert (MAX_COUNTED - 1, False) == (len(counted), counted.is_crowded(JULIET, ROMEO))
