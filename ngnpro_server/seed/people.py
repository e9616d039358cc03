"""Fictitious people: names in several languages and scripts, with matching usernames."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_FILE = Path(__file__).with_name("people.json")
# letters that Unicode normalization does not decompose
_PLAIN = str.maketrans({"ł": "l", "ß": "ss", "ı": "i"})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

# a given or family name: in its own script, and in ASCII lower case
_Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """A fictitious person; ``login`` is in ASCII letters, e.g. ``anna.bakker``."""

    first_name: str
    last_name: str
    login: str
    language: str


def draw_person(random: Random, languages: Sequence[str]) -> Person:
    """Return a fictitious person who speaks one of the languages; a language listed twice is twice as likely."""
    language = random.choice(languages)
    given, family = _names()[language]
    first, last = random.choice(given), random.choice(family)
    return Person(first[0], last[0], f"{first[1]}.{last[1]}", language)


@cache
def _names() -> dict[str, tuple[tuple[_Name, ...], tuple[_Name, ...]]]:
    tables = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        language: (
            tuple(_read(name, language) for name in table["given"]),
            tuple(_read(name, language) for name in table["family"]),
        )
        for language, table in tables.items()
    }


def _read(name: str | list[str], language: str) -> _Name:
    """Return a name and its ASCII spelling; a name in another script is listed with it."""
    if isinstance(name, list):
        return name[0], name[1]
    return name, ascii_login(name.lower().translate(_GERMAN if language == "de" else {}), between="")


def ascii_login(text: str, between: str = ".") -> str:
    """Return text in ASCII lower-case letters and digits, with ``between`` for each space."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    kept = "".join(letter for letter in letters if letter.isascii() and (letter.isalnum() or letter == " "))
    return kept.replace(" ", between)
