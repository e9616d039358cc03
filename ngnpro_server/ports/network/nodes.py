"""NetworkPort: the nodes that the server knows, and numbers of accounts and phones, as JSON texts.

The server knows itself, the SIP proxies of its configuration, and the media relays that report to the proxy's database.
"""

from __future__ import annotations

import json
import platform
from typing import Any
from urllib.parse import urlsplit

from ngnpro_server import access
from ngnpro_server.call import Call, Operation
from ngnpro_server.platform.proxies import name_of
from ngnpro_server.store import loads, network, proxy

_RELAY, _PROXY, _SERVER = "media_relay", "sip_proxy", "provisioning_server"


def get_status(call: Call) -> str:
    """Return the nodes by id as a JSON object (contract: NetworkStatusJson); for administrators only."""
    access.require_administrator(call, "The state of the network")
    nodes = {"provisioning": _node(call.config.server.address, _SERVER, name=platform.node())}
    errors = {node: row["error"] for (_topic, node), row in loads.list_nodes(call.connection).items() if row["error"]}
    for url in call.config.proxy.urls:
        name = name_of(url)
        nodes[name] = _node(urlsplit(url).hostname or "", _PROXY, **({"error": errors[name]} if name in errors else {}))
    for report in _relays(call):
        more = {name: report[name] for name in ("status", "uptime", "session_count") if name in report}
        nodes[f"relay {report['ip']}"] = _node(str(report["ip"]), _RELAY, str(report.get("version", "")), **more)
    return json.dumps(nodes)


def get_statistics(call: Call) -> str:
    """Return numbers as a JSON object (contract: NetworkStatisticsJson); for administrators only.

    The proxies share one table of phones, so that numbers of accounts and phones are known for all of them together.
    """
    access.require_administrator(call, "The statistics of the network")
    with proxy.open_proxy_database(call.proxy) as connection:
        online = network.count_online(connection, call.now)
    numbers: dict[str, Any] = {
        "summary": {
            _PROXY: {
                "online_accounts": {domain: accounts for domain, (accounts, _phones) in online.items()},
                "online_devices": {domain: phones for domain, (_accounts, phones) in online.items()},
                "total_accounts": network.count_accounts(call.connection),
            }
        }
    }
    for report in _relays(call):
        numbers.setdefault(str(report["ip"]), {})[_RELAY] = {"sessions": {"": int(report.get("session_count") or 0)}}
    return json.dumps(numbers)


def _relays(call: Call) -> list[dict[str, Any]]:
    with proxy.open_proxy_database(call.proxy) as connection:
        reports = proxy.media_relay_reports(connection, "relay")
    return [report for report in reports if isinstance(report, dict) and report.get("ip")]


def _node(address: str, role: str, version: str = "", **more: Any) -> dict[str, Any]:
    return {"ip": address, "version": version, "roles": [role], **more}


OPERATIONS: dict[str, Operation] = {"getStatistics": get_statistics, "getStatus": get_status}
