"""SipPort: operations on carriers of PSTN calls."""

from __future__ import annotations

from sqlalchemy import RowMapping

from ngnpro_server import access
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, read_members
from ngnpro_server.store import routing
from ngnpro_server.store.schema import carriers
from ngnpro_wire.facts.fault_codes import FaultCode

from .records import find_record, record_name

_MEMBERS = (Member("name", "name", record_name(64), key="name_key"),)
LISTED = Listed(
    table=carriers,
    orders={"changeDate": ("change_date", "id"), "name": ("name_key", "id")},
    default="-changeDate",
    numbers={"id": "id", "reseller": "reseller_id"},
    texts={"name": carriers.c.name_key},
)


def add_carrier(call: Call, carrier: Record | None = None) -> Record:
    """Add a carrier for the caller's reseller; an administrator chooses a reseller, or none for the platform."""
    access.check_routing(call)
    record = carrier or {}
    columns = read_members(_MEMBERS, record, adding=True)
    columns |= {"reseller_id": access.reseller_of(call, record), "change_date": call.now}
    return _write(find_record(call, carriers, routing.insert_row(call.connection, carriers, columns)))


def update_carrier(call: Call, carrier: Record | None = None) -> Record:
    """Rename a carrier."""
    access.check_routing(call)
    record = carrier or {}
    row = find_record(call, carriers, record.get("id"), lock=True)
    columns = read_members(_MEMBERS, record, adding=False) | {"change_date": call.now}
    routing.change_row(call.connection, carriers, row["id"], columns)
    routing.update_rules_of_carrier(call.connection, row["id"], columns.get("name_key", row["name_key"]))
    return _write(find_record(call, carriers, row["id"]))


def delete_carrier(call: Call, id: int | None = None) -> None:
    """Delete a carrier. Raises CARRIER_IN_USE if it still has gateways or routes."""
    access.check_routing(call)
    row = find_record(call, carriers, id, lock=True)
    if routing.is_carrier_used(call.connection, row["id"]):
        raise Fault(FaultCode.CARRIER_IN_USE, f"Gateways or routes still use the carrier {row['name']}.")
    routing.remove_row(call.connection, carriers, row["id"])


def get_carriers(call: Call, query: Record | None = None) -> Record:
    """List carriers."""
    access.check_routing(call)
    page = read_page(call, LISTED, query)
    return {"total": page.total, "carriers": [_write(row) for row in page.rows]}


def _write(row: RowMapping) -> Record:
    return {
        "id": row["id"],
        "name": row["name"],
        "reseller": row["reseller_id"],
        "changeDate": str(row["change_date"]),
    }


OPERATIONS: dict[str, Operation] = {
    "addCarrier": add_carrier,
    "updateCarrier": update_carrier,
    "deleteCarrier": delete_carrier,
    "getCarriers": get_carriers,
}
