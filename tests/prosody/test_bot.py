"""The junk box as a chat: what its user says to it in any client, and what becomes of that."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from providence.tests.prosody.verona.box import JunkBox
from providence.tests.prosody.verona.words import HAM, SPAM

CAPULET, OTHER, MONTAGUE, JUNK = "capulet.example", "capulet256.example", "montague.example", "junk.capulet.example"
AWAY, LOCKED = "away for a moment", "Your junk box is locked. It opens with your next login by password."
RECOVERY_CODE = re.compile(r"\b(?:[A-Z2-7]{4}[- ]){7}[A-Z2-7]{4}\b")

Account = Callable[..., str]


def is_message(sender: str) -> Callable[[Any], bool]:
    """Whether a stanza is a message of this bare JID."""
    return lambda stanza: stanza.tag.endswith("}message") and stanza.get("from", "").partition("/")[0] == sender


def words(stanza: Any) -> str:
    return next((str(child.text) for child in stanza if child.tag.endswith("}body")), "")


def preferences_of(server: Any, jid: str) -> Path:
    return Path(server.folder, "data", "capulet%2eexample", "providence_preferences", f"{jid.partition('@')[0]}.dat")


def is_delayed(stanza: Any) -> bool:
    return stanza.find("{urn:xmpp:delay}delay") is not None


def test_what_was_junk_is_listed_shown_explained_and_released(
    juliet: str, box: JunkBox, romeo: Any, providence: Any
) -> None:
    sender = romeo.bare
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)

    assert f"1. message from {sender}" in box.say("list")
    assert f"> {SPAM}" in box.say("show 1")
    assert "spam" in box.say("why 1")
    assert "delivered" in box.say("ok 1")

    released = box.client.wait(is_message(sender))
    assert SPAM == words(released)
    assert is_delayed(released)
    assert providence.has(juliet, junk=0)
    romeo.say(juliet, SPAM)
    assert not is_delayed(box.client.wait(is_message(sender)))
    assert sender in box.say("contacts")


def test_subscription_requests_and_invitations_are_junk_and_can_be_released(
    juliet: str, box: JunkBox, romeo: Any, paris: Any, providence: Any
) -> None:
    invite = f"<x xmlns='jabber:x:conference' jid='club@rooms.montague.example' reason='{SPAM}'/>"
    stanzas = (
        (romeo, f"<presence to='{juliet}' type='subscribe'><status>{SPAM}</status></presence>"),
        (paris, f"<message to='{juliet}'>{invite}</message>"),
    )
    for number, (stranger, stanza) in enumerate(stanzas, 1):
        with providence.client() as pnp:
            for _ in range(10):
                pnp.tell(juliet, stanza.encode(), spam=True)
        stranger.send(stanza)
        assert providence.has(juliet, junk=number)
    assert [] == box.client.flush()

    listed = box.say("list")
    assert "1. invitation to club@rooms.montague.example from" in listed
    assert "2. contact request from" in listed
    assert "2 stanzas will be delivered" in box.say("ok 1-2")

    subscribe = box.client.wait(lambda stanza: stanza.get("type") == "subscribe")
    assert romeo.bare == subscribe.get("from")
    invitation = box.client.wait(is_message(paris.bare))
    assert invitation.find("{jabber:x:conference}x") is not None


def test_deleting_unread_teaches_nothing(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    taught = {key: providence.status(juliet)[key] for key in ("spam", "ham")}
    for number in range(3):
        romeo.say(juliet, f"{SPAM} {number}")
    assert providence.has(juliet, junk=3)

    box.say("list")
    assert "1 stanza deleted" in box.say("delete #2")
    assert "2 stanzas deleted" in box.say("DELETE all")
    assert providence.has(juliet, junk=0, **taught)


def test_junk_can_teach_and_stay(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    before = providence.status(juliet)
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)

    box.say("list")
    assert "learnt" in box.say("ham 1")
    assert providence.has(juliet, junk=1, spam=before["spam"], ham=before["ham"] + 1)
    assert "learnt" in box.say("spam 1")
    assert providence.has(juliet, junk=1, spam=before["spam"] + 1, ham=before["ham"])


def test_exemptions_go_before_the_filter_and_the_more_specific_first(
    juliet: str, box: JunkBox, romeo: Any, providence: Any
) -> None:
    sender = romeo.bare
    assert "deny" in box.say(f"exempt deny {MONTAGUE}")
    romeo.say(juliet, HAM)
    assert providence.has(juliet, junk=1)

    assert "allow" in box.say(f"exempt allow {sender}")
    romeo.say(juliet, SPAM)
    assert SPAM == words(box.client.wait(is_message(sender)))
    listed = box.say("exempt")
    assert sender in listed
    assert MONTAGUE in listed
    assert "1 rule removed" in box.say("exempt remove 1")
    romeo.say(juliet, HAM)
    assert providence.has(juliet, junk=2)


def test_contacts_are_seen_and_forgotten(juliet: str, box: JunkBox, romeo: Any, providence: Any) -> None:
    sender = romeo.bare
    box.client.say(sender, HAM)
    romeo.body()
    romeo.say(juliet, SPAM)
    box.client.wait(is_message(sender))

    assert f"1. {sender}" in box.say("contacts")
    assert "forgot 1 contact" in box.say("forget 1")
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)


def test_the_users_mode_holds_also_while_the_vault_is_locked_and_over_a_reload(
    juliet: str, box: JunkBox, romeo: Any, capulet: Any, providence: Any
) -> None:
    sender = romeo.bare
    assert "Done." in box.say("settings mode mark")
    romeo.say(juliet, SPAM)
    assert box.client.wait(is_message(sender)).find("{urn:xmpp:spim-marker:0}mark") is not None

    capulet.control("shell", "module", "reload", "providence", CAPULET)
    assert "locked now" in box.say("lock")
    assert providence.has(juliet, state="locked")
    romeo.say(juliet, SPAM)
    assert SPAM == words(box.client.wait(is_message(sender)))


def test_a_locked_box_says_so_and_opens_with_the_next_login(juliet: str, box: JunkBox, capulet: Any) -> None:
    assert "I learnt from 10 spam and 10 wanted" in box.say("status")
    assert "locked now" in box.say("lock")
    assert LOCKED == box.say("list")
    with capulet.client(juliet, resource="again") as client:
        assert "I learnt from 10 spam and 10 wanted" in JunkBox(client).say("status")


def test_a_recovery_code_brings_back_what_was_learnt_after_a_lost_password(
    juliet: str, box: JunkBox, capulet: Any, providence: Any
) -> None:
    code = RECOVERY_CODE.search(box.say("recovery"))
    assert code is not None
    box.client.close()
    assert providence.has(juliet, state="locked")
    # As an administrator does it past the running server: the record of the new password takes the old one's place.
    capulet.register(f"new-{juliet}", "new pencil")
    accounts = capulet.folder / "data" / "capulet%2eexample" / "accounts"
    name = f"{box.client.user}.dat"
    (accounts / f"new%2d{name}").replace(accounts / name)

    with capulet.client(juliet, password="new pencil") as client:
        assert providence.has(juliet, state="open", spam=0)
        assert "back" in JunkBox(client).say(f"restore {code[0]}")
        assert providence.has(juliet, spam=10, ham=10)


def test_erasing_leaves_nothing_and_the_next_login_begins_anew(
    juliet: str, box: JunkBox, capulet: Any, providence: Any
) -> None:
    box.say("settings mode mark")
    assert preferences_of(capulet, juliet).exists()

    assert f"`erase {juliet}`" in box.say("erase")
    assert providence.has(juliet, state="open")
    assert "erased" in box.say(f"erase {juliet}")
    assert providence.has(juliet, state="locked")
    assert not preferences_of(capulet, juliet).exists()
    assert LOCKED == box.say("list")
    with capulet.client(juliet, resource="again"):
        assert providence.has(juliet, state="open", spam=0, ham=0, junk=0)


def test_what_a_user_chose_goes_with_the_account(juliet: str, box: JunkBox, capulet: Any, providence: Any) -> None:
    box.say("settings mode mark")
    assert preferences_of(capulet, juliet).exists()
    capulet.control("shell", "user", "delete", juliet)
    assert providence.has(juliet, state="locked")
    assert not preferences_of(capulet, juliet).exists()


def test_a_digest_comes_only_to_who_asked_for_it_and_once_a_day(
    juliet: str, box: JunkBox, romeo: Any, capulet: Any, providence: Any
) -> None:
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)
    with capulet.client(juliet, resource="second") as second:
        assert [] == second.flush()
    assert "Done." in box.say("digest on")
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=2)

    with capulet.client(juliet, resource="third"):
        assert "junk box" in box.hear()
    with capulet.client(juliet, resource="fourth") as fourth:
        assert providence.has(juliet, state="open")
        assert [] == fourth.flush()
    assert [] == [text for text in box.client.flush() if "junk box" in text]


def test_what_is_said_stays_between_the_two(juliet: str, box: JunkBox, capulet: Any, providence: Any) -> None:
    before = providence.status(juliet)
    with capulet.client(juliet, resource="other") as other:
        for client in (other, box.client):
            client.ask("set", "<enable xmlns='urn:xmpp:carbons:2'/>")
        box.client.send(f"<presence to='{JUNK}' type='subscribe'/>")
        assert "`list`" in box.say("help")
        box.say("settings")

        assert [] == other.flush()
        other.ask("set", "<query xmlns='urn:xmpp:mam:2'/>")
        assert [] == other.flush_archive()
    assert JUNK not in box.say("contacts")
    assert before == providence.status(juliet)
    box.client.close()
    with capulet.client(juliet) as client:
        assert [] == client.flush()


def test_what_a_lost_client_did_not_take_in_is_not_stored(
    juliet: str, box: JunkBox, capulet: Any, providence: Any
) -> None:
    box.client.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    box.client.wait(lambda element: element.tag == "{urn:xmpp:sm:3}enabled")
    box.say("status")
    box.client.cut()
    assert providence.has(juliet, state="locked")
    with capulet.client(juliet) as client:
        assert [] == client.flush()


def test_who_blocks_it_gets_answers_and_no_news(
    juliet: str, box: JunkBox, romeo: Any, capulet: Any, providence: Any
) -> None:
    box.say("digest on")
    box.client.ask("set", f"<block xmlns='urn:xmpp:blocking'><item jid='{JUNK}'/></block>")
    romeo.say(juliet, SPAM)
    assert providence.has(juliet, junk=1)
    with capulet.client(juliet, resource="second") as second:
        assert "Your vault is open" in JunkBox(second).say("status")
        assert [] == second.flush()
    assert [] == box.client.flush()


def test_it_is_a_contact_with_a_name(box: JunkBox, capulet: Any, juliet: str) -> None:
    client = box.client
    client.ask("get", "<query xmlns='jabber:iq:roster'/>")
    client.send(f"<presence to='{JUNK}' type='subscribe'/>")
    client.wait(lambda stanza: stanza.get("type") == "subscribed" and stanza.get("from") == JUNK)
    assert "to" == next(
        item for item in client.ask("get", "<query xmlns='jabber:iq:roster'/>").iter() if item.get("jid") == JUNK
    ).get("subscription")

    info = client.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", JUNK)
    identity = info.find(".//{http://jabber.org/protocol/disco#info}identity")
    assert ("client", "bot", "Junk box") == tuple(identity.get(name) for name in ("category", "type", "name"))  # type: ignore[union-attr] # else it fails, as it should
    card = client.ask("get", "<vCard xmlns='vcard-temp'/>", JUNK)
    assert "Junk box" == card.findtext(".//{vcard-temp}FN")
    items = client.ask("get", "<query xmlns='http://jabber.org/protocol/disco#items'/>", CAPULET)
    assert [JUNK] == [item.get("jid") for item in items.iter() if item.get("name") == "Junk box"]
    with capulet.client(juliet, resource="later") as later:
        later.wait(lambda stanza: stanza.tag.endswith("}presence") and stanza.get("from") == JUNK)


def test_nobody_from_elsewhere_gets_a_word(capulet: Any, romeo: Any, account: Account) -> None:
    with capulet.client(account(capulet, OTHER)) as tybalt:
        for stranger in (tybalt, romeo):
            stranger.say(JUNK, "help")
            answer = stranger.wait(lambda stanza: stanza.tag.endswith("}message"))
            assert "error" == answer.get("type")
            iq = stranger.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", JUNK)
            assert "error" == iq.get("type")
            items = stranger.ask("get", "<query xmlns='http://jabber.org/protocol/disco#items'/>", CAPULET)
            assert JUNK not in [item.get("jid") for item in items.iter()]


def test_bounds_are_told_in_a_friendly_line(box: JunkBox) -> None:
    assert "too long" in box.say("x" * 4097)
    assert "did not understand" in box.say("x" * 4096)
    box.client.say(JUNK, "?OTR", extra="<encrypted xmlns='eu.siacs.conversations.axolotl'/>")
    assert "switch encryption off" in box.hear()
    for _ in range(40):
        box.client.say(JUNK, "status")
    assert any("too much" in box.hear() for _ in range(31))


def test_while_the_daemon_is_away_it_says_so(box: JunkBox, providence: Any, juliet: str) -> None:
    providence.stop()
    try:
        assert AWAY in box.say("list")
    finally:
        providence.start()
    assert providence.has(juliet, state="open")
    assert "empty" in box.say("list")


def test_an_operator_may_have_none_or_another_address(capulet: Any, account: Account) -> None:
    with capulet.client(account(capulet, "plain.example")) as client:
        client.say("junk.plain.example", "help")
        assert "error" == client.message().get("type")
    with capulet.client(account(capulet, "marked.example")) as client:
        client.say("box.marked.example", "help")
        assert "`list`" in words(client.message())


def test_no_word_of_it_is_logged(box: JunkBox, capulet: Any) -> None:
    box.say("exempt allow nurse@verona.example")
    box.say("show 77")
    box.say("settings mode enforce")

    for word in ("nurse", "verona", "show 77", "settings mode"):
        assert [] == capulet.log_lines(word)
