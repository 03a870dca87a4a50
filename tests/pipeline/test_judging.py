"""From a stanza to its verdict, with a real vault."""

from collections.abc import Callable
from math import isclose, log
from xml.sax.saxutils import escape

import pytest

from providence.pipeline import (
    Action,
    Correspondents,
    Exemption,
    Exemptions,
    Facts,
    Lesson,
    Listing,
    Reason,
    Thresholds,
    Verdict,
    explain,
    judge,
    learn,
    read,
)
from providence.stanza import Stanza, parse
from providence.vault import Store, Vault

SPAM = (
    "Guaranteed profit every day, join our crypto channel now!",
    "Заработок без вложений, гарантированный доход, переходи в канал",
    "恭喜您中奖，点击链接立即领取奖金",
    "Gana dinero desde casa, beneficio garantizado, únete al canal",
    "Evden para kazan, garantili kazanç, hemen kanala katıl",
)
HAM = (
    "Hi, it is Rosaline from the choir, do you still have the tenor part?",
    "Здравствуйте, вы завтра придёте на занятие?",
    "您好，您的自行车修好了，明天下午可以来取。",
    "Hola, soy Lucía del taller de cerámica, ¿vienes el jueves?",
    "Merhaba, ben üst kattan komşunuz, yarın elektrikler kesilecekmiş.",
)


def message(text: str, sender: str = "stranger@else.example", extra: str = "") -> Stanza:
    body = f"<body>{escape(text)}</body>" if text else ""
    return parse(
        f"<message xmlns='jabber:client' from='{sender}/x' to='juliet@capulet.example'>{body}{extra}</message>".encode()
    )


def verdict_of(stanza: Stanza, vault: Vault | None, listed: Listing = Listing.NONE) -> Verdict:
    return judge(stanza, Facts(listed), vault, Thresholds())


@pytest.fixture
def taught(vault: Vault, store: Store) -> Vault:
    for _ in range(3):
        for texts, spam in ((SPAM, True), (HAM, False)):
            for text in texts:
                lesson = Lesson.of(message(text), spam=spam)
                assert lesson is not None
                learn(lesson, vault)
    store.commit()
    return vault


@pytest.mark.parametrize("text", SPAM)
def test_what_was_taught_as_spam_is_junk_in_every_language(taught: Vault, text: str) -> None:
    assert verdict_of(message(text), taught).action is Action.JUNK


@pytest.mark.parametrize("text", HAM)
def test_what_was_taught_as_ham_is_delivered_in_every_language(taught: Vault, text: str) -> None:
    assert verdict_of(message(text), taught).action is Action.DELIVER


def test_a_vault_that_learnt_nothing_blocks_nothing(vault: Vault) -> None:
    for text in SPAM + HAM:
        assert verdict_of(message(text), vault).action is Action.DELIVER


def test_what_only_the_vault_could_tell_is_delayed_while_it_is_locked() -> None:
    verdict = verdict_of(message(SPAM[0]), None)

    assert Action.DELAY is verdict.action
    assert "SEED" in [reason.name for reason in verdict.reasons]


def test_a_stanza_without_content_is_not_delayed() -> None:
    """
    The vault would know no more of it later than now.
    """
    assert verdict_of(message(""), None).action is Action.DELIVER


def test_the_log_odds_of_the_reasons_add_up_to_the_probability(taught: Vault) -> None:
    verdict = verdict_of(message(SPAM[0] + " " + HAM[0]), taught)
    total = sum(reason.log_odds for reason in verdict.reasons)

    assert isclose(total, log(verdict.probability / (1 - verdict.probability)), abs_tol=1e-9)


def test_the_features_explain_the_number_of_the_bayes_filter(taught: Vault) -> None:
    stanza = message(SPAM[0])
    weights = sum(row.weight for row in explain(stanza, taught))
    (bayes,) = (reason for reason in verdict_of(stanza, taught).reasons if reason.name == "BAYES")

    assert isclose(bayes.log_odds, weights, abs_tol=1e-9)


@pytest.mark.parametrize(("listing", "action"), [(Listing.ALLOW, Action.DELIVER), (Listing.DENY, Action.JUNK)])
def test_the_users_own_list_decides_before_any_filter(taught: Vault, listing: Listing, action: Action) -> None:
    for text in (SPAM[0], HAM[0]):
        assert action is verdict_of(message(text), taught, listing).action
        assert action is verdict_of(message(text), None, listing).action


