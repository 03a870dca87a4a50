import pytest

from providence.scrubber import scrub
from providence.scrubber.lexicon import HEAD, is_public, is_telling

# Words of everyday talk. None is taken from a set that anything is measured on.
EVERYDAY = {
    "en": "yesterday we walked slowly along the beach and laughed about everything",
    "de": "gestern haben wir beim bäcker frische brötchen gekauft und sind spazieren gegangen",
    "fr": "demain nous irons chercher les enfants à la gare avant de préparer le dîner",
    "es": "mañana compraremos pan fresco y después pasearemos tranquilamente por la playa",
    "it": "domani andremo insieme al mercato e poi prepareremo una cena tranquilla",
    "pt": "amanhã compraremos pão fresco e depois caminharemos devagar pela praia",
    "nl": "morgen gaan we samen naar de markt en daarna koken we rustig thuis",
    "pl": "jutro pojedziemy razem na rynek a potem spokojnie ugotujemy kolację",
    "ru": "завтра мы вместе поедем на рынок а потом спокойно приготовим вкусный ужин",
    "uk": "завтра ми разом поїдемо на ринок а потім спокійно приготуємо смачну вечерю",
    "tr": "yarın birlikte pazara gideceğiz sonra evde yemek pişireceğiz",
    "id": "besok kita pergi bersama ke pasar lalu memasak makan malam di rumah",
    "da": "i morgen går vi sammen på markedet og bagefter laver vi aftensmad",
    "ro": "astăzi mergem împreună la piață și apoi gătim ceva bun împreună",
    "el": "αύριο θα πάμε μαζί στην αγορά και μετά θα μαγειρέψουμε στο σπίτι",
}


@pytest.mark.parametrize("language", EVERYDAY)
def test_everyday_words_are_public(language: str) -> None:
    assert [piece.text for piece in scrub(EVERYDAY[language]) if piece.kind == "rare"] == []


@pytest.mark.parametrize("word", ["zxqvbk", "nkahzmnsz", "qwrtplk", "фывщзх"])
def test_what_no_list_has_is_rare(word: str) -> None:
    assert scrub(word)[0].kind == "rare"


def test_a_name_is_telling_and_never_learnt() -> None:
    assert is_telling("samantha")
    assert scrub("Samantha")[0] == ("rare", "")


def test_a_word_counts_by_its_beginning_and_drawn_out_as_it_would_be_short() -> None:
    assert is_public("station" + "q" * (24 - HEAD))
    assert is_public("heeeeello")
    assert not is_public("zzqxk")


def test_scripts_without_a_list_pass() -> None:
    assert all(map(is_public, ["שלום", "किताब", "مرحبا", "한국어"]))
