"""From facts to a small number; and what is remembered."""

import asyncio
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providence.authentication import (
    CHECKS,
    MOST_LOG_ODDS,
    Authentication,
    AuthenticationSettings,
    Fact,
    Served,
    State,
    domain_of,
    is_public,
    score,
)
from providence.authentication.names import MAX_DOMAIN
from providence.cache import Cache
from providence.errors import InputError, SettingsError

if TYPE_CHECKING:
    from providence.tests.authentication.rig.internet import Internet

NOW = 1.7e9
DETAILS = {
    "TLS_EXPIRY": st.sampled_from(["", "1600000000-1800000000", "1600000000-1650000000"]),
    "HOSTS_ON_IP": st.sampled_from(["51 0.900", "5000 1.000", "60 0.010"]),
    "SRV": st.sampled_from(["", "alias", "dangling", "refused"]),
    "MAIL": st.sampled_from(["", "refused", "dangling"]),
    "REGISTRATION": st.sampled_from(["", "open", "closed", "web", "captcha"]),
    "CAPABILITIES": st.sampled_from(["", "some", "abuse"]),
}
facts = st.fixed_dictionaries(
    {},
    optional={
        check.name: st.builds(Fact, st.sampled_from(State), DETAILS.get(check.name, st.just(""))) for check in CHECKS
    },
)


@given(facts)
def test_no_server_is_so_bad_that_its_users_are_junk_for_it(found: dict[str, Fact]) -> None:
    total = sum(weight for _, weight in score(found, NOW))
    assert abs(total) < MOST_LOG_ODDS
    prior = log(0.3 / 0.7)
    assert prior + total < log(0.9 / 0.1), "not even flagged"


@given(facts, st.sampled_from([check.name for check in CHECKS]))
def test_what_is_not_known_says_nothing(found: dict[str, Fact], name: str) -> None:
    without = {key: value for key, value in found.items() if key != name}
    # The number is how often it was tried to find out.
    for fact in (Fact(State.UNKNOWN), Fact(State.UNKNOWN, "1"), Fact(State.NA)):
        assert score(without, NOW) == score(without | {name: fact}, NOW)


def test_a_server_of_which_nothing_is_known_scores_nothing() -> None:
    assert () == score({}, NOW)


def test_a_certificate_runs_out_while_it_is_cached() -> None:
    fact = {"TLS_EXPIRY": Fact(State.PASS, "1600000000-1700000000")}
    ((_, before),) = score(fact, 1.69e9)
    ((_, after),) = score(fact, 1.71e9)
    assert before < 0 < after


def test_many_hosts_hurt_only_where_the_address_has_a_bad_name() -> None:
    assert () == score({"HOSTS_ON_IP": Fact(State.FAIL, "900 0.000")}, NOW)
    ((_, bad),) = score({"HOSTS_ON_IP": Fact(State.FAIL, "900 0.900")}, NOW)
    assert bad > 0


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("Good.Example.", "good.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("例え.example", "xn--r8jz45g.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_domain_has_one_spelling(name: str, domain: str) -> None:
    assert domain == domain_of(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "a..b", "a" * 64 + ".example", "x'.example", "<x/>.example", "a b.example", "-a.example", "a-.example",
     "a.example\r\nHost: b", "a" * (MAX_DOMAIN + 1), "\ud800.example", "a\0.example", "*.example"],
)  # fmt: skip
def test_what_is_no_domain_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        domain_of(name)


@given(st.text(max_size=300))
def test_any_text_is_a_domain_or_refused(text: str) -> None:
    try:
        domain = domain_of(text)
    except InputError:
        return
    assert domain == domain_of(domain)
    assert set(domain) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_checks_do_not_apply_to_names_outside_the_public_dns() -> None:
    assert not any(map(is_public, ("192.0.2.1", "[2001:db8::1]", "x.onion", "localhost", "host", "printer.local")))
    assert is_public("good.example")


def test_cached_facts_come_back_and_rubbish_does_not() -> None:
    fact = Fact(State.FAIL, "open")
    assert fact == Fact.from_bytes(fact.to_bytes())
    for rubbish in (b"", b"[", b'["pass"]', b'["perhaps",""]', b'{"a":1}', b"[" * 5000):
        with pytest.raises(InputError):
            Fact.from_bytes(rubbish)


