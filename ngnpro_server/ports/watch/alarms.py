"""WatchPort: alarms about the calls of accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, RowMapping, false

from ngnpro_server import access, values
from ngnpro_server.call import Call, Level, Operation, Record
from ngnpro_server.faults import invalid, not_permitted
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.store import alarms
from ngnpro_server.store.schema import alarms as table
from ngnpro_wire.watch import OPEN, UNTOLD

_DEFAULT_LIMIT, _MAX_LIMIT = 200, 5000
_STATES: dict[str, tuple[ColumnElement[bool], ...]] = {
    "": (),
    OPEN: (table.c.closed == false(),),
    UNTOLD: (table.c.told == false(),),
}


def get_alarms(
    call: Call,
    state: str | None = None,
    sipId: Record | None = None,  # noqa: N803
    limit: int | None = None,
) -> list[Record]:
    """List the alarms that the caller may see, or those of one account, newest first; untold ones oldest first."""
    if (state or "") not in _STATES:
        raise invalid("state", f"it is {OPEN}, {UNTOLD} or empty.")
    most = checked("limit", values.number(0, _MAX_LIMIT), limit or 0) or _DEFAULT_LIMIT
    [branch] = access.branches(call.caller, table)
    seen = [table.c[name] == value for name, value in branch.equals.items()]
    if sipId:
        seen.append(table.c.account_id == find_account(call, sipId)["id"])
    rows = alarms.list_alarms(call.connection, (*_STATES[state or ""], *seen), most, oldest_first=state == UNTOLD)
    return [_write(row) for row in rows]


def close_alarm(call: Call, id: int | None = None) -> None:
    """Close an alarm. Raises VALUE_INVALID if there is none that the caller may see."""
    if call.caller.level is Level.CUSTOMER:
        raise not_permitted("Alarms are closed by administrators and resellers.")
    row = alarms.find_alarm(call.connection, id or 0)
    if row is None or not access.sees(call.caller, row):
        raise invalid("id", f"there is no alarm {id}.")
    alarms.close_alarm(call.connection, row["id"])


def confirm_alarms(call: Call, last: int | None = None) -> None:
    """Note that the mails about all alarms up to ``last`` were sent."""
    access.require_administrator(call, "Confirming alarms")
    alarms.mark_told(call.connection, last or 0)


def _write(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "time": str(row["time"]),
        "kind": row["kind"],
        "sipId": {"username": row["username"], "domain": row["domain"]},
        "reseller": row["reseller_id"],
        "value": row["value"],
        "threshold": row["threshold"],
        "blocked": row["blocked"],
        "closed": row["closed"],
    }


OPERATIONS: dict[str, Operation] = {
    "getAlarms": get_alarms,
    "closeAlarm": close_alarm,
    "confirmAlarms": confirm_alarms,
}
