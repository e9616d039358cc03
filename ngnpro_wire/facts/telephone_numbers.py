"""Telephone numbers: parsing of the usual notations, and the rules of ITU-T E.164."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

MOST_DIGITS = 15  # ITU-T E.164, section 6: country code and national number together

_SEPARATORS = re.compile(r"[\s()./-]")
# what spreadsheets make of a number: 4930901820.0, 4.93091E+11
_ROUNDED = re.compile(r"[+-]?[0-9]+[.,]0+|[+-]?[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_CONTEXT = re.compile(r"phone-context=(\+[0-9]{1,15})(?:;|$)", re.IGNORECASE)
# also ,,5# and p5: pauses, after which a telephone dials more digits
_EXTENSION = re.compile(
    r"(?:tel:)?\+?[0-9]{7,}(?:x|extn?|extension|durchwahl|dw|app|;?ext=|#|;|[,pw]{1,4})[0-9]{1,6}#?", re.IGNORECASE
)
# ITU-T E.164 list of assigned country codes: those of two digits. 1 and 7 have one digit, all others three.
_TWO_DIGITS = frozenset(
    {20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67)}
    | {81, 82, 84, 86, *range(90, 96), 98}
)


class NumberFault(StrEnum):
    """The reason why a text that looks like a telephone number is none."""

    ROUNDED = "rounded"
    EXTENSION = "extension"


def number_fault(typed: str) -> NumberFault | None:
    """Return why a text is no telephone number although it looks like one, or ``None``.

    Digits that a spreadsheet has rounded are lost; an extension is not part of the number.
    """
    text = _plain_signs(typed)
    if _ROUNDED.fullmatch(text):
        return NumberFault.ROUNDED
    return NumberFault.EXTENSION if _EXTENSION.fullmatch(_SEPARATORS.sub("", text)) else None


def without_separators(typed: str) -> str:
    """Return a number without the blanks, dots, slashes, hyphens and brackets between its digits.

    Digits of other scripts become ASCII; invisible characters, ``tel:`` and the parameters of a ``tel:`` URI
    (RFC 3966) are removed. The national prefix in ``+49 (0)30 901820`` is removed too: it is not dialled after a
    country code. A text that does not begin with ``+`` or ``00`` keeps all digits. A number that a spreadsheet has
    rounded keeps its dot, so that no caller takes it for a number.
    """
    typed = _plain_signs(typed)
    typed = _without_parameters(typed)
    if _ROUNDED.fullmatch(typed):
        return typed
    if typed.startswith(("+", "00")):
        typed = re.sub(r"\(\s*0\s*\)", "", typed)
    return _SEPARATORS.sub("", typed)


def _without_parameters(typed: str) -> str:
    """Return the number of a ``tel:`` URI, a local one with its context in front (RFC 3966 section 5.1.5)."""
    is_uri = typed[:4].lower() == "tel:"
    if not is_uri and not typed.startswith("+"):
        return typed
    number, _semicolon, parameters = (typed[4:] if is_uri else typed).partition(";")
    found = _CONTEXT.search(parameters)
    return (found[1] if found and not number.strip().startswith("+") else "") + number.strip()


def _plain_signs(typed: str) -> str:
    """Return a text with ASCII digits, hyphens for all dashes, and without invisible characters."""
    if typed.isascii():
        return typed.strip()
    return "".join(_plain_sign(sign) for sign in unicodedata.normalize("NFKC", typed)).strip()


def _plain_sign(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(sign)
    return "-" if kind == "Pd" or sign == "\u2212" else "" if kind == "Cf" else sign


def international_digits(number: str) -> str:
    """Return the E.164 digits of a number that begins with ``+`` or ``00``; an empty text for any other number."""
    digits = number[1:] if number.startswith("+") else number[2:] if number.startswith("00") else ""
    return digits if digits.isascii() and digits.isdecimal() else ""


def leading_digits(typed: str) -> str:
    """Return an international number, or its beginning, without separators and without ``+`` or ``00``.

    The result may hold other characters, such as wildcards, which the caller checks. No country code begins with 0: a
    text that has one there is returned as it is.
    """
    text = without_separators(typed)
    if not text.startswith(("+", "00")):
        text = without_separators(f"+{typed.strip()}")
    digits = text.removeprefix("+").removeprefix("00")
    return text if digits.startswith(("0", "+")) else digits


class PrefixFault(StrEnum):
    """The reason why a text is no beginning of international numbers."""

    NO_COUNTRY = "no + in front"
    NOT_DIGITS = "not digits"
    COUNTRY = "no country code, or too long"


class PrefixRefused(ValueError):
    """The text is no beginning of international numbers."""

    def __init__(self, fault: PrefixFault) -> None:
        super().__init__(fault)
        self.fault = fault


def normal_prefix(typed: str) -> str:
    """Return the beginning of international numbers as ``+`` and digits; raises ``PrefixRefused``.

    ``00`` means ``+``.
    """
    text = without_separators(typed)
    if not text.startswith(("+", "00")):
        raise PrefixRefused(PrefixFault.NO_COUNTRY)
    digits = international_digits(text)
    if not digits:
        raise PrefixRefused(PrefixFault.NOT_DIGITS)
    if digits.startswith("0") or len(digits) > MOST_DIGITS:
        raise PrefixRefused(PrefixFault.COUNTRY)
    return f"+{digits}"


def is_country_code(prefix: str) -> bool:
    """Return whether a prefix is a country code, or the beginning of one."""
    if prefix[:1] in ("1", "7"):
        return len(prefix) == 1
    return len(prefix) <= (2 if int(prefix[:2] or 0) in _TWO_DIGITS else 3)
