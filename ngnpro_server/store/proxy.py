"""Queries of the data that the SIP proxy writes: calls, registered phones, traces, and reports of media relays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Integer,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    inspect,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.schema import CreateColumn

from .engine import transaction
from .schema.proxy import calls, location, media_reports, missed_calls, proxy_metadata, sip_trace

# the prefix of the columns that contain the account on each side of a call
_SIDES = {"placed": "from", "received": "to"}
_MAX_MESSAGES = 2000
# the times that Kamailio writes may be a second too early, and a Julian day as a float is not accurate
_EARLY = timedelta(seconds=2)
# the columns of missed_calls that have other names in calls, or are the same for all missed calls
_MISSED: dict[str, ColumnElement[Any]] = {
    "call_id": missed_calls.c.callid,
    "start_time": missed_calls.c.time,
    "stop_time": missed_calls.c.time,
    "duration": literal(0),
    "status": cast(func.coalesce(func.nullif(missed_calls.c.sip_code, ""), "0"), Integer),
    "price": literal(0.0),
    "media_info": null(),
    "payer_username": null(),
    "payer_domain": null(),
    "number": null(),
    "rated": literal(1),
}


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
        _add_columns(connection)
        proxy_metadata.create_all(connection)
        if connection.dialect.name == "sqlite":
            _use_julian_days(connection)


def _add_columns(connection: Connection) -> None:
    """Add the columns of prices to a table of calls without them; its calls count as rated."""
    inspector = inspect(connection)
    if calls.name not in inspector.get_table_names():
        return
    there = {column["name"] for column in inspector.get_columns(calls.name)}
    missing = [column for column in calls.c if column.name not in there]
    for column in missing:
        declared = CreateColumn(column).compile(connection)
        connection.exec_driver_sql(f"ALTER TABLE {calls.name} ADD COLUMN {declared}")
    if "rated" not in there:
        connection.execute(update(calls).values(rated=1))
    for table in (calls, missed_calls):
        for index in table.indexes if table.name in inspector.get_table_names() else ():
            index.create(connection, checkfirst=True)


def _use_julian_days(connection: Connection) -> None:
    """Convert the times that earlier versions of this server wrote as texts to the form that Kamailio writes."""
    for table, column in (("calls", "start_time"), ("calls", "stop_time"), ("sip_trace", "time_stamp")):
        connection.exec_driver_sql(
            f"UPDATE {table} SET {column} = julianday({column}) WHERE typeof({column}) = 'text'"  # noqa: S608
        )


def list_calls(
    connection: Connection, side: str, account: RowMapping, since: datetime, until: datetime, limit: int
) -> Sequence[RowMapping]:
    """Return the calls that an account placed or received, missed ones too, newest first.

    Calls before it was added are those of an earlier account with the same name.
    """
    answered = select(*_priced_for(account)).where(*_of(calls, calls.c.start_time, side, account, since, until))
    missed = missed_as_calls().where(*_of(missed_calls, missed_calls.c.time, side, account, since, until))
    parts: list[tuple[Select[Any], FromClause, ColumnElement[Any]]] = [
        (answered, calls, calls.c.start_time),
        (missed, missed_calls, missed_calls.c.time),
    ]
    if side == "placed":
        diverted = select(*calls.c).where(*_diverted(account, since, until))
        parts.append((diverted, calls, calls.c.start_time))
    newest = [
        select(part.order_by(time.desc(), table.c.id.desc()).limit(limit).subquery()) for part, table, time in parts
    ]
    both = union_all(*newest).subquery()
    query = select(both).order_by(both.c.start_time.desc(), both.c.id.desc()).limit(limit)
    return connection.execute(query).mappings().all()


def sum_calls(
    connection: Connection, side: str, account: RowMapping, since: datetime, until: datetime
) -> tuple[int, float]:
    """Return the number and the total price of the calls that an account placed or received."""
    wanted = [_of(calls, calls.c.start_time, side, account, since, until)]
    if side == "placed":
        wanted.append(_diverted(account, since, until))
    prices = [select(_price_for(account).label("price")).where(*conditions) for conditions in wanted]
    priced = union_all(*prices).subquery()
    number, total = connection.execute(select(func.count(), func.sum(priced.c.price)).select_from(priced)).one()
    missed = _of(missed_calls, missed_calls.c.time, side, account, since, until)
    number += connection.execute(select(func.count()).select_from(missed_calls).where(*missed)).scalar_one()
    return int(number), round(float(total or 0.0), 4)


def list_unrated_calls(connection: Connection, limit: int) -> Sequence[RowMapping]:
    """Return calls that have ended and are not rated, in the order of their ids."""
    query = select(calls).where(calls.c.rated == 0, calls.c.stop_time.is_not(None)).order_by(calls.c.id).limit(limit)
    return connection.execute(query).mappings().all()


def store_prices(connection: Connection, prices: Mapping[int, Decimal]) -> None:
    """Store the prices of calls by id, and that they are rated."""
    one = update(calls).where(calls.c.id == bindparam("call")).values(price=bindparam("amount"), rated=1)
    connection.execute(one, [{"call": call_id, "amount": float(price)} for call_id, price in prices.items()])


def _priced_for(account: RowMapping) -> list[ColumnElement[Any]]:
    """Return the columns of calls, with the price for an account."""
    return [_price_for(account).label("price") if column is calls.c.price else column for column in calls.c]


def _price_for(account: RowMapping) -> ColumnElement[Any]:
    """The price of a call, 0 if another account pays for it."""
    return case((or_(_pays(account), calls.c.payer_username.is_(None)), calls.c.price), else_=0.0)


def _pays(account: RowMapping) -> ColumnElement[bool]:
    return and_(calls.c.payer_username == account["username"], calls.c.payer_domain == account["domain"])


def _diverted(account: RowMapping, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition that an account pays for a call of somebody else, because it diverted it."""
    is_own = and_(calls.c.from_username == account["username"], calls.c.from_domain == account["domain"])
    begun = max(since, account["create_date"] - _EARLY)
    return _pays(account), ~is_own, calls.c.start_time >= begun, calls.c.start_time < until


