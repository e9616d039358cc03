"""The views that the SIP proxy reads have the rows of the records, on every database, as soon as these change."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import inspect

from ngnpro_server.platform.install import VIEWS, upgrade_platform
from ngnpro_server.platform.versions import VERSIONS
from ngnpro_server.store.engine import transaction
from ngnpro_wire.facts.weekly_rules import covers
from tests.support.platform import Platform
from tests.support.server import make_server

ALICE = {"username": "alice", "domain": "example.com"}


def rows(platform: Platform, query: str) -> list[dict[str, Any]]:
    with transaction(platform.server.engine, write=False) as connection:
        return [dict(row) for row in connection.exec_driver_sql(f"SELECT {query}").mappings()]


def preferences(platform: Platform, username: str = "alice") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    query = f"attribute, value FROM usr_preferences WHERE username = '{username}' AND domain = 'example.com'"
    for row in rows(platform, query):
        found.setdefault(row["attribute"], []).append(row["value"])
    return {name: sorted(values) for name, values in found.items()}


@pytest.fixture
def platform(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account()
    return platform


def test_the_views_are_there_and_are_made_again_by_an_upgrade(tmp_path: Path) -> None:
    server = make_server(tmp_path)
    for _ in range(2):
        with transaction(server.engine, write=False) as connection:
            assert {view.name for view in VIEWS} <= set(inspect(connection).get_view_names())
        upgrade_platform(server.engine)


def test_every_module_finds_the_version_of_its_tables(platform: Platform) -> None:
    found = rows(platform, "table_name, table_version FROM version")
    assert {row["table_name"]: row["table_version"] for row in found} == VERSIONS


def test_subscriber_has_the_digests_and_the_password_only_in_clear_text_platforms(platform: Platform) -> None:
    [row] = rows(platform, "username, domain, password, ha1, ha1b FROM subscriber")
    account = platform.account()
    assert row == ALICE | {"password": "", "ha1": account["ha1"], "ha1b": account["ha1b"]}
    platform.call("Sip", "deleteAccount", sipId=ALICE)
    assert rows(platform, "* FROM subscriber") == []


def test_domains_have_their_reseller_as_an_attribute(platform: Platform) -> None:
    assert rows(platform, "domain, did FROM domain") == [{"domain": "example.com", "did": "example.com"}]
    [row] = rows(platform, "did, name, type, value FROM domain_attrs")
    assert row == {"did": "example.com", "name": "reseller", "type": 2, "value": str(platform.reseller.id)}


def test_aliases_and_groups(platform: Platform) -> None:
    alias = {"id": {"username": "sales", "domain": "example.com"}, "target": ALICE}
    platform.call("Sip", "addAlias", alias=alias)
    platform.call("Sip", "updateAccount", account={"id": ALICE, "groups": ["blocked", "free-pstn"]})
    [row] = rows(platform, "alias_username, alias_domain, username, domain FROM dbaliases")
    assert row == {"alias_username": "sales", "alias_domain": "example.com", **ALICE}
    groups = rows(platform, "grp FROM grp WHERE username = 'alice' AND domain = 'example.com'")
    assert sorted(row["grp"] for row in groups) == ["blocked", "free-pstn"]


def test_preferences_of_the_account_itself(platform: Platform) -> None:
    account = {"id": ALICE, "timeout": 20, "callLimit": 3, "rpid": "31201234567", "prepaid": True}
    account["acl"] = [{"ip": "192.0.2.0", "mask": 24}, {"ip": "2001:db8::", "mask": 32}]
    platform.call("Sip", "updateAccount", account=account)
    found = preferences(platform)
    assert found.pop("dr_group") == [str(platform.reseller.id * 2)]
    assert found == {
        "reseller": [str(platform.reseller.id)],
        "timeout": ["20"],
        "call_limit": ["3"],
        "caller_id": ["31201234567"],
        "no_credit": ["1"],
        "network": ["192.0.2.0/24", "2001:db8::/32"],
    }


def test_a_prepaid_account_has_credit_while_its_balance_is_above_zero(platform: Platform) -> None:
    platform.call("Sip", "updateAccount", account={"id": ALICE, "prepaid": True})
    for value, expected in ((0.5, None), (-0.5, ["1"]), (-1, ["1"]), (2, None)):
        platform.call("Sip", "addBalance", sipId=ALICE, value=value, description="")
        assert preferences(platform).get("no_credit") == expected


def test_preferences_for_calls(platform: Platform) -> None:
    voicemail = {"sipId": ALICE, "name": "Alice", "password": "123456", "email": "alice@example.com"}
    mailbox = platform.call("Voicemail", "addAccount", account=voicemail)["mailbox"]
    diversions = {"FUNC": "sip:Boss@example.com", "FNOA": "<voice-mailbox>"}
    for operation, given in (
        ("setCallDiversions", {"diversions": diversions}),
        ("setBarringPrefixes", {"prefixes": ["+4490", "+1"]}),
        ("setRejectMembers", {"members": ["sip:x+1@example.net", "sip:%4477@%"]}),
        ("setAcceptRules", {"rules": {"temporary": {"groups": ["nobody"], "duration": 5}}}),
    ):
        platform.call("Sip", operation, sipId=ALICE, **given)
    found = preferences(platform)
    assert (found["func"], found["fnoa"]) == (["sip:boss@example.com"], [f"mailbox:{mailbox}"])
    assert found["barring"] == ["001", "004490"]
    assert found["reject"] == ["^sip:.*4477@.*$", "^sip:x[+]1@example[.]net$"]
    assert found["accept_only"] == ["nobody"]
    platform.call("Voicemail", "deleteAccount", sipId=ALICE)
    assert "fnoa" not in preferences(platform)


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Pacific/Auckland", "America/Los_Angeles", ""])
def test_the_weekly_rule_of_the_present_is_found_in_the_time_zone_of_the_account(platform: Platform, zone: str) -> None:
    platform.call("Sip", "updateAccount", account={"id": ALICE, "timezone": zone})
    platform.add_account("elsewhere", timezone="Asia/Tokyo")
    for uri, group in (("friend@example.net", "friends"), ("%@family.example", "family"), ("x@example.net", "")):
        platform.call("Sip", "addPhonebookEntry", sipId=ALICE, entry={"uri": uri, "name": "X", "group": group})
    accepted = {"friends": ["^(sip:)?friend@example[.]net$"], "family": ["^(sip:)?.*@family[.]example$"]}
    chance = random.Random(zone)
    for _ in range(8):
        rules = [random_rule(chance) for _ in range(chance.randint(1, 3))]
        platform.call("Sip", "setAcceptRules", sipId=ALICE, rules={"persistent": rules})
        possible = [groups_of(rules, zone)]
        found = preferences(platform)
        # the clock may have gone on to the next minute
        possible.append(groups_of(rules, zone))
        only = found.get("accept_only", ["everybody"])[0]
        assert only in possible, (rules, datetime.now(UTC))
        assert found.get("accept", []) == accepted.get(only, [])


def random_rule(chance: random.Random) -> dict[str, Any]:
    now = datetime.now(UTC)
    near = [(now + timedelta(hours=hours)).strftime("%H:%M") for hours in range(-12, 14)]
    start, stop = (chance.choice([*near, "00:00", "23:59"]) for _ in range(2))
    days = chance.choice([127, 31, 96, *(1 << day for day in range(7))])
    return {"days": days, "start": start, "stop": stop, "groups": [chance.choice(["friends", "family", "nobody"])]}


def groups_of(rules: list[dict[str, Any]], zone: str) -> str:
    now = datetime.now(ZoneInfo(zone or "UTC"))
    fit = (rule["groups"][0] for rule in rules if covers(rule["days"], rule["start"], rule["stop"], now))
    return next(fit, "everybody")


def test_a_newcomer_under_a_used_name_has_nothing_of_the_account_before(platform: Platform) -> None:
    before = preferences(platform)
    platform.call("Sip", "setCallDiversions", sipId=ALICE, diversions={"FUNC": "sip:x@example.net"})
    platform.call("Sip", "setBarringPrefixes", sipId=ALICE, prefixes=["+1"])
    platform.call("Sip", "updateAccount", account={"id": ALICE, "groups": ["free-pstn"]})
    platform.call("Sip", "deleteAccount", sipId=ALICE)
    platform.add_account()
    assert preferences(platform) == before
    assert rows(platform, "* FROM grp") == []


class TestRouting:
    """``dr_gateways``, ``dr_rules``, ``dialplan`` and the groups of callers."""

    @pytest.fixture
    def carriers(self, platform: Platform) -> dict[str, Any]:
        """Two carriers with their gateways, by name."""
        found: dict[str, Any] = {}
        for name, count in (("one", 2), ("two", 1)):
            carrier = platform.call("Sip", "addCarrier", carrier={"name": name, "reseller": platform.reseller.id})
            found[name] = carrier["id"]
            for number in range(count):
                gateway = {"name": f"{name}-{number}", "carrier_id": carrier["id"], "ip": f"192.0.2.{number}"}
                found[f"{name}-{number}"] = platform.call("Sip", "addGateway", gateway=gateway)["id"]
        return found

    def route(self, platform: Platform, prefix: str, carrier: int, originator: str = "", priority: int = 0) -> None:
        route = {"prefix": prefix, "carrier_id": carrier, "originator": originator, "priority": priority}
        platform.call("Sip", "addRoutes", routes=[route])

    def lists(self, platform: Platform, group: str) -> dict[str, str]:
        found = rows(platform, f"prefix, gwlist FROM dr_rules WHERE groupid = '{group}'")
        return {row["prefix"]: row["gwlist"] for row in found}

    def test_gateways_of_shorter_prefixes_and_higher_priorities_come_behind(
        self, platform: Platform, carriers: dict[str, Any]
    ) -> None:
        self.route(platform, "00", carriers["two"])
        self.route(platform, "0044", carriers["one"])
        self.route(platform, "0049", carriers["one"], priority=2)
        self.route(platform, "0049", carriers["two"], priority=1)
        one, two = f"{carriers['one-0']},{carriers['one-1']}", str(carriers["two-0"])
        [group] = preferences(platform)["dr_group"]
        assert self.lists(platform, group) == {"00": two, "0044": f"{one},{two}", "0049": f"{two},{one}"}

    def test_routes_for_one_caller_or_domain_are_in_a_group_of_their_own(
        self, platform: Platform, carriers: dict[str, Any]
    ) -> None:
        platform.add_account("bob")
        platform.add_domain("other.example", platform.sibling)
        platform.add_account("carl", "other.example")
        self.route(platform, "00", carriers["two"])
        self.route(platform, "00", carriers["one"], "Alice@example.com")
        self.route(platform, "0044", carriers["one"], "example.com")
        groups = {
            row["username"]: str(row["groupid"]) for row in rows(platform, "username, domain, groupid FROM dr_groups")
        }
        assert len(set(groups.values())) == 3
        one, two = f"{carriers['one-0']},{carriers['one-1']}", str(carriers["two-0"])
        assert self.lists(platform, groups["alice"]) == {"00": f"{one},{two}", "0044": f"{one},{two}"}
        assert self.lists(platform, groups["bob"]) == {"00": two, "0044": f"{one},{two}"}
        assert self.lists(platform, groups["carl"]) == {"00": two}
        assert preferences(platform, "bob")["dr_group"] == [groups["bob"]]

    def test_rules_become_a_dial_plan_of_their_gateway(self, platform: Platform, carriers: dict[str, Any]) -> None:
        first = carriers["one-0"]
        for rule in (
            {"prefix": "00", "prepend": "#9"},
            {"prefix": "0044", "strip": 4, "prepend": "0", "minLength": 8, "maxLength": 14},
            {"prefix": "+44"},
            {"prefix": "0044", "maxLength": 3},
        ):
            platform.call("Sip", "addGatewayRule", rule={"gateway_id": first, **rule})
        query = f"pr, match_op, match_exp, subst_exp, repl_exp FROM dialplan WHERE dpid = {first} ORDER BY pr"
        assert [tuple(row.values())[1:] for row in rows(platform, query)] == [
            (1, "^0044[0-9]{4,10}$", "^.{0,4}(.*)$", "0\\1"),
            (1, "^00[0-9]{0,}$", "^.{0,0}(.*)$", "%239\\1"),
        ]
        [unchanged] = rows(platform, f"match_exp, repl_exp FROM dialplan WHERE dpid = {carriers['two-0']}")
        assert unchanged == {"match_exp": "^(.*)$", "repl_exp": "\\1"}

    def test_gateways_have_their_address_as_in_a_request(self, platform: Platform, carriers: dict[str, Any]) -> None:
        gateway = {"id": carriers["two-0"], "ip": "2001:db8::1", "port": 5061, "transport": "tls"}
        platform.call("Sip", "updateGateway", gateway=gateway)
        query = "gwid, address, attrs FROM dr_gateways ORDER BY gwid"
        assert [tuple(row.values()) for row in rows(platform, query)] == [
            (carriers["one-0"], "192.0.2.0:5060", str(carriers["one-0"])),
            (carriers["one-1"], "192.0.2.1:5060", str(carriers["one-1"])),
            (carriers["two-0"], "[2001:db8::1]:5061;transport=tls", str(carriers["two-0"])),
        ]


def test_trusted_peers_have_their_facts_in_the_tag(platform: Platform) -> None:
    peer = {"ip": "192.0.2.99", "owner": platform.customer.id, "strip": 2, "prefix": "00", "callLimit": 5, "blocked": 1}
    platform.call("Sip", "addTrustedPeer", peer=peer | {"protocol": "UDP", "fromPattern": "^sip:.*$"})
    platform.call("Sip", "addTrustedPeer", peer={"ip": "pbx.example.net", "owner": platform.customer.id})
    first, second = rows(platform, "src_ip, proto, from_pattern, tag FROM trusted ORDER BY src_ip")
    reseller = platform.reseller.id
    assert (first["src_ip"], first["proto"], first["from_pattern"]) == ("192.0.2.99", "udp", "^sip:.*$")
    tag = f"reseller={reseller};group={reseller * 2};strip=2;limit=5;blocked=1;enum=1;transit=0;prefix=00"
    assert first["tag"].partition(";")[2] == tag
    assert (second["proto"], second["from_pattern"]) == ("any", None)
    assert f"group={reseller * 2};strip=0;" in second["tag"]
    assert second["tag"].endswith("transit=0;")
    assert [row["ip_addr"] for row in rows(platform, "ip_addr FROM address WHERE grp = 1")] == ["192.0.2.99"]


def test_the_zones_of_ranges_and_numbers(platform: Platform) -> None:
    hosts = ["ns1.example.net", "ns2.example.net", "ns3.example.net"]
    new = {"id": {"prefix": "31"}, "customer": platform.customer.id, "ttl": 300, "nameservers": hosts}
    platform.call("Enum", "addRange", range=new)
    target = {"type": "npd:tel", "mapto": "tel:+31201234567", "priority": 2, "ttl": 60}
    platform.call("Enum", "addNumber", number={"id": {"number": "31201234567"}, "mappings": [target]})
    [zone] = rows(platform, "id, name, type FROM domains")
    assert (zone["name"], zone["type"]) == ("1.3.e164.arpa", "NATIVE")
    records = rows(platform, "domain_id, name, type, content, ttl, prio, disabled, auth FROM records")
    assert {record["domain_id"] for record in records} == {zone["id"]}
    assert not any(record["disabled"] for record in records)
    [serial] = [row["serial"] for row in rows(platform, "serial FROM enum_ranges")]
    soa = f"ns1.example.net hostmaster.1.3.e164.arpa {serial} 10800 3600 1209600 300"
    assert [(r["name"], r["type"], r["content"], r["ttl"]) for r in records] == [
        ("1.3.e164.arpa", "SOA", soa, 300),
        *(("1.3.e164.arpa", "NS", host, 300) for host in hosts),
        ("7.6.5.4.3.2.1.0.2.1.3.e164.arpa", "NAPTR", '100 2 "u" "E2U+npd+tel" "!^.*$!tel:+31201234567!" .', 60),
    ]
    for table in ("domainmetadata", "cryptokeys", "tsigkeys"):
        assert rows(platform, f"* FROM {table}") == []


def test_mailboxes_for_the_voicemail_server(platform: Platform) -> None:
    mailbox = {"sipId": ALICE, "name": "Alice", "password": "123456", "email": "a@example.com"}
    number = platform.call("Voicemail", "addAccount", account=mailbox | {"options": {"delete": True}})["mailbox"]
    [row] = rows(platform, "* FROM voicemail")
    assert isinstance(row.pop("uniqueid"), int)
    assert row == {
        "context": "default",
        "mailbox": number,
        "password": "123456",
        "fullname": "Alice",
        "email": "a@example.com",
        "attach": "yes",
        "deletevoicemail": "yes",
        "accountcode": "alice@example.com",
    }
