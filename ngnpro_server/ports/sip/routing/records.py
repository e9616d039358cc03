"""Functions shared by carriers, gateways, rules and routes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, Table

from ngnpro_server import access
from ngnpro_server.call import Call, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.members import Member, write_members
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


def find_new_carrier(call: Call, record: Record, row: RowMapping, *, lock: bool = False) -> RowMapping:
    """Return the carrier that a changed record is to have: another one of the same reseller, or the one it has."""
    carrier = find_record(call, carriers, record.get("carrier_id") or row["carrier_id"], lock=lock)
    if carrier["reseller_id"] != row["reseller_id"]:
        raise invalid("carrier_id", "a carrier of the same reseller is expected.")
    return carrier


def write_with_carriers(call: Call, members: Sequence[Member], rows: Sequence[RowMapping]) -> list[Record]:
    """Return records of rows that belong to a carrier, each with the carrier's name."""
    names = routing.names_by_id(call.connection, carriers, (row["carrier_id"] for row in rows))
    return [
        {
            "id": row["id"],
            **write_members(members, row),
            "carrier_id": row["carrier_id"],
            "carrier": names[row["carrier_id"]],
            "reseller": row["reseller_id"],
            "changeDate": str(row["change_date"]),
        }
        for row in rows
    ]


def record_name(length: int) -> TextCheck:
    """Allow a name: text that is not empty."""
    allow = text(length)

    def check(value: str) -> str:
        if not value.strip():
            raise ValueError("a name is needed")
        return allow(value.strip())

    return check
