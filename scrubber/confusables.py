"""Letters that look like those of another script (UTS #39), and how to tell which script a word is in."""

import re

# ruff: noqa: RUF001, RUF002 - lookalikes are what this file is about

# Letters that NFKD leaves alone, each only ever a variant of the plain one.
_VARIANTS = dict(zip("ıłđðøħŧɑɡɩʀʏɴɪʟɢʜᴀʙᴄᴅᴇᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢɨƅ", "ilddohtagirynilghabcdejkmopstuvwzib", strict=True))
PLAIN = str.maketrans({**_VARIANTS, "æ": "ae", "œ": "oe", "þ": "th", **dict.fromkeys("’‘ʼ′", "'")})

# Lower case on both sides, but lookalikes in either case, as of B.
_CYRILLIC = dict(zip("авсенкмортхуіԁԛԝһпѕј", "abcehkmoptxyidqwhnsj", strict=True))
_GREEK = dict(zip("αβεηικμνορτυχγωζ", "abehikmvoptuxywz", strict=True))
_LATIN_LIKE = str.maketrans(_CYRILLIC | _GREEK)
_CYRILLIC_LIKE = str.maketrans(dict(zip("abcehkmoptxyi", "авсенкмортхуі", strict=True)))
_GREEK_LIKE = str.maketrans(dict(zip("abehikmvoptuxwz", "αβεηικμνορτυχωζ", strict=True)))

_CYRILLIC_ONLY = re.compile(f"[^\\W\\d_{''.join(_CYRILLIC)}a-zͰ-Ͽ]")
_GREEK_ONLY = re.compile("[δθλξπσφψ]")
_LATIN_ONLY = re.compile("[dfgjlnqrsuvwz]")
_SEAM = re.compile("[a-z][Ͱ-ԯ]|[Ͱ-ԯ][a-z]|[Ͱ-Ͽ][Ѐ-ԯ]|[Ѐ-ԯ][Ͱ-Ͽ]")
_LETTERS = re.compile("[a-zͰ-ԯ]+")


def resolve(text: str) -> str:
    """Give each word of mixed Latin, Cyrillic and Greek letters the script it was meant in.

    A letter that exists in one of the scripts only decides; without one the majority does. `text` is in
    lower case without accents.

    >>> resolve("сasino казинo")
    'casino казино'
    """
    return _LETTERS.sub(_word, text) if _SEAM.search(text) else text


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if not _SEAM.search(word):
        return word
    latin = len(_LATIN_ONLY.findall(word))
    cyrillic = len(_CYRILLIC_ONLY.findall(word))
    greek = len(_GREEK_ONLY.findall(word))
    if max(latin, cyrillic, greek) == 0:
        latin = sum(map(str.isascii, word))
        cyrillic = sum(char >= "Ѐ" for char in word)
    if latin >= max(cyrillic, greek):
        return word.translate(_LATIN_LIKE)
    return word.translate(_CYRILLIC_LIKE if cyrillic >= greek else _GREEK_LIKE)
