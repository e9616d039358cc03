"""Queries of the data that the SIP proxy writes: calls, registered phones, traces, and reports of media relays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, func, or_, select

from .engine import transaction
from .schema.proxy import calls, location, media_reports, proxy_metadata, sip_trace

# the columns that contain the account on each side of a call
_SIDES = {
    "placed": (calls.c.from_username, calls.c.from_domain),
    "received": (calls.c.to_username, calls.c.to_domain),
}
_MAX_MESSAGES = 2000


@contextmanager
def open_proxy_database(engine: Engine | None) -> Iterator[Connection]:
    """Open a read-only transaction on the SIP proxy's database. Raises ``ValueError`` without an engine."""
    if engine is None:
        raise ValueError("This call was made without the SIP proxy's database.")
    with transaction(engine, write=False) as connection:
        yield connection


def create_tables(engine: Engine) -> None:
    """Create the tables that do not exist; tables created by the proxy's own packages are left unchanged."""
    with transaction(engine, write=True) as connection:
        proxy_metadata.create_all(connection)


def list_calls(
    connection: Connection, side: str, account: RowMapping, since: datetime, until: datetime, limit: int
) -> Sequence[RowMapping]:
    """Return the calls that an account placed or received, newest first."""
    query = select(calls).where(*_of(side, account, since, until))
    newest_first = calls.c.start_time.desc(), calls.c.id.desc()
    return connection.execute(query.order_by(*newest_first).limit(limit)).mappings().all()


def sum_calls(
    connection: Connection, side: str, account: RowMapping, since: datetime, until: datetime
) -> tuple[int, float]:
    """Return the number and the total price of the calls that an account placed or received."""
    total = select(func.count(), func.sum(calls.c.price)).where(*_of(side, account, since, until))
    number, price = connection.execute(total).one()
    return int(number), round(float(price or 0.0), 4)


def participants_of_call(connection: Connection, call_id: str) -> set[tuple[str, str]]:
    """Return username and domain of the accounts on both sides of a call."""
    query = select(calls.c.from_username, calls.c.from_domain, calls.c.to_username, calls.c.to_domain)
    rows = connection.execute(query.where(calls.c.call_id == call_id)).all()
    return {(row[0], row[1]) for row in rows} | {(row[2], row[3]) for row in rows}


def contacts_of_accounts(
    connection: Connection, accounts: Sequence[RowMapping], now: datetime
) -> dict[tuple[str, str], list[RowMapping]]:
    """Return the contacts that accounts have currently registered, newest first, in one query per domain."""
    found: dict[tuple[str, str], list[RowMapping]] = {(row["username"], row["domain"]): [] for row in accounts}
    for domain in dict.fromkeys(row["domain"] for row in accounts):
        usernames = [row["username"] for row in accounts if row["domain"] == domain]
        query = select(location).where(
            location.c.username.in_(usernames), location.c.domain == domain, location.c.expires > now
        )
        for row in connection.execute(query.order_by(location.c.last_modified.desc(), location.c.id)).mappings():
            found[row["username"], domain].append(row)
    return found


def trace_of_call(connection: Connection, call_id: str, from_tag: str) -> Sequence[RowMapping]:
    """Return the messages of a call in the order they were sent; ``from_tag`` may be the tag of either side."""
    query = select(sip_trace).where(sip_trace.c.callid == call_id)
    if from_tag:
        query = query.where(or_(sip_trace.c.fromtag == from_tag, sip_trace.c.totag == from_tag))
    in_time = sip_trace.c.time_stamp, sip_trace.c.time_us, sip_trace.c.id
    return connection.execute(query.order_by(*in_time).limit(_MAX_MESSAGES)).mappings().all()


def media_info(connection: Connection, call_id: str, from_tag: str) -> str | None:
    """Return the media information on a call as a JSON text, or ``None``."""
    query = select(calls.c.media_info).where(calls.c.call_id == call_id, calls.c.media_info.is_not(None))
    if from_tag:
        query = query.where(calls.c.from_tag == from_tag)
    return connection.execute(query.limit(1)).scalar()


def media_relay_reports(connection: Connection, kind: str) -> list[Any]:
    """Return the current reports of the media relays: on themselves (``relay``) or on their sessions (``session``)."""
    query = select(media_reports.c.report).where(media_reports.c.kind == kind).order_by(media_reports.c.name)
    return list(connection.execute(query).scalars())


def _of(side: str, account: RowMapping, since: datetime, until: datetime) -> tuple[Any, ...]:
    username, domain = _SIDES[side]
    return (
        username == account["username"],
        domain == account["domain"],
        calls.c.start_time >= since,
        calls.c.start_time < until,
    )
