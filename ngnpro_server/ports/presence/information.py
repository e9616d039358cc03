"""PresencePort: operations, answered from the tables of Kamailio's presence module where the SIP proxy has them.

The port has no auth header on AG Projects' platform: the password of the account is a part of each call. Here a call
may also have the header, as those of all ports.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta

from sqlalchemy import Connection, RowMapping

from ngnpro_server import values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.store import accounts, presence, proxy
from ngnpro_server.store.engine import transaction
from ngnpro_wire.facts.fault_codes import FaultCode

from .documents import ACTIVITIES, read_document, write_document

_KEPT = timedelta(days=365)
# subs_status_t of Kamailio's presence module
_STATES = {1: "active", 2: "pending", 3: "terminated", 4: "waiting"}


def set_presence_information(
    call: Call,
    sipId: Record | None = None,  # noqa: N803
    password: str | None = None,
    information: Record | None = None,
) -> None:
    """Publish the activity and the note of an account, for a year. Raises OPERATION_UNAVAILABLE without presence."""
    account = _account(call, sipId)
    record = information or {}
    activity = record.get("activity") or ""
    if activity not in ACTIVITIES:
        raise invalid("activity", f"it is one of {', '.join(ACTIVITIES)}.")
    note = checked("note", values.text(255), (record.get("note") or "").strip())
    body = write_document(f"{account['username']}@{account['domain']}", activity, note)
    with _writing(call) as connection:
        if not presence.has_presence(connection):
            raise Fault(FaultCode.OPERATION_UNAVAILABLE, "The SIP proxy of this server has no presence.")
        presence.publish_document(connection, account, body, _unix(call), _unix(call, _KEPT))


def get_presence_information(call: Call, sipId: Record | None = None, password: str | None = None) -> Record:  # noqa: N803
    """Return what was published last for an account; nothing if nothing is known."""
    account = _account(call, sipId)
    with proxy.open_proxy_database(call.proxy) as connection:
        body = presence.latest_document(connection, account, _unix(call))
    return read_document(body) if body else {}


def delete_presence_information(call: Call, sipId: Record | None = None, password: str | None = None) -> None:  # noqa: N803
    """Withdraw what ``setPresenceInformation`` has published; what phones have published stays."""
    account = _account(call, sipId)
    with _writing(call) as connection:
        if presence.has_presence(connection):
            presence.withdraw_document(connection, account)


def get_watchers(call: Call, sipId: Record | None = None, password: str | None = None) -> list[Record]:  # noqa: N803
    """List who wants to see the presence of an account; empty if the SIP proxy has no presence."""
    account = _account(call, sipId)
    with proxy.open_proxy_database(call.proxy) as connection:
        found = presence.list_watchers(connection, account)
    return [
        {
            "address": f"{row['watcher_username']}@{row['watcher_domain']}",
            "status": _STATES.get(row["status"], str(row["status"])),
        }
        for row in found
    ]


def set_policy(
    call: Call,
    sipId: Record | None = None,  # noqa: N803
    password: str | None = None,
    policy: Record | None = None,
) -> None:
    """Refuse it with OPERATION_UNAVAILABLE: the contract names no member of a policy."""
    _account(call, sipId)
    raise Fault(FaultCode.OPERATION_UNAVAILABLE, "This server does not store who may see the presence of an account.")


def get_policy(call: Call, sipId: Record | None = None, password: str | None = None) -> Record:  # noqa: N803
    """Return a policy without members: none is stored here."""
    _account(call, sipId)
    return {}


def _account(call: Call, sip_id: Record | None) -> RowMapping:
    """Return the account of a call, which is the caller's own if they signed in as one. Raises ACCOUNT_MISSING."""
    if not call.caller.account:
        return find_account(call, sip_id)
    username, domain = values.sip_id(sip_id)
    row = accounts.find_account(call.connection, username, domain)
    if row is None or row["id"] != call.caller.account:
        raise Fault(FaultCode.ACCOUNT_MISSING, f"There is no SIP account {username[:64]}@{domain[:253]}.")
    return row


@contextmanager
def _writing(call: Call) -> Iterator[Connection]:
    """Open a transaction on the SIP proxy's database; it is the call's own if both are one database."""
    if call.proxy is None or call.proxy is call.connection.engine:
        yield call.connection
        return
    with transaction(call.proxy, write=True) as connection:
        yield connection


def _unix(call: Call, later: timedelta = timedelta()) -> int:
    return int((call.now + later).replace(tzinfo=UTC).timestamp())


OPERATIONS: dict[str, Operation] = {
    "setPresenceInformation": set_presence_information,
    "getPresenceInformation": get_presence_information,
    "deletePresenceInformation": delete_presence_information,
    "getWatchers": get_watchers,
    "setPolicy": set_policy,
    "getPolicy": get_policy,
}
