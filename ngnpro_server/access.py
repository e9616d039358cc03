"""Who may do what: the only place that decides.

A record that the caller may not see does not exist for him: it is refused as missing, never as forbidden.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table

from .call import Call, Caller, Level, Record
from .customer_properties import KNOWN, PERMISSIONS
from .soap.faults import Fault, FaultCode, invalid, not_permitted
from .store import customers
from .store.counts import Tally
from .store.paging import Branch
from .store.scopes import simplify

_CREDITS = {
    "account": "sip_credit",
    "alias": "sip_alias_credit",
    "range": "enum_range_credit",
    "number": "enum_number_credit",
}


def branches_of(
    call: Call, table: Table, equals: Mapping[str, Any], conditions: Sequence[ColumnElement[bool]] = ()
) -> list[Branch]:
    """Narrow what the caller sees of a table by the conditions of a filter."""
    parts = (part.narrowed(equals, conditions) for part in branches(call.caller, table))
    return simplify(call.connection, [part for part in parts if part is not None])


def branches(caller: Caller, table: Table) -> list[Branch]:
    """Say which rows of a table the caller sees, as parts that share no row.

    The table holds ``customer_id`` and ``reseller_id``, and may hold ``owner_id``.
    """
    if caller.is_administrator:
        return [Branch()]
    if caller.level is Level.RESELLER:
        return [Branch({"reseller_id": caller.reseller})]
    own = [Branch({"customer_id": caller.customer})]
    if "owner_id" in table.c:
        own.append(Branch({"owner_id": caller.customer}, {"customer_id": caller.customer}))
    return own


def sees(caller: Caller, row: Any) -> bool:
    """Tell whether the caller sees a row that holds the columns named in ``branches``."""
    if caller.is_administrator:
        return True
    if caller.level is Level.RESELLER:
        return bool(row["reseller_id"] == caller.reseller)
    return caller.customer in (row["customer_id"], row.get("owner_id"))


def holds(caller: Caller, row: Any) -> bool:
    """Tell whether a domain or range is the caller's to fill: his own, or his customers' for a reseller."""
    return sees(caller, {"reseller_id": row["reseller_id"], "customer_id": row["customer_id"]})


def sees_customer(caller: Caller, row: Any) -> bool:
    """Tell whether the caller may manage a customer: every one, those of his tree, or himself."""
    if caller.is_administrator:
        return True
    if caller.level is Level.RESELLER:
        return bool(row["reseller_id"] == caller.reseller)
    return bool(row["id"] == caller.customer)


def holder(call: Call, record: Record, current: Any = None) -> dict[str, int]:
    """Decide ``customer_id`` and ``reseller_id`` of a domain or range that is added or changed.

    A new one inherits the caller's customer id. The reseller follows from the customer; only an administrator may
    name one without a customer (contract: Ownership). Raises CUSTOMER_MISSING, NOT_PERMITTED or VALUE_INVALID.
    """
    caller = call.caller
    given = record.get("customer") or 0
    if not given and current is not None and not (caller.is_administrator and record.get("customer") == 0):
        given = current["customer_id"]
    customer_id = given or caller.customer
    reseller = record.get("reseller")
    if customer_id:
        row = known_customer(call, customer_id)
        named = current is None or reseller != current["reseller_id"]
        if caller.is_administrator and reseller and named and reseller != row["reseller_id"]:
            raise invalid("reseller", f"customer {customer_id} belongs to reseller {row['reseller_id']}.")
        return {"customer_id": customer_id, "reseller_id": row["reseller_id"]}
    if reseller is None:
        reseller = current["reseller_id"] if current is not None else 0
    if reseller:
        known_customer(call, reseller)
    return {"customer_id": 0, "reseller_id": reseller}


def owner(call: Call, record: Record, parent: Any, current: Any = None) -> int:
    """Decide the owner of an account, alias or number; without one it inherits the parent's customer.

    Raises CUSTOMER_MISSING for an owner the caller does not know, VALUE_INVALID for one of another reseller.
    """
    given = record.get("owner") or 0
    if not given:
        inherited = parent["customer_id"] or call.caller.customer
        return int(inherited if current is None else current["owner_id"])
    if current is not None and given == current["owner_id"]:
        return int(given)
    row = known_customer(call, given)
    if parent["reseller_id"] and row["reseller_id"] != parent["reseller_id"]:
        raise invalid("owner", f"customer {given} belongs to another reseller.")
    return int(given)


def known_customer(call: Call, customer_id: int, *, lock: bool = False) -> Any:
    """Find a customer that the caller may manage, or raise CUSTOMER_MISSING."""
    row = customers.find(call.connection, customer_id, lock=lock)
    if row is None or not sees_customer(call.caller, row):
        raise Fault(FaultCode.CUSTOMER_MISSING, f"There is no customer {customer_id}.")
    return row


def granted(call: Call, right: str) -> bool:
    """Tell whether the caller has a right that customer properties grant, such as ``pstn_changes``.

    An administrator always, a reseller by his own property, a customer when his reseller and he both have it
    (contract: Ownership, resellers and rights).
    """
    caller = call.caller
    if caller.is_administrator:
        return True
    needed = {caller.reseller, caller.customer} - {0}
    if caller.level is Level.RESELLER:
        needed = {caller.reseller}
    values = customers.property_values(call.connection, needed, right)
    return all(is_true(values.get(customer_id, "")) for customer_id in needed)


def require(call: Call, right: str, what: str) -> None:
    """Raise NOT_PERMITTED unless the caller has the right."""
    if not granted(call, right):
        raise not_permitted(f"{what} needs the right {right}, which an administrator or reseller grants.")


def is_true(value: str) -> bool:
    """Read a property's text as yes or no: empty, 0, no and false are no."""
    return value.strip().lower() not in ("", "0", "no", "false", "off")


