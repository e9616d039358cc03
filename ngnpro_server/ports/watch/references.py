"""WatchPort: which diversions and contacts lead to an address, and what leads nowhere or back to itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.members import checked
from ngnpro_server.store import circles, settings
from ngnpro_server.store.schema import sip_accounts


def get_diversions_to(call: Call, sipId: Record | None = None) -> list[Record]:  # noqa: N803
    """List the diversions that lead to an address, of the accounts that the caller may see."""
    given = sipId or {}
    username = checked("username", values.username, given.get("username") or "")
    domain = checked("domain", values.domain, given.get("domain") or "")
    rows = settings.list_diversions_to(call.connection, username, domain)
    return [_write(row) for row in rows if access.sees(call.caller, row)]


def get_diversions_in_circles(call: Call) -> Record:
    """List the diversions of the accounts that the caller may see which lead back to themselves or into a circle."""
    tld = call.config.platform.default_tld
    found, is_whole = circles.list_diversions_in_circles(call.connection, _seen_accounts(call), tld)
    return {"diversions": [_write(row) for row in found], "more": not is_whole}


def _seen_accounts(call: Call) -> ColumnElement[bool]:
    parts = access.branches(call.caller, sip_accounts)
    return or_(*(and_(true(), *(sip_accounts.c[name] == one for name, one in part.equals.items())) for part in parts))


def _write(row: Any) -> Record:
    return {
        "sipId": {"username": row["username"], "domain": row["domain"]},
        "condition": row["condition"],
        "target": row["target"],
        "reseller": row["reseller_id"],
    }


OPERATIONS: dict[str, Operation] = {
    "getDiversionsTo": get_diversions_to,
    "getDiversionsInCircles": get_diversions_in_circles,
}
