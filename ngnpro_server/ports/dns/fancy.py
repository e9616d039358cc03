"""DnsPort: operations on e-mail aliases (MBOXFW) and redirects of web browsers (URL)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import RowMapping

from ngnpro_server import values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.members import checked
from ngnpro_server.store.schema import dns_fancy_records
from ngnpro_server.values import domain_refusal
from ngnpro_wire.facts.dns_records import MOST_IN_VALUE, normal_name
from ngnpro_wire.facts.domain_names import DomainRefused

from .in_zones import Content, InZones


def _content(given: Content, zone: str) -> Content:
    kind = given["type"].strip().upper()
    if kind == "MBOXFW":
        return _mail_alias(given, zone)
    if kind == "URL":
        return _redirect(given, zone)
    raise invalid("type", "MBOXFW or URL is expected.")


def _mail_alias(given: Content, zone: str) -> Content:
    name = str(given["name"]).strip()
    address = checked("name", values.email, name if "@" in name or not name else f"{name}@{zone}")
    host = address.rpartition("@")[2]
    if host != zone and not host.endswith(f".{zone}"):
        raise invalid("name", f"an e-mail address in {zone} is expected.")
    target = checked("value", values.email, given["value"])
    if not target or target == address:
        raise invalid("value", "another e-mail address is expected.")
    return {"name": address, "type": "MBOXFW", "value": target}


def _redirect(given: Content, zone: str) -> Content:
    try:
        name = normal_name(given["name"], zone)
    except DomainRefused as refused:
        raise invalid("name", f"{domain_refusal(refused)}.") from None
    return {"name": name, "type": "URL", "value": checked("value", _web_address, given["value"])}


def _web_address(value: str) -> str:
    """Allow an address that web browsers can be sent to."""
    address = values.text(MOST_IN_VALUE)(value.strip())
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or any(sign in address for sign in ' "<>\\^`{|}'):
        raise ValueError("an address with http:// or https:// in front is expected")
    values.host(host)
    return address


def _check(columns: Content, others: Sequence[RowMapping]) -> None:
    if columns["type"] == "URL" and any(row["type"] == "URL" for row in others):
        raise invalid("name", "the name is redirected already; change that redirect.")


FANCY = InZones(table=dns_fancy_records, what="e-mail alias or redirect", content=_content, check=_check, in_dns=False)


def add_fancy_record(call: Call, record: Record | None = None) -> Record:
    """Add an e-mail alias or a redirect."""
    return FANCY.add(call, record or {})


def update_fancy_record(call: Call, record: Record | None = None) -> Record:
    """Change an e-mail alias or a redirect."""
    return FANCY.update(call, record or {})


def delete_fancy_record(call: Call, recordId: int | None = None) -> None:  # noqa: N803
    """Delete an e-mail alias or a redirect."""
    FANCY.delete(call, recordId)


def get_fancy_record(call: Call, recordId: int | None = None) -> Record:  # noqa: N803
    """Return an e-mail alias or a redirect."""
    return FANCY.get(call, recordId)


def get_fancy_records(call: Call, query: Record | None = None) -> Record:
    """List e-mail aliases and redirects."""
    return FANCY.list(call, query)


OPERATIONS: dict[str, Operation] = {
    "addFancyRecord": add_fancy_record,
    "updateFancyRecord": update_fancy_record,
    "deleteFancyRecord": delete_fancy_record,
    "getFancyRecord": get_fancy_record,
    "getFancyRecords": get_fancy_records,
}
