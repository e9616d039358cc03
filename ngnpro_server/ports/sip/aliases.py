"""SipPort: operations on SIP aliases."""

from __future__ import annotations

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import checked
from ngnpro_server.store import accounts, aliases, domains, locks
from ngnpro_server.store.rings import Ways
from ngnpro_server.store.schema import sip_aliases
from ngnpro_wire.facts.fault_codes import FaultCode

from .domains import find_domain
from .leading import remove_leading_to

LISTED = Listed(
    table=sip_aliases,
    orders={
        "changeDate": ("change_date", "id"),
        "aliasUsername": ("username", "domain"),
        "aliasDomain": ("domain", "username"),
        "targetUsername": ("target_username", "target_domain", "id"),
        "targetDomain": ("target_domain", "target_username", "id"),
    },
    default="-changeDate",
    numbers={"owner": "owner_id", "customer": "customer_id", "reseller": "reseller_id"},
    texts={
        "aliasUsername": sip_aliases.c.username,
        "aliasDomain": sip_aliases.c.domain,
        "targetUsername": sip_aliases.c.target_username,
        "targetDomain": sip_aliases.c.target_domain,
    },
    domains={"aliasDomain": "domain", "targetDomain": "target_domain"},
    tally=aliases.TALLY,
)


def add_alias(call: Call, alias: Record | None = None) -> Record:
    """Add a SIP alias in a domain of the caller; it may point to an address in any domain.

    Raises ALIAS_EXISTS or ACCOUNT_EXISTS if an alias or account has the address, and CREDIT_EXHAUSTED.
    """
    record = alias or {}
    sip_id = record.get("id") or {}
    domain = find_domain(call, sip_id.get("domain") or "", share=True)
    username = checked("username", values.username, sip_id.get("username") or "")
    locks.acquire_locks(call.connection, [f"{username}@{domain['domain']}"[:255]])
    if accounts.find_account(call.connection, username, domain["domain"]) is not None:
        text = f"There is a SIP account {username}@{domain['domain']} already."
        raise Fault(FaultCode.ACCOUNT_EXISTS, text)
    columns = _read_target(call, record.get("target") or {}, username, domain["domain"])
    columns |= {scope: domain[scope] for scope in domains.INHERITED}
    owner_id = access.owner(call, record, domain)
    columns |= {"username": username, "owner_id": owner_id, "change_date": call.now}
    aliases.insert_alias(call.connection, columns)
    access.spend_credit(call, aliases.TALLY, owner_id, domain["reseller_id"])
    return get_alias(call, sip_id)


def update_alias(call: Call, alias: Record | None = None) -> Record:
    """Change target and owner of a SIP alias; absent members are left unchanged."""
    record = alias or {}
    row = _find(call, record.get("id"), lock=True)
    columns: Record = {"owner_id": access.owner(call, record, row, row), "change_date": call.now}
    if record.get("target") is not None:
        columns |= _read_target(call, record["target"], row["username"], row["domain"])
    aliases.change_alias(call.connection, row, columns)
    if columns["owner_id"] != row["owner_id"]:
        access.spend_credit(call, aliases.TALLY, columns["owner_id"], row["reseller_id"])
    return get_alias(call, record.get("id"))


def delete_alias(call: Call, id: Record | None = None) -> None:
    """Delete a SIP alias, and the aliases, numbers' mappings and diversions that lead to it."""
    row = _find(call, id, lock=True)
    remove_leading_to(call, row)
    aliases.remove_alias(call.connection, row)


def get_alias(call: Call, id: Record | None = None) -> Record:
    """Return one SIP alias. Raises ALIAS_MISSING."""
    return _write(_find(call, id))


def get_aliases(call: Call, query: Record | None = None) -> Record:
    """List SIP aliases."""
    page = read_page(call, LISTED, query)
    return {"total": page.total, "aliases": [_write(row) for row in page.rows]}


def _find(call: Call, sip_id: Record | None, *, lock: bool = False) -> RowMapping:
    username, domain = values.sip_id(sip_id)
    row = aliases.find_alias(call.connection, username, domain, lock=lock)
    if row is None or not access.sees(call.caller, row):
        raise Fault(FaultCode.ALIAS_MISSING, f"There is no SIP alias {username[:64]}@{domain[:253]}.")
    return row


def _read_target(call: Call, target: Record, username: str, domain: str) -> Record:
    target_username = checked("target", values.username, target.get("username") or "")
    target_domain = checked("target", values.domain, target.get("domain") or "")
    ways = Ways(call.connection, call.config.platform.default_tld)
    if ways.lead_back((target_username, target_domain), (username, domain).__eq__):
        raise invalid("target", "the alias would lead back to itself, and calls would go round in a circle.")
    return {"target_username": target_username, "target_domain": target_domain}


def _write(row: RowMapping) -> Record:
    return {
        "id": {"username": row["username"], "domain": row["domain"]},
        "target": {"username": row["target_username"], "domain": row["target_domain"]},
        "owner": row["owner_id"],
        "customer": row["customer_id"],
        "reseller": row["reseller_id"],
        "changeDate": str(row["change_date"]),
    }


OPERATIONS: dict[str, Operation] = {
    "addAlias": add_alias,
    "updateAlias": update_alias,
    "deleteAlias": delete_alias,
    "getAlias": get_alias,
    "getAliases": get_aliases,
}
