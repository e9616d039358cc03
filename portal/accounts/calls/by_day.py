"""Calls as their user knows them: by day, with the calls of the same kind with the same party in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.calls.choices import PLACED
from portal.accounts.calls.log import CallLine
from portal.core.currency import with_currency
from portal.core.in_words import party_in_words
from portal.core.templatetags.portal import minutes

_HIDDEN = frozenset({"", "anonymous", "unknown", "unavailable"})


@dataclass(frozen=True, slots=True)
class OneParty:
    """Calls of one kind with one party, in succession: the latest of them, its local time, and how many there are."""

    latest: CallLine
    at: datetime
    times: int = 1

    @property
    def kind(self) -> str:
        """Return what happened, which is also the name of its icon."""
        if self.latest.direction == PLACED:
            return "phone-out"
        return "phone-missed" if self.latest.is_missed else "phone-in"

    @property
    def who(self) -> str:
        """Return the name of the other party, else the number or address."""
        party = self.latest.party
        return self.latest.shown_name or (_("Hidden number") if is_hidden(party) else party_in_words(party))

    @property
    def href(self) -> str:
        """Return the link for calling back; empty if the caller hid their number."""
        return call_link(self.latest.party)

    @property
    def what(self) -> str:
        """Return what happened and when, such as "Missed 18:10"."""
        words = {
            "phone-out": _("Placed %(time)s"),
            "phone-missed": _("Missed %(time)s"),
            "phone-in": _("Answered %(time)s"),
        }
        return words[self.kind] % {"time": date_format(self.at, "H:i")}

    def more(self, currency: str) -> list[str]:
        """Return how often, how long, and for how much, as far as there is something to say."""
        call, found = self.latest.call, []
        if self.times > 1:
            found.append(ngettext("%(times)s time", "%(times)s times", self.times) % {"times": self.times})
        elif call.duration:
            found.append(_("%(length)s min") % {"length": minutes(call.duration)})
        elif self.latest.direction == PLACED and not self.latest.is_answered:
            found.append(_("In progress") if self.latest.is_lasting else _("Not answered"))
        if self.times == 1 and call.price:
            found.append(with_currency(call.price, currency))
        return found


@dataclass(frozen=True, slots=True)
class Day:
    """The calls of one day, the latest first; ``lines`` has each party with what is to say of its calls."""

    day: date
    name: str
    lines: list[tuple[OneParty, list[str]]] = field(default_factory=list)


def by_day(lines: Iterable[CallLine], zone: tzinfo, currency: str) -> list[Day]:
    """Arrange calls, the latest first, by day in a time zone and by party."""
    found: list[tuple[date, list[OneParty]]] = []
    for line in lines:
        one = OneParty(line, datetime.fromtimestamp(line.call.start_time, UTC).astimezone(zone))
        if not found or found[-1][0] != one.at.date():
            found.append((one.at.date(), []))
        known = found[-1][1]
        if known and (known[-1].latest.party, known[-1].kind) == (line.party, one.kind):
            known[-1] = replace(known[-1], times=known[-1].times + 1)
        else:
            known.append(one)
    today = datetime.now(zone).date()
    return [Day(day, _name_of(day, today), [(one, one.more(currency)) for one in calls]) for day, calls in found]


def _name_of(day: date, today: date) -> str:
    names = {0: _("Today"), 1: _("Yesterday")}
    return names.get((today - day).days) or date_format(day, "l")


def call_link(uri: str) -> str:
    """Return the link that calls an address: ``tel:`` for a telephone number; empty if the number was hidden."""
    if is_hidden(uri):
        return ""
    number = number_in(uri)
    return f"tel:{number}" if number.startswith("+") else f"sip:{uri}"


def number_in(uri: str) -> str:
    """Return the telephone number in an address, with + instead of 00; empty if the user part is not a number."""
    username = uri.partition("@")[0]
    number = f"+{username[2:]}" if username.startswith("00") else username
    return number if number.removeprefix("+").isdigit() else ""


def is_hidden(uri: str) -> bool:
    """Return whether the caller hid their number (RFC 3323, section 4.1.1.3)."""
    username, _at, host = uri.partition("@")
    return username in _HIDDEN or host == "anonymous.invalid"
