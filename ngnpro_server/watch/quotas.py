"""The group ``quota``: an account whose calls of the month reached its quota is put into it, and taken out again."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from ngnpro_server.call import Call
from ngnpro_server.store import alarms, groups, usage
from ngnpro_wire.watch import QUOTA

GROUP = "quota"


def check_quota(call: Call, account: RowMapping, month: str) -> None:
    """Put an account into the group if the cost of its month has reached its quota, and raise an alarm.

    It is put there once for a quota: an operator who takes it out lets it call until the end of the month.
    """
    spent = usage.find_usage(call.connection, account["id"], month)
    quota = account["quota"]
    if spent is None or account["prepaid"] or not quota or spent["cost"] < quota or spent["held_at"] == quota:
        return
    usage.hold_account(call.connection, account["id"], month, quota)
    held = groups.groups_of_account(call.connection, account["id"])
    if GROUP not in held:
        groups.replace_groups(call.connection, account, [*held, GROUP])
    period = f"{month} {quota}"[:16]
    if not alarms.is_raised(call.connection, account["id"], QUOTA, period):
        facts = {"value": f"{spent['cost']:.2f}", "threshold": str(quota), "period": period}
        alarms.insert_alarm(call.connection, account, kind=QUOTA, time=call.now, **facts)


def release_accounts(connection: Connection, month: str) -> int:
    """Take accounts out of the group in a new month, or if their quota is above their usage; return their number."""
    found = usage.accounts_to_release(connection, month)
    for account in found:
        usage.release_account(connection, account["id"])
        held = groups.groups_of_account(connection, account["id"])
        groups.replace_groups(connection, account, [name for name in held if name != GROUP])
    return len(found)
