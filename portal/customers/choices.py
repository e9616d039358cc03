"""Choices of the customers room: countries, states, and the values that stand for an empty member."""

from __future__ import annotations

import gettext
import unicodedata
from functools import lru_cache

import pycountry
from django.utils.translation import get_language, to_locale

# Values on the wire for members that must not be empty there (contract: CustomerAccount).
UNKNOWN, NOT_APPLICABLE = "Unknown", "N/A"
EMPTY_ON_THE_WIRE = {
    "address": UNKNOWN,
    "postcode": UNKNOWN,
    "city": UNKNOWN,
    "state": NOT_APPLICABLE,
    "country": NOT_APPLICABLE,
}
WITH_STATES = ("CA", "US")

Choices = list[tuple[str, str]]


def set_value(value: str) -> str:
    """Return the value of a member; empty for the values that mean “not set” on the wire."""
    return "" if value in (UNKNOWN, NOT_APPLICABLE) else value


def list_countries() -> Choices:
    """List the countries of ISO 3166-1 by name, in the viewer's language."""
    return _countries(to_locale(get_language() or "en"))


def country_name(code: str) -> str:
    """Return the name of a country; an unknown code is returned unchanged."""
    return dict(list_countries()).get(code.upper(), set_value(code))


def list_states() -> list[tuple[str, Choices]]:
    """List the states and provinces (ISO 3166-2) by country, for countries whose addresses need them."""
    return [(country_name(country), _states(country, to_locale(get_language() or "en"))) for country in WITH_STATES]


def state_name(code: str) -> str:
    """Return the name of a state; an unknown code is returned unchanged."""
    return next((name for _country, of_it in list_states() for known, name in of_it if known == code), set_value(code))


def country_of_state(code: str) -> str:
    """Return the country code of a state; empty if the state is unknown."""
    locale = to_locale(get_language() or "en")
    return next((country for country in WITH_STATES if code in dict(_states(country, locale))), "")


@lru_cache(maxsize=16)
def _countries(locale: str) -> Choices:
    words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [locale], fallback=True)
    named = ((c.alpha_2, words.gettext(getattr(c, "common_name", c.name))) for c in pycountry.countries)
    return sorted(named, key=lambda pair: _sort_key(pair[1]))


@lru_cache(maxsize=32)
def _states(country: str, locale: str) -> Choices:
    words = gettext.translation("iso3166-2", pycountry.LOCALES_DIR, [locale], fallback=True)
    found = (one for one in pycountry.subdivisions if one.country_code == country)
    named = ((one.code.partition("-")[2], words.gettext(one.name)) for one in found)
    return sorted(named, key=lambda pair: _sort_key(pair[1]))


def _sort_key(name: str) -> str:
    """Return a key that sorts Å with A, not after Z as its code point would."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
