"""SipPort: operations on the rules that rewrite telephone numbers for a gateway."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, read_members
from ngnpro_server.store import routing
from ngnpro_server.store.schema import carriers, gateway_rules, gateways

from .records import find_record, write_with_carriers

_PREPEND = re.compile(r"[0-9+*#A-Za-z.;=-]{0,32}")
_MAX_LENGTH = 64


def _prepend(value: str) -> str:
    if not _PREPEND.fullmatch(value.strip()):
        raise ValueError("up to 32 digits, letters and + * # . ; = - are expected")
    return value.strip()


_MEMBERS = (
    Member("prefix", "prefix", values.phone(32)),
    Member("strip", "strip", values.number(0, _MAX_LENGTH), 0),
    Member("prepend", "prepend", _prepend),
    Member("minLength", "min_length", values.number(0, _MAX_LENGTH), 0),
    Member("maxLength", "max_length", values.number(0, _MAX_LENGTH), 0),
)
LISTED = Listed(
    table=gateway_rules,
    orders={
        "changeDate": ("change_date", "id"),
        "gateway": ("gateway_key", "id"),
        "carrier": ("carrier_key", "id"),
        "prefix": ("prefix", "id"),
    },
    default="changeDate",
    numbers={"id": "id", "gateway_id": "gateway_id", "carrier_id": "carrier_id", "reseller": "reseller_id"},
    texts={"prefix": gateway_rules.c.prefix},
)


def add_gateway_rule(call: Call, rule: Record | None = None) -> Record:
    """Add a rule to a gateway."""
    access.check_routing(call)
    record = rule or {}
    columns = read_members(_MEMBERS, record, adding=True)
    _check_lengths(columns["min_length"], columns["max_length"])
    columns |= _of_gateway(call, find_record(call, gateways, record.get("gateway_id"), lock=True))
    columns["change_date"] = call.now
    added = find_record(call, gateway_rules, routing.insert_row(call.connection, gateway_rules, columns))
    return _write(call, [added])[0]


def update_gateway_rule(call: Call, rule: Record | None = None) -> Record:
    """Change a rule, or move it to another gateway of the same reseller."""
    access.check_routing(call)
    record = rule or {}
    row = find_record(call, gateway_rules, record.get("id"), lock=True)
    gateway = find_record(call, gateways, record.get("gateway_id") or row["gateway_id"], lock=True)
    if gateway["reseller_id"] != row["reseller_id"]:
        raise invalid("gateway_id", "a gateway of the same reseller is expected.")
    columns = read_members(_MEMBERS, record, adding=False)
    _check_lengths(columns.get("min_length", row["min_length"]), columns.get("max_length", row["max_length"]))
    columns |= _of_gateway(call, gateway) | {"change_date": call.now}
    routing.change_row(call.connection, gateway_rules, row["id"], columns)
    return _write(call, [find_record(call, gateway_rules, row["id"])])[0]


def delete_gateway_rule(call: Call, id: int | None = None) -> None:
    """Delete a rule."""
    access.check_routing(call)
    routing.remove_row(call.connection, gateway_rules, find_record(call, gateway_rules, id, lock=True)["id"])


def get_gateway_rules(call: Call, query: Record | None = None) -> Record:
    """List rules."""
    access.check_routing(call)
    page = read_page(call, LISTED, query)
    return {"total": page.total, "gateway_rules": _write(call, page.rows)}


def _check_lengths(shortest: int, longest: int) -> None:
    if 0 < longest < shortest:
        raise invalid("maxLength", "a length of at least minLength is expected, or 0 for no limit.")


def _of_gateway(call: Call, gateway: RowMapping) -> Record:
    """Return the columns that a rule copies from its gateway and the gateway's carrier."""
    carrier = find_record(call, carriers, gateway["carrier_id"])
    return {
        "gateway_id": gateway["id"],
        "gateway_key": gateway["name_key"],
        "carrier_id": carrier["id"],
        "carrier_key": carrier["name_key"],
        "reseller_id": gateway["reseller_id"],
    }


def _write(call: Call, rows: Sequence[RowMapping]) -> list[Record]:
    names = routing.names_by_id(call.connection, gateways, (row["gateway_id"] for row in rows))
    written = write_with_carriers(call, _MEMBERS, rows)
    return [
        {**record, "gateway_id": row["gateway_id"], "gateway": names[row["gateway_id"]]}
        for record, row in zip(written, rows, strict=True)
    ]


OPERATIONS: dict[str, Operation] = {
    "addGatewayRule": add_gateway_rule,
    "updateGatewayRule": update_gateway_rule,
    "deleteGatewayRule": delete_gateway_rule,
    "getGatewayRules": get_gateway_rules,
}
