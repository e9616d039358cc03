"""DnsPort: operations on the records of zones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping

from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.store.schema import dns_records
from ngnpro_server.values import domain_refusal
from ngnpro_wire.facts.dns_records import (
    MOST_IN_VALUE,
    TYPES,
    WITH_PRIORITY,
    ValueFault,
    ValueRefused,
    normal_name,
    normal_value,
)
from ngnpro_wire.facts.domain_names import DomainRefused

from .in_zones import Content, InZones

_REFUSED = {
    ValueFault.EMPTY: "a value is expected.",
    ValueFault.TOO_LONG: f"at most {MOST_IN_VALUE} characters are allowed.",
    ValueFault.NAME: "a domain name is expected, not {detail}.",
    ValueFault.SYNTAX: "not in the form of a record of this type: {detail}.",
}


def _content(given: Content, zone: str) -> Content:
    kind = given["type"].strip().upper()
    if kind not in TYPES:
        raise invalid("type", f"one of {', '.join(TYPES)} is expected.")
    try:
        name = normal_name(given["name"], zone)
    except DomainRefused as refused:
        raise invalid("name", f"{domain_refusal(refused)}.") from None
    if not name and kind == "CNAME":
        raise invalid("type", "the zone itself has other records, beside which no CNAME may be (RFC 1912, 2.4).")
    if not name and kind == "NS":
        raise invalid("type", "the name servers of the zone itself are set in the zone.")
    try:
        value = normal_value(kind, given["value"], zone, given["priority"])
    except ValueRefused as refused:
        detail = refused.detail[:200].rstrip(".")
        raise invalid("value", _REFUSED[refused.fault].format(detail=detail)) from None
    priority = given["priority"] if kind in WITH_PRIORITY or kind == "NAPTR" else 0
    return {"name": name, "type": kind, "value": value, "priority": priority}


def _check(columns: Content, others: Sequence[RowMapping]) -> None:
    """Raise VALUE_INVALID for a CNAME beside other records (RFC 1034, section 3.6.2)."""
    if columns["type"] == "CNAME" and others:
        raise invalid("type", "the name has other records, beside which no CNAME may be.")
    if any(row["type"] == "CNAME" for row in others):
        raise invalid("type", "the name has a CNAME, beside which no other record may be.")


RECORDS = InZones(table=dns_records, what="DNS record", content=_content, check=_check, in_dns=True)


def add_record(call: Call, record: Record | None = None) -> Record:
    """Add a record."""
    return RECORDS.add(call, record or {})


def update_record(call: Call, record: Record | None = None) -> Record:
    """Change a record."""
    return RECORDS.update(call, record or {})


def delete_record(call: Call, recordId: int | None = None) -> None:  # noqa: N803
    """Delete a record."""
    RECORDS.delete(call, recordId)


def get_record(call: Call, recordId: int | None = None) -> Record:  # noqa: N803
    """Return a record."""
    return RECORDS.get(call, recordId)


def get_records(call: Call, query: Record | None = None) -> Record:
    """List records."""
    return RECORDS.list(call, query)


OPERATIONS: dict[str, Operation] = {
    "addRecord": add_record,
    "updateRecord": update_record,
    "deleteRecord": delete_record,
    "getRecord": get_record,
    "getRecords": get_records,
}
