import random

import pytest

from providence.scrubber import scrub

# Nought to nine in their languages.
DIGITS = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "pt": "zero um dois três quatro cinco seis sete oito nove",
    "nl": "nul een twee drie vier vijf zes zeven acht negen",
    "sv": "noll ett två tre fyra fem sex sju åtta nio",
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć",
    "cs": "nula jedna dva tři čtyři pět šest sedm osm devět",
    "ru": "ноль один два три четыре пять шесть семь восемь девять",
    "uk": "нуль один два три чотири п'ять шість сім вісім дев'ять",
    "tr": "sıfır bir iki üç dört beş altı yedi sekiz dokuz",
    "id": "nol satu dua tiga empat lima enam tujuh delapan sembilan",
    "el": "μηδέν ένα δύο τρία τέσσερα πέντε έξι επτά οκτώ εννέα",
    "fi": "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän",
    "ar": "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
    "hi": "शून्य एक दो तीन चार पांच छह सात आठ नौ",
}


@pytest.mark.parametrize("language", DIGITS)
@pytest.mark.parametrize("joint", [" ", ", ", "-"])
def test_a_code_in_words_does_not_stay(language: str, joint: str) -> None:
    words = DIGITS[language].split()
    dice = random.Random(language)  # noqa: S311 - no secret
    for _ in range(50):
        code = dice.choices(words, k=4)
        kept = [piece.text for piece in scrub(f"hello {joint.join(code)}") if piece.kind in {"word", "rare"}]
        assert len(kept) <= 2, code


@pytest.mark.parametrize(
    "text",
    ["dreiundzwanzig vierundfünfzig", "ventitre quarantadue", "twenty-three, forty five", "quatre vingt dix sept"],
)
def test_larger_numbers_in_words_do_not_stay(text: str) -> None:
    assert [piece.kind for piece in scrub(text)] == ["number"]


@pytest.mark.parametrize("run", ["四二七一", "三百二十一", "〇八一五", "壹貳叁肆"])
def test_numbers_in_han_do_not_stay(run: str) -> None:
    assert [("run", "号")] == [piece for piece in scrub(f"号{run}") if piece.kind != "number"]


@pytest.mark.parametrize("text", ["one more thing", "two friends came", "une fois", "один раз", "十分好"])
def test_a_lone_number_word_stays(text: str) -> None:
    assert not any(piece.kind == "number" for piece in scrub(text))
