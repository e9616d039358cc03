"""SipPort: the calls of an account, read from the accounting records of the SIP proxy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping

from ngnpro_server import values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.members import checked
from ngnpro_server.store import proxy

from .accounts import find_account

SIDES = ("placed", "received")
_DEFAULT_LIMIT, _MAX_LIMIT = 50, 5000
_BEGINNING = datetime(1970, 1, 1)
_PLAIN = frozenset(range(33, 127)) - {ord("=")} | {ord(" ")}


def get_calls(call: Call, sipId: Record | None = None, query: Record | None = None) -> Record:  # noqa: N803
    """List the calls that an account placed and received, newest first; a side that was not requested is empty.

    Dates are Unix times. Texts are quoted-printable (contract: Call handling).
    """
    row = find_account(call, sipId)
    with proxy.open_proxy_database(call.proxy) as connection:
        return {side: _list(call, connection, side, row, (query or {}).get(side)) for side in SIDES}


def get_call_statistics(call: Call, sipId: Record | None = None, query: Record | None = None) -> Record:  # noqa: N803
    """Return the number and total price of the calls of an account; the default period is the current month."""
    row = find_account(call, sipId)
    month = call.now.replace(day=1, hour=0, minute=0, second=0)
    found = {}
    with proxy.open_proxy_database(call.proxy) as connection:
        for side in SIDES:
            since, until = _read_period(call, (query or {}).get(side) or {}, month)
            number, price = proxy.sum_calls(connection, side, row, since, until)
            found[side] = {"calls": number, "price": price}
    return found


def _list(call: Call, connection: Connection, side: str, row: RowMapping, query: Record | None) -> list[Record]:
    if query is None:
        return []
    since, until = _read_period(call, query, _BEGINNING)
    limit = checked("limit", values.number(0, _MAX_LIMIT), query.get("limit") or 0) or _DEFAULT_LIMIT
    return [write_call(entry) for entry in proxy.list_calls(connection, side, row, since, until, limit)]


def _read_period(call: Call, query: Record, since: datetime) -> tuple[datetime, datetime]:
    """Return fromDate and toDate of a query; by default ``since`` and one day from now, so that no call is missed."""
    first = _read_date(query, "fromDate") or since
    return first, _read_date(query, "toDate") or call.now + timedelta(days=1)


def _read_date(query: Record, name: str) -> datetime | None:
    seconds = checked(name, values.number(), query.get(name) or 0)
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if seconds else None


def write_call(row: RowMapping) -> Record:
    """Return a row of calls as the wire has it, with quoted-printable texts."""
    return {
        "fromURI": _quoted(row["from_uri"]),
        "toURI": _quoted(row["to_uri"]),
        "fromHeader": _quoted(row["from_header"]),
        "startTime": _unix(row["start_time"]),
        "stopTime": _unix(row["stop_time"]) if row["stop_time"] is not None else 0,
        "duration": row["duration"],
        "status": row["status"],
        "price": row["price"],
        "sessionId": _quoted(row["call_id"]),
        "fromTag": _quoted(row["from_tag"]),
        "toTag": _quoted(row["to_tag"]),
        "proxyIP": row["proxy_ip"],
        "applicationTypes": [_quoted(row["media"])],
    }


def _unix(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def _quoted(text: str) -> str:
    """Return text as quoted-printable (RFC 2045 section 6.7), in one line."""
    return "".join(chr(byte) if byte in _PLAIN else f"={byte:02X}" for byte in text.encode())


OPERATIONS: dict[str, Operation] = {
    "getCalls": get_calls,
    "getCallStatistics": get_call_statistics,
}
