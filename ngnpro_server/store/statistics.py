"""How much domains are used by the hour, and the calls of this interface by ten minutes, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, delete, func, select

from .engine import upsert
from .schema import call_counts, domain_usage, sip_domains
from .schema.proxy import calls

_U, _C, _D = domain_usage.c, call_counts.c, sip_domains.c
# the rows of hours that were counted have no domain
_ALL = ""
_NUMBERS = ("calls", "faults", "milliseconds")
MOST_DOMAINS, MOST_SHARES = 100, 200
_NOT_ANSWERED = 300


def count_calls_by_domain(connection: Connection, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Return by domain how many answered calls its accounts began in a period, and their seconds.

    ``connection`` is to the database of the SIP proxy.
    """
    answered = calls.c.start_time >= since, calls.c.start_time < until, calls.c.status < _NOT_ANSWERED
    query = select(calls.c.from_domain, func.count(), func.sum(calls.c.duration)).where(*answered)
    rows = connection.execute(query.group_by(calls.c.from_domain))
    return {row[0] or "": (int(row[1]), round(row[2] or 0)) for row in rows}


def store_usage(
    connection: Connection, hour: datetime, online: Mapping[str, int], placed: Mapping[str, tuple[int, int]]
) -> None:
    """Store the numbers of an hour: accounts that are online, and calls with their seconds, by domain."""
    upsert(connection, domain_usage, {"time": hour, "domain": _ALL}, {"registered": 0})
    for domain in {*online, *placed} - {_ALL}:
        number, seconds = placed.get(domain, (0, 0))
        columns = {"registered": online.get(domain, 0), "calls": number, "seconds": seconds}
        upsert(connection, domain_usage, {"time": hour, "domain": domain} | columns, columns)


def list_counted_hours(connection: Connection, since: datetime) -> Sequence[datetime]:
    """Return the hours since a time that were counted, oldest first."""
    query = select(_U.time).where(_U.domain == _ALL, _U.time >= since).order_by(_U.time)
    return connection.execute(query).scalars().all()


def sum_usage_by_hour(connection: Connection, since: datetime, scope: Mapping[str, Any]) -> dict[datetime, RowMapping]:
    """Return the sums of each hour since a time; ``scope`` has the columns of domains that count, and their values."""
    sums = func.sum(_U.registered), func.sum(_U.calls), func.sum(_U.seconds)
    query = _used(since, scope, _U.time, *(one.label(name) for one, name in zip(sums, _LABELS, strict=True)))
    return {row["time"]: row for row in connection.execute(query.group_by(_U.time)).mappings()}


def sum_usage_by_domain(
    connection: Connection, since: datetime, latest: datetime, scope: Mapping[str, Any]
) -> Sequence[RowMapping]:
    """Return the sums of each domain, those with most calls first; ``registered`` is that of the hour ``latest``."""
    online = func.sum(case((_U.time == latest, _U.registered), else_=0))
    number = func.sum(_U.calls)
    columns = online.label("registered"), number.label("calls"), func.sum(_U.seconds).label("seconds")
    query = _used(since, scope, _U.domain, *columns).group_by(_U.domain)
    return connection.execute(query.order_by(number.desc(), _U.domain).limit(MOST_DOMAINS)).mappings().all()


_LABELS = ("registered", "calls", "seconds")


def _used(since: datetime, scope: Mapping[str, Any], *columns: ColumnElement[Any]) -> Select[Any]:
    joined = domain_usage.join(sip_domains, _D.domain == _U.domain)
    conditions = [_D[name] == value for name, value in scope.items()]
    return select(*columns).select_from(joined).where(_U.time >= since, *conditions)


def add_call_counts(connection: Connection, counted: Iterable[tuple[datetime, str, str, tuple[int, int, int]]]) -> None:
    """Add numbers of calls: when the ten minutes began, the operation, the source, and calls, faults, milliseconds."""
    for time, operation, source, numbers in counted:
        first = {"time": time, "operation": operation, "source": source, **dict(zip(_NUMBERS, numbers, strict=True))}
        upsert(connection, call_counts, first, {name: _C[name] + first[name] for name in _NUMBERS})


def sum_calls_by_time(connection: Connection, since: datetime) -> Sequence[RowMapping]:
    """Return the sums of every ten minutes since a time in which there were calls, oldest first."""
    query = select(_C.time, *(func.sum(_C[name]).label(name) for name in _NUMBERS)).where(_C.time >= since)
    return connection.execute(query.group_by(_C.time).order_by(_C.time)).mappings().all()


def sum_calls_by_operation(connection: Connection, since: datetime) -> Sequence[RowMapping]:
    """Return the sums of each operation and source since a time, those with most calls first."""
    number = func.sum(_C.calls)
    columns = _C.operation, _C.source, *(func.sum(_C[name]).label(name) for name in _NUMBERS)
    query = select(*columns).where(_C.time >= since).group_by(_C.operation, _C.source)
    in_order = query.order_by(number.desc(), _C.operation, _C.source).limit(MOST_SHARES)
    return connection.execute(in_order).mappings().all()


def remove_old_statistics(connection: Connection, before: datetime) -> None:
    """Delete the numbers before a time."""
    for table in (domain_usage, call_counts):
        connection.execute(delete(table).where(table.c.time < before))