def participants_of_call(connection: Connection, call_id: str) -> dict[tuple[str, str], datetime]:
    """Return username and domain of the accounts on both sides of a call, with the time at which it began."""
    found: dict[tuple[str, str], datetime] = {}
    columns = (
        (calls, calls.c.call_id, calls.c.start_time),
        (missed_calls, missed_calls.c.callid, missed_calls.c.time),
    )
    for table, key, time in columns:
        query = select(table.c.from_username, table.c.from_domain, table.c.to_username, table.c.to_domain, time)
        for row in connection.execute(query.where(key == call_id)).all():
            found |= {(row[0], row[1]): row[4], (row[2], row[3]): row[4]}
    return found


def began_after(account: RowMapping, time: datetime) -> bool:
    """Return whether something that a proxy noted at a time can be an account's, and not an earlier one's."""
    return bool(time >= account["create_date"] - _EARLY)


def has_contacts(connection: Connection, username: str, domain: str) -> bool:
    """Return whether phones are stored for an address, also those of an earlier account."""
    query = select(location.c.id).where(location.c.username == username, location.c.domain == domain).limit(1)
    return connection.execute(query).first() is not None


def missed_as_calls() -> Select[Any]:
    """Return the query of missed calls in the columns of ``calls``."""
    names = calls.c.keys()
    return select(*((_MISSED[name] if name in _MISSED else missed_calls.c[name]).label(name) for name in names))


def contacts_of_accounts(
    connection: Connection, accounts: Sequence[RowMapping], now: datetime
) -> dict[tuple[str, str], list[RowMapping]]:
    """Return the contacts that accounts have currently registered, newest first, in one query per domain.

    Contacts from before an account was added are those of an earlier account with the same name.
    """
    found: dict[tuple[str, str], list[RowMapping]] = {(row["username"], row["domain"]): [] for row in accounts}
    by_address = {(row["username"], row["domain"]): row for row in accounts}
    for domain in dict.fromkeys(row["domain"] for row in accounts):
        usernames = [row["username"] for row in accounts if row["domain"] == domain]
        query = select(location).where(
            location.c.username.in_(usernames), location.c.domain == domain, location.c.expires > now
        )
        for row in connection.execute(query.order_by(location.c.last_modified.desc(), location.c.id)).mappings():
            if began_after(by_address[row["username"], domain], row["last_modified"]):
                found[row["username"], domain].append(row)
    return found


def contacts_at(connection: Connection, address: str, now: datetime, limit: int) -> Sequence[RowMapping]:
    """Return contacts that are registered now and have a text like an IP address in them, newest first.

    Other addresses may contain the text: the hosts have to be compared.
    """
    uris = (location.c.contact, location.c.received)
    query = select(location).where(
        location.c.expires > now, or_(*(uri.contains(address, autoescape=True) for uri in uris))
    )
    newest = query.order_by(location.c.last_modified.desc(), location.c.id).limit(limit)
    return connection.execute(newest).mappings().all()


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


def _of(
    table: FromClause, time: ColumnElement[Any], side: str, account: RowMapping, since: datetime, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    end = _SIDES[side]
    return (
        table.c[f"{end}_username"] == account["username"],
        table.c[f"{end}_domain"] == account["domain"],
        time >= max(since, account["create_date"] - _EARLY),
        time < until,
    )
