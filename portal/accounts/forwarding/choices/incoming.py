"""Labels for days, groups of callers and durations of do not disturb, and parsing of rejected callers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.addresses import NUMBER, SCHEME, address_as_typed, sip_uri, user_and_host
from portal.core.in_words import number_in_groups
from portal.core.normal_forms import host_name
from portal.ngnpro.records import EVERYBODY, NOBODY

# Bit mask of the days (contract: PersistentAcceptRule).
DAYS: dict[int, str | Promise] = {1 << day: WEEKDAYS_ABBR[day] for day in range(7)}
ALL_DAYS = 127
SPANS: dict[int, str | Promise] = {
    ALL_DAYS: gettext_lazy("every day"),
    31: gettext_lazy("Mon to Fri"),
    96: gettext_lazy("Sat and Sun"),
}
# Groups of the phonebook (contract: PhonebookEntry), and the two keywords that cannot be combined.
GROUPS: dict[str, str | Promise] = {
    EVERYBODY: gettext_lazy("Everyone"),
    NOBODY: gettext_lazy("No one"),
    "vip": gettext_lazy("VIP"),
    "business": gettext_lazy("Business"),
    "coworkers": gettext_lazy("Coworkers"),
    "friends": gettext_lazy("Friends"),
    "family": gettext_lazy("Family"),
}
ALONE = frozenset({EVERYBODY, NOBODY})

TOMORROW, OPEN, OFF = "tomorrow", "open", "off"
MORNING = 8  # the hour at which "until tomorrow" ends
LENGTHS: dict[str, int] = {"half-hour": 30, "hour": 60, "eight-hours": 480}
LENGTH_WORDS: dict[str, str | Promise] = {
    "half-hour": gettext_lazy("30 minutes"),
    "hour": gettext_lazy("1 hour"),
    "eight-hours": gettext_lazy("8 hours"),
    TOMORROW: gettext_lazy("Until tomorrow, 8:00"),
    OPEN: gettext_lazy("Until I turn it off"),
}


def days_in_words(mask: int) -> str:
    """Return the days of a bit mask as text."""
    if mask in SPANS:
        return str(SPANS[mask])
    return ", ".join(str(words) for bit, words in DAYS.items() if mask & bit)


def groups_in_words(groups: Iterable[str]) -> str:
    """Return groups of callers as text; unknown groups are shown by name."""
    return ", ".join(str(GROUPS.get(group, group)) for group in groups) or _("No one")


ANYBODY = re.compile(r"[*%]?@(?P<host>[^@%*]+)")
NUMBER_PATTERN = re.compile(r"[%*+]?(?P<digits>[0-9]+)@[%*]")
FEWEST_DIGITS = 7  # shorter numbers are extensions in the account's domain
HIDDEN = ("anonymous", "unknown", "unavailable")


def caller_uri(text: str, domain: str) -> str:
    """Convert a number, an address, or ``@domain`` for all its users to an entry of the reject list.

    Raises ``ValidationError`` if the text is invalid.
    """
    bare = SCHEME.sub("", text.strip(), count=1)
    if found := ANYBODY.fullmatch(bare):
        return f"sip:%@{host_name(found['host'])}"
    if found := NUMBER_PATTERN.fullmatch(bare):
        return _number(found["digits"])
    uri = sip_uri(text, domain)
    user, host = user_and_host(uri)
    if set("*%") & set(user) and user.strip("*%+").isdecimal():
        raise ValidationError(_("Enter a whole number, or @ and a domain. The beginning of a number matches no one."))
    if user in HIDDEN or host == "anonymous.invalid":
        raise ValidationError(
            _("Callers who hide their number have no address. You can reject all of them under Rights.")
        )
    international = user.startswith(("+", "00"))
    if NUMBER.fullmatch(user) and (international or (host == domain and len(user) >= FEWEST_DIGITS)):
        return _number(user)
    return uri


def _number(text: str) -> str:
    digits = text.lstrip("+0")
    if len(digits) < FEWEST_DIGITS:
        raise ValidationError(_("A telephone number has at least 7 digits, not counting zeros in front."))
    return f"sip:%{digits}@%"


def caller_in_words(uri: str, domain: str) -> tuple[str, str]:
    """Format an entry of the reject list for display: the caller, and which callers it matches."""
    bare = SCHEME.sub("", uri, count=1)
    if found := NUMBER_PATTERN.fullmatch(bare):
        return number_in_groups(found["digits"]), _("all callers whose number ends with these digits")
    if found := ANYBODY.fullmatch(bare):
        return found["host"], _("everyone who calls from this domain")
    if "%" in bare or "*" in bare:
        return bare, _("all addresses that match")
    return address_as_typed(uri, domain), ""
