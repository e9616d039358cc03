"""SipPort: the groups of one account, one at a time."""

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
    """Add an account to a group; raise GROUP_HELD when it is in it already."""
    row = find_account(call, sipId, lock=True)
    name = _read(group)
    held = groups.of_account(call.connection, row["id"])
    if name in held:
        raise Fault(FaultCode.GROUP_HELD, f"The account is in the group {name} already.")
    _store(call, row, held, [*held, name])


def remove_from_group(call: Call, sipId: Record | None = None, group: str | None = None) -> None:  # noqa: N803
    """Remove an account from a group; raise GROUP_NOT_HELD when it is not in it."""
    row = find_account(call, sipId, lock=True)
    name = _read(group)
    held = groups.of_account(call.connection, row["id"])
    if name not in held:
        raise Fault(FaultCode.GROUP_NOT_HELD, f"The account is not in the group {name}.")
    _store(call, row, held, [other for other in held if other != name])


def get_groups(call: Call, sipId: Record | None = None) -> list[str]:  # noqa: N803
    """Read the groups of an account."""
    row = find_account(call, sipId)
    return groups.of_account(call.connection, row["id"])


def _read(group: str | None) -> str:
    return str(checked("group", values.name, (group or "").strip().lower()))


def _store(call: Call, row: RowMapping, before: list[str], after: list[str]) -> None:
    """Replace the groups, with the flag that keeps step with the group ``prepaid``."""
    access.check_groups(call, before, after)
    groups.replace(call.connection, row, after)
    blocks.settle(call, row, after)
    accounts.change(call.connection, row, {"prepaid": "prepaid" in after, "change_date": call.now})


OPERATIONS: dict[str, Operation] = {
    "addToGroup": add_to_group,
    "removeFromGroup": remove_from_group,
    "getGroups": get_groups,
}
