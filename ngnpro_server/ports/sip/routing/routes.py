"""SipPort: operations on routes, which send calls to a destination through a carrier."""

from __future__ import annotations

from collections.abc import Sequence

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, read_members
from ngnpro_server.store import routing
from ngnpro_server.store.schema import carriers, routes

from .records import find_new_carrier, find_record, write_with_carriers

_MAX_ROUTES = 5000

_MEMBERS = (
    Member("prefix", "prefix", values.phone(32)),
    Member("originator", "originator", values.text(255)),
    Member("priority", "priority", values.number(), 0),
)
LISTED = Listed(
    table=routes,
    orders={"prefix": ("prefix", "priority", "id"), "priority": ("priority", "prefix", "id")},
    default="prefix",
    numbers={"id": "id", "carrier_id": "carrier_id", "reseller": "reseller_id"},
    texts={"prefix": routes.c.prefix},
)


def add_routes(call: Call, routes: Sequence[Record] | None = None) -> None:
    """Add all the routes, or none if one of them is refused."""
    access.check_routing(call)
    for record in _checked(routes):
        carrier = find_record(call, carriers, record.get("carrier_id"))
        columns = read_members(_MEMBERS, record, adding=True)
        columns |= {"carrier_id": carrier["id"], "reseller_id": carrier["reseller_id"]}
        routing.insert_row(call.connection, LISTED.table, columns | {"change_date": call.now})


def update_routes(call: Call, routes: Sequence[Record] | None = None) -> None:
    """Change all the routes, or none if one of them is refused; absent members are left unchanged."""
    access.check_routing(call)
    for record in _checked(routes):
        row = find_record(call, LISTED.table, record.get("id"), lock=True)
        carrier = find_new_carrier(call, record, row)
        columns = read_members(_MEMBERS, record, adding=False)
        columns |= {"carrier_id": carrier["id"], "change_date": call.now}
        routing.change_row(call.connection, LISTED.table, row["id"], columns)


def delete_routes(call: Call, routes: Sequence[Record] | None = None) -> None:
    """Delete all the routes, or none if one of them does not exist; only their ids are read."""
    access.check_routing(call)
    for record in _checked(routes):
        row = find_record(call, LISTED.table, record.get("id"), lock=True)
        routing.remove_row(call.connection, LISTED.table, row["id"])


def get_routes(call: Call, query: Record | None = None) -> Record:
    """List routes."""
    access.check_routing(call)
    page = read_page(call, LISTED, query)
    return {"total": page.total, "routes": write_with_carriers(call, _MEMBERS, page.rows)}


def _checked(given: Sequence[Record] | None) -> Sequence[Record]:
    if given is not None and len(given) > _MAX_ROUTES:
        raise invalid("routes", f"at most {_MAX_ROUTES} routes are allowed in one call.")
    return given or ()


OPERATIONS: dict[str, Operation] = {
    "addRoutes": add_routes,
    "updateRoutes": update_routes,
    "deleteRoutes": delete_routes,
    "getRoutes": get_routes,
}
