"""Which entries are meant, and a window of them, at a cost that does not grow with the journal.

There is no total over the whole journal and no offset into it: windows begin where another ended, by the entry's
number, and entries are counted up to a limit (docs/decisions/0040-journal.md).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from portal.core.tables import Column, Window

from .models import JournalAuthor, JournalEntry

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


def matching(entries: QuerySet[JournalEntry], conditions: Conditions) -> QuerySet[JournalEntry]:
    """Select the entries that meet all conditions."""
    exact = {name: getattr(conditions, name) for name in ("kind", "operation", "result")}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if conditions.key:
        entries = entries.filter(_begins("key", conditions.key.lower()))
    if conditions.who:
        authors = JournalAuthor.objects.filter(_begins("name", conditions.who) | _begins("login", conditions.who))
        entries = entries.filter(author__in=list(authors.values_list("pk", flat=True)[:MOST_AUTHORS]))
    if conditions.since:
        entries = _from(entries, _midnight(conditions.since))
    if conditions.until:
        entries = _to(entries, _midnight(conditions.until + datetime.timedelta(days=1)))
    return entries


def _begins(field: str, typed: str) -> Q:
    """Find what begins with a text; ``*`` stands for anything, and then the whole has to match, in any case."""
    if "*" not in typed:
        return Q(**{f"{field}__{'startswith' if field == 'key' else 'istartswith'}": typed})
    return Q(**{f"{field}__iregex": f"^{'.*'.join(map(re.escape, typed.split('*')))}$"})


def _from(entries: QuerySet[JournalEntry], moment: datetime.datetime) -> QuerySet[JournalEntry]:
    """Leave out what is older, and let the database skip it by number."""
    first = JournalEntry.objects.filter(at__gte=moment).order_by("at").values_list("pk", flat=True)[:AT_ONCE]
    return entries.filter(at__gte=moment, pk__gte=min(first, default=0))


def _to(entries: QuerySet[JournalEntry], moment: datetime.datetime) -> QuerySet[JournalEntry]:
    """Leave out what is younger, and let the database skip it by number."""
    last = JournalEntry.objects.filter(at__lt=moment).order_by("-at").values_list("pk", flat=True)[:AT_ONCE]
    return entries.filter(at__lt=moment, pk__lte=max(last, default=0))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class Keyset(Window):
    """Where in the journal the viewer is: ``?before=1234&size=50`` is the 50 entries older than number 1234."""

    def __init__(self, params: QueryDict, columns: Iterable[Column] = ()) -> None:
        super().__init__(params, columns, "")
        self.before, self.after = _number(params.get("before")), _number(params.get("after"))

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


def cut(entries: QuerySet[JournalEntry], window: Keyset) -> Slice:
    """Cut a window out of the entries, with two questions to the database."""
    total = entries.order_by()[: COUNTED + 1].count()
    if window.after:
        rows = list(entries.filter(pk__gt=window.after).order_by("pk")[: window.size + 1])
        found = tuple(reversed(rows[: window.size]))
        return Slice(found, newer=len(rows) > window.size, older=bool(found), total=total)
    older = entries.filter(pk__lt=window.before) if window.before else entries
    rows = list(older.order_by("-pk")[: window.size + 1])
    return Slice(tuple(rows[: window.size]), newer=bool(window.before), older=len(rows) > window.size, total=total)
