"""Functions shared by carriers, gateways, rules and routes."""

from __future__ import annotations

from sqlalchemy import RowMapping, Table

from ngnpro_server import access
from ngnpro_server.call import Call
from ngnpro_server.faults import Fault
from ngnpro_server.store import routing
from ngnpro_server.store.schema import carriers, gateway_rules, gateways, routes
from ngnpro_server.values import TextCheck, text
from ngnpro_wire.facts.fault_codes import FaultCode

_MISSING = {
    carriers: (FaultCode.CARRIER_MISSING, "carrier"),
    gateways: (FaultCode.GATEWAY_MISSING, "gateway"),
    gateway_rules: (FaultCode.RULE_MISSING, "gateway rule"),
    routes: (FaultCode.ROUTE_MISSING, "route"),
}


def find_record(call: Call, table: Table, record_id: int | None, *, lock: bool = False) -> RowMapping:
    """Return a record that the caller can see; ``lock`` locks its row. Raises CARRIER_MISSING or a similar code."""
    row = routing.find_row(call.connection, table, record_id or 0, lock=lock)
    if row is None or not access.sees(call.caller, row):
        code, what = _MISSING[table]
        raise Fault(code, f"There is no {what} {record_id or 0}.")
    return row


def record_name(length: int) -> TextCheck:
    """Allow a name: text that is not empty."""
    allow = text(length)

    def check(value: str) -> str:
        if not value.strip():
            raise ValueError("a name is needed")
        return allow(value.strip())

    return check
