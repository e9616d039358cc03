"""A page of a list takes the same number of SQL statements, however many rows it has."""

from __future__ import annotations

import pytest

from tests.support.platform import Platform, add_party
from tests.support.statements import counted

SIZES = (1, 6)


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """The platform with six records of each listed type."""
    for number in range(max(SIZES)):
        domain = f"d{number}.example"
        platform.add_domain(domain)
        properties = [{"name": "language", "value": "nl"}]
        platform.add_account("alice", domain, groups=["quota"], acl=[{"ip": "192.0.2.1"}], properties=properties)
        sip_id = {"username": "alice", "domain": domain}
        alias = {"id": {"username": "info", "domain": domain}, "target": sip_id}
        platform.call("Sip", "addAlias", alias=alias)
        party = add_party(platform.server, f"customer{number}", reseller=platform.reseller.id)
        platform.grant(party, sip_credit=1, records_per_page=20)
        platform.call("Enum", "addRange", range={"id": {"prefix": f"3123{number}"}})
        mappings = [{"type": "sip", "mapto": f"sip:alice@{domain}"}]
        number_record = {"id": {"number": f"3123{number}00001"}, "mappings": mappings}
        platform.call("Enum", "addNumber", number=number_record)
        carrier = platform.call("Sip", "addCarrier", carrier={"name": f"c{number}"})
        gateway = {"name": f"g{number}", "carrier_id": carrier["id"], "ip": "192.0.2.1"}
        gateway = platform.call("Sip", "addGateway", gateway=gateway)
        platform.call("Sip", "addGatewayRule", rule={"gateway_id": gateway["id"]})
        platform.call("Sip", "addRoutes", routes=[{"carrier_id": carrier["id"]}])
        platform.call("Sip", "addTrustedPeer", peer={"ip": f"192.0.2.{number}"})
    return platform


@pytest.mark.parametrize(
    ("port", "operation"),
    [
        ("Sip", "getDomains"),
        ("Sip", "getAccounts"),
        ("Sip", "getAliases"),
        ("Sip", "getCarriers"),
        ("Sip", "getGateways"),
        ("Sip", "getGatewayRules"),
        ("Sip", "getRoutes"),
        ("Sip", "getTrustedPeers"),
        ("Enum", "getRanges"),
        ("Enum", "getNumbers"),
        ("Customer", "getCustomers"),
        ("Customer", "getResellers"),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_list_needs_no_more_statements_for_more_rows(platform: Platform, port: str, operation: str) -> None:
    needed = []
    for size in SIZES:
        with counted(platform.server.engine) as statements:
            answer = platform.call(port, operation, query={"range": {"start": 0, "count": size}})
        rows = next(value for value in answer.values() if isinstance(value, list))
        assert len(rows) == (size if operation != "getResellers" else min(size, 2))
        needed.append(len(statements))
    assert needed[0] == needed[1], statements


@pytest.mark.parametrize("operation", ["getPrepaidStatus", "getSipDeviceLocations"])
@pytest.mark.databases("sqlite")
def test_many_accounts_of_a_domain_need_no_more_statements_than_one(platform: Platform, operation: str) -> None:
    for username in "abcde":
        platform.add_account(username, "d0.example")
    needed = []
    for usernames in ("a", "abcde"):
        sip_ids = [{"username": username, "domain": "d0.example"} for username in usernames]
        with counted(platform.server.engine, platform.server.proxy) as statements:
            assert len(platform.call("Sip", operation, sipIds=sip_ids)) == len(usernames)
        needed.append(len(statements))
    assert needed[0] == needed[1], statements
