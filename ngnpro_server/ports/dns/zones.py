"""DnsPort: operations on zones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.store import dns
from ngnpro_server.store.schema import dns_zones
from ngnpro_wire.facts.fault_codes import FaultCode

_MAX_NAMESERVERS = 13

_MEMBERS = (
    Member("ttl", "ttl", values.number(), 3600),
    Member("info", "info", values.text(255), key="info_key"),
    Member("minimum", "minimum", values.number(), 3600),
    Member("retry", "retry", values.number(1), 3600),
    Member("expire", "expire", values.number(1), 1209600),
)
LISTED = Listed(
    table=dns_zones,
    orders={"changeDate": ("change_date", "id"), "name": ("name",)},
    default="-changeDate",
    numbers={"customer": "customer_id", "reseller": "reseller_id"},
    texts={"name": dns_zones.c.name, "info": dns_zones.c.info_key},
    domains={"name": "name"},
    tally=dns.ZONES,
)


def add_zone(call: Call, zone: Record | None = None) -> Record:
    """Add a zone. Only an administrator may add one that lies within or around a zone of someone else.

    Raises ZONE_EXISTS, CREDIT_EXHAUSTED or VALUE_INVALID.
    """
    record = zone or {}
    name = checked("name", values.domain, record.get("name") or "")
    _check_place(call, name)
    columns = read_members(_MEMBERS, record, adding=True) | access.holder(call, record)
    columns |= {"name": name, "change_date": call.now, "serial": int(call.now.strftime("%Y%m%d00"))}
    columns["nameservers"] = _read_nameservers(record.get("nameservers") or ())
    columns["email"] = _read_email(record.get("email") or "") or _usual_email(call, columns)
    dns.insert_zone(call.connection, columns)
    access.spend_credit(call, dns.ZONES, columns["customer_id"], columns["reseller_id"])
    return get_zone(call, name)


def update_zone(call: Call, zone: Record | None = None) -> Record:
    """Change a zone; absent members are left unchanged."""
    record = zone or {}
    row = find_zone(call, record.get("name"), lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    if record.get("nameservers") is not None:
        columns["nameservers"] = _read_nameservers(record["nameservers"])
    if record.get("email"):
        columns["email"] = _read_email(record["email"])
    columns |= access.holder(call, record, row) | {"change_date": call.now}
    dns.change_zone(call.connection, row, columns)
    if columns["customer_id"] != row["customer_id"]:
        access.spend_credit(call, dns.ZONES, columns["customer_id"], columns["reseller_id"])
    dns.touch_zone(call.connection, row["id"], call.now)
    return get_zone(call, row["name"])


def delete_zone(call: Call, zone: str | None = None) -> None:
    """Delete a zone with its records, e-mail aliases and redirects."""
    dns.remove_zone(call.connection, find_zone(call, zone, lock=True))


def get_zone(call: Call, zone: str | None = None) -> Record:
    """Return one zone."""
    return _write(find_zone(call, zone))


def get_zones(call: Call, query: Record | None = None) -> Record:
    """List zones."""
    page = read_page(call, LISTED, query)
    return {"total": page.total, "zones": [_write(row) for row in page.rows]}


def find_zone(call: Call, name: str | None, *, lock: bool = False) -> RowMapping:
    """Return a zone that the caller may manage; ``lock`` locks its row. Raises ZONE_MISSING."""
    key = values.domain_key(name or "")
    row = dns.find_zone(call.connection, key, lock=lock)
    if row is None or not access.holds(call.caller, row):
        raise Fault(FaultCode.ZONE_MISSING, f"There is no DNS zone {key[:253]}.")
    return row


def _check_place(call: Call, name: str) -> None:
    """Raise ZONE_EXISTS for a zone whose names others serve: an ENUM range's, or a part of someone else's zone."""
    if dns.is_name_of_range(call.connection, name):
        raise Fault(FaultCode.ZONE_EXISTS, f"{name} is the zone of an ENUM range.")
    if call.caller.is_administrator:
        return
    if any(not access.holds(call.caller, row) for row in dns.overlapping_zones(call.connection, name)):
        raise Fault(FaultCode.ZONE_EXISTS, f"{name} is within or around a zone of another customer.")


def _read_nameservers(names: Sequence[str | None]) -> str:
    found = dict.fromkeys(checked("nameservers", values.domain, name) for name in names if name and name.strip())
    if len(found) > _MAX_NAMESERVERS:
        raise invalid("nameservers", f"at most {_MAX_NAMESERVERS} are allowed.")
    return " ".join(found)


def _read_email(given: str) -> str:
    return str(checked("email", values.email, given))


def _usual_email(call: Call, columns: Record) -> str:
    """Return the administrator's address of a new zone without one."""
    ids = [one for one in (columns["customer_id"], columns["reseller_id"]) if one]
    known = access.property_values(call, ids, "dns_admin_email")
    given = next((known[one] for one in ids if known.get(one)), "")
    return given or f"hostmaster@{columns['name']}"


def _write(row: RowMapping) -> Record:
    return {
        "name": row["name"],
        **write_members(_MEMBERS, row),
        "customer": row["customer_id"],
        "reseller": row["reseller_id"],
        "nameservers": row["nameservers"].split(),
        "serial": row["serial"],
        "email": row["email"],
        "changeDate": str(row["change_date"]),
    }


OPERATIONS: dict[str, Operation] = {
    "addZone": add_zone,
    "updateZone": update_zone,
    "deleteZone": delete_zone,
    "getZone": get_zone,
    "getZones": get_zones,
}
