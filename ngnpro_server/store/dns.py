"""DNS zones, their records, and the e-mail aliases and redirects kept with them, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, case, delete, func, select, update

from ngnpro_wire.facts.dns_records import full_name
from ngnpro_wire.facts.fault_codes import FaultCode

from . import holders
from .counts import Tally
from .engine import unique_or
from .schema import dns_fancy_records, dns_records, dns_zones, enum_ranges

_OF_RECORDS = ("customer_id", "reseller_id", "owner_id", "outsider_id", "zone")
ZONES = Tally("zone", ("customer_id", "reseller_id"), owner="customer_id")
# the counts of records, by table and type; a table's other types have those of ""
_TALLIES: dict[tuple[str, str], Tally] = {
    (dns_records.name, ""): Tally("dns record", _OF_RECORDS),
    (dns_fancy_records.name, "MBOXFW"): Tally("mail alias", _OF_RECORDS),
    (dns_fancy_records.name, ""): Tally("redirect", _OF_RECORDS),
}


def tally_of(table: Table, kind: str = "") -> Tally:
    """Return the counts of the records of a type."""
    return _TALLIES.get((table.name, kind)) or _TALLIES[table.name, ""]


def find_zone(connection: Connection, name: str, *, lock: bool = False) -> RowMapping | None:
    """Return a zone, or ``None``; ``lock`` locks its row, so that nobody else changes its records."""
    query = select(dns_zones).where(dns_zones.c.name == name)
    return connection.execute(query.with_for_update() if lock else query).mappings().first()


def overlapping_zones(connection: Connection, name: str) -> list[RowMapping]:
    """Return the zones around and within a name."""
    labels = name.split(".")
    around = [".".join(labels[place:]) for place in range(1, len(labels))]
    above = select(dns_zones).where(dns_zones.c.name.in_(around))
    within = select(dns_zones).where(dns_zones.c.name.like(f"%.{_literal(name)}", escape="\\"))
    return [row for query in (above, within) for row in connection.execute(query).mappings()]


def _literal(name: str) -> str:
    return name.replace("_", "\\_")


def is_name_of_range(connection: Connection, name: str) -> bool:
    """Return whether an ENUM range is served as a zone of this name."""
    query = select(enum_ranges.c.id).where(enum_ranges.c.dns_name == name).limit(1)
    return connection.execute(query).first() is not None


def insert_zone(connection: Connection, values: dict[str, Any]) -> None:
    """Add a zone. Raises ZONE_EXISTS."""
    with unique_or(FaultCode.ZONE_EXISTS, f"There is a DNS zone {values['name']} already."):
        connection.execute(dns_zones.insert().values(**values))
    ZONES.add(connection, values)


def change_zone(connection: Connection, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of a zone; a new customer or reseller is also set in its records."""
    connection.execute(update(dns_zones).where(dns_zones.c.id == row["id"]).values(**values))
    moved = {scope: values[scope] for scope in ZONES.scopes if values.get(scope, row[scope]) != row[scope]}
    for scope, new in moved.items():
        ZONES.move(connection, scope, row[scope], new)
    for (table, kind), tally in _TALLIES.items() if moved else ():
        records = dns_records if table == dns_records.name else dns_fancy_records
        within = (records.c.zone_id == row["id"]) & _of_kind(records, kind)
        holders.hand_over_records(connection, tally, records, within, row, moved)


def _of_kind(table: Table, kind: str) -> Any:
    others = [other for name, other in _TALLIES if name == table.name and other]
    return table.c.type == kind if kind else table.c.type.not_in(others)


def remove_zone(connection: Connection, row: RowMapping) -> None:
    """Delete a zone with its records."""
    for table in (dns_records, dns_fancy_records):
        found = connection.execute(select(table).where(table.c.zone_id == row["id"])).mappings().all()
        for record in found:
            tally_of(table, record["type"]).add(connection, record, -1)
        connection.execute(delete(table).where(table.c.zone_id == row["id"]))
    connection.execute(delete(dns_zones).where(dns_zones.c.id == row["id"]))
    ZONES.add(connection, row, -1)


def touch_zone(connection: Connection, zone_id: int, now: datetime) -> None:
    """Record a change of what DNS has of a zone: increase its serial."""
    # in the form of RFC 1912 section 2.2, YYYYMMDDnn, and never decreasing
    following, today = dns_zones.c.serial + 1, int(now.strftime("%Y%m%d00"))
    serial = case((following > today, following), else_=today)
    connection.execute(update(dns_zones).where(dns_zones.c.id == zone_id).values(serial=serial))


def find_record(connection: Connection, table: Table, record_id: int, *, lock: bool = False) -> RowMapping | None:
    """Return a record by its id, or ``None``; ``lock`` locks its row."""
    query = select(table).where(table.c.id == record_id)
    return connection.execute(query.with_for_update() if lock else query).mappings().first()


def records_at(connection: Connection, table: Table, zone_id: int, name: str) -> list[RowMapping]:
    """Return the records of a zone with a name."""
    query = select(table).where(table.c.zone_id == zone_id, table.c.name == name)
    return list(connection.execute(query).mappings())


def number_of_records(connection: Connection, zone_id: int) -> int:
    """Return how many records of DNS a zone has."""
    query = select(func.count()).select_from(dns_records).where(dns_records.c.zone_id == zone_id)
    return int(connection.execute(query).scalar_one())


def insert_record(connection: Connection, table: Table, zone: RowMapping, values: dict[str, Any]) -> int:
    """Add a record to a zone, and return its id."""
    values = values | {scope: zone[scope] for scope in ZONES.scopes}
    values |= {"zone_id": zone["id"], "zone": zone["name"], "dns_name": _dns_name(values["name"], zone["name"])}
    values["outsider_id"] = holders.outsider(values["owner_id"], zone["customer_id"])
    result = connection.execute(table.insert().values(**values))
    tally_of(table, values["type"]).add(connection, values)
    key = result.inserted_primary_key
    return int(key[0]) if key is not None else 0


def change_record(connection: Connection, table: Table, row: RowMapping, values: dict[str, Any]) -> None:
    """Change columns of a record; ``values`` must contain ``name``, ``type`` and ``owner_id``."""
    values = values | {
        "outsider_id": holders.outsider(values["owner_id"], row["customer_id"]),
        "dns_name": _dns_name(values["name"], row["zone"]),
    }
    tally_of(table, row["type"]).add(connection, row, -1)
    tally_of(table, values["type"]).add(connection, {**row, **values})
    connection.execute(update(table).where(table.c.id == row["id"]).values(**values))


def _dns_name(name: str, zone: str) -> str:
    return name if "@" in name else full_name(name, zone)


def remove_record(connection: Connection, table: Table, row: RowMapping) -> None:
    """Delete a record."""
    connection.execute(delete(table).where(table.c.id == row["id"]))
    tally_of(table, row["type"]).add(connection, row, -1)