def spend_credit(call: Call, tally: Tally, owner_id: int, reseller_id: int) -> None:
    """Raise CREDIT_EXHAUSTED if a record just counted exceeds what its owner or his reseller may have.

    A customer's credit limits what he owns, a reseller's what his whole tree holds; no credit means no limit.
    It binds everybody but an administrator who impersonates nobody.
    """
    if call.caller.is_administrator:
        return
    limits = customers.property_values(call.connection, {owner_id, reseller_id} - {0}, _CREDITS[tally.kind])
    for customer_id, limit in limits.items():
        if not limit.strip():
            continue
        scope = "reseller_id" if customer_id == reseller_id else "owner_id"
        used = tally.number(call.connection, scope, customer_id)
        if used > int(limit):
            text = f"Customer {customer_id} may have {int(limit)} ({_CREDITS[tally.kind]}) and has them all."
            raise Fault(FaultCode.CREDIT_EXHAUSTED, text)


# groups that only resellers and administrators give and take (contract: groups)
_STAFF_GROUPS = frozenset({"quota", "trunking", "deny-password-change", "rate-on-net", "payments", "intercept"})
_GROUP_RIGHTS = {"free-pstn": "pstn_changes", "prepaid": "prepaid_changes", "sms": "sms_access"}


def check_groups(call: Call, before: Collection[str], after: Collection[str], blocked_by: str) -> None:
    """Raise NOT_PERMITTED unless the caller may give and take the groups by which the two collections differ."""
    changed = set(before) ^ set(after)
    for group in sorted(changed & _GROUP_RIGHTS.keys()):
        require(call, _GROUP_RIGHTS[group], f"The group {group}")
    if call.caller.level is not Level.CUSTOMER:
        return
    if changed & _STAFF_GROUPS:
        raise not_permitted(f"The group {min(changed & _STAFF_GROUPS)} is given and taken by the reseller.")
    if "blocked" in changed and "blocked" in before and blocked_by == "reseller":
        raise not_permitted("This account was blocked by the reseller, who alone can unblock it.")


def check_blocked_by(call: Call, before: str, after: str) -> None:
    """Raise NOT_PERMITTED when a customer touches the note that the reseller blocked an account."""
    if call.caller.level is Level.CUSTOMER and before != after and "reseller" in (before, after):
        raise not_permitted("Only the reseller says that he blocked an account.")


def check_pstn(call: Call, before: Any, after: Mapping[str, Any]) -> None:
    """Raise NOT_PERMITTED unless the caller may change the PSTN settings that differ."""
    for column, what in (("quota", "quota"), ("rpid", "rpid"), ("call_limit", "callLimit")):
        if column in after and after[column] != (before[column] if before is not None else after[column].__class__()):
            require(call, "pstn_changes", f"{what}: a change")


# What another's customer must not read of his reseller's record.
_RESELLERS_SECRETS = {
    "password": "",
    "balance": 0.0,
    "credit": 0.0,
    "companyCode": "",
    "bankAccount": "",
    "vatNumber": "",
}


def customer_branches(caller: Caller) -> list[Branch]:
    """Say which customers the caller manages."""
    if caller.is_administrator:
        return [Branch()]
    if caller.level is Level.RESELLER:
        return [Branch({"reseller_id": caller.reseller})]
    return [Branch({"id": caller.customer})]


def reseller_branches(caller: Caller) -> list[Branch]:
    """Say which customers getResellers shows: those the caller manages, and a customer's own reseller."""
    parts = customer_branches(caller)
    if caller.level is Level.CUSTOMER:
        parts.append(Branch({"id": caller.reseller}))
    return parts


