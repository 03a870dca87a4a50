"""What the server says of a stanza besides its bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from providence.errors import InputError
from providence.pipeline import Account, Facts, Listing
from providence.pipeline.facts import MAX_GROUP, MAX_GROUPS


def test_a_server_that_says_nothing_is_taken_at_its_word() -> None:
    assert Facts(Listing.NONE, (), None, None, 0) == Facts.of({})


def test_all_facts_arrive() -> None:
    headers = {
        "listed": "deny",
        "groups": '["Friends", "Семья"]',
        "caps": "no",
        "account": "affiliation=registered;since=2023-06-27T00:00:00Z;trust=57",
        "unjudged": "999999",
        "from": "romeo@montague.example",
    }
    account = Account("registered", datetime(2023, 6, 27, tzinfo=UTC), 57)

    assert Facts(Listing.DENY, ("Friends", "Семья"), caps=False, account=account, unjudged=999_999) == Facts.of(headers)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("affiliation=anonymous", Account("anonymous")),
        ("affiliation=member;trust=0", Account("member", None, 0)),
        ("affiliation=admin;trust=100", Account("admin", None, 100)),
        (
            "affiliation=registered;since=2023-06-27T01:02:03.5+02:00",
            Account("registered", datetime(2023, 6, 27, 1, 2, 3, 500_000, timezone(timedelta(hours=2)))),
        ),
    ],
)
def test_an_account_is_what_is_known_of_it(text: str, account: Account) -> None:
    assert account == Account.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "affiliation=owner",
        "since=2023-06-27T00:00:00Z",
        "affiliation=member;trust=101",
        "affiliation=member;trust=-1",
        "affiliation=member;trust=1;since=2023-06-27T00:00:00Z",
        "affiliation=member;since=2023-02-30T00:00:00Z",
        "affiliation=member;since=2023-06-27T00:00:00",
        "affiliation=member;since=2023-06-27",
        "affiliation=member;trust=1\n",
    ],
)
def test_an_account_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Account.parse(text)


def test_groups_are_taken_at_their_bounds() -> None:
    most = ["x" * MAX_GROUP] * MAX_GROUPS

    assert tuple(most) == Facts.of({"groups": json.dumps(most)}).groups


@pytest.mark.parametrize(
    "text",
    [
        "Friends",
        '"Friends"',
        "[1]",
        '[""]',
        '["two\\nlines"]',
        '["half',
        "[" * 100_000,
        json.dumps(["x" * (MAX_GROUP + 1)]),
        json.dumps(["x"] * (MAX_GROUPS + 1)),
    ],
)
def test_groups_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        Facts.of({"groups": text})
