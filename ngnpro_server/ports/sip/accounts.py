"""SipPort: operations on SIP accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping

from ngnpro_server import access, passwords, values
from ngnpro_server.call import Call, DropRegistrations, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import changed_members, checked
from ngnpro_server.store import accounts, domains, groups, proxy
from ngnpro_server.store.paging import Branch, count_rows
from ngnpro_server.store.schema import sip_accounts
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS

from . import blocks
from .account_record import (
    MEMBERS,
    read_acl,
    read_columns,
    read_groups,
    read_properties,
    without_mark,
    write_account,
    write_accounts,
)
from .domains import find_domain
from .leading import remove_leading_to

AUTOINCREMENT = "<autoincrement>"
_MAX_IDS = 1000


def _in_groups(call: Call, given: Record) -> list[ColumnElement[bool]]:
    """Return a condition for each group that an account must be in."""
    seen = {} if call.caller.is_administrator else {"reseller_id": call.caller.reseller}
    names = read_groups(given.get("groups") or ())
    return [groups.is_member(name, groups.count_members(call.connection, name, seen) or 0) for name in names]


def _total_of_group(call: Call, given: Record, parts: Sequence[Branch]) -> int | None:
    """Return the number of accounts in a group; ``None`` if the list has other conditions than one group and scope."""
    names = read_groups(given.get("groups") or ())
    if len(names) != 1 or any(len(part.conditions) != 1 for part in parts):
        return None
    total = 0
    for part in parts:
        number = groups.count_members(call.connection, names[0], part.equals)
        total += count_rows(call.connection, sip_accounts, [part]) if number is None else number
    return total


LISTED = Listed(
    table=sip_accounts,
    orders={
        "changeDate": ("change_date", "id"),
        "username": ("username", "domain"),
        "domain": ("domain", "username"),
    },
    default="-changeDate",
    numbers={"owner": "owner_id", "customer": "customer_id", "reseller": "reseller_id"},
    texts={
        "username": sip_accounts.c.username,
        "domain": sip_accounts.c.domain,
        "firstName": sip_accounts.c.first_name_key,
        "lastName": sip_accounts.c.last_name_key,
        "email": sip_accounts.c.email,
    },
    unaccented={"firstName", "lastName"},
    domains={"domain": "domain"},
    more=_in_groups,
    tally=accounts.TALLY,
    total=_total_of_group,
)


def add_account(call: Call, account: Record | None = None) -> Record:
    """Add a SIP account; with the username ``<autoincrement>`` it gets the domain's next free number.

    Without the right prepaid_changes every new account becomes prepaid (contract: Ownership). Raises ACCOUNT_EXISTS,
    ALIAS_EXISTS, CREDIT_EXHAUSTED, DOMAIN_MISSING, NOT_PERMITTED or VALUE_INVALID.
    """
    record = account or {}
    domain, username = _new_address(call, record)
    columns = read_columns(call, record, username, adding=True)
    columns |= {"username": username, **{scope: domain[scope] for scope in domains.INHERITED}}
    columns |= {"owner_id": access.owner(call, record, domain), "create_date": call.now, "change_date": call.now}
    concerned = {columns["owner_id"], domain["reseller_id"], call.caller.customer, call.caller.reseller}
    access.read_properties(call, concerned - {0})
    parts = _new_parts(call, record, columns)
    numbered = (record.get("id") or {}).get("username") == AUTOINCREMENT
    columns |= passwords.read_new_password(call, username, domain, record.get("password") or "", numbered=numbered)
    passwords.check_new(call, username, domain["domain"], record, columns)
    new = accounts.new_account(columns, parts)
    call.write(accounts.insert_accounts, new)
    accounts.count_account(call.connection, new)
    _drop_earlier_phones(call, username, domain["domain"])
    access.spend_credit(call, accounts.TALLY, columns["owner_id"], columns["reseller_id"])
    return write_account(new.row, parts, clear=bool(new.row["password"]))


def _new_address(call: Call, record: Record) -> tuple[RowMapping, str]:
    """Return the domain and the username of a new account."""
    sip_id = record.get("id") or {}
    numbered = sip_id.get("username") == AUTOINCREMENT
    domain = find_domain(call, sip_id.get("domain") or "", lock=numbered, share=True)
    username = str(domains.next_number(call.connection, domain)) if numbered else _new_username(sip_id)
    return domain, username


def _drop_earlier_phones(call: Call, username: str, domain: str) -> None:
    """Order that the phones of an earlier account are dropped, if no SIP proxy answered when it was deleted."""
    if call.config.proxy.urls:
        with proxy.open_proxy_database(call.proxy) as connection:
            if proxy.has_contacts(connection, username, domain):
                call.orders.append(DropRegistrations(username, domain))


def _new_parts(call: Call, record: Record, columns: dict[str, Any]) -> accounts.Parts:
    """Return the parts of a new account; set the columns ``prepaid`` and ``blocked_level``, which depend on them."""
    wanted = set(read_groups(record.get("groups") or ()))
    acl = read_acl(record.get("acl") or ())
    changed = {*changed_members(MEMBERS, None, columns), *(["acl"] if acl else [])}
    access.check_members(call, "SipAccount", sorted(changed - {"prepaid"}))
    access.check_groups(call, (), wanted - {"prepaid"})
    may_choose = access.may_change_member(call, MEMBER_RIGHTS["SipAccount"]["prepaid"])
    columns["prepaid"] |= "prepaid" in wanted or not may_choose
    properties = read_properties(record.get("properties") or ())
    columns["blocked_level"] = blocks.level_of_block(call, 0, wanted, properties)
    return accounts.Parts(
        groups=sorted(_in_step(wanted, prepaid=columns["prepaid"])),
        properties=blocks.noted(properties, columns["blocked_level"]),
        access_list=acl,
    )


def update_account(call: Call, account: Record | None = None) -> Record:
    """Change a SIP account; absent members, absent lists and an empty password are left unchanged."""
    record = account or {}
    row = find_account(call, record.get("id"), lock=True)
    domain = {scope: row[scope] for scope in domains.INHERITED}
    columns = read_columns(call, record, row["username"], adding=False)
    changed = changed_members(MEMBERS, row, columns)
    access.check_members(call, "SipAccount", [name for name in changed if name != "prepaid"])
    columns["owner_id"] = access.owner(call, record, domain, row)
    columns["change_date"] = call.now
    if record.get("password"):
        columns |= passwords.read_password(call, row["username"], domain, record["password"])
        if columns["ha1"] != row["ha1"]:
            passwords.check_new(call, row["username"], row["domain"], record, {**row, **columns})
            call.orders.append(DropRegistrations(row["username"], row["domain"]))
    elif row["password"] and not passwords.keeps_clear_text(call, row):
        columns["password"] = ""
    held = _update_groups(call, row, record)
    columns["prepaid"] = "prepaid" in held
    accounts.change_account(call.connection, row, columns)
    if columns["owner_id"] != row["owner_id"]:
        access.spend_credit(call, accounts.TALLY, columns["owner_id"], row["reseller_id"])
    _store_parts(call, row, record, held)
    return get_account(call, record.get("id"))


def delete_account(call: Call, sipId: Record | None = None) -> None:  # noqa: N803
    """Delete a SIP account with its settings, and the aliases, numbers' mappings and diversions that lead to it."""
    row = find_account(call, sipId, lock=True)
    blocks.check_removal(call, row)
    remove_leading_to(call, row)
    accounts.remove_account(call.connection, row)
    call.orders.append(DropRegistrations(row["username"], row["domain"]))


