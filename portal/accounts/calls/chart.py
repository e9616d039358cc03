"""The bar chart of calls per day: computes the sizes of the bars, which a template draws as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from portal.accounts.calls.choices import PLACED
from portal.accounts.calls.log import CallLine, CallSelection

HEIGHT = 64.0
BAR, STEP = 6, 8
_ONE = 1


@dataclass(frozen=True, slots=True)
class ChartBar:
    """The bar of one day: the number of calls of each kind, and its position in the chart."""

    day: date
    left: int
    placed: int
    received: int
    missed: int
    unit: float

    @property
    def total(self) -> int:
        return self.placed + self.received + self.missed

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Return the parts of the bar from the bottom up: CSS class, top and height."""
        counts = (("bar-placed", self.placed), ("bar-received", self.received), ("bar-missed", self.missed))
        bottom, found = HEIGHT, []
        for css, count in counts:
            if count:
                bottom -= count * self.unit
                found.append((css, round(bottom, 2), round(count * self.unit, 2)))
        return found


@dataclass(frozen=True, slots=True)
class CallChart:
    """A chart with one bar for each day of a period."""

    bars: tuple[ChartBar, ...]
    most: int

    @property
    def width(self) -> int:
        return len(self.bars) * STEP - (STEP - BAR)

    @property
    def busy(self) -> list[ChartBar]:
        """Return the bars of days with calls, newest first."""
        return [bar for bar in reversed(self.bars) if bar.total]

    @property
    def total(self) -> int:
        return sum(bar.total for bar in self.bars)

    @property
    def missed(self) -> int:
        return sum(bar.missed for bar in self.bars)


def draw_chart(lines: Iterable[CallLine], selection: CallSelection, zone: tzinfo) -> CallChart:
    """Build the chart of calls per day for a period that has a start and an end."""
    counts: Counter[tuple[date, str]] = Counter()
    for line in lines:
        kind = "missed" if line.is_missed else "placed" if line.direction == PLACED else "received"
        counts[datetime.fromtimestamp(line.call.start_time, zone).date(), kind] += 1
    days = list(days_of(selection))
    most = max((sum(counts[day, kind] for kind in ("placed", "received", "missed")) for day in days), default=0)
    unit = HEIGHT / max(most, _ONE)
    bars = (
        ChartBar(day, place * STEP, counts[day, "placed"], counts[day, "received"], counts[day, "missed"], unit)
        for place, day in enumerate(days)
    )
    return CallChart(tuple(bars), most)


def days_of(selection: CallSelection) -> Iterable[date]:
    """Yield the days of a period; none if the period has no start or no end."""
    if selection.since is None or selection.until is None:
        return
    for number in range((selection.until - selection.since).days + 1):
        yield selection.since + timedelta(days=number)
