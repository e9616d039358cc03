"""Local times in SQL: how far the clocks of time zones are from UTC, and whether a weekly rule covers this moment.

SQLite knows no time zones, and MariaDB only where they were loaded, so ``zone_offsets`` has the changes of all clocks
for some years. It is derived from Python's data, and filled again by each ``init-db``.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.sql.functions import GenericFunction

from .sql import spell, utc_now

YEARS = 5
# no zone changes its clocks twice within it
_STEP = timedelta(weeks=4)
zone_offsets = Table(
    "zone_offsets",
    MetaData(),
    Column("zone", String(64), primary_key=True),
    Column("starts", DateTime, primary_key=True),
    Column("minutes", Integer, nullable=False),
)


class local_clock(GenericFunction[str]):  # noqa: N801
    """The present time, as ``HH:MM``, where clocks are this many minutes ahead of UTC."""

    type = String()
    inherit_cache = True


class local_day(GenericFunction[int]):  # noqa: N801
    """The present day, from Monday 1 to Sunday 64, where clocks are this many minutes ahead of UTC."""

    type = Integer()
    inherit_cache = True


def fill_zone_offsets(connection: Connection, now: datetime) -> None:
    """Create the table of time zones and fill it, unless it has what the next years need."""
    zone_offsets.create(connection, checkfirst=True)
    latest = connection.execute(select(func.max(zone_offsets.c.starts))).scalar_one()
    if latest is not None and latest > now + timedelta(days=365 * YEARS / 2):
        return
    connection.execute(zone_offsets.delete())
    connection.execute(zone_offsets.insert(), list(_all_changes(now)))


def _all_changes(now: datetime) -> Iterator[dict[str, Any]]:
    for name in sorted(zoneinfo.available_timezones()):
        for starts, minutes in _changes(zoneinfo.ZoneInfo(name), now):
            yield {"zone": name, "starts": starts, "minutes": minutes}


def _changes(zone: zoneinfo.ZoneInfo, now: datetime) -> Iterator[tuple[datetime, int]]:
    """Yield when the clocks of a zone change, in UTC, and how many minutes they are then ahead; first for the past."""
    start = now.replace(tzinfo=UTC, second=0, microsecond=0) - _STEP
    known = _minutes(zone, start)
    yield start.replace(tzinfo=None), known
    for step in range(YEARS * 13):
        early, late = start + step * _STEP, start + (step + 1) * _STEP
        if (after := _minutes(zone, late)) == known:
            continue
        while late - early > timedelta(minutes=1):
            middle = early + timedelta(minutes=(late - early) // timedelta(minutes=2))
            early, late = (early, middle) if _minutes(zone, middle) == after else (middle, late)
        yield late.replace(tzinfo=None), after
        known = after


def _minutes(zone: zoneinfo.ZoneInfo, when: datetime) -> int:
    return (when.astimezone(zone).utcoffset() or timedelta()) // timedelta(minutes=1)


def is_offset_of(zone: ColumnElement[str], accounts: Table) -> ColumnElement[bool]:
    """Return the condition that a row of ``zone_offsets`` has the present offset of the time zone of an account."""
    begun = zone_offsets.alias("begun")
    latest = select(func.max(begun.c.starts)).where(begun.c.zone == zone, begun.c.starts <= utc_now())
    present = zone_offsets.c.starts == latest.correlate(accounts).scalar_subquery()
    return and_(zone_offsets.c.zone == zone, present)


def covers_now(rule: Any) -> ColumnElement[bool]:
    """Return the condition that a weekly rule covers this moment, with the offset of its account's time zone.

    It says the same as ``ngnpro_wire/facts/weekly_rules.py``.
    """
    minutes: Any = func.coalesce(zone_offsets.c.minutes, 0)
    clock = local_clock(minutes)
    today = rule.days.bitwise_and(local_day(minutes)) != 0
    yesterday = rule.days.bitwise_and(local_day(minutes - 24 * 60)) != 0
    start = case((rule.start == "23:59", "24:00"), else_=rule.start)
    stop = case((rule.stop.in_(("00:00", "23:59")), "24:00"), else_=rule.stop)
    within = and_(start < stop, today, clock >= start, clock < stop)
    past_midnight = or_(and_(today, clock >= start), and_(yesterday, clock < stop))
    return or_(within, and_(start >= stop, stop < "24:00", past_midnight))


spell(
    local_clock,
    "substr(datetime('now', ({0}) || ' minutes'), 12, 5)",
    "to_char(timezone('UTC', now()) + ({0}) * interval '1 minute', 'HH24:MI')",
    "left(cast(time(date_add(utc_timestamp(), interval ({0}) minute)) AS char), 5)",
)
spell(
    local_day,
    "(1 << ((strftime('%w', 'now', ({0}) || ' minutes') + 6) % 7))",
    "(1 << (extract(isodow FROM timezone('UTC', now()) + ({0}) * interval '1 minute')::int - 1))",
    "(1 << weekday(date_add(utc_timestamp(), interval ({0}) minute)))",
)
