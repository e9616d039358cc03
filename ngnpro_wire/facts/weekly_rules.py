"""The parts of a week that weekly rules for callers cover (contract: PersistentAcceptRule).

Days are bits, from Monday 1 to Sunday 64; times are ``HH:MM`` in the time zone of the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

DAYS = tuple(1 << day for day in range(7))
DAY_MINUTES = 24 * 60
Span = tuple[int, int]
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
# as people and programs write times: 8:30, 8.30, 8h30, 0830, 08:30:00, 8:30 pm, 8 am, 24:00
_WRITTEN = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:(?:[:.h]|(?<=[0-9]{2}))(?P<minute>[0-9]{2})(?::00(?:\.0+)?)?)?\s*(?P<half>[ap]\.?m\.?|uhr|h)?",
    re.IGNORECASE,
)


def minute_of(text: str) -> int | None:
    """Parse ``HH:MM`` as minutes since midnight; return ``None`` for anything else."""
    found = _TIME.fullmatch(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def normal_time(typed: str) -> str:
    """Return a time of the day as ``HH:MM``; an empty text for anything else. 24:00 becomes 00:00, the end of a day."""
    found = _WRITTEN.fullmatch(typed.strip())
    if found is None or (found["minute"] is None and not found["half"]):
        return ""
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        return "00:00"
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def covered_spans(days: int, start_time: str, stop_time: str) -> Iterator[tuple[int, Span]]:
    """Yield the parts of days that a rule covers, as day bit and minutes; 23:59 and 00:00 mean the end of the day.

    A rule that stops before it starts continues past midnight. The last minute of a day counts as its end.
    """
    start, stop = minute_of(start_time), minute_of(stop_time)
    if start is None or stop is None:
        return
    start = DAY_MINUTES if start == DAY_MINUTES - 1 else start
    stop = DAY_MINUTES if stop in (0, DAY_MINUTES - 1) else stop
    for bit in DAYS:
        if not days & bit:
            continue
        if start < stop:
            yield bit, (start, stop)
        elif stop < DAY_MINUTES:
            yield bit, (start, DAY_MINUTES)
            yield (1 if bit == DAYS[-1] else bit * 2), (0, stop)


def covers(days: int, start: str, stop: str, when: datetime) -> bool:
    """Return whether a rule covers a moment, given in the time zone of the account."""
    minute = when.hour * 60 + when.minute
    return any(
        bit == DAYS[when.weekday()] and low <= minute < high for bit, (low, high) in covered_spans(days, start, stop)
    )