def test_settings_have_bounds() -> None:
    for wrong in ({"resolver_port": 0}, {"https_port": 65536}, {"exempt": ("everything",)}):
        with pytest.raises(SettingsError):
            AuthenticationSettings(**wrong)


class TestCaching:
    def test_what_was_found_is_not_asked_for_again(self, internet: "Internet", tmp_path: Path) -> None:
        known = AuthenticationSettings(resolver="127.0.0.1", resolver_port=internet.dns)
        deaf = AuthenticationSettings(resolver="127.0.0.1", resolver_port=1)
        served = Served("127.77.0.1")

        async def ask(settings: AuthenticationSettings) -> dict[str, Fact]:
            with Cache.open(tmp_path, bytes(32)) as cache:
                authentication = Authentication(settings, cache)
                found = dict(await authentication.facts("good.example", served, 10.0))
                await authentication.close()
                return found

        first = asyncio.run(ask(known))
        second = asyncio.run(ask(deaf))
        assert State.PASS is first["SRV"].state is first["REVERSE_DNS"].state
        assert first["SRV"] == second["SRV"]
        assert first["REVERSE_DNS"] == second["REVERSE_DNS"]

    def test_a_verdict_does_not_wait_longer_than_its_budget_and_the_rest_is_found_behind(
        self, internet: "Internet", tmp_path: Path
    ) -> None:
        settings = AuthenticationSettings(resolver="127.0.0.1", resolver_port=internet.dns)

        async def run() -> tuple[Fact, Fact]:
            with Cache.open(tmp_path, bytes(32)) as cache:
                authentication = Authentication(settings, cache)
                at_once = await authentication.facts("good.example", Served(), 0.0)
                later = await authentication.facts("good.example", Served(), 10.0)
                await authentication.close()
                return at_once["SRV"], later["SRV"]

        assert (Fact(State.UNKNOWN), Fact(State.PASS)) == asyncio.run(run())

    def test_what_the_server_tells_counts_though_it_could_not_be_found_out(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("providence.authentication.resolver.SECONDS", 0.1)
        deaf = AuthenticationSettings(resolver="127.0.0.1", resolver_port=1)

        async def ask() -> list[State]:
            with Cache.open(tmp_path, bytes(32)) as cache:
                authentication = Authentication(deaf, cache)
                found = [
                    await authentication.facts("good.example", Served(certificate=told), 10.0) for told in ("", "valid")
                ]
                await authentication.close()
                return [facts["TLS_HOSTNAME"].state for facts in found]

        assert [State.UNKNOWN, State.PASS] == asyncio.run(ask())

    def test_a_failure_makes_nobody_forget_and_is_tried_again_later_and_later(
        self, internet: "Internet", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("providence.authentication.resolver.SECONDS", 0.5)
        now = [NOW]
        good = AuthenticationSettings(resolver="127.0.0.1", resolver_port=internet.dns)
        deaf = AuthenticationSettings(resolver="127.0.0.1", resolver_port=1)

        async def ask(settings: AuthenticationSettings, domain: str) -> Fact:
            with Cache.open(tmp_path, bytes(32)) as cache:
                authentication = Authentication(settings, cache, lambda: now[0])
                found = await authentication.facts(domain, Served(), 10.0)
                await authentication.close()
                return found["SRV"]

        assert State.PASS is asyncio.run(ask(good, "good.example")).state
        now[0] += 1.5 * 86_400  # stale
        assert State.PASS is asyncio.run(ask(deaf, "good.example")).state
        assert State.PASS is asyncio.run(ask(deaf, "good.example")).state

        assert Fact(State.UNKNOWN, "1") == asyncio.run(ask(deaf, "nosrv.example"))
        assert Fact(State.UNKNOWN, "1") == asyncio.run(ask(deaf, "nosrv.example"))
        now[0] += 301
        assert Fact(State.UNKNOWN, "2") == asyncio.run(ask(deaf, "nosrv.example"))
