"""SipPort: traces of calls and the state of media relays, as JSON texts (contract: Transport and wire format)."""

from __future__ import annotations

import json

from sqlalchemy import Connection, RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.members import checked
from ngnpro_server.store import accounts, proxy
from ngnpro_wire.facts.fault_codes import FaultCode


def get_sip_trace(call: Call, filter: Record | None = None) -> str:
    """Return the SIP messages of a call as a JSON array, which is empty if nothing was traced.

    All nodes write their traces to one table, so ``nodeIp`` is ignored.
    """
    call_id, from_tag = _read(filter)
    with proxy.open_proxy_database(call.proxy) as connection:
        if not _may_see(call, connection, call_id):
            return "[]"
        return json.dumps([_write(row) for row in proxy.trace_of_call(connection, call_id, from_tag)])


def get_media_trace(call: Call, filter: Record | None = None) -> str:
    """Return the media information on a call as a JSON object. Raises MEDIA_MISSING."""
    call_id, from_tag = _read(filter)
    with proxy.open_proxy_database(call.proxy) as connection:
        info = proxy.media_info(connection, call_id, from_tag) if _may_see(call, connection, call_id) else None
    if info is None:
        raise Fault(FaultCode.MEDIA_MISSING, "There is no media information for this call.")
    return info


def get_media_summary(call: Call) -> str:
    """Return the media relays' reports on themselves as a JSON array, which is empty if there are none."""
    return _reports(call, "relay")


def get_media_sessions(call: Call) -> str:
    """Return the media relays' reports on their sessions as a JSON array, which is empty if there are none."""
    return _reports(call, "session")


def _reports(call: Call, kind: str) -> str:
    access.require_administrator(call, "The state of the media relays")
    with proxy.open_proxy_database(call.proxy) as connection:
        return json.dumps(proxy.media_relay_reports(connection, kind))


def _read(given: Record | None) -> tuple[str, str]:
    wanted = given or {}
    call_id = checked("callId", values.text(255), wanted.get("callId") or "")
    return call_id, checked("fromTag", values.text(128), wanted.get("fromTag") or "")


def _may_see(call: Call, connection: Connection, call_id: str) -> bool:
    """Return whether an account of the caller takes part in a call, and not an earlier one with its name."""
    if call.caller.is_administrator:
        return True
    found = (
        (accounts.find_account(call.connection, username, domain), time)
        for (username, domain), time in proxy.participants_of_call(connection, call_id).items()
    )
    return any(access.sees(call.caller, row) and proxy.began_after(row, time) for row, time in found if row is not None)


def _write(row: RowMapping) -> Record:
    return {
        "id": str(row["id"]),
        "direction": row["direction"],
        "time_stamp": str(row["time_stamp"]),
        "from_ip": row["fromip"],
        "to_ip": row["toip"],
        "method": row["method"],
        "status": row["status"],
        "message": _as_text(row["msg"]),
    }


def _as_text(message: str | bytes) -> str:
    """Return a message as text; on SQLite, Kamailio stores it as a blob."""
    return message.decode(errors="replace") if isinstance(message, bytes) else message


OPERATIONS: dict[str, Operation] = {
    "getSipTrace": get_sip_trace,
    "getMediaTrace": get_media_trace,
    "getMediaSummary": get_media_summary,
    "getMediaSessions": get_media_sessions,
}
