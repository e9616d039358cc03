"""What each SIP proxy has loaded is listed, phones are dropped, and a used name has nothing of its earlier account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ngnpro_server.call import utc_now
from ngnpro_server.config import Proxy as ProxySettings
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import calls, location, missed_calls, sip_trace
from ngnpro_server.watch.loop import Caretaker
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.proxies import PROXIES
from tests.support.platform import Platform, make_platform, refused
from tests.support.processes import wait_until
from tests.support.server import make_server, post
from tests.support.telephony.commands import CommandServer, command_server

pytestmark = pytest.mark.real

ALICE = {"username": "alice", "domain": "example.com"}
Nodes = tuple[CommandServer, CommandServer]


@pytest.fixture
def nodes() -> Iterator[Nodes]:
    with command_server() as one, command_server() as other:
        yield one, other
        # what is still repeated succeeds, and the threads that do it come to rest
        one.refuses = other.refuses = False


@pytest.fixture
def platform(tmp_path: Path, nodes: Nodes) -> Platform:
    """A platform with two SIP proxies and the domain example.com, which both have loaded."""
    settings = ProxySettings(rpc_urls=" ".join(node.url for node in nodes))
    platform = make_platform(make_server(tmp_path, proxy=settings))
    platform.add_domain()
    wait_until(lambda: states(platform)["domains"] == ["loaded", "loaded"], "both have loaded the domain")
    for node in nodes:
        node.received.clear()
    return platform


def states(platform: Platform, auth: Any = None) -> dict[str, list[str]]:
    """Return the state of each proxy by topic."""
    found: dict[str, list[str]] = {}
    for load in platform.call("Platform", "getProxyLoads", auth):
        found.setdefault(load["topic"], []).append(load["state"])
    return found


def loads_of_domains(platform: Platform) -> list[Any]:
    return [load for load in platform.call("Platform", "getProxyLoads") if load["topic"] == "domains"]


def register(platform: Platform, contact: str, **columns: Any) -> None:
    """Register a phone of alice, as the proxy does."""
    now = utc_now()
    row = {"ruid": contact, **ALICE, "contact": contact, "expires": now + timedelta(minutes=5), "last_modified": now}
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(location.insert().values(**row | columns))


def test_a_proxy_that_was_never_told_to_load_is_unknown_and_one_that_refuses_has_not_loaded(
    platform: Platform, nodes: Nodes
) -> None:
    assert states(platform) == {"domains": ["loaded"] * 2, "addresses": ["unknown"] * 2, "routing": ["unknown"] * 2}
    nodes[1].refuses = True
    platform.add_domain("second.example")
    # "saved" is also the state before the answer: the reason tells that the second proxy has refused
    wait_until(lambda: loads_of_domains(platform)[1]["error"], "the second proxy has refused to load")
    wait_until(lambda: states(platform)["domains"] == ["loaded", "saved"], "one has loaded the domain")
    loads = loads_of_domains(platform)
    assert [load["node"] for load in loads] == [node.name for node in nodes]
    assert loads[0]["error"] == ""
    assert "refused domain.reload: Reload failed" in loads[1]["error"]
    assert all(load["loaded"] for load in loads)


def test_a_proxy_that_was_away_longer_than_commands_are_repeated_loads_by_itself_and_the_others_are_left_alone(
    platform: Platform, nodes: Nodes
) -> None:
    nodes[1].refuses = True
    platform.add_domain("second.example")
    # the command is not repeated any more
    platform.server.app.finish()
    for node in nodes:
        node.received.clear()
    caretaker, now = Caretaker(platform.server.app), utc_now()
    caretaker.look_after(now)
    assert reloads(nodes) == [[], []], "it has just been told"
    caretaker.look_after(now + timedelta(minutes=2))
    assert states(platform)["domains"] == ["loaded", "saved"]
    nodes[1].refuses = False
    caretaker.look_after(now + timedelta(minutes=4))
    assert states(platform)["domains"] == ["loaded", "loaded"]
    caretaker.look_after(now + timedelta(minutes=6))
    assert reloads(nodes) == [[], ["domain.reload"] * 2]


def reloads(nodes: Nodes) -> list[list[str]]:
    return [[command for command in node.received if command.endswith("reload")] for node in nodes]


@pytest.mark.databases("sqlite")
def test_a_reseller_sees_proxies_by_number_and_no_reasons_and_a_customer_sees_none(
    platform: Platform, nodes: Nodes
) -> None:
    nodes[1].refuses = True
    platform.call("Platform", "loadProxies", topic="routing")
    found = platform.call("Platform", "getProxyLoads", platform.reseller.auth)
    assert [(load["node"], load["state"], load["error"]) for load in found if load["topic"] == "routing"] == [
        ("1", "loaded", ""),
        ("2", "saved", ""),
    ]
    with refused(FaultCode.NOT_PERMITTED):
        platform.call("Platform", "getProxyLoads", platform.customer.auth)
    with refused(FaultCode.NOT_PERMITTED):
        platform.call("Platform", "loadProxies", platform.reseller.auth, topic="routing")
    with refused(FaultCode.VALUE_INVALID):
        platform.call("Platform", "loadProxies", topic="passwd")


@pytest.mark.databases("sqlite")
def test_loading_is_answered_once_the_proxies_have_loaded(platform: Platform, nodes: Nodes) -> None:
    platform.call("Platform", "loadProxies", topic="routing")
    assert states(platform)["routing"] == ["loaded", "loaded"]
    assert [node.received for node in nodes] == [["dialplan.reload", "drouting.reload"]] * 2


@pytest.mark.databases("sqlite")
def test_every_answer_says_how_many_proxies_there_are(platform: Platform, tmp_path: Path) -> None:
    assert post(platform.server.app, b"x")[1][PROXIES] == "2"


@pytest.mark.databases("sqlite")
def test_phones_are_dropped_all_at_once_or_one_by_its_address(platform: Platform, nodes: Nodes) -> None:
    platform.add_account()
    register(platform, "sip:alice@192.0.2.5:5062")
    register(platform, "sip:alice@192.0.2.6:5062")
    platform.call("Platform", "dropRegistrations", sipId=ALICE, address="192.0.2.6", port=5062)
    platform.call("Platform", "dropRegistrations", sipId=ALICE, address="192.0.2.7", port=5062)
    platform.call("Platform", "dropRegistrations", platform.customer.auth, sipId=ALICE, address="", port=0)
    wanted = ["ul.rm_contact location alice@example.com sip:alice@192.0.2.6:5062", "ul.rm location alice@example.com"]
    assert [node.received for node in nodes] == [wanted] * 2
    with refused(FaultCode.ACCOUNT_MISSING):
        platform.call("Platform", "dropRegistrations", platform.stranger.auth, sipId=ALICE, address="", port=0)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("deleteAccount", {"sipId": ALICE}),
        ("addToGroup", {"sipId": ALICE, "group": "blocked"}),
        ("updateAccount", {"account": {"id": ALICE, "password": "another"}}),
    ],
)
def test_an_account_that_is_deleted_or_blocked_or_gets_another_password_loses_its_phones_at_every_proxy(
    platform: Platform, nodes: Nodes, operation: str, arguments: dict[str, Any]
) -> None:
    platform.add_account()
    nodes[0].refuses = True
    platform.call("Sip", operation, **arguments)
    wait_until(lambda: "ul.rm location alice@example.com" in nodes[1].received, "the second proxy is told")
    wait_until(lambda: nodes[0].received.count("ul.rm location alice@example.com") > 1, "the first is told again")


def test_a_newcomer_under_a_used_name_has_nothing_of_the_account_before(platform: Platform, nodes: Nodes) -> None:
    platform.add_account()
    old = utc_now() - timedelta(days=1)
    register(platform, "sip:alice@192.0.2.5:5062", last_modified=old)
    _write_calls(platform, old)
    alice_number = {"id": {"number": "31201234567"}, "mappings": [{"type": "sip", "mapto": "sip:alice@example.com"}]}
    platform.call("Enum", "addRange", range={"id": {"prefix": "3120"}, "customer": platform.customer.id})
    also = [{"type": "sip", "mapto": "sip:bob@example.com"}, {"type": "mailto", "mapto": "alice@example.com"}]
    platform.call("Enum", "addNumber", number=alice_number | {"mappings": [*alice_number["mappings"], *also]})
    [before] = platform.call("Enum", "getRanges", query={})["ranges"]
    platform.call("Sip", "setCallDiversions", sipId=ALICE, diversions={"FUNC": "sip:bob@example.com"})
    platform.call("Sip", "deleteAccount", sipId=ALICE)
    for node in nodes:
        node.received.clear()
    platform.add_account(owner=platform.sibling.id)
    wait_until(lambda: all("ul.rm location alice@example.com" in n.received for n in nodes), "old phones are dropped")
    sides = {"placed": {"limit": 10}, "received": {"limit": 10}}
    assert platform.call("Sip", "getCalls", sipId=ALICE, query=sides) == {"placed": [], "received": []}
    counted = platform.call("Sip", "getCallStatistics", sipId=ALICE, query=sides)
    assert [counted[side]["calls"] for side in sides] == [0, 0]
    assert platform.call("Sip", "getSipDeviceLocations", sipIds=[ALICE]) == [{"locations": []}]
    assert platform.call("Sip", "getCallDiversions", sipId=ALICE) == {}
    assert platform.call("Sip", "getSipTrace", platform.sibling.auth, filter={"callId": "old"}) == "[]"
    number = platform.call("Enum", "getNumber", enumId=alice_number["id"])
    assert [mapping["mapto"] for mapping in number["mappings"]] == ["sip:bob@example.com", "mailto:alice@example.com"]
    [after] = platform.call("Enum", "getRanges", query={})["ranges"]
    assert after["serial"] > before["serial"]
    register(platform, "sip:alice@192.0.2.9:5062")
    _write_calls(platform, utc_now())
    listed = platform.call("Sip", "getCalls", sipId=ALICE, query=sides)
    assert [len(listed[side]) for side in sides] == [1, 1]
    [found] = platform.call("Sip", "getSipDeviceLocations", sipIds=[ALICE])
    assert [phone["address"] for phone in found["locations"]] == ["192.0.2.9"]


def _write_calls(platform: Platform, moment: Any) -> None:
    """Write a call that alice placed and one that she missed, as the proxy does."""
    placed = {"call_id": "old", "from_username": "alice", "from_domain": "example.com", "start_time": moment}
    missed = {"callid": "old", "to_username": "alice", "to_domain": "example.com", "time": moment, "sip_code": "480"}
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(calls.insert().values(**placed))
        connection.execute(missed_calls.insert().values(**missed))
        connection.execute(sip_trace.insert().values(callid="old", time_stamp=moment, msg="INVITE"))


def test_a_deleted_domain_leaves_no_number_that_points_to_its_accounts(platform: Platform) -> None:
    platform.add_account()
    platform.call("Enum", "addRange", range={"id": {"prefix": "3120"}, "customer": platform.customer.id})
    mappings = [
        {"type": "sip", "mapto": "sip:alice@example.com"},
        {"type": "sip", "mapto": "sip:eve@elsewhere.example"},
    ]
    platform.call("Enum", "addNumber", number={"id": {"number": "31201234567"}, "mappings": mappings})
    platform.call("Sip", "deleteDomain", domain="example.com")
    number = platform.call("Enum", "getNumber", enumId={"number": "31201234567"})
    assert [mapping["mapto"] for mapping in number["mappings"]] == ["sip:eve@elsewhere.example"]
