"""WatchPort: how much domains are used, and how this interface is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Level, Operation, Record
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.domains import find_domain
from ngnpro_server.store import statistics

_DAY, _MOST = 24, 744


def get_usage(call: Call, domain: str | None = None, hours: int | None = None) -> Record:
    """Return the hours that were counted, and the domains with most calls, of the domains that the caller may see."""
    since = _since(call, hours)
    scope = {"domain": find_domain(call, domain)["domain"]} if domain else _scope(call)
    counted = statistics.list_counted_hours(call.connection, since)
    sums = statistics.sum_usage_by_hour(call.connection, since, scope)
    domains = statistics.sum_usage_by_domain(call.connection, since, counted[-1], scope) if counted else ()
    return {
        "samples": [{"time": str(hour), **_numbers(sums.get(hour))} for hour in counted],
        "domains": [{"domain": row["domain"], **_numbers(row)} for row in domains],
    }


def get_provisioning(call: Call, hours: int | None = None) -> Record:
    """Return how the interface was used by ten minutes, and by operation and source; for administrators only."""
    access.require_administrator(call, "How this interface is used")
    since = _since(call, hours)
    return {
        "samples": [
            {"time": str(row["time"]), **_counts(row)} for row in statistics.sum_calls_by_time(call.connection, since)
        ],
        "shares": [_share(row) for row in statistics.sum_calls_by_operation(call.connection, since)],
    }


def _since(call: Call, hours: int | None) -> datetime:
    number = checked("hours", values.number(0, _MOST), hours or 0) or _DAY
    return call.now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=int(number))


def _scope(call: Call) -> dict[str, Any]:
    caller = call.caller
    if caller.is_administrator:
        return {}
    if caller.level is Level.RESELLER:
        return {"reseller_id": caller.reseller}
    return {"customer_id": caller.customer}


def _numbers(row: RowMapping | None) -> Record:
    return {name: int(row[name]) if row is not None else 0 for name in ("registered", "calls", "seconds")}


def _counts(row: RowMapping) -> Record:
    return {name: int(row[name]) for name in ("calls", "faults", "milliseconds")}


def _share(row: RowMapping) -> Record:
    port, _dot, operation = row["operation"].partition(".")
    known = {"port": port, "operation": operation} if operation else {"port": "", "operation": ""}
    return {**known, "address": row["source"], **_counts(row)}


OPERATIONS: dict[str, Operation] = {"getUsage": get_usage, "getProvisioning": get_provisioning}
