"""The numbers of the overview, all fetched together; a number that NGNPro refuses to tell is unknown, never zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.formats import date_format

from portal.core import servers
from portal.core.access import may_open
from portal.core.at_once import Together
from portal.core.charts import Chart, draw_bars
from portal.core.viewer import Viewer
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.records import EnumRange, EnumRangeFilter, SipDomainFilter, SipFilter

from .models import AnswerTime

T = TypeVar("T")
ONE, RANGES = Range(0, 1), Range(0, 100)
NEARLY_FULL = 0.9
SLOW_MILLISECONDS = 200
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of records that the viewer may see; ``None`` is unknown. ``ranges`` are at most the first hundred."""

    accounts: int | None
    domains: int | None
    blocked: int | None
    over_quota: int | None
    numbers: int | None
    ranges: RecordPage[EnumRange] | None

    @property
    def size(self) -> int | None:
        """Return how many numbers all ranges can have; ``None`` if a range has no limit, or not all are known."""
        if self.ranges is None or len(self.ranges.items) < self.ranges.total:
            return None
        sizes = [one.size for one in self.ranges.items]
        return sum(sizes) if sizes and all(sizes) else None

    @property
    def nearly_full(self) -> list[EnumRange]:
        """Return the ranges of whose numbers nine tenths are used, among the first hundred."""
        known = self.ranges.items if self.ranges else ()
        return [one for one in known if one.size and one.used >= NEARLY_FULL * one.size]


def fetch_figures(ngnpro: Ngnpro, viewer: Viewer) -> Figures:
    """Fetch the numbers of the overview with six calls, at the same time; four for viewers without numbers."""
    together = Together(ngnpro)
    unknown: Callable[[], int | None] = lambda: None  # noqa: E731
    accounts = domains = blocked = over_quota = numbers = unknown
    if may_open(viewer, "accounts:list"):
        accounts = together.begin(_total_of_accounts)
        domains = together.begin(_total_of_domains)
        blocked, over_quota = _begin_group(together, "blocked"), _begin_group(together, "quota")
    ranges: Callable[[], RecordPage[EnumRange] | None] = lambda: None  # noqa: E731
    if may_open(viewer, "enum:ranges:list"):
        query = Query[EnumRangeFilter](order_by=OrderBy("prefix"), range=RANGES)
        numbers = _begin(together, lambda client: client.enum.get_numbers(Query(range=ONE)).total)
        ranges = _begin(together, lambda client: client.enum.get_ranges(query))
    return Figures(accounts(), domains(), blocked(), over_quota(), numbers(), ranges())


def _total_of_accounts(client: Ngnpro) -> int | None:
    return client.sip.get_accounts(Query(range=ONE)).total


def _total_of_domains(client: Ngnpro) -> int | None:
    return client.sip.get_domains(Query[SipDomainFilter](range=ONE)).total


def _begin_group(together: Together, group: str) -> Callable[[], int | None]:
    query = Query(filter=SipFilter(groups=(group,)), range=ONE)
    return _begin(together, lambda client: client.sip.get_accounts(query).total)


def _begin(together: Together, fetch: Callable[[Ngnpro], T]) -> Callable[[], T | None]:
    def fetch_or_none(client: Ngnpro) -> T | None:
        try:
            return fetch(client)
        except (errors.BadLogin, errors.Locked):
            raise
        except errors.Refusal:
            return None

    return together.begin(fetch_or_none)


def answer_chart(viewer: Viewer, now: datetime) -> Chart | None:
    """Draw how long the viewer's NGNPro server took to answer in each minute of the last hour, for operators only.

    Minutes in which the worker did not measure, and those without a usable answer, are unknown. ``None`` if all are.
    """
    if not viewer.is_full or viewer.acting:
        return None
    name, last = servers.engine(viewer.engine).name, now.replace(second=0, microsecond=0)
    found = AnswerTime.objects.filter(engine=name, minute__gt=last - HOUR)
    known = dict(found.values_list("minute", "milliseconds"))
    minutes = [last - timedelta(minutes=back) for back in reversed(range(60))]
    return draw_bars([(clock_time(minute), known.get(minute)) for minute in minutes], SLOW_MILLISECONDS)


def clock_time(moment: datetime) -> str:
    """Return the time of day in the portal's time zone."""
    return date_format(timezone.localtime(moment), "H:i")