def readable_customer(call: Call, customer_id: int) -> Any:
    """Find a customer that the caller manages or whose customer he is, or raise CUSTOMER_MISSING."""
    if customer_id and customer_id == call.caller.reseller:
        return customers.find(call.connection, customer_id)
    return known_customer(call, customer_id)


def hidden_members(caller: Caller, row: Any) -> Record:
    """Say which members of a customer's record are shown to the caller as something else."""
    return {} if sees_customer(caller, row) else _RESELLERS_SECRETS


def check_administrators_members(call: Call, before: Any, after: Mapping[str, Any]) -> None:
    """Raise NOT_PERMITTED when anybody but an administrator changes what only administrators change."""
    if call.caller.is_administrator:
        return
    for column in ("reseller_active", "company_code", "balance", "credit"):
        if column in after and after[column] != before[column]:
            raise not_permitted(f"Only an administrator changes {column} of a customer.")


def reseller_of_new_customer(call: Call, record: Record) -> int:
    """Decide the reseller of a new customer; 0 makes it a reseller. Raises NOT_PERMITTED or VALUE_INVALID."""
    caller = call.caller
    if caller.level is Level.CUSTOMER:
        raise not_permitted("A customer cannot add customers; his reseller can.")
    if caller.level is Level.RESELLER:
        return caller.reseller
    wanted = record.get("reseller") or 0
    if wanted and wanted != record.get("id"):
        _check_is_reseller(call, wanted)
    return wanted if wanted != record.get("id") else 0


def check_new_reseller(call: Call, row: Any, wanted: int) -> None:
    """Raise unless the caller may give a customer to another reseller, ``wanted``."""
    if not call.caller.is_administrator:
        raise not_permitted("Only an administrator gives a customer to another reseller.")
    if wanted != row["id"]:
        _check_is_reseller(call, wanted)


def impersonated(call: Call, record: Record, current: Any, reseller_id: int) -> int:
    """Decide whose rights a customer uses: 0 for its own, else a customer of the same reseller.

    Nobody but an administrator changes it for the login he uses himself (contract: Ownership).
    """
    before = current["impersonate"] if current is not None else 0
    wanted = record.get("impersonate")
    if wanted is None or wanted == before:
        return int(before)
    is_own = current is not None and current["id"] in (call.caller.login, call.caller.customer)
    if call.caller.level is Level.CUSTOMER or (is_own and not call.caller.is_administrator):
        raise not_permitted("Whom a customer impersonates is set by his reseller or an administrator.")
    if wanted:
        other = known_customer(call, wanted)
        if other["reseller_id"] != reseller_id:
            raise invalid("impersonate", "a customer of the same reseller is expected.")
    return int(wanted)


def check_customer_removal(call: Call, row: Any) -> None:
    """Raise NOT_PERMITTED unless the caller may delete the customer: not himself, and never as a customer."""
    caller = call.caller
    if caller.level is Level.CUSTOMER or row["id"] in (caller.customer, caller.login):
        raise not_permitted("A customer is deleted by his reseller or an administrator.")


def changes_property(call: Call, target: Any, stored: Any) -> bool:
    """Tell whether the caller may change a stored property of a customer."""
    caller = call.caller
    needed = PERMISSIONS.get(stored["permission"], Level.ADMINISTRATOR)
    if caller.level >= needed:
        return True
    known = KNOWN.get(stored["name"])
    is_child = target["id"] not in (caller.reseller, caller.login)
    return caller.level is Level.RESELLER and known is not None and known.for_children and is_child


def check_property(call: Call, target: Any, name: str, permission: str, current: Any) -> None:
    """Raise NOT_PERMITTED unless the caller may store a property with this permission in the place of ``current``."""
    allowed = changes_property(call, target, {"name": name, "permission": permission})
    if not allowed or (current is not None and not changes_property(call, target, current)):
        raise not_permitted(f"The property {name} is not yours to change.")


def sees_property(call: Call, target: Any, row: Any) -> bool:
    """Tell whether the caller may read a property: private ones only who may change them."""
    known = KNOWN.get(row["name"])
    if known is None or not known.is_private:
        return True
    return sees_customer(call.caller, target) and changes_property(call, target, row)


def name_of(level: Level) -> str:
    """Name a level as a property's permission does."""
    return next(name for name, known in PERMISSIONS.items() if known is level)


def _check_is_reseller(call: Call, customer_id: int) -> None:
    row = customers.find(call.connection, customer_id)
    if row is None or not row["is_reseller"]:
        raise invalid("reseller", f"customer {customer_id} is no reseller.")
