"""Permissions that depend on the rights, credits and level of the caller."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ngnpro_server.call import Call, Level
from ngnpro_server.faults import Fault, not_permitted
from ngnpro_server.store import customers
from ngnpro_server.store.counts import Tally
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.member_rights import ADMIN, MEMBER_RIGHTS, MemberRight, changed_groups, is_at_least
from ngnpro_wire.facts.truth import is_true

from .customers import permission_of

_CREDITS = {
    "account": "sip_credit",
    "alias": "sip_alias_credit",
    "range": "enum_range_credit",
    "number": "enum_number_credit",
    "zone": "dns_zone_credit",
    "mail alias": "email_credit",
}


def read_properties(call: Call, ids: Collection[int]) -> None:
    """Read the properties of several customers in one query, for ``property_values``."""
    unknown = set(ids) - call.properties.keys()
    if unknown:
        for customer_id, rows in customers.properties_of_customers(call.connection, unknown).items():
            call.properties[customer_id] = {row["name"]: row["value"] for row in rows}


def property_values(call: Call, ids: Collection[int], name: str) -> dict[int, str]:
    """Return the value of a property of several customers, by id; customers without it are left out.

    The properties of each customer are read once in a call, all together: one call asks for several rights and limits.
    """
    read_properties(call, ids)
    return {one: call.properties[one][name.lower()] for one in ids if name.lower() in call.properties[one]}


def granted(call: Call, right: str) -> bool:
    """Return whether the caller has a right that customer properties grant, such as ``pstn_changes``.

    An administrator always has it, a reseller if their own property grants it, a customer if both their own property
    and their reseller's grant it (contract: Ownership, resellers and rights).
    """
    caller = call.caller
    if caller.is_administrator:
        return True
    needed = {caller.reseller, caller.customer} - {0}
    if caller.level is Level.RESELLER:
        needed = {caller.reseller}
    values = property_values(call, needed, right)
    return all(is_true(values.get(customer_id, "")) for customer_id in needed)


def require(call: Call, right: str, what: str) -> None:
    """Raise NOT_PERMITTED unless the caller has the right; ``what`` names the action in the message."""
    if not granted(call, right):
        raise not_permitted(f"{what} needs the right {right}, which an administrator or reseller grants.")


def spend_credit(call: Call, tally: Tally, owner_id: int, reseller_id: int) -> None:
    """Raise CREDIT_EXHAUSTED if a record that was just counted exceeds the credit of its owner or their reseller.

    A customer's credit limits the records they own, a reseller's those of all their customers; without a credit there
    is no limit. An administrator who does not impersonate a customer is not limited.
    """
    if call.caller.is_administrator:
        return
    limits = property_values(call, {owner_id, reseller_id} - {0}, _CREDITS[tally.kind])
    limits = {customer_id: limit for customer_id, limit in limits.items() if limit.strip()}
    # locked, so that two concurrent calls cannot both use the last credit
    customers.lock_customers(call.connection, limits)
    for customer_id, limit in limits.items():
        scope = "reseller_id" if customer_id == reseller_id else tally.owner
        used = tally.number(call.connection, scope, customer_id)
        if used > int(limit):
            text = f"Customer {customer_id} may have {int(limit)} ({_CREDITS[tally.kind]}) and has them all."
            raise Fault(FaultCode.CREDIT_EXHAUSTED, text)


def check_members(call: Call, kind: str, changed: Iterable[str]) -> None:
    """Raise NOT_PERMITTED unless the caller may change these members of a type of record, by their wire names.

    Members without a rule in ``MEMBER_RIGHTS`` are open to all who may change the record.
    """
    for name in changed:
        rule = MEMBER_RIGHTS[kind].get(name)
        if rule is not None and not may_change_member(call, rule):
            raise not_permitted(_why_closed(call, name, rule))


def check_groups(call: Call, before: Collection[str], after: Collection[str]) -> None:
    """Raise NOT_PERMITTED unless the caller may add and remove the groups that differ between the two collections."""
    check_members(call, "SipAccount", changed_groups(before, after))


def may_change_member(call: Call, rule: MemberRight) -> bool:
    """Return whether the caller has the level and the right that a member needs."""
    return _is_high_enough(call, rule) and (not rule.right or granted(call, rule.right))


def _is_high_enough(call: Call, rule: MemberRight) -> bool:
    return is_at_least(permission_of(call.caller.level), rule.lowest(call.config.platform.member_settings))


def _why_closed(call: Call, name: str, rule: MemberRight) -> str:
    if _is_high_enough(call, rule):
        return f"{name}: a change needs the right {rule.right}, which an administrator or reseller grants."
    who = "an administrator" if rule.lowest(call.config.platform.member_settings) == ADMIN else "the reseller"
    return f"{name}: only {who} changes it."


def require_administrator(call: Call, what: str) -> None:
    """Raise NOT_PERMITTED unless the caller is an administrator who does not impersonate a customer."""
    if not call.caller.is_administrator:
        raise not_permitted(f"{what} is for administrators.")


def check_trusted_peers(call: Call) -> None:
    """Raise NOT_PERMITTED unless the caller is an administrator or an active reseller (``resellerActive``)."""
    caller = call.caller
    if not caller.is_administrator and (caller.level is not Level.RESELLER or not caller.active):
        raise not_permitted("This is for administrators and for resellers that an administrator has made active.")


def check_routing(call: Call) -> None:
    """Raise NOT_PERMITTED unless the caller may manage carriers, gateways, rules and routes.

    Administrators may, and active resellers with the right ``pstn_access`` (contract: Ownership, resellers and rights).
    """
    check_trusted_peers(call)
    require(call, "pstn_access", "PSTN routing")
