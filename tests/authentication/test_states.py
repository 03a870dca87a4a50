"""Every state of every check, as real servers bring it about."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from providence.authentication import CHECKS, Authentication, AuthenticationSettings, Fact, Served, State
from providence.cache import Cache

if TYPE_CHECKING:
    from providence.tests.authentication.rig.internet import Internet

GOOD, LIAR, NAMELESS, OUTSIDE, SILENT = "127.77.0.1", "127.77.0.2", "127.77.0.3", "10.9.8.7", "127.77.250.1"
PASS, FAIL, NONE, UNKNOWN, NA, BOGUS = State
Expected = dict[str, tuple[State, str] | State]

# The domain, what the server tells, whether the server is looked at, and what is found.
CASES: list[tuple[str, Served, bool, Expected]] = [
    (
        "good.example",
        Served(GOOD, "valid", "abuse", 3, 0.2, is_authenticated=True),
        True,
        {
            "TLS_HOSTNAME": NA,  # DANE names the very certificate
            "TLS_AUTHORITY": NA,
            "TLS_EXPIRY": NA,
            "SRV": PASS,
            "DNSSEC": PASS,
            "DANE": PASS,
            "REVERSE_DNS": PASS,
            "HOSTS_ON_IP": PASS,
            "MAIL": PASS,
            "WEBSITE": PASS,
            "REGISTRATION": (PASS, "closed"),
            "CAPABILITIES": (PASS, "abuse"),
        },
    ),
    ("good.example", Served(LIAR, "valid", "some", 900, 0.9), False, {
        "TLS_HOSTNAME": PASS, "TLS_AUTHORITY": PASS, "TLS_EXPIRY": PASS, "DANE": UNKNOWN, "REVERSE_DNS": FAIL,
        "HOSTS_ON_IP": FAIL, "WEBSITE": UNKNOWN, "REGISTRATION": UNKNOWN, "CAPABILITIES": (PASS, "some"),
    }),
    ("good.example", Served(NAMELESS, "invalid", "none"), False, {
        "TLS_HOSTNAME": UNKNOWN, "TLS_AUTHORITY": UNKNOWN, "TLS_EXPIRY": UNKNOWN, "REVERSE_DNS": NONE,
        "HOSTS_ON_IP": UNKNOWN, "CAPABILITIES": NONE,
    }),
    ("conference.good.example", Served(OUTSIDE), True, {"MAIL": PASS, "SRV": NONE, "DANE": NONE}),
    ("daneta.example", Served(), True, {"TLS_HOSTNAME": PASS, "TLS_AUTHORITY": PASS, "TLS_EXPIRY": PASS, "DANE": PASS}),
    ("expired.example", Served(), True, {
        "TLS_HOSTNAME": PASS, "TLS_AUTHORITY": PASS, "TLS_EXPIRY": FAIL, "MAIL": (FAIL, "dangling"),
    }),
    ("notyet.example", Served(), True, {"TLS_AUTHORITY": PASS, "TLS_EXPIRY": FAIL}),
    ("wronghost.example", Served(), True, {"TLS_HOSTNAME": FAIL, "TLS_AUTHORITY": PASS, "TLS_EXPIRY": PASS}),
    ("selfsigned.example", Served(), True, {"TLS_HOSTNAME": PASS, "TLS_AUTHORITY": FAIL, "DANE": NONE}),
    ("unknownca.example", Served(), True, {"TLS_AUTHORITY": FAIL}),
    ("nochain.example", Served(), True, {"TLS_AUTHORITY": FAIL}),
    ("cnonly.example", Served(), True, {"TLS_HOSTNAME": FAIL}),
    ("wildcard.example", Served(), True, {"TLS_HOSTNAME": FAIL}),
    ("srvid.example", Served(), True, {"TLS_HOSTNAME": PASS, "DANE": (NONE, "unusable")}),
    ("daneself.example", Served(), True, {"TLS_HOSTNAME": NA, "TLS_AUTHORITY": NA, "TLS_EXPIRY": NA, "DANE": PASS}),
    ("danebad.example", Served(), True, {"TLS_AUTHORITY": PASS, "DANE": FAIL}),
    ("insecure.example", Served(), True, {"SRV": PASS, "DNSSEC": NONE, "DANE": (NONE, "insecure")}),
    ("bogus.example", Served(), True, {"DNSSEC": BOGUS, "SRV": BOGUS, "TLS_HOSTNAME": UNKNOWN}),
    ("expsig.example", Served(), True, {"SRV": BOGUS, "DNSSEC": BOGUS, "MAIL": BOGUS}),
    ("ibropen.example", Served(), True, {"REGISTRATION": (FAIL, "open"), "MAIL": (NONE, "refused"), "WEBSITE": NONE}),
    ("captcha.example", Served(), True, {"REGISTRATION": (PASS, "captcha")}),
    ("redirect.example", Served(), True, {"REGISTRATION": (PASS, "web")}),
    ("nosrv.example", Served(), True, {"SRV": NONE, "TLS_HOSTNAME": PASS, "DANE": NONE, "MAIL": NONE}),
    ("nullsrv.example", Served(), True, {"SRV": (FAIL, "refused"), "REGISTRATION": (PASS, "closed")}),
    ("aliassrv.example", Served(), True, {"SRV": (FAIL, "alias")}),
    ("dangling.example", Served(), True, {"SRV": (FAIL, "dangling"), "WEBSITE": NONE}),
    ("inner.example", Served(), True, {"SRV": PASS, "TLS_HOSTNAME": UNKNOWN, "REGISTRATION": UNKNOWN}),
    ("lame.example", Served(SILENT), True, {
        "SRV": UNKNOWN, "DNSSEC": UNKNOWN, "DANE": UNKNOWN, "REVERSE_DNS": UNKNOWN, "MAIL": UNKNOWN, "WEBSITE": UNKNOWN,
    }),
    ("192.0.2.1", Served(), True, dict.fromkeys((check.name for check in CHECKS), NA)),
    ("secret.onion", Served(), True, dict.fromkeys((check.name for check in CHECKS), NA)),
]  # fmt: skip

reached: dict[str, set[State]] = defaultdict(set)


def find(internet: "Internet", folder: Path, domain: str, served: Served, *, probing: bool) -> dict[str, Fact]:
    settings = AuthenticationSettings(
        lookups=True,
        probing=probing,
        origin="home.example",
        resolver="127.0.0.1",
        resolver_port=internet.dns,
        exempt=("127.77.0.0/16",),
        https_port=internet.https,
    )

    async def run() -> dict[str, Fact]:
        with Cache.open(folder, bytes(32)) as cache:
            authentication = Authentication(settings, cache, authorities=internet.authorities)
            facts = await authentication.facts(domain, served, 20.0)
            await authentication.close()
            return dict(facts)

    return asyncio.run(run())


@pytest.mark.parametrize("case", CASES, ids=[f"{domain}-{probing}" for domain, _, probing, _ in CASES])
def test_a_server_is_found_to_be_what_it_is(
    internet: "Internet", tmp_path: Path, case: tuple[str, Served, bool, Expected]
) -> None:
    domain, served, probing, expected = case
    facts = find(internet, tmp_path, domain, replace(served, is_authenticated=True), probing=probing)
    for name, fact in facts.items():
        reached[name].add(fact.state)
    for name, value in expected.items():
        assert (name, value) == (name, facts[name].state if isinstance(value, State) else tuple(facts[name]))


def test_every_state_of_every_check_was_reached_by_a_real_server(internet: "Internet") -> None:
    """The table at the end of the run (`pytest -s`): `na` and `unknown` come to all, the rest as a check knows them."""
    known = {
        "TLS_HOSTNAME": {PASS, FAIL},
        "TLS_AUTHORITY": {PASS, FAIL},
        "TLS_EXPIRY": {PASS, FAIL},
        "SRV": {PASS, FAIL, NONE, BOGUS},
        "DNSSEC": {PASS, NONE, BOGUS},
        "DANE": {PASS, FAIL, NONE},
        "REVERSE_DNS": {PASS, FAIL, NONE},
        "HOSTS_ON_IP": {PASS, FAIL},
        "MAIL": {PASS, FAIL, NONE, BOGUS},
        "WEBSITE": {PASS, NONE},
        "REGISTRATION": {PASS, FAIL},
        "CAPABILITIES": {PASS, NONE},
    }
    for name in known:
        print(f"{name:14}", *(f"{state:8}" if state in reached[name] else " " * 8 for state in State))  # noqa: T201 - the table
    for name, states in known.items():
        assert states | {NA, UNKNOWN} <= reached[name], name