def get_account(call: Call, sipId: Record | None = None) -> Record:  # noqa: N803
    """Return one SIP account. Raises ACCOUNT_MISSING."""
    return write_accounts(call, [find_account(call, sipId)])[0]


def get_accounts(call: Call, query: Record | None = None) -> Record:
    """List SIP accounts."""
    page = read_page(call, LISTED, query)
    return {"total": page.total, "accounts": write_accounts(call, page.rows)}


def find_account(call: Call, sip_id: Record | None, *, lock: bool = False) -> RowMapping:
    """Return an account that the caller can see; ``lock`` locks its row. Raises ACCOUNT_MISSING."""
    username, domain = values.sip_id(sip_id)
    row = accounts.find_account(call.connection, username, domain, lock=lock)
    if row is None or not access.sees(call.caller, row):
        raise _missing(username, domain)
    return row


def find_accounts(call: Call, sip_ids: Sequence[Record]) -> list[RowMapping]:
    """Return several accounts that the caller can see, in the order of ``sip_ids``. Raises ACCOUNT_MISSING."""
    if len(sip_ids) > _MAX_IDS:
        raise invalid("sipIds", f"at most {_MAX_IDS} accounts are allowed in one call.")
    keys = [values.sip_id(sip_id) for sip_id in sip_ids]
    found = accounts.find_accounts(call.connection, keys)
    for key in keys:
        if key not in found or not access.sees(call.caller, found[key]):
            raise _missing(*key)
    return [found[key] for key in keys]


def _missing(username: str, domain: str) -> Fault:
    return Fault(FaultCode.ACCOUNT_MISSING, f"There is no SIP account {username[:64]}@{domain[:253]}.")


def _new_username(sip_id: Record) -> str:
    return str(checked("username", values.username, sip_id.get("username") or ""))


def _update_groups(call: Call, row: RowMapping, record: Record) -> set[str]:
    """Replace the groups if they were sent, add or remove ``prepaid`` to match its flag, and return the groups."""
    before = set(groups.groups_of_account(call.connection, row["id"]))
    after = set(read_groups(record["groups"])) if record.get("groups") is not None else before
    given = record.get("prepaid")
    prepaid = bool(given) if given is not None else "prepaid" in after
    after = _in_step(after, prepaid=prepaid)
    access.check_groups(call, before, after)
    groups.replace_groups(call.connection, row, after)
    return after


def _in_step(names: set[str], *, prepaid: bool) -> set[str]:
    return names | {"prepaid"} if prepaid else names - {"prepaid"}


def _store_parts(call: Call, row: RowMapping, record: Record, held: Collection[str]) -> None:
    """Replace the properties and the access list, each if it was sent, and store who blocked the account."""
    if record.get("acl") is not None:
        _store_acl(call, row, record["acl"])
    properties = None if record.get("properties") is None else read_properties(record["properties"])
    if properties is not None:
        accounts.set_properties(call.connection, row["id"], without_mark(properties))
    blocks.store_block(call, row, held, properties)


def _store_acl(call: Call, row: RowMapping, given: Sequence[Record]) -> None:
    """Replace the access list; those who may not change it may send it back as it is."""

    def stored() -> list[Record]:
        return accounts.parts_of_accounts(call.connection, [row["id"]])[row["id"]].access_list

    wanted = read_acl(given, stored)
    if not access.may_change_member(call, MEMBER_RIGHTS["SipAccount"]["acl"]):
        access.check_members(call, "SipAccount", ["acl"] if wanted != stored() else [])
    accounts.set_access_list(call.connection, row["id"], wanted)


OPERATIONS: dict[str, Operation] = {
    "addAccount": add_account,
    "updateAccount": update_account,
    "deleteAccount": delete_account,
    "getAccount": get_account,
    "getAccounts": get_accounts,
}
