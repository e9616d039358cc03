"""SipPort: trusted peers, which are hosts that may call without a password."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, changed_members, checked, read_members, write_members
from ngnpro_server.store import peers
from ngnpro_server.store.schema import trusted_peers
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS

_MEMBERS = (
    Member("description", "description", values.text(240), key="description_key"),
    Member("callLimit", "call_limit", values.number(), 0),
    Member("msteams", "msteams", values.flag, False),
    Member("tenant", "tenant", values.lower_text(253)),
    Member("carrierName", "carrier_name", values.text(64)),
    Member("originator", "originator", values.text(255)),
    Member("prefix", "prefix", values.phone(32)),
    Member("strip", "strip", values.number(0, 64), 0),
    Member("blocked", "blocked", values.number(), 0),
    Member("enumLookup", "enum_lookup", values.flag, True),
    Member("transit", "transit", values.flag, False),
    Member("prepaid", "prepaid", values.flag, False),
    Member("authToken", "auth_token", values.text(255)),
    Member("tags", "tags", values.text(255), key="tags_key"),
    Member("billingId", "billing_id", values.text(64), key="billing_id_key"),
    Member("protocol", "protocol", values.text(16)),
    Member("fromPattern", "from_pattern", values.text(255)),
)


def _flags(_call: Call, given: Record) -> list[ColumnElement[bool]]:
    """Return the conditions for ``msteams`` and ``blocked``; clients always send ``msteams``, so false is ignored."""
    conditions: list[ColumnElement[bool]] = [trusted_peers.c.msteams.is_(True)] if given.get("msteams") else []
    if "blocked" in given:
        conditions.append(trusted_peers.c.blocked == given["blocked"])
    return conditions


LISTED = Listed(
    table=trusted_peers,
    orders={"changeDate": ("change_date", "id"), "description": ("description_key", "id"), "ip": ("ip",)},
    default="description",
    texts={
        "ip": trusted_peers.c.ip,
        "description": trusted_peers.c.description_key,
        "tenant": trusted_peers.c.tenant,
        "tags": trusted_peers.c.tags_key,
        "billingId": trusted_peers.c.billing_id_key,
    },
    more=_flags,
)


def add_trusted_peer(call: Call, peer: Record | None = None) -> Record:
    """Add a trusted peer. Raises PEER_EXISTS if any customer has a peer with that address, or NOT_PERMITTED."""
    access.check_trusted_peers(call)
    record = peer or {}
    columns = _new_members(call, record)
    columns["ip"] = checked("ip", values.host, record.get("ip") or "")
    columns |= access.holder(call, record | {"customer": record.get("owner") or record.get("customer")})
    columns |= {"owner_id": columns["customer_id"], "change_date": call.now}
    peers.insert_peer(call.connection, columns)
    return _write(_find(call, columns["ip"]))


def _new_members(call: Call, record: Record) -> dict[str, Any]:
    """Return the columns of a new peer; those who may not choose its number of calls get a limit, not none."""
    columns = read_members(_MEMBERS, record, adding=True)
    rule = MEMBER_RIGHTS["TrustedPeer"]["callLimit"]
    changed = changed_members(_MEMBERS, None, columns)
    if not access.may_change_member(call, rule) and columns["call_limit"] in (0, rule.when_new):
        columns["call_limit"] = rule.when_new
        changed = [name for name in changed if name != "callLimit"]
    access.check_members(call, "TrustedPeer", changed)
    return columns


def update_trusted_peer(call: Call, peer: Record | None = None) -> Record:
    """Change a trusted peer; absent members and the owner are left unchanged."""
    access.check_trusted_peers(call)
    record = peer or {}
    row = _find(call, record.get("ip"), lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    access.check_members(call, "TrustedPeer", changed_members(_MEMBERS, row, columns))
    columns["change_date"] = call.now
    peers.change_peer(call.connection, row, columns)
    return _write(_find(call, row["ip"]))


def delete_trusted_peer(call: Call, ip: str | None = None) -> None:
    """Delete a trusted peer."""
    access.check_trusted_peers(call)
    peers.remove_peer(call.connection, _find(call, ip, lock=True))


def get_trusted_peers(call: Call, query: Record | None = None) -> Record:
    """List trusted peers."""
    access.check_trusted_peers(call)
    page = read_page(call, LISTED, query)
    return {"total": page.total, "peers": [_write(row) for row in page.rows]}


def _find(call: Call, ip: str | None, *, lock: bool = False) -> RowMapping:
    address = values.host_key(ip or "")
    row = peers.find_peer(call.connection, address, lock=lock)
    if row is None or not access.sees(call.caller, row):
        raise Fault(FaultCode.PEER_MISSING, f"There is no trusted peer {address[:253]}.")
    return row


def _write(row: RowMapping) -> Record:
    return {
        "ip": row["ip"],
        **write_members(_MEMBERS, row),
        "owner": row["owner_id"],
        "customer": row["customer_id"],
        "reseller": row["reseller_id"],
        "changeDate": str(row["change_date"]),
    }


OPERATIONS: dict[str, Operation] = {
    "addTrustedPeer": add_trusted_peer,
    "updateTrustedPeer": update_trusted_peer,
    "deleteTrustedPeer": delete_trusted_peer,
    "getTrustedPeers": get_trusted_peers,
}
