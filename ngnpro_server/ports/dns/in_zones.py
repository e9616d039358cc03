"""What records, and the e-mail aliases and redirects, have in common: each belongs to a zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import RowMapping, Table

from ngnpro_server import access, values
from ngnpro_server.call import Call, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, read_members, write_members
from ngnpro_server.store import dns
from ngnpro_wire.facts.fault_codes import FaultCode

from .zones import find_zone

_MEMBERS = (Member("ttl", "ttl", values.number(), 3600), Member("priority", "priority", values.number(0, 65535), 0))
_TEXTS = ("name", "type", "value")

Content: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InZones:
    """One kind of what belongs to zones.

    ``content`` checks name, type, value and priority, and returns them in their stored form. ``check`` refuses what
    may not stand beside the other entries with the same name. ``in_dns``: DNS has them, so that the serial increases.
    """

    table: Table
    what: str
    content: Callable[[Content, str], Content]
    check: Callable[[Content, Sequence[RowMapping]], None]
    in_dns: bool

    @property
    def listed(self) -> Listed:
        """The description of the list."""
        columns = self.table.c
        return Listed(
            table=self.table,
            orders={"changeDate": ("change_date", "id"), "type": ("type", "name", "id"), "name": ("name", "id")},
            default="-changeDate",
            numbers={"id": "id", "owner": "owner_id", "customer": "customer_id", "reseller": "reseller_id"},
            texts={"zone": columns.zone, "name": columns.name, "value": columns.value_key},
            domains={"zone": "zone"},
            more=lambda _call, given: [columns.type == given["type"].strip().upper()] if given.get("type") else [],
            tally=dns.tally_of(self.table) if self.in_dns else None,
        )

    def add(self, call: Call, record: Record) -> Record:
        """Add one. Raises ZONE_MISSING, ZONE_RECORD_EXISTS, CREDIT_EXHAUSTED or VALUE_INVALID."""
        zone = find_zone(call, record.get("zone"), lock=True)
        columns = read_members(_MEMBERS, record, adding=True)
        columns |= self.content({**_texts(record), "priority": columns["priority"]}, zone["name"])
        self._check(call, zone["id"], columns)
        columns |= {"owner_id": access.owner(call, record, zone), "change_date": call.now}
        columns["value_key"] = _key(columns["value"])
        record_id = dns.insert_record(call.connection, self.table, zone, columns)
        self._spend_credit(call, columns["type"], columns["owner_id"], zone["reseller_id"])
        self._touch(call, zone["id"])
        return self.get(call, record_id)

    def update(self, call: Call, record: Record) -> Record:
        """Change one; absent members are left unchanged. Raises as ``add``, and ZONE_RECORD_MISSING."""
        row = self._find(call, record.get("id"), locked=True)
        if record.get("zone") and values.domain_key(record["zone"]) != row["zone"]:
            raise invalid("zone", f"a record cannot leave its zone, {row['zone']}.")
        columns = read_members(_MEMBERS, record, adding=False)
        known = {name: row[name] for name in _TEXTS} | {"priority": row["priority"]}
        given = {name: record[name] for name in _TEXTS if record.get(name) is not None}
        columns |= self.content(known | {"priority": columns.get("priority", row["priority"])} | given, row["zone"])
        self._check(call, row["zone_id"], columns, row["id"])
        columns |= {"owner_id": access.owner(call, record, row, row), "change_date": call.now}
        columns["value_key"] = _key(columns["value"])
        dns.change_record(call.connection, self.table, row, columns)
        if (columns["owner_id"], columns["type"]) != (row["owner_id"], row["type"]):
            self._spend_credit(call, columns["type"], columns["owner_id"], row["reseller_id"])
        self._touch(call, row["zone_id"])
        return self.get(call, row["id"])

    def delete(self, call: Call, record_id: int | None) -> None:
        """Delete one. Raises ZONE_RECORD_MISSING."""
        row = self._find(call, record_id, locked=True)
        dns.remove_record(call.connection, self.table, row)
        self._touch(call, row["zone_id"])

    def get(self, call: Call, record_id: int | None) -> Record:
        """Return one. Raises ZONE_RECORD_MISSING."""
        return _write(self._find(call, record_id))

    def list(self, call: Call, query: Record | None) -> Record:
        """List them."""
        page = read_page(call, self.listed, query)
        return {"total": page.total, "records": [_write(row) for row in page.rows]}

    def _find(self, call: Call, record_id: int | None, *, locked: bool = False) -> RowMapping:
        """Return one that the caller can see; ``locked`` locks its zone, and then the row."""
        row = dns.find_record(call.connection, self.table, record_id or 0)
        if row is not None and access.sees(call.caller, row) and locked:
            dns.find_zone(call.connection, row["zone"], lock=True)
            row = dns.find_record(call.connection, self.table, row["id"], lock=True)
        if row is None or not access.sees(call.caller, row):
            raise Fault(FaultCode.ZONE_RECORD_MISSING, f"There is no {self.what} {record_id or 0}.")
        return row

    def _check(self, call: Call, zone_id: int, columns: Content, own_id: int = 0) -> None:
        beside = dns.records_at(call.connection, self.table, zone_id, columns["name"])
        others = [row for row in beside if row["id"] != own_id]
        compared = ("type", "value", "priority") if self.in_dns else ("type", "value")
        if any(all(row[name] == columns[name] for name in compared) for row in others):
            raise Fault(FaultCode.ZONE_RECORD_EXISTS, f"The zone has this {self.what} already.")
        self.check(columns, others)

    def _touch(self, call: Call, zone_id: int) -> None:
        if self.in_dns:
            dns.touch_zone(call.connection, zone_id, call.now)

    def _spend_credit(self, call: Call, kind: str, owner_id: int, reseller_id: int) -> None:
        if kind == "MBOXFW":
            access.spend_credit(call, dns.tally_of(self.table, kind), owner_id, reseller_id)


def _texts(record: Record) -> Content:
    return {name: record.get(name) or "" for name in _TEXTS}


def _key(value: str) -> str:
    return values.fold(value)[:765]


def _write(row: RowMapping) -> Record:
    return {
        "id": row["id"],
        "name": row["name"],
        "zone": row["zone"],
        "type": row["type"],
        "value": row["value"],
        "owner": row["owner_id"],
        **write_members(_MEMBERS, row),
        "customer": row["customer_id"],
        "reseller": row["reseller_id"],
        "changeDate": str(row["change_date"]),
    }
