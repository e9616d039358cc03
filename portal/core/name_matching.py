"""Which of some named records a person means: by the whole name, its beginning, or any part that only one name has."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping

SEPARATOR = " · "


def fold(text: str) -> str:
    """Return a text without case, accents and runs of blanks: what people leave out while they type a name."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


# From the strictest to the widest; the first that finds a name decides.
RULES: tuple[Callable[[str, str], bool], ...] = (
    lambda name, typed: name == typed,
    lambda name, typed: name.startswith(typed),
    lambda name, typed: f" {typed}" in name,
    lambda name, typed: typed in name,
)


def find_named(names: Mapping[int, str], typed: str) -> list[int]:
    """Return the numbers of the records that a text may mean; more than one if it is not unique."""
    wanted = fold(typed)
    folded = {number: fold(name) for number, name in names.items()} if wanted else {}
    for fits in RULES:
        if found := [number for number, name in folded.items() if fits(name, wanted)]:
            return found
    return []


def picker_texts(names: Mapping[int, str]) -> dict[int, str]:
    """Return what a picker shows for each record: its name, with the number behind it only if others have the name.

    A name of digits only, or that ends like such a number, has its number as well, since both could be typed.
    """
    times = Counter(map(fold, names.values()))
    return {
        number: name if times[fold(name)] == 1 and not _ends_in_number(name) else with_number(number, name)
        for number, name in names.items()
    }


def with_number(number: int, name: str) -> str:
    """Return a named record as ``Name · number``, which no other record has; the number alone without a name."""
    return f"{name}{SEPARATOR}{number}" if name else str(number)


def number_in(typed: str) -> int | None:
    """Return the number that a text is or ends with, as in ``Name · 7``; ``None`` if there is none."""
    number = typed.rpartition(SEPARATOR.strip())[2].strip()
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def _ends_in_number(name: str) -> bool:
    return number_in(name) is not None