def test_whom_the_user_wrote_to_is_no_stranger(taught: Vault, store: Store) -> None:
    Correspondents(taught).add("stranger@else.example")
    store.commit()

    assert verdict_of(message(SPAM[0]), taught).reasons == (Reason("CORRESPONDENT"),)
    assert verdict_of(message(SPAM[0], "other@else.example"), taught).action is Action.JUNK


def test_lists_exemptions_correspondents_and_filters_decide_in_this_order(taught: Vault) -> None:
    stanza = message(SPAM[0], "romeo@montague.example")
    facts = Facts(groups=("Friends",))
    assert "BAYES" in [reason.name for reason in judge(stanza, facts, taught, Thresholds()).reasons]

    Correspondents(taught).add("romeo@montague.example")
    assert (Reason("CORRESPONDENT"),) == judge(stanza, facts, taught, Thresholds()).reasons

    Exemptions(taught).add(Exemption("group", "Friends", allow=False))
    assert (Reason("EXEMPT_DENY"),) == judge(stanza, facts, taught, Thresholds()).reasons

    Exemptions(taught).add(Exemption("jid", "romeo@montague.example", allow=True))
    assert (Reason("EXEMPT_ALLOW"),) == judge(stanza, facts, taught, Thresholds()).reasons

    listed = Facts(Listing.DENY, ("Friends",))
    assert (Reason("LISTED_DENY"),) == judge(stanza, listed, taught, Thresholds()).reasons


def test_an_exemption_holds_for_what_nobody_can_read_too(taught: Vault) -> None:
    Exemptions(taught).add(Exemption("domain", "else.example", allow=False))

    assert verdict_of(message(SPAM[0], extra=OMEMO), taught).action is Action.JUNK
    assert verdict_of(message(""), taught).action is Action.JUNK


def test_what_is_doubtful_can_be_delayed_and_nothing_else() -> None:
    doubtful = Verdict(Action.DELIVER, 0.95, (), flagged=True)
    assert Verdict(Action.DELAY, 0.95, ()) == doubtful.delayed()

    for verdict in (Verdict(Action.DELIVER, 0.1, ()), Verdict(Action.JUNK, 0.99, ())):
        assert verdict == verdict.delayed()


def test_a_stanza_read_before_is_judged_alike(taught: Vault) -> None:
    for text in (SPAM[0], HAM[0], ""):
        stanza = message(text)
        assert verdict_of(stanza, taught) == judge(stanza, Facts(), taught, Thresholds(), read(stanza))


OMEMO = (
    "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><key rid='2'>AAAAAAAAAAAAAAAAAAAAAA==</key>"
    "<iv>AAAAAAAAAAAAAAAA</iv></header><payload>AAAAAAAAAAAAAAAAAAAAAAAAAAAA</payload></encrypted>"
)


def test_encrypted_content_is_neither_judged_nor_learnt(taught: Vault) -> None:
    stanza = message(SPAM[0], extra=OMEMO)

    assert Lesson.of(stanza, spam=True) is None
    assert [reason.name for reason in verdict_of(stanza, taught).reasons] == ["PRIOR", "CONTENT_HIDDEN"]


def test_a_bare_claim_of_encryption_hides_nothing(taught: Vault) -> None:
    claim = "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/>"

    assert verdict_of(message(SPAM[0], extra=claim), taught).action is Action.JUNK


def test_a_message_declared_a_fallback_as_a_whole_is_judged_but_not_learnt(taught: Vault) -> None:
    fallback = (
        "<reply xmlns='urn:xmpp:reply:0' id='1' to='juliet@capulet.example'/>"
        "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body/></fallback>"
    )
    stanza = message(SPAM[0], extra=fallback)

    assert verdict_of(stanza, taught).action is Action.JUNK
    assert Lesson.of(stanza, spam=True) is None


@pytest.mark.parametrize("make", [repr, str])
def test_nothing_that_holds_words_shows_them(make: Callable[[object], str]) -> None:
    lesson = Lesson.of(message("marigold"), spam=True)

    assert "marigold" not in make(lesson)
    assert "marigold" not in make(message("marigold"))
