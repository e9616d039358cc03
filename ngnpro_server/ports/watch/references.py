"""WatchPort: which diversions and contacts lead to an address, and what leads nowhere or back to itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.store import circles, contacts, settings
from ngnpro_server.store.schema import sip_accounts

_MOST_URIS = 1000


def get_diversions_to(call: Call, sipId: Record | None = None) -> list[Record]:  # noqa: N803
    """List the diversions that lead to an address, of the accounts that the caller may see."""
    rows = settings.list_diversions_to(call.connection, *_read(sipId))
    return [_write(row) for row in rows if access.sees(call.caller, row)]


def get_diversions_in_circles(call: Call) -> Record:
    """List the diversions of the accounts that the caller may see which lead back to themselves or into a circle."""
    tld = call.config.platform.default_tld
    found, is_whole = circles.list_diversions_in_circles(call.connection, _seen_accounts(call), tld)
    return {"diversions": [_write(row) for row in found], "more": not is_whole}


def get_contacts_to(call: Call, sipId: Record | None = None) -> Record:  # noqa: N803
    """List the contacts that lead to an address, in the phonebooks of the accounts that the caller may see."""
    found, is_whole = contacts.list_contacts_to(call.connection, _seen_accounts(call), _read(sipId))
    return {"contacts": [{"sipId": _address(row), "uri": row["uri"]} for row in found], "more": not is_whole}


def get_missing_contacts(
    call: Call,
    sipId: Record | None = None,  # noqa: N803
    uris: Sequence[str] | None = None,
) -> list[str]:
    """Return those of an account's contacts that name an account which does not exist. Raises ACCOUNT_MISSING."""
    row = find_account(call, sipId)
    sought = uris or ()
    if len(sought) > _MOST_URIS:
        raise invalid("uris", f"at most {_MOST_URIS} contacts are allowed in one call.")
    return contacts.contacts_without_account(call.connection, row, sought)


def _read(sip_id: Record | None) -> tuple[str, str]:
    given = sip_id or {}
    username = checked("username", values.username, given.get("username") or "")
    return username, checked("domain", values.domain, given.get("domain") or "")


def _address(row: Any) -> Record:
    return {"username": row["username"], "domain": row["domain"]}


def _seen_accounts(call: Call) -> ColumnElement[bool]:
    parts = access.branches(call.caller, sip_accounts)
    return or_(*(and_(true(), *(sip_accounts.c[name] == one for name, one in part.equals.items())) for part in parts))


def _write(row: Any) -> Record:
    return {
        "sipId": _address(row),
        "condition": row["condition"],
        "target": row["target"],
        "reseller": row["reseller_id"],
    }


OPERATIONS: dict[str, Operation] = {
    "getDiversionsTo": get_diversions_to,
    "getDiversionsInCircles": get_diversions_in_circles,
    "getContactsTo": get_contacts_to,
    "getMissingContacts": get_missing_contacts,
}
