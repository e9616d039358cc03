"""Labels for days, groups of callers and durations of do not disturb, and parsing of rejected callers."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.sip_addresses import ANYBODY, NUMBER_PATTERN, SCHEME, normal_caller
from portal.accounts.addresses import address_as_typed, read_address
from portal.core.in_words import number_in_groups
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


def caller_uri(text: str, domain: str) -> str:
    """Convert a number, an address, or ``@domain`` for all its users to an entry of the reject list.

    Raises ``ValidationError`` if the text is invalid.
    """
    return read_address(normal_caller, text, domain)


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
