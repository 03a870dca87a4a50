"""Opening, refusing, and the ways in."""

import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from providence.errors import InputError, IntegrityError, LockedError, SecretError
from providence.keyring import (
    HASHES,
    MAX_UNLOCKS,
    RECORD_BYTES,
    HostKeys,
    Keyring,
    KeyringSettings,
    Keys,
    Secret,
    SlotKind,
    Unlock,
    derivation,
    slots,
)
from providence.keyring.record import MAX_SLOTS

Login = Callable[..., Unlock]


def password(text: bytes = b"hunter2") -> Unlock:
    return Unlock(SlotKind.PASSWORD, Secret(text))


def kinds(keys: Keys) -> list[tuple[SlotKind, str]]:
    return [(slot.kind, slot.hash) for slot in keys.slots]


def test_a_vault_opens_with_the_login_it_was_made_with(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    again = ring.open(keys.uid, keys.record(), [login()], today)

    assert (keys.uid, keys.vid, 0, 0, 0) == (again.uid, again.vid, again.generation, again.chunks, again.head)
    assert again.open_entry(1, keys.seal_entry(1, b"entry")) == b"entry"


@pytest.mark.parametrize("kind", ["argon2id", "hkdf"])
def test_each_kdf_opens_what_it_made(host: HostKeys, login: Login, today: int, kind: str) -> None:
    ring = Keyring(host, KeyringSettings(kdf=kind, memory_kib=16 * 1024, passes=1))
    keys = ring.create(ring.uid("a@b.example"), [login(), password()], today)

    for unlock in (login(), password()):
        assert keys.vid == ring.open(keys.uid, keys.record(), [unlock], today).vid


def test_a_changed_setting_leaves_older_slots_to_open(dear: Keyring, ring: Keyring, login: Login, today: int) -> None:
    keys = dear.create(dear.uid("a@b.example"), [login()], today)

    assert keys.vid == ring.open(keys.uid, keys.record(), [login()], today).vid


@pytest.mark.parametrize(
    "unlock",
    [
        {"letter": b"x"},
        {"salt": b"other"},
        {"rounds": 4097},
        {"name": "sha-1"},
    ],
)
def test_another_login_does_not_open(
    ring: Keyring, keys: Keys, login: Login, today: int, unlock: dict[str, object]
) -> None:
    with pytest.raises(SecretError):
        ring.open(keys.uid, keys.record(), [login(**unlock)], today)


def test_one_of_several_unlocks_is_enough(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    unlocks = [login(b"x", "sha-1"), login(b"y", "sha-512"), login()]

    assert keys.vid == ring.open(keys.uid, keys.record(), unlocks, today).vid


def test_a_request_has_a_bounded_number_of_unlocks(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    most = [login(name=name) for name in HASHES[1:]] + [Unlock(SlotKind.RESIDENT)]

    assert len(most) == MAX_UNLOCKS
    assert ring.open(keys.uid, keys.record(), most, today)
    for wrong in ([], [*most, login()]):
        with pytest.raises(InputError):
            ring.open(keys.uid, keys.record(), wrong, today)
        with pytest.raises(InputError):
            ring.refuse(wrong)


def test_unknown_users_and_secrets_cost_what_a_wrong_one_costs(
    dear: Keyring, login: Login, today: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The same derivations at the same cost: how long they take is the daemon's to measure.
    """
    uid = dear.uid("a@b.example")
    record = dear.create(uid, [login(), password()], today).record()
    costs: list[derivation.Cost] = []
    stretch = derivation.stretch

    def counting(secret: bytes, salt: bytes, cost: derivation.Cost) -> Secret:
        costs.append(cost)
        return stretch(secret, salt, cost)

    monkeypatch.setattr(slots, "stretch", counting)

    def spent(unlocks: list[Unlock]) -> list[derivation.Cost]:
        costs.clear()
        with pytest.raises(SecretError, match=r"^no slot opens with this secret$"):
            dear.open(uid, record, unlocks, today)
        return list(costs)

    def refused(unlocks: list[Unlock]) -> list[derivation.Cost]:
        costs.clear()
        with pytest.raises(SecretError, match=r"^no slot opens with this secret$"):
            dear.refuse(unlocks, today)
        return list(costs)

    scram, words, ticket = login(b"x"), password(b"x"), Unlock(SlotKind.TICKET, Secret(32))
    assert [dear.settings.argon2id] == spent([scram])
    assert spent([scram]) == refused([scram]) == spent([login(salt=b"unknown")])
    assert spent([words]) == refused([words])
    assert [derivation.FREE] == spent([ticket]) == refused([ticket])
    assert spent([scram, words, ticket]) == refused([scram, words, ticket])


def test_refusing_goes_on_after_a_rotation(host: HostKeys, ring: Keyring, login: Login) -> None:
    for change in (None, host.rotate, host.retire):
        if change:
            change()
        with pytest.raises(SecretError):
            ring.refuse([login()])


def test_threads_may_open_side_by_side(dear: Keyring, login: Login, today: int) -> None:
    uid = dear.uid("a@b.example")
    record = dear.create(uid, [login()], today).record()
    opened: list[int] = []
    threads = [
        threading.Thread(target=lambda: opened.append(dear.open(uid, record, [login()], today).vid)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [dear.envelope(uid, record).vid] * 8 == opened


def test_a_new_login_replaces_the_one_of_its_hash(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    keys.add(ring.prepare(keys.uid, [login(b"n", salt=b"new"), login(b"o", "sha-1")], today), today)
    record = keys.record()

    assert kinds(keys) == [(SlotKind.SCRAM, "sha-256"), (SlotKind.SCRAM, "sha-1")]
    for good in (login(b"n", salt=b"new"), login(b"o", "sha-1")):
        assert keys.vid == ring.open(keys.uid, record, [good], today).vid
    with pytest.raises(SecretError):
        ring.open(keys.uid, record, [login()], today)


def test_a_dropped_slot_opens_no_more(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    keys.add(ring.prepare(keys.uid, [password()], today), today)
    keys.drop(SlotKind.SCRAM, "sha-256", today)
    keys.drop(SlotKind.RECOVERY, "", today)

    assert kinds(keys) == [(SlotKind.PASSWORD, "")]
    with pytest.raises(SecretError):
        ring.open(keys.uid, keys.record(), [login()], today)


def test_a_record_holds_every_kind_at_once_and_keeps_its_size(
    ring: Keyring, keys: Keys, login: Login, today: int
) -> None:
    more = [login(name="sha-1"), login(name="sha-512"), password(), Unlock(SlotKind.RESIDENT)]
    keys.add(ring.prepare(keys.uid, more, today), today)
    ticket, code = keys.ticket(today), keys.recovery(today)
    record = keys.record()
    ways = [login(), *more, Unlock(SlotKind.TICKET, ticket), Unlock(SlotKind.RECOVERY, code)]

    assert len(ways) == len(keys.slots) == len(HASHES[1:]) + len(SlotKind) - 1 < MAX_SLOTS
    assert RECORD_BYTES == len(record) < 2048
    for way in ways:
        assert keys.vid == ring.open(keys.uid, record, [way], today).vid


def test_a_ticket_lasts_its_days(ring: Keyring, keys: Keys, today: int) -> None:
    ticket = Unlock(SlotKind.TICKET, keys.ticket(today))
    last = today + ring.settings.ticket_days

    assert last == keys.slots[-1].expires
    assert keys.vid == ring.open(keys.uid, keys.record(), [ticket], last).vid
    with pytest.raises(SecretError):
        ring.open(keys.uid, keys.record(), [ticket], last + 1)


def test_a_new_ticket_voids_the_one_before(ring: Keyring, keys: Keys, today: int) -> None:
    old, new = keys.ticket(today), keys.ticket(today)

    assert ring.open(keys.uid, keys.record(), [Unlock(SlotKind.TICKET, new)], today)
    with pytest.raises(SecretError):
        ring.open(keys.uid, keys.record(), [Unlock(SlotKind.TICKET, old)], today)


def test_a_resident_vault_opens_without_a_secret_under_any_living_epoch(
    host: HostKeys, ring: Keyring, keys: Keys, today: int
) -> None:
    resident = Unlock(SlotKind.RESIDENT)
    with pytest.raises(SecretError):
        ring.open(keys.uid, keys.record(), [resident], today)
    keys.add(ring.prepare(keys.uid, [resident], today), today)
    host.rotate()
    record = ring.rehost(keys.uid, keys.record())
    host.retire()

    assert keys.vid == ring.open(keys.uid, record, [resident], today).vid


def test_an_envelope_knows_which_logins_are_known(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    keys.add(ring.prepare(keys.uid, [password()], today), today + 1)
    envelope = ring.envelope(keys.uid, keys.record())

    assert envelope.matches(login(b"w"))
    assert envelope.matches(password(b"whatever"))
    assert not envelope.matches(login(salt=b"new"))
    assert not envelope.matches(Unlock(SlotKind.RESIDENT))
    assert (today, today + 1) == (envelope.created, envelope.changed)
    assert keys.slots == envelope.slots


def test_the_same_login_of_two_users_leaves_two_marks(ring: Keyring, login: Login, today: int) -> None:
    marks = set()
    for name in ("a@b.example", "c@d.example"):
        unlock = login()
        marks.add(slots.print_of(ring.host.slot_print.view(), ring.uid(name), unlock))

    assert len(marks) == 2


def test_a_slot_of_another_user_does_not_open(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    with pytest.raises(IntegrityError):
        ring.open(ring.uid("c@d.example"), keys.record(), [login()], today)


def test_another_host_key_opens_nothing(tmp_path: Path, keys: Keys, login: Login, today: int) -> None:
    other = Keyring(HostKeys.create(tmp_path / "other.key"), KeyringSettings(kdf="hkdf"))

    with pytest.raises(IntegrityError):
        other.open(keys.uid, keys.record(), [login()], today)


def test_a_locked_vault_does_nothing(ring: Keyring, keys: Keys, today: int) -> None:
    sealed = keys.seal_item(b"box", b"1", b"item")
    fold = keys.fold(b"")
    prepared = ring.prepare(keys.uid, [Unlock(SlotKind.RESIDENT)], today)
    buffer = keys._buffer  # noqa: SLF001  # to see it wiped
    keys.lock()
    keys.lock()

    assert not any(buffer)
    for use in (
        lambda: keys.uid,
        lambda: keys.vid,
        lambda: keys.slots,
        keys.record,
        keys.renew,
        lambda: keys.mark(1),
        lambda: keys.blind(bytes(16)),
        lambda: keys.fold(b""),
        lambda: keys.turn(fold),
        lambda: keys.open_table([], bytearray()),
        lambda: keys.seal_entry(0, b""),
        lambda: keys.seal_item(b"box", b"1", b""),
        lambda: keys.open_item(b"box", b"1", sealed),
        lambda: keys.open_queued(b""),
        lambda: keys.ticket(today),
        lambda: keys.add(prepared, today),
        lambda: keys.drop(SlotKind.SCRAM, "sha-256", today),
    ):
        with pytest.raises(LockedError):
            use()


def test_keys_that_nobody_holds_are_wiped(ring: Keyring, keys: Keys, login: Login, today: int) -> None:
    again = ring.open(keys.uid, keys.record(), [login()], today)
    buffer = again._buffer  # noqa: SLF001  # to see it wiped
    del again

    assert not any(buffer)


def test_an_idle_open_vault_takes_little_memory(ring: Keyring, login: Login, today: int) -> None:
    """
    Two SCRAM slots, the usual case. Its own size is 605 bytes on CPython 3.11; the allocator adds some.
    """
    uid = ring.uid("a@b.example")
    record = ring.create(uid, [login(), login(name="sha-1")], today).record()
    tracemalloc.start()
    held = [ring.open(uid, record, [login()], today) for _ in range(200)]
    taken = tracemalloc.get_traced_memory()[0] / len(held)
    tracemalloc.stop()

    own = sys.getsizeof(held[0]) + sys.getsizeof(held[0]._buffer)  # noqa: SLF001  # to weigh it
    assert own <= 640
    assert taken <= 1000
