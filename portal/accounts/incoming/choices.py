"""Days, groups of callers and lengths of do not disturb, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ngnpro.records import EVERYBODY, NOBODY

# Bits of the days (contract: PersistentAcceptRule).
DAYS: dict[int, str | Promise] = {1 << day: WEEKDAYS_ABBR[day] for day in range(7)}
ALL_DAYS = 127
SPANS: dict[int, str | Promise] = {
    ALL_DAYS: gettext_lazy("every day"),
    31: gettext_lazy("Mon to Fri"),
    96: gettext_lazy("Sat and Sun"),
}
# Groups of the phonebook (contract: PhonebookEntry), and the two words that stand alone.
GROUPS: dict[str, str | Promise] = {
    EVERYBODY: gettext_lazy("Everybody"),
    NOBODY: gettext_lazy("Nobody"),
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
    OPEN: gettext_lazy("Until I end it"),
}


def days_in_words(mask: int) -> str:
    """Name the days of a bit mask."""
    if mask in SPANS:
        return str(SPANS[mask])
    return ", ".join(str(words) for bit, words in DAYS.items() if mask & bit)


def groups_in_words(groups: Iterable[str]) -> str:
    """Name groups of callers; those of other clients by their own names."""
    return ", ".join(str(GROUPS.get(group, group)) for group in groups) or _("Nobody")
