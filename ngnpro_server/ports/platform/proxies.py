"""PlatformPort: what the SIP proxies have loaded, and orders to load or to forget phones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import RowMapping

from ngnpro_server import access
from ngnpro_server.call import Call, DropRegistrations, Level, LoadTables, Operation, Record
from ngnpro_server.faults import Fault, invalid, not_permitted
from ngnpro_server.platform.proxies import name_of
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.ports.sip.devices import read_contact
from ngnpro_server.store import loads, proxy
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.proxies import LOADED, SAVED, TOPICS, UNKNOWN


def get_proxy_loads(call: Call) -> list[Record]:
    """List for each topic and proxy whether the proxy has all changes; proxies have numbers for resellers."""
    if call.caller.level is Level.CUSTOMER:
        raise not_permitted("What the SIP proxies have loaded is for administrators and resellers.")
    changes, nodes = loads.list_changes(call.connection), loads.list_nodes(call.connection)
    names = [name_of(url) for url in call.config.proxy.urls]
    return [
        _write(call, topic, number, name, changes.get(topic, {}), nodes.get((topic, name)))
        for topic in TOPICS
        for number, name in enumerate(names, 1)
    ]


def load_proxies(call: Call, topic: str | None = None) -> None:
    """Make the proxies load a topic again."""
    access.require_administrator(call, "Making the SIP proxies load their tables")
    _require_proxies(call)
    if topic not in TOPICS:
        raise invalid("topic", f"it is one of {', '.join(TOPICS)}.")
    call.orders.append(LoadTables(topic, awaited=True))


def drop_registrations(
    call: Call,
    sipId: Record | None = None,  # noqa: N803
    address: str | None = None,
    port: int | None = None,
) -> None:
    """Make the proxies forget the phones of an account: all, or with an address those that have it."""
    row = find_account(call, sipId)
    _require_proxies(call)
    contacts = tuple(_contacts(call, row, address, port or 0)) if address else ()
    if contacts or not address:
        call.orders.append(DropRegistrations(row["username"], row["domain"], contacts, awaited=True))


def _write(
    call: Call, topic: str, number: int, name: str, changed: RowMapping | Mapping[str, Any], node: RowMapping | None
) -> Record:
    shown = call.caller.is_administrator
    loaded_at = node["loaded_at"] if node is not None else None
    return {
        "topic": topic,
        "node": name if shown else str(number),
        "state": _state(changed.get("changes", 0), node),
        "changed": str(changed.get("changed", "")),
        "loaded": str(loaded_at or ""),
        "error": node["error"] if shown and node is not None else "",
    }


def _state(changes: int, node: RowMapping | None) -> str:
    if node is None:
        return UNKNOWN
    return LOADED if node["loaded_at"] is not None and node["loaded"] >= changes else SAVED


def _contacts(call: Call, row: RowMapping, address: str, port: int) -> Iterator[str]:
    """Yield the registered contacts of an account that have an address and port."""
    with proxy.open_proxy_database(call.proxy) as connection:
        found = proxy.contacts_of_accounts(connection, [row], call.now)[row["username"], row["domain"]]
    for contact in found:
        seen = read_contact(contact["contact"], contact["socket"] or "")
        if (seen.host, seen.port) == (address, port):
            yield contact["contact"]


def _require_proxies(call: Call) -> None:
    if not call.config.proxy.urls:
        raise Fault(FaultCode.OPERATION_UNAVAILABLE, "This server has no SIP proxies in its configuration.")


OPERATIONS: dict[str, Operation] = {
    "getProxyLoads": get_proxy_loads,
    "loadProxies": load_proxies,
    "dropRegistrations": drop_registrations,
}
