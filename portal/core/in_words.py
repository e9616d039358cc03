"""Values as people read them: telephone numbers in groups, domains in their own script, time zones, languages."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache

import idna
import phonenumbers
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.telephone_numbers import international_digits, without_separators

# Languages of mails and announcements, each in its own language.
LANGUAGES: tuple[tuple[str, str | Promise], ...] = (
    ("", gettext_lazy("The platform's")),
    *settings.LANGUAGES,
)


@lru_cache(maxsize=4096)
def number_in_groups(digits: str) -> str:
    """Return a number with + and in groups; without groups if no numbering plan knows it."""
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    if not phonenumbers.is_possible_number(parsed):
        return f"+{digits}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def tel_in_words(text: str) -> str:
    """Return a stored telephone number in groups, if it has a country code; any other text unchanged."""
    digits = international_digits(without_separators(text)) if text else ""
    return number_in_groups(digits) if digits else text


@lru_cache(maxsize=4096)
def domain_in_words(domain: str) -> str:
    """Return a domain in its own script; as it is if that is not the domain (RFC 5891)."""
    if "xn--" not in domain:
        return domain
    try:
        shown = idna.decode(domain)
        return shown if idna.encode(shown, uts46=True).decode("ascii") == domain.lower() else domain
    except idna.IDNAError:
        return domain


def wire_form(text: str) -> str:
    """Return whole labels of a domain in other scripts as NGNPro stores them, and any other text as it is."""
    if text.isascii():
        return text
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError:
        return text


def party_in_words(address: str) -> str:
    """Return the other side of a call: a telephone number in groups, else the address as people read it."""
    digits = international_digits(address.partition("@")[0])
    return number_in_groups(digits) if digits else address_in_words(address)


def address_in_words(address: str) -> str:
    """Return a SIP or e-mail address with its domain in its own script."""
    user, at, domain = address.rpartition("@")
    return f"{user}{at}{domain_in_words(domain)}"


def zone_in_words(name: str) -> str:
    """Return a time zone by its city: ``Buenos Aires (America, Argentina)``; a zone without one by its name."""
    *regions, city = name.replace("_", " ").split("/")
    return f"{city} ({', '.join(regions)})" if regions else name


def zone_with_offset(name: str) -> str:
    """Return a time zone by its city with how far it is from UTC today; the name alone if it is not known."""
    try:
        offset = timezone.localtime(timezone.now(), zoneinfo.ZoneInfo(name)).strftime("%z")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return name
    words = {"zone": zone_in_words(name), "offset": f"{offset[:3]}:{offset[3:]}"}
    return _("%(zone)s, UTC%(offset)s") % words


def language_in_words(code: str) -> str:
    """Return the name of a language in that language; of one that the portal does not offer, its code."""
    return str(dict(LANGUAGES).get(code, code))
