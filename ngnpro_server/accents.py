"""Names without accents, the form in which they are searched."""

from __future__ import annotations

import unicodedata

from .values import fold

# Letters whose accents are no combining marks in Unicode.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_FIRST_ACCENT, _LAST_ACCENT = "\u0300", "\u036f"


def fold_accents(value: str) -> str:
    """Return folded text whose letters have no accents, the form in which names of people and companies are searched.

    Only the accents of Latin, Greek and Cyrillic letters are removed: marks of other scripts make other letters.
    """
    marked = unicodedata.normalize("NFD", fold(value))
    plain = "".join(letter for letter in marked if not _FIRST_ACCENT <= letter <= _LAST_ACCENT)
    return unicodedata.normalize("NFC", plain).translate(_PLAIN_LETTERS)
