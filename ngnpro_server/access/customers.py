"""Permissions to read and change customers and their properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ngnpro_server.call import Call, Caller, Level, Record
from ngnpro_server.faults import invalid, not_permitted
from ngnpro_server.store import customers
from ngnpro_wire.facts.customer_properties import KNOWN_PROPERTIES, may_change

from .scope import known_customer, sees_customer

# Members of a reseller's record that the reseller's customers must not read.
_RESELLERS_SECRETS = {
    "password": "",
    "balance": 0.0,
    "credit": 0.0,
    "companyCode": "",
    "bankAccount": "",
    "vatNumber": "",
}


def hidden_members(caller: Caller, row: Any) -> Record:
    """Return empty values for the members of a customer's record that are hidden from the caller."""
    return {} if sees_customer(caller, row) else _RESELLERS_SECRETS


def check_administrators_members(call: Call, before: Any, after: Mapping[str, Any]) -> None:
    """Raise NOT_PERMITTED if the caller changes members of a customer that only an administrator may change."""
    if call.caller.is_administrator:
        return
    for column in ("reseller_active", "company_code", "balance", "credit"):
        if column in after and after[column] != before[column]:
            raise not_permitted(f"Only an administrator changes {column} of a customer.")


def reseller_of_new_customer(call: Call, record: Record) -> int:
    """Return the id of a new customer's reseller; 0 makes it a reseller. Raises NOT_PERMITTED or VALUE_INVALID."""
    caller = call.caller
    if caller.level is Level.CUSTOMER:
        raise not_permitted("A customer cannot add customers; the customer's reseller can.")
    if caller.level is Level.RESELLER:
        return caller.reseller
    wanted = record.get("reseller") or 0
    if wanted and wanted != record.get("id"):
        _check_is_reseller(call, wanted)
    return wanted if wanted != record.get("id") else 0


def _check_is_reseller(call: Call, customer_id: int) -> None:
    row = customers.find_customer(call.connection, customer_id)
    if row is None or not row["is_reseller"]:
        raise invalid("reseller", f"customer {customer_id} is not a reseller.")


def check_new_reseller(call: Call, row: Any, wanted: int) -> None:
    """Raise NOT_PERMITTED or VALUE_INVALID unless the caller may move a customer to another reseller, ``wanted``."""
    if not call.caller.is_administrator:
        raise not_permitted("Only an administrator moves a customer to another reseller.")
    if wanted != row["id"]:
        _check_is_reseller(call, wanted)


def impersonated(call: Call, record: Record, current: Any, reseller_id: int) -> int:
    """Return the id of the customer that a customer impersonates; 0 for none.

    It must be a customer of the same reseller. A reseller sets it for their customers; for the caller's own record only
    an administrator may change it (contract: Ownership). Raises NOT_PERMITTED, VALUE_INVALID or CUSTOMER_MISSING.
    """
    before = current["impersonate"] if current is not None else 0
    wanted = record.get("impersonate")
    if wanted is None or wanted == before:
        return int(before)
    is_own = current is not None and current["id"] in (call.caller.login, call.caller.customer)
    if call.caller.level is Level.CUSTOMER or (is_own and not call.caller.is_administrator):
        raise not_permitted("Only a customer's reseller or an administrator sets which customer it impersonates.")
    if wanted:
        other = known_customer(call, wanted)
        if other["reseller_id"] != reseller_id:
            raise invalid("impersonate", "a customer of the same reseller is expected.")
    return int(wanted)


def check_customer_removal(call: Call, row: Any) -> None:
    """Raise NOT_PERMITTED unless the caller may delete the customer: customers may not, and no one themselves."""
    caller = call.caller
    if caller.level is Level.CUSTOMER or row["id"] in (caller.customer, caller.login):
        raise not_permitted("Only a customer's reseller or an administrator deletes it.")


def changes_property(call: Call, target: Any, stored: Any) -> bool:
    """Return whether the caller may change a stored property of a customer."""
    caller = call.caller
    known = KNOWN_PROPERTIES.get(stored["name"])
    for_children = known is not None and known.for_children
    is_child = target["id"] not in (caller.reseller, caller.login)
    return may_change(permission_of(caller.level), stored["permission"], for_children=for_children, is_child=is_child)


def check_property(call: Call, target: Any, name: str, permission: str, current: Any) -> None:
    """Raise NOT_PERMITTED unless the caller may replace ``current`` with a property that has this permission."""
    allowed = changes_property(call, target, {"name": name, "permission": permission})
    if not allowed or (current is not None and not changes_property(call, target, current)):
        raise not_permitted(f"You may not change the property {name}.")


def sees_property(call: Call, target: Any, row: Any) -> bool:
    """Return whether the caller may read a property; private ones only if they may also change them."""
    known = KNOWN_PROPERTIES.get(row["name"])
    if known is None or not known.is_private:
        return True
    return sees_customer(call.caller, target) and changes_property(call, target, row)


def permission_of(level: Level) -> str:
    """Return the property permission that corresponds to a level: ``customer``, ``reseller`` or ``admin``."""
    return "admin" if level is Level.ADMINISTRATOR else level.name.lower()
