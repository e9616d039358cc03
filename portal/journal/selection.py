"""Filtering and paging of journal entries, at a cost that does not grow with the journal.

The whole journal is never counted, and no offset into it is used: a page begins at the number of the entry where
another page ended, and entries are counted up to a limit (docs/decisions/08-journal.md).
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

from portal.core.search_text import ANYTHING, begins_with
from portal.core.tables import Column, Window
from portal.journal.labels import DOUBTFUL, IN_DOUBT

from .models import JournalAuthor, JournalEntry

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class EntryNumber(TypedDict):
    """The annotation of entries: the number by which they are sorted and paged."""

    number: int


Entries: TypeAlias = "QuerySet[WithAnnotations[JournalEntry, EntryNumber]]"

COUNTED = 1000
# Entries added at the same time may have numbers in another order than their times, but never more than so many.
AT_ONCE = 100
MOST_AUTHORS = 1000


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a filter; empty fields are ignored. Days are whole days in the portal's time zone."""

    key: str = ""
    kind: str = ""
    who: str = ""
    operation: str = ""
    result: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


def whole_journal() -> Entries:
    """Return all entries, with their primary key as ``number``, by which the database can page without sorting."""
    return JournalEntry.objects.select_related("author").annotate(number=F("pk"))


def journal_of(engine: str, customer: int) -> Entries:
    """Return the entries that a customer or reseller of an NGNPro server may read.

    Their ``number`` is the column of the readers' index, by which the database can page without sorting.
    """
    mine = FilteredRelation("readers", condition=Q(readers__engine=engine, readers__customer=customer))
    entries = JournalEntry.objects.select_related("author").annotate(mine=mine).filter(mine__customer=customer)
    return entries.annotate(number=F("mine__entry_id"))


def matching_entries(entries: Entries, conditions: Conditions) -> Entries:
    """Return the entries that meet all conditions."""
    exact = {name: getattr(conditions, name) for name in ("kind", "operation", "result")}
    if conditions.result == IN_DOUBT:
        del exact["result"]
        entries = entries.filter(result__in=DOUBTFUL)
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if conditions.key:
        entries = entries.filter(_key_begins(conditions.key.lower()))
    if conditions.who:
        authors = JournalAuthor.objects.filter(
            begins_with("name", conditions.who) | begins_with("login", conditions.who)
        )
        entries = entries.filter(author__in=list(authors.values_list("pk", flat=True)[:MOST_AUTHORS]))
    if conditions.since:
        entries = _from(entries, _midnight(conditions.since))
    if conditions.until:
        entries = _to(entries, _midnight(conditions.until + datetime.timedelta(days=1)))
    return entries


def _key_begins(typed: str) -> Q:
    """Return a condition for keys that begin with a lower-case text, or match all of it if it contains ``*``.

    The beginning is looked up in the index of the keys, which SQLite uses only for a range.
    """
    if ANYTHING in typed:
        return begins_with("key", typed)
    if connection.vendor == "sqlite":
        return Q(key__gte=typed, key__lt=typed + chr(sys.maxunicode))
    return Q(key__startswith=typed)


def _from(entries: Entries, moment: datetime.datetime) -> Entries:
    """Return the entries since a time, with a condition on their number that lets the database skip older ones."""
    first = JournalEntry.objects.filter(at__gte=moment).order_by("at").values_list("pk", flat=True)[:AT_ONCE]
    return entries.filter(at__gte=moment, number__gte=min(first, default=0))


def _to(entries: Entries, moment: datetime.datetime) -> Entries:
    """Return the entries before a time, with a condition on their number that lets the database skip newer ones."""
    last = JournalEntry.objects.filter(at__lt=moment).order_by("-at").values_list("pk", flat=True)[:AT_ONCE]
    return entries.filter(at__lt=moment, number__lte=max(last, default=0))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class Keyset(Window):
    """The current page of the journal: ``?before=1234&size=50`` are the 50 entries before number 1234."""

    def __init__(self, params: QueryDict, columns: Iterable[Column] = ()) -> None:
        super().__init__(params, columns, "")
        self.before, self.after = _number(params.get("before")), _number(params.get("after"))

    def holds(self, number: int) -> bool:
        """Return whether an entry is after the number ``after``, or before the number ``before``."""
        return number > self.after if self.after else not self.before or number < self.before

    def url_without(self, name: str) -> str:
        return self.url(**{name: None, "before": None, "after": None})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else 0


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries, newest first, whether there are newer and older ones, and the total, counted up to a limit."""

    entries: tuple[JournalEntry, ...]
    newer: bool
    older: bool
    total: int

    @property
    def is_counted(self) -> bool:
        return self.total <= COUNTED


def cut_page(entries: Entries, window: Keyset) -> EntryPage:
    """Return a page of the entries, with two database queries.

    The first query fetches up to ``COUNTED`` numbers in the order that is fastest for the database. If these are all,
    the page is picked from them; otherwise there are so many entries that reading them in order of number is fast.
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
        return EntryPage(tuple(reversed(found)), newer=more, older=bool(found), total=len(numbers))
    return EntryPage(tuple(found), newer=bool(window.before), older=more, total=len(numbers))
