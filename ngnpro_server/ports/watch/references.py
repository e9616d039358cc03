"""WatchPort: which diversions lead to an address, so that a client can list them before it deletes the address."""

from __future__ import annotations

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.members import checked
from ngnpro_server.store import settings


def get_diversions_to(call: Call, sipId: Record | None = None) -> list[Record]:  # noqa: N803
    """List the diversions that lead to an address, of the accounts that the caller may see."""
    given = sipId or {}
    username = checked("username", values.username, given.get("username") or "")
    domain = checked("domain", values.domain, given.get("domain") or "")
    return [
        {
            "sipId": {"username": row["username"], "domain": row["domain"]},
            "condition": row["condition"],
            "target": row["target"],
        }
        for row in settings.list_diversions_to(call.connection, username, domain)
        if access.sees(call.caller, row)
    ]


OPERATIONS: dict[str, Operation] = {"getDiversionsTo": get_diversions_to}
