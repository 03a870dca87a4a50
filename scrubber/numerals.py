"""Numbers written as words."""

import re

from .confusables import resolve
from .folding import fold
from .pieces import Token, cover

# ruff: noqa: RUF001 - words in many alphabets

MANY = 2
"""Number words in a row that are a number; a lone one stays, as of "one more"."""

# Nought to ten, the tens and the hundreds, and what says that a figure comes twice.
_PLAIN = (
    *("zero", "nil", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty"),
    *("fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "double", "triple", "niner", "fourty"),
    *("null", "eins", "zwei", "zwo", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    *("sechzehn", "siebzehn", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"),
    *("hundert", "tausend", "doppel", "zéro", "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf", "dix", "onze"),
    *("douze", "treize", "quatorze", "quinze", "seize", "vingt", "vingts", "trente", "quarante", "cinquante", "soixante"),
    *("septante", "octante", "huitante", "nonante", "cent", "cents", "mille", "cero", "dos", "tres", "cuatro", "cinco"),
    *("seis", "siete", "ocho", "nueve", "diez", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete"),
    *("dieciocho", "diecinueve", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta"),
    *("noventa", "cien", "ciento", "mil", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco"),
    *("veintiséis", "veintisiete", "veintiocho", "veintinueve", "dois", "duas", "três", "quatro", "sete", "oito", "nove"),
    *("dez", "doze", "treze", "dezesseis", "dezasseis", "dezessete", "dezassete", "dezoito", "dezenove", "dezanove"),
    *("vinte", "trinta", "quarenta", "cinquenta", "sessenta", "oitenta", "cem", "cento", "due", "tre", "quattro"),
    *("cinque", "sette", "otto", "dieci", "undici", "dodici", "tredici", "quattordici", "quindici", "sedici"),
    *("diciassette", "diciotto", "diciannove", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta"),
    *("ottanta", "novanta", "nul", "twee", "drie", "vijf", "zes", "zeven", "negen", "tien", "twaalf", "dertien"),
    *("veertien", "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig", "honderd"),
    *("duizend", "noll", "två", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv", "tretton", "tjugo"),
    *("trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio", "hundra", "tusen", "fire", "seks", "syv"),
    *("otte", "ni", "ti", "elleve", "tyve", "tredive", "hundrede", "tusind", "sju", "åtte", "tjue", "nolla", "kaksi"),
    *("kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän", "kymmenen", "sata", "tuhat"),
    *("jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć", "dziesięć", "jedenaście"),
    *("dwanaście", "dwadzieścia", "trzydzieści", "czterdzieści", "pięćdziesiąt", "sześćdziesiąt", "siedemdziesiąt"),
    *("osiemdziesiąt", "dziewięćdziesiąt", "sto", "tysiąc", "nula", "dva", "tři", "čtyři", "pět", "šest", "sedm"),
    *("osm", "devět", "deset", "dvacet", "třicet", "čtyřicet", "padesát", "tri", "štyri", "päť", "šesť", "sedem"),
    *("osem", "deväť", "desať", "dvadsať", "jedan", "četiri", "sedam", "osam", "devet", "dvije", "dve", "četri"),
    *("egy", "kettő", "két", "három", "négy", "öt", "hat", "hét", "nyolc", "kilenc", "tíz", "húsz", "harminc", "száz"),
    *("unu", "doi", "două", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă", "zece", "douăzeci", "sută"),
    *("sıfır", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz", "yirmi", "otuz", "kırk", "elli", "altmış"),
    *("yetmiş", "seksen", "doksan", "yüz", "nol", "kosong", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh"),
    *("delapan", "sembilan", "sepuluh", "belas", "puluh", "ratus", "ribu", "không", "một", "hai", "bốn", "năm", "sáu"),
    *("bảy", "tám", "chín", "mười", "sifuri", "moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa"),
    *("ноль", "нуль", "два", "две", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "двойка"),
    *("одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "тройка"),
    *("восемнадцать", "девятнадцать", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят"),
    *("восемьдесят", "девяносто", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот"),
    *("восемьсот", "девятьсот", "тысяча", "тысячи", "тысяч", "дві", "чотири", "п'ять", "шість", "сім", "вісім"),
    *("дев'ять", "десять", "двадцять", "тридцять", "п'ятдесят", "шістдесят", "сімдесят", "вісімдесят", "нула"),
    *("едно", "две", "четири", "пет", "шест", "седем", "осем", "девет", "десет", "μηδέν", "ένα", "δύο", "τρία"),
    *("τέσσερα", "πέντε", "έξι", "επτά", "εφτά", "οκτώ", "οχτώ", "εννέα", "εννιά", "δέκα", "είκοσι", "τριάντα"),
    *("صفر", "واحد", "اثنان", "اثنين", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة", "عشرون"),
    *("صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده", "אפס", "אחת", "אחד", "שתיים", "שניים"),
    *("שלוש", "ארבע", "חמש", "שש", "שבע", "שמונה", "תשע", "עשר", "עשרים", "शून्य", "एक", "दो", "तीन", "चार", "पांच", "पाँच"),
    *("छह", "छः", "सात", "आठ", "नौ", "दस", "बीस", "শূন্য", "এক", "দুই", "তিন", "চার", "পাঁচ", "ছয়", "সাত", "আট", "নয়"),
    *("영", "공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구", "십", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟"),
)
# Those that are other words as well: they count as part of a number only beside three that are numbers.
_OTHER = (
    *("one", "oh", "o", "ein", "eine", "un", "une", "uno", "una", "um", "uma", "en", "ett", "et", "один", "одна", "одно"),
    *("once", "sei", "bir", "on", "yksi", "een", "één", "jedna", "се", "en", "unos", "jedno"),
)
_JOINTS = ("and", "und", "et", "y", "e", "en", "och", "og", "и", "i", "a", "point", "dash", "minus", "hyphen", "and")


def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part for word in words for part in resolve(fold(word)).split("'") if part)


_ALL = _folded(_PLAIN + _OTHER)
_SURE = _folded(_PLAIN) - _folded(_OTHER)
_JOIN = _folded(_JOINTS)

# Dreiundzwanzig, ventitré, tjugofem: at least two of the parts, glued.
_PARTS = sorted((word for word in _ALL if len(word) > 2), key=len, reverse=True)  # noqa: PLR2004 - "un" is in "hunger"
_GLUED = re.compile(rf"(?:{'|'.join(_PARTS)}|zehn|zig)(?:(?:und|en|e|y|i)?(?:{'|'.join(_PARTS)}|zehn|zig|teen|ty)){{1,6}}")

_LONGEST = 6
"""Letters from which a word may be two number words, glued."""


def hide(tokens: list[Token]) -> dict[int, str]:
    """Name the tokens of numbers that are written as words: MANY of them in a row, with joints and marks between."""
    if _ALL.isdisjoint([token.text for token in tokens]) and not any(map(_glued, tokens)):
        return {}
    hidden: dict[int, str] = {}
    first = last = -1
    sure = count = 0
    for index, token in enumerate(tokens):
        kind, text, _, _ = token
        if kind == "word" and (text in _ALL or _glued(token)):
            first = index if first < 0 else first
            last = index
            count += 1
            sure += text in _SURE if text in _ALL else MANY
        elif first >= 0 and not (kind in {"mark", "number"} or text in _JOIN):
            hidden.update(_verdict(first, last, sure, count))
            first, sure, count = -1, 0, 0
    hidden.update(_verdict(first, last, sure, count))
    return hidden


def _glued(token: Token) -> bool:
    return token.kind == "word" and len(token.text) > _LONGEST and bool(_GLUED.fullmatch(token.text))


def _verdict(first: int, last: int, sure: int, count: int) -> dict[int, str]:
    return dict(cover(first, last, "number")) if first >= 0 and (sure >= MANY or count > MANY + 1) else {}

