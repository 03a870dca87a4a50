"""Ours with its parts taken away, and every peer that is installed here."""

from random import Random
from xml.etree import ElementTree as ET

import pytest

from providence.benchmarks import peers
from providence.benchmarks.metrics import Score
from providence.benchmarks.ours import Ours, buckets, exact, judged, unscrubbed
from providence.benchmarks.reliability import bins, diagram
from providence.classifier import EMPTY, shipped

SPAM = ["win money now at the casino", "cheap pills, write me now", "earn 500 dollars a day from home"]
# rspamd counts neither short words nor single ones.
OFFER = "exclusive casino jackpot winners receive bonus credit instantly register today claim promotional vouchers"
LETTER = "grandmother baked delicious apricot cake yesterday evening everybody enjoyed wonderful birthday celebration"
HAM = ["are you coming tonight to the party?", "thanks a lot, see you tomorrow", "the meeting is on thursday at noon"]


def test_unscrubbed_text_keeps_all_words_and_the_placeholders() -> None:
    text = "my code is 481516 and alice@example.org knows"
    scrubbed = set(exact(judged(text).hashes))
    with unscrubbed():
        raw, other = (set(exact(judged(each).hashes)) for each in (text, text.replace("481516", "481517")))

    assert raw != other
    assert scrubbed == set(exact(judged(text.replace("481516", "481517")).hashes)) == set(exact(judged(text).hashes))
    assert len(raw) > len(scrubbed)


def test_exact_ids_are_as_many_as_there_are_features_and_buckets_are_bounded() -> None:
    hashes = judged(" ".join(HAM)).hashes

    assert len(set(exact(hashes))) == len(hashes) // 16 == len(buckets(hashes))
    assert max(buckets(hashes)) < 2**18


def test_a_table_stays_within_its_quota_and_keeps_what_is_common() -> None:
    free, bound = Ours(EMPTY, quota=None), Ours(EMPTY, quota=300)
    dice = Random(4)  # noqa: S311 - a sample, no secret
    words = ["".join(dice.choices("abdegiklmnorstu", k=6)) for _ in range(600)]
    for at in range(120):
        text, spam = " ".join([*dice.choices(words, k=6), SPAM[0] if at % 2 else HAM[0]]), bool(at % 2)
        free.train("u", text, spam=spam)
        bound.train("u", text, spam=spam)

    assert bound.classify("u", SPAM[0]) > 0 > bound.classify("u", HAM[0])
    assert bound.classify("u", SPAM[0]) != free.classify("u", SPAM[0])


@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_learns_and_users_are_strangers_to_each_other(name: str) -> None:
    if name not in peers.installed():
        pytest.skip(f"{name} is not installed")
    with peers.peer(name) as subject:
        nothing = subject.classify("a", OFFER)
        for word in SPAM[2].split():
            subject.train("a", f"{OFFER} {word}", spam=True)
            subject.train("a", f"{LETTER} {word}", spam=False)
        spam_score, ham_score = subject.classify("a", OFFER), subject.classify("a", LETTER)

        assert spam_score > subject.threshold >= ham_score
        assert nothing == subject.classify("b", OFFER)


def test_the_rule_of_spambayes_at_its_bounds() -> None:
    with peers.peer("SpamBayes") as subject:
        assert 0.0 == subject.classify("u", "")
        for _ in range(5):
            subject.train(
                "u", "https://shop.example/a/b buy? anunreasonablylongword ünlüünlüünlüünlü x@y.example.org", spam=True
            )
        assert 0.0 == subject.classify("u", "is it so")
        assert subject.classify("u", "https://shop.example/") > 0
        assert subject.classify("u", "anextraordinarilylongword") > 0


def test_a_diagram_is_xml_with_a_line_for_each_set() -> None:
    dice = Random(5)  # noqa: S311 - a sample, no secret
    sets = {name: [Score(dice.gauss(0, 3), dice.random() < 0.5, 0, at) for at in range(500)] for name in ("a", "<b>")}
    drawn = ET.fromstring(diagram(sets))  # noqa: S314 - our own
    names = [title.text for title in drawn.iterfind(".//{*}polyline/{*}title")]

    assert ["a", "<b>"] == names
    assert 500 == sum(count for _, _, count in bins(sets["a"]))
    assert 10 == len(list(drawn.iterfind(".//{*}circle")))


def test_ours_begins_with_the_seed() -> None:
    assert Ours(shipped()).classify("u", "click here to earn money with crypto, guaranteed") > 0
