"""WatchPort: the states of gateways, and how many phones and calls there were."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import RowMapping

from ngnpro_server import access
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.store import health

_DAY = timedelta(days=1)


def get_health(call: Call) -> Record:
    """Return the states of the gateways that the caller may manage; to administrators also the last day's samples."""
    access.check_routing(call)
    states = [row for row in health.list_states(call.connection) if access.sees(call.caller, row)]
    samples = health.list_samples(call.connection, call.now - _DAY) if call.caller.is_administrator else ()
    return {
        "gateways": [_write_state(row) for row in states],
        "samples": [_write_sample(row) for row in samples],
    }


def _write_state(row: RowMapping) -> Record:
    return {
        "id": row["id"],
        "name": row["name"],
        "state": health.state_of(row["answer"]),
        "code": row["answer"] or 0,
        "since": str(row["since"]),
        "checked": str(row["checked"]),
    }


def _write_sample(row: RowMapping) -> Record:
    sample = {"time": str(row["time"]), "phones": row["phones"]}
    return sample if row["calls"] is None else sample | {"calls": row["calls"]}


OPERATIONS: dict[str, Operation] = {"getHealth": get_health}
