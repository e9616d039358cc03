"""SipPort: operations that add an account to a group, remove it, or return its groups."""

from __future__ import annotations

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.members import checked
from ngnpro_server.store import accounts, groups
from ngnpro_wire.facts.fault_codes import FaultCode

from . import blocks
from .accounts import find_account


def add_to_group(call: Call, sipId: Record | None = None, group: str | None = None) -> None:  # noqa: N803
    """Add an account to a group. Raises GROUP_HELD if it is already in the group."""
    row = find_account(call, sipId, lock=True)
    name = _read(group)
    held = groups.groups_of_account(call.connection, row["id"])
    if name in held:
        raise Fault(FaultCode.GROUP_HELD, f"The account is in the group {name} already.")
    _store(call, row, held, [*held, name])


def remove_from_group(call: Call, sipId: Record | None = None, group: str | None = None) -> None:  # noqa: N803
    """Remove an account from a group. Raises GROUP_NOT_HELD if it is not in the group."""
    row = find_account(call, sipId, lock=True)
    name = _read(group)
    held = groups.groups_of_account(call.connection, row["id"])
    if name not in held:
        raise Fault(FaultCode.GROUP_NOT_HELD, f"The account is not in the group {name}.")
    _store(call, row, held, [other for other in held if other != name])


def get_groups(call: Call, sipId: Record | None = None) -> list[str]:  # noqa: N803
    """Return the groups of an account."""
    row = find_account(call, sipId)
    return groups.groups_of_account(call.connection, row["id"])


def _read(group: str | None) -> str:
    return str(checked("group", values.name, (group or "").strip().lower()))


def _store(call: Call, row: RowMapping, before: list[str], after: list[str]) -> None:
    """Replace the groups of an account, and set its flag ``prepaid`` to match the group."""
    access.check_groups(call, before, after)
    groups.replace_groups(call.connection, row, after)
    blocks.store_block(call, row, after)
    accounts.change_account(call.connection, row, {"prepaid": "prepaid" in after, "change_date": call.now})


OPERATIONS: dict[str, Operation] = {
    "addToGroup": add_to_group,
    "removeFromGroup": remove_from_group,
    "getGroups": get_groups,
}
