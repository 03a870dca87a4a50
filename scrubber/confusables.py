"""Letters that look like those of another script (UTS #39), and how to tell which script a word is in."""

import re

# Letters that NFKD leaves alone, each only ever a variant of the plain one, and what stands for an accent.
PLAIN = str.maketrans(
    {
        **{"ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "þ": "th"},
        **{"ɑ": "a", "ɡ": "g", "ɩ": "i", "ʀ": "r", "ʏ": "y", "ɴ": "n", "ɪ": "i", "ʟ": "l", "ɢ": "g", "ʜ": "h"},
        **{"ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ᴊ": "j", "ᴋ": "k", "ᴍ": "m", "ᴏ": "o", "ᴘ": "p"},
        **{"ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z", "ɨ": "i", "ƅ": "b"},
        **{"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'"},
    }
)

# Lower case on both sides, but lookalikes in either case: В is like B, so в pairs with b.
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
    """
    Give each word of mixed Latin, Cyrillic and Greek letters the script it was meant in.

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
        cyrillic = sum("Ѐ" <= char for char in word)
    if latin >= max(cyrillic, greek):
        return word.translate(_LATIN_LIKE)
    return word.translate(_CYRILLIC_LIKE if cyrillic >= greek else _GREEK_LIKE)
