"""Barred prefixes: parsing, the destinations that each bars, and warnings about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
import pycountry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, PrefixFault, PrefixRefused
from ngnpro_wire.facts.telephone_numbers import normal_prefix as barred_prefix
from portal.core.in_words import number_in_groups
from portal.ngnpro.records.base import Record

SOME_COUNTRIES = 3
FILLING = "12345678901234"
FEWEST_MORE = 4  # the minimum number of digits after the prefix in an example
WORLDWIDE = "001"  # the region of services that belong to no country (ITU-T E.164 assignments)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarredPrefix(Record):
    """The prefixes that an account may not call, as ``+`` and digits."""

    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BarringExample:
    """A description of what a prefix bars; ``within`` is another listed prefix that already bars all of it."""

    prefix: str
    where: str
    number: str
    within: str = ""


PREFIX_FAULTS = {
    PrefixFault.NO_COUNTRY: gettext_lazy("“%(text)s”: begin with + and the country code, as in +49 900."),
    PrefixFault.NOT_DIGITS: gettext_lazy("“%(text)s” is not made of digits."),
    PrefixFault.COUNTRY: gettext_lazy(
        "“%(text)s”: after the + comes a country code without zeros in front, and 15 digits at most."
    ),
}


def normal_prefix(text: str) -> str:
    """Convert a typed prefix to ``+`` and digits (contract: Call handling).

    A leading ``00`` means ``+``. Raises ``ValidationError`` if the prefix is invalid.
    """
    try:
        return barred_prefix(text)
    except PrefixRefused as refused:
        raise ValidationError(PREFIX_FAULTS[refused.fault], params={"text": text}) from None


def country_codes(digits: str) -> list[int]:
    """Return the country codes of numbers that begin with these digits."""
    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    exact = [int(digits[:length]) for length in (1, 2, 3) if digits[:length] and int(digits[:length]) in known]
    return exact[:1] or sorted(code for code in known if str(code).startswith(digits))


def countries_of_prefix(digits: str) -> list[str]:
    """Return the main countries of numbers that begin with these digits; services of no country are omitted."""
    regions = (phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0] for code in country_codes(digits))
    found = (pycountry.countries.get(alpha_2=region) for region in regions if region != WORLDWIDE)
    return [str(country.name) for country in found if country]


def explain_prefixes(prefixes: Sequence[str]) -> list[BarringExample]:
    """Return what each prefix bars, with an example of a barred number."""
    return [_example(prefix, prefixes) for prefix in prefixes]


def _example(prefix: str, prefixes: Sequence[str]) -> BarringExample:
    digits = prefix.removeprefix("+")
    wider = (other for other in prefixes if other != prefix and prefix.startswith(other))
    if not digits.isdecimal():
        return BarringExample(prefix, _("Not known"), "")
    return BarringExample(prefix, _where(digits), _number(digits), min(wider, key=len, default=""))


def _where(digits: str) -> str:
    names = countries_of_prefix(digits)
    if not country_codes(digits):
        return _("No country code begins like this")
    if not names:
        return _("A service of no country")
    shown, more = ", ".join(names[:SOME_COUNTRIES]), len(names) - SOME_COUNTRIES
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(more)s more", "%(names)s and %(more)s more", more) % {"names": shown, "more": more}


def _number(digits: str) -> str:
    """Return an example number that begins with these digits and has the usual length of its country."""
    code, *_others = country_codes(digits) or [0]
    region = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ("",))[0]
    usual = phonenumbers.example_number(region) if region else None
    length = len(str(code)) + len(str(usual.national_number)) if usual else 0
    more = min(max(FEWEST_MORE, length - len(digits)), MOST_DIGITS - len(digits))
    return number_in_groups(digits + FILLING[:more])


def barring_prefix(number: str, prefixes: Sequence[str]) -> str:
    """Return the longest prefix that bars a number; empty if none does."""
    return max((prefix for prefix in prefixes if number.startswith(prefix)), key=len, default="")


def doubts_about(prefixes: Sequence[str], own_numbers: Sequence[str]) -> list[str]:
    """Return warnings about prefixes that bar several countries, nothing, or the account's own numbers."""
    found = []
    for prefix in prefixes:
        codes = country_codes(prefix.removeprefix("+"))
        if len(codes) > 1:
            values = {"prefix": prefix, "count": len(codes), "names": _where(prefix.removeprefix("+"))}
            words = ngettext(
                "%(prefix)s bars %(count)s whole country code: %(names)s.",
                "%(prefix)s bars %(count)s whole country codes: %(names)s.",
                len(codes),
            )
            found.append(words % values)
        elif not codes:
            found.append(_("%(prefix)s bars nothing: no country code begins like this.") % {"prefix": prefix})
    for number in own_numbers:
        if prefix := barring_prefix(number, prefixes):
            values = {"prefix": prefix, "number": number_in_groups(number.lstrip("+"))}
            found.append(_("%(prefix)s also bars %(number)s, a number of this account.") % values)
    return found
