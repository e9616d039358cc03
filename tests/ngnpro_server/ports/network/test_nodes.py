"""The network: what the server knows of it, and who may ask."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ngnpro_server.config import Proxy
from ngnpro_server.store import loads
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import location, media_reports
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server
from tests.support.statements import counted

# the queries run on all databases in the tests of statistics; here, two servers share one database
pytestmark = pytest.mark.databases("sqlite")
NOW = datetime(2026, 3, 15, 12, 0, 0)
RELAY = {"ip": "192.0.2.40", "version": "4.1", "status": "ok", "uptime": 60, "session_count": 3, "bps_relayed": 0}


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """A platform with two proxies in its configuration, two accounts and three phones, one of which has expired."""
    proxies = Proxy(rpc_urls="http://127.0.0.1:1/RPC http://127.0.0.2:1/RPC", rpc_timeout=1)
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW))
    platform.add_domain()
    platform.add_account()
    platform.add_account("bob")
    rows = [("alice", "1", 60), ("alice", "2", 60), ("bob", "3", -60)]
    phones: list[dict[str, Any]] = [
        {"ruid": ruid, "username": name, "domain": "example.com", "last_modified": NOW, "contact": f"sip:{name}@x"}
        | {"expires": NOW + timedelta(seconds=left)}
        for name, ruid, left in rows
    ]
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(location.insert(), phones)
    known = make_server(tmp_path, clock=lambda: NOW, database=platform.server.config.database, proxy=proxies)
    return replace(platform, server=known)


def ask(platform: Platform, operation: str) -> Any:
    return json.loads(platform.call("Network", operation))


def test_the_nodes_are_the_server_its_proxies_and_the_relays_that_report(platform: Platform) -> None:
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(media_reports.insert().values(kind="relay", name="one", report=RELAY, report_time=NOW))
    with transaction(platform.server.engine, write=True) as connection:
        loads.record_failure(connection, "routing", "127.0.0.2:1", "it does not answer")
    nodes = ask(platform, "getStatus")
    assert {key: (node["ip"], node["roles"]) for key, node in nodes.items()} == {
        "provisioning": ("127.0.0.1", ["provisioning_server"]),
        "127.0.0.1:1": ("127.0.0.1", ["sip_proxy"]),
        "127.0.0.2:1": ("127.0.0.2", ["sip_proxy"]),
        "relay 192.0.2.40": ("192.0.2.40", ["media_relay"]),
    }
    assert nodes["127.0.0.2:1"]["error"] == "it does not answer"
    assert "error" not in nodes["127.0.0.1:1"]
    assert (nodes["relay 192.0.2.40"]["version"], nodes["relay 192.0.2.40"]["session_count"]) == ("4.1", 3)
    assert ask(platform, "getStatistics")["192.0.2.40"] == {"media_relay": {"sessions": {"": 3}}}


def test_numbers_of_accounts_and_phones_are_those_of_all_proxies_together(platform: Platform) -> None:
    assert ask(platform, "getStatistics") == {
        "summary": {
            "sip_proxy": {
                "online_accounts": {"example.com": 1},
                "online_devices": {"example.com": 2},
                "total_accounts": {"example.com": 2},
            }
        }
    }


def test_accounts_are_not_counted_one_by_one(platform: Platform) -> None:
    """A row of the stored counts for each domain is read, and none for each account."""
    with counted(platform.server.engine) as statements:
        ask(platform, "getStatistics")
    assert [one for one in statements if "sip_accounts" in one] == []
    assert len([one for one in statements if "counts" in one or "count_changes" in one]) == 2


@pytest.mark.parametrize("operation", ["getStatus", "getStatistics"])
def test_only_administrators_may_ask(platform: Platform, operation: str) -> None:
    with refused(FaultCode.NOT_PERMITTED):
        platform.call("Network", operation, platform.reseller.auth)
