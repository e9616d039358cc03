"""The search for calls across accounts, in the records of the SIP proxy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, RowMapping, and_, or_, select, union_all

from .proxy import missed_as_calls
from .schema.proxy import calls, missed_calls


@dataclass(frozen=True, slots=True)
class WantedCalls:
    """What to search for; empty parts match all calls.

    ``username`` and ``domain`` are of either side, ``digits`` are a part of a number on either side. ``domains``: the
    domains of which one side must be, ``None`` for any. The period includes ``since`` and excludes ``until``.
    """

    since: datetime
    until: datetime
    call_id: str = ""
    username: str = ""
    digits: str = ""
    domain: str = ""
    domains: Collection[str] | None = None


def search_calls(connection: Connection, wanted: WantedCalls, start: int, count: int) -> Sequence[RowMapping]:
    """Return calls, missed ones too, newest first, from an index on."""
    found = select(calls).where(*_conditions(wanted, calls, calls.c.call_id, calls.c.start_time))
    time = missed_calls.c.time
    missed = missed_as_calls().where(*_conditions(wanted, missed_calls, missed_calls.c.callid, time))
    last = start + count
    newest = [
        select(part.order_by(moment.desc(), table.c.id.desc()).limit(last).subquery())
        for part, table, moment in ((found, calls, calls.c.start_time), (missed, missed_calls, time))
    ]
    both = union_all(*newest).subquery()
    query = select(both).order_by(both.c.start_time.desc(), both.c.id.desc()).offset(start).limit(count)
    return connection.execute(query).mappings().all()


def _conditions(
    wanted: WantedCalls, table: FromClause, call_id: ColumnElement[Any], time: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    columns = table.c
    conditions = [time >= wanted.since, time < wanted.until]
    if wanted.call_id:
        conditions.append(call_id == wanted.call_id)
    sides = [(columns[f"{side}_username"], columns[f"{side}_domain"]) for side in ("from", "to")]
    if wanted.username and wanted.domain:
        conditions.append(or_(*(and_(user == wanted.username, host == wanted.domain) for user, host in sides)))
    elif wanted.username:
        conditions.append(or_(*(user.startswith(wanted.username, autoescape=True) for user, _host in sides)))
    elif wanted.domain:
        conditions.append(or_(*(host == wanted.domain for _user, host in sides)))
    if wanted.digits:
        dialled = (columns[name] for name in ("from_username", "to_username", "number") if name in columns)
        conditions.append(or_(*(column.contains(wanted.digits, autoescape=True) for column in dialled)))
    if wanted.domains is not None:
        conditions.append(or_(*(host.in_(wanted.domains) for _user, host in sides)))
    return conditions
