"""SipPort: operations on the gateways of carriers."""

from __future__ import annotations

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, read_members
from ngnpro_server.store import routing
from ngnpro_server.store.schema import carriers, gateways
from ngnpro_wire.facts.fault_codes import FaultCode

from .records import find_new_carrier, find_record, record_name, write_with_carriers

_DEFAULT_PORT = 5060


def _port(value: int) -> int:
    return int(values.number(1, 65535)(value or _DEFAULT_PORT))


def _transport(value: str) -> str:
    value = value.strip().lower() or "udp"
    if value not in ("udp", "tcp", "tls"):
        raise ValueError("udp, tcp or tls is expected")
    return value


_MEMBERS = (
    Member("name", "name", record_name(64), key="name_key"),
    Member("ip", "ip", values.host),
    Member("port", "port", _port, _DEFAULT_PORT),
    Member("transport", "transport", _transport),
)
LISTED = Listed(
    table=gateways,
    orders={
        "changeDate": ("change_date", "id"),
        "name": ("name_key", "id"),
        "carrier_id": ("carrier_id", "id"),
        "ip": ("ip", "id"),
    },
    default="-changeDate",
    # a gateway has no customer: clients set that member of the filter from their login, and it is ignored
    numbers={"id": "id", "carrier_id": "carrier_id", "reseller": "reseller_id"},
    texts={"name": gateways.c.name_key},
)


def add_gateway(call: Call, gateway: Record | None = None) -> Record:
    """Add a gateway to a carrier; it belongs to the carrier's reseller."""
    access.check_routing(call)
    record = gateway or {}
    carrier = find_record(call, carriers, record.get("carrier_id"), lock=True)
    columns = read_members(_MEMBERS, record, adding=True)
    columns |= {"carrier_id": carrier["id"], "reseller_id": carrier["reseller_id"], "change_date": call.now}
    added = find_record(call, gateways, routing.insert_row(call.connection, gateways, columns))
    return write_with_carriers(call, _MEMBERS, [added])[0]


def update_gateway(call: Call, gateway: Record | None = None) -> Record:
    """Change a gateway, or move it to another carrier of the same reseller."""
    access.check_routing(call)
    record = gateway or {}
    row = find_record(call, gateways, record.get("id"), lock=True)
    carrier = find_new_carrier(call, record, row, lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    columns |= {"carrier_id": carrier["id"], "change_date": call.now}
    routing.change_row(call.connection, gateways, row["id"], columns)
    routing.update_rules_of_gateway(
        call.connection,
        row["id"],
        {
            "gateway_key": columns.get("name_key", row["name_key"]),
            "carrier_id": carrier["id"],
            "carrier_key": carrier["name_key"],
        },
    )
    return write_with_carriers(call, _MEMBERS, [find_record(call, gateways, row["id"])])[0]


def delete_gateway(call: Call, id: int | None = None) -> None:
    """Delete a gateway. Raises GATEWAY_IN_USE if it still has rules."""
    access.check_routing(call)
    row = find_record(call, gateways, id, lock=True)
    if routing.is_gateway_used(call.connection, row["id"]):
        raise Fault(FaultCode.GATEWAY_IN_USE, f"Rules still use the gateway {row['name']}.")
    routing.remove_row(call.connection, gateways, row["id"])


def get_gateways(call: Call, query: Record | None = None) -> Record:
    """List gateways."""
    access.check_routing(call)
    page = read_page(call, LISTED, query)
    return {"total": page.total, "gateways": write_with_carriers(call, _MEMBERS, page.rows)}


OPERATIONS: dict[str, Operation] = {
    "addGateway": add_gateway,
    "updateGateway": update_gateway,
    "deleteGateway": delete_gateway,
    "getGateways": get_gateways,
}
