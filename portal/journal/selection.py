"""Which entries are meant, and a window of them, at a cost that does not grow with the journal.

There is no total over the whole journal and no offset into it: windows begin where another ended, by the entry's
number, and entries are counted up to a limit (docs/decisions/08-journal.md).
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from django.db import connection
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from portal.core.tables import Column, Window
from portal.core.wildcards import ANYTHING, begins

from .choices import DOUBTFUL, IN_DOUBT
from .models import JournalAuthor, JournalEntry

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Numbered(TypedDict):
    """What a selection knows of an entry besides its fields."""

    number: int


Entries: TypeAlias = "QuerySet[WithAnnotations[JournalEntry, Numbered]]"

COUNTED = 1000
# Entries that were made at the same time may be numbered the other way round; never more than these many.
AT_ONCE = 100
MOST_AUTHORS = 1000


@dataclass(frozen=True, slots=True)
class Conditions:
    """What entries have to meet; empty fields are no condition. Days are whole days in the portal's time zone."""

    key: str = ""
    kind: str = ""
    who: str = ""
    operation: str = ""
    result: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


def whole_journal() -> Entries:
    """Select all entries. By ``number`` the database finds and orders them without sorting."""
    return JournalEntry.objects.select_related("author").annotate(number=F("pk"))


def journal_of(engine: str, customer: int) -> Entries:
    """Select the entries that a customer or reseller of an NGNPro server may read.

    Their ``number`` is that of the readers' index.
    """
    mine = FilteredRelation("readers", condition=Q(readers__engine=engine, readers__customer=customer))
    entries = JournalEntry.objects.select_related("author").annotate(mine=mine).filter(mine__customer=customer)
    return entries.annotate(number=F("mine__entry_id"))


def matching(entries: Entries, conditions: Conditions) -> Entries:
    """Select the entries that meet all conditions."""
    exact = {name: getattr(conditions, name) for name in ("kind", "operation", "result")}
    if conditions.result == IN_DOUBT:
        del exact["result"]
        entries = entries.filter(result__in=DOUBTFUL)
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if conditions.key:
        entries = entries.filter(_key_begins(conditions.key.lower()))
    if conditions.who:
        authors = JournalAuthor.objects.filter(begins("name", conditions.who) | begins("login", conditions.who))
        entries = entries.filter(author__in=list(authors.values_list("pk", flat=True)[:MOST_AUTHORS]))
    if conditions.since:
        entries = _from(entries, _midnight(conditions.since))
    if conditions.until:
        entries = _to(entries, _midnight(conditions.until + datetime.timedelta(days=1)))
    return entries


def _key_begins(typed: str) -> Q:
    """Find what begins with a text, in lower case; ``*`` stands for anything, and then the whole has to match.

    A key's beginning is looked up in its index, which SQLite takes for a range only.
    """
    if ANYTHING in typed:
        return begins("key", typed)
    if connection.vendor == "sqlite":
        return Q(key__gte=typed, key__lt=typed + chr(sys.maxunicode))
    return Q(key__startswith=typed)


def _from(entries: Entries, moment: datetime.datetime) -> Entries:
    """Leave out what is older, and let the database skip it by number."""
    first = JournalEntry.objects.filter(at__gte=moment).order_by("at").values_list("pk", flat=True)[:AT_ONCE]
    return entries.filter(at__gte=moment, number__gte=min(first, default=0))


def _to(entries: Entries, moment: datetime.datetime) -> Entries:
    """Leave out what is younger, and let the database skip it by number."""
    last = JournalEntry.objects.filter(at__lt=moment).order_by("-at").values_list("pk", flat=True)[:AT_ONCE]
    return entries.filter(at__lt=moment, number__lte=max(last, default=0))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class Keyset(Window):
    """Where in the journal the viewer is: ``?before=1234&size=50`` is the 50 entries older than number 1234."""

    def __init__(self, params: QueryDict, columns: Iterable[Column] = ()) -> None:
        super().__init__(params, columns, "")
        self.before, self.after = _number(params.get("before")), _number(params.get("after"))

    def holds(self, number: int) -> bool:
        """Tell whether an entry lies on this side of where the window begins."""
        return number > self.after if self.after else not self.before or number < self.before

    def url_without(self, name: str) -> str:
        return self.url(**{name: None, "before": None, "after": None})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else 0


@dataclass(frozen=True, slots=True)
class Slice:
    """A window of entries, newest first; whether there are newer and older ones; how many there are, up to a limit."""

    entries: tuple[JournalEntry, ...]
    newer: bool
    older: bool
    total: int

    @property
    def is_counted(self) -> bool:
        return self.total <= COUNTED


def cut(entries: Entries, window: Keyset) -> Slice:
    """Cut a window out of the entries, with two questions to the database.

    Of few entries the numbers are fetched in whatever order the database finds them quickest; many are near in every
    direction, and so are quick to find in their own order.
    """
    numbers = list(entries.order_by().values_list("number", flat=True)[: COUNTED + 1])
    if len(numbers) <= COUNTED:
        wanted = sorted((number for number in numbers if window.holds(number)), reverse=not window.after)
        rows = list(whole_journal().filter(pk__in=wanted[: window.size + 1]))
    elif window.after:
        rows = list(entries.filter(number__gt=window.after).order_by("number")[: window.size + 1])
    else:
        older = entries.filter(number__lt=window.before) if window.before else entries
        rows = list(older.order_by("-number")[: window.size + 1])
    rows.sort(key=lambda entry: entry.pk, reverse=not window.after)
    more, found = len(rows) > window.size, rows[: window.size]
    if window.after:
        return Slice(tuple(reversed(found)), newer=more, older=bool(found), total=len(numbers))
    return Slice(tuple(found), newer=bool(window.before), older=more, total=len(numbers))
