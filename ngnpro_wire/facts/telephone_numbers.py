"""Telephone numbers: parsing of the usual notations, and the rules of ITU-T E.164."""

from __future__ import annotations

import re

MOST_DIGITS = 15  # ITU-T E.164, section 6: country code and national number together

_SEPARATORS = re.compile(r"[\s()./-]")
# ITU-T E.164 list of assigned country codes: those of two digits. 1 and 7 have one digit, all others three.
_TWO_DIGITS = frozenset(
    {20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67)}
    | {81, 82, 84, 86, *range(90, 96), 98}
)


def without_separators(typed: str) -> str:
    """Return a number without the blanks, dots, slashes, hyphens and brackets between its digits.

    The national prefix in ``+49 (0)30 901820`` is removed too: it is not dialled after a country code. A text that
    does not begin with ``+`` or ``00`` keeps all digits.
    """
    typed = typed.strip()
    if typed.startswith(("+", "00")):
        typed = typed.replace("(0)", "")
    return _SEPARATORS.sub("", typed)


def international_digits(number: str) -> str:
    """Return the E.164 digits of a number that begins with ``+`` or ``00``; an empty text for any other number."""
    digits = number[1:] if number.startswith("+") else number[2:] if number.startswith("00") else ""
    return digits if digits.isascii() and digits.isdecimal() else ""


def leading_digits(typed: str) -> str:
    """Return an international number, or its beginning, without separators and without ``+`` or ``00``.

    The result may hold other characters, such as wildcards, which the caller checks.
    """
    typed = typed.strip()
    text = without_separators(typed if typed.startswith(("+", "00")) else f"+{typed}")
    return text.removeprefix("+").removeprefix("00")


def is_country_code(prefix: str) -> bool:
    """Return whether a prefix is a country code, or the beginning of one."""
    if prefix[:1] in ("1", "7"):
        return len(prefix) == 1
    return len(prefix) <= (2 if int(prefix[:2] or 0) in _TWO_DIGITS else 3)
