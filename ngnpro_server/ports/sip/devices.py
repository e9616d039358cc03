"""SipPort: the phones that an account has registered, read from the location table of the SIP proxy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import RowMapping

from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.store import proxy

from .accounts import find_accounts

# RFC 3261 section 25.1, only as far as needed for host, port and transport of a contact
_URI = re.compile(
    r"(?P<scheme>sips?):(?:[^@]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:;?>\s]+)(?::(?P<port>[0-9]{1,5}))?(?P<rest>.*)",
    re.IGNORECASE,
)
_TRANSPORT = re.compile(r";transport=(?P<transport>[a-z0-9-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contact:
    """Host, port and transport of a SIP URI."""

    host: str
    port: int
    transport: str


def get_sip_device_locations(call: Call, sipIds: Sequence[Record] | None = None) -> list[Record]:  # noqa: N803
    """Return the registered phones of accounts, in the order of the ids."""
    rows = find_accounts(call, sipIds or ())
    with proxy.open_proxy_database(call.proxy) as connection:
        contacts = proxy.contacts_of_accounts(connection, rows, call.now)
    return [
        {"locations": [_write(call, contact) for contact in contacts[row["username"], row["domain"]]]} for row in rows
    ]


def read_contact(uri: str, socket: str) -> Contact:
    """Return host, port and transport of a contact; ``socket`` is the proxy's, like ``tls:192.0.2.1:5061``."""
    match = _URI.search(uri)
    if match is None:
        return Contact(uri, 0, "")
    named = _TRANSPORT.search(match["rest"])
    transport = named["transport"].lower() if named else socket.partition(":")[0].lower() or "udp"
    if match["scheme"].lower() == "sips":
        transport = "tls"
    port = int(match["port"]) if match["port"] else (5061 if transport == "tls" else 5060)
    return Contact(match["host"].strip("[]"), port, transport)


def _write(call: Call, row: RowMapping) -> Record:
    contact = read_contact(row["contact"], row["socket"] or "")
    record = {
        "address": contact.host,
        "port": contact.port,
        "expires": (row["expires"] - call.now) // timedelta(seconds=1),
        "userAgent": row["user_agent"],
        "transport": contact.transport,
    }
    if row["received"]:
        seen = read_contact(row["received"], row["socket"] or "")
        record |= {"publicAddress": seen.host, "publicPort": seen.port}
    return record


OPERATIONS: dict[str, Operation] = {"getSipDeviceLocations": get_sip_device_locations}
