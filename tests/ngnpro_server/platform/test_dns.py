"""DNS zones resolve as NGNPro has them; their e-mail aliases and redirects are views for other servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ngnpro_server.platform.install import upgrade_platform
from tests.support import needs
from tests.support.platform import Platform
from tests.support.telephony.nameserver import Nameserver, nameserver

pytestmark = [pytest.mark.real, pytest.mark.needs(needs.POWERDNS, needs.DIG)]

RECORDS = {
    ("", "A"): ["192.0.2.1"],
    ("www", "CNAME"): ["example.com."],
    ("host", "AAAA"): ["2001:db8::1"],
    ("", "MX"): ["10 mail.example.com.", "20 ."],
    ("_sip._udp", "SRV"): ["5 10 5060 sip.example.net."],
    ("", "NAPTR"): ['10 20 "s" "SIP+D2U" "" _sip._udp.example.com.'],
    ("", "TXT"): ['"v=spf1 -all \\"x\\\\y\\""', '"one" "two"'],
    ("", "LOC"): ["52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m"],
    ("1", "PTR"): ["host.example.com."],
    ("*.any", "A"): ["192.0.2.7"],
}
VALUES = {
    "MX": ["mail", "."],
    "CNAME": ["example.com"],
    "SRV": ["10 5060 sip.example.net"],
    "NAPTR": ['10 20 "s" "SIP+D2U" "" _sip._udp'],
    "LOC": ["52 22 23 N 4 53 32 E -2m"],
}
PRIORITIES = {"MX": [10, 20], "SRV": [5]}


@pytest.fixture
def dns(platform: Platform, tmp_path: Path) -> Iterator[Nameserver]:
    """PowerDNS on the database of the platform, with its views."""
    upgrade_platform(platform.server.engine)
    with nameserver(tmp_path, platform.server.config.database.url) as found:
        yield found


def add_zone(platform: Platform, **members: Any) -> Any:
    servers = ["ns1.example.net", "ns2.example.net"]
    zone = {"name": "example.com", "nameservers": servers, "ttl": 600, "email": "dns.team@example.net"}
    return platform.call("Dns", "addZone", zone=zone | members)


def add(platform: Platform, name: str, kind: str, value: str, **members: Any) -> Any:
    record = {"zone": "example.com", "name": name, "type": kind, "value": value, "ttl": 60}
    return platform.call("Dns", "addRecord", record=record | members)


def test_a_zone_and_its_records_resolve(platform: Platform, dns: Nameserver) -> None:
    # an ENUM range beside it has the same ids
    platform.call("Enum", "addRange", range={"id": {"prefix": "3120"}, "nameservers": ["ns1.example.org"]})
    zone = add_zone(platform, minimum=30, retry=40, expire=50)
    for (name, kind), answers in RECORDS.items():
        for place, value in enumerate(VALUES.get(kind, answers)):
            priority = PRIORITIES.get(kind, [0, 0])[place]
            add(platform, name, kind, value.removesuffix(".") or value, priority=priority)
    add(platform, "sub", "NS", "ns.example.org")
    [soa] = dns.dig("example.com", "SOA")
    serial = int(zone["serial"]) + sum(map(len, RECORDS.values())) + 1
    assert soa == f"600 IN SOA ns1.example.net. dns\\.team.example.net. {serial} 10800 40 50 30"
    assert dns.dig("example.com", "NS") == ["600 IN NS ns1.example.net.", "600 IN NS ns2.example.net."]
    for (name, kind), answers in RECORDS.items():
        asked = f"{name}.example.com".replace("*", "some").removeprefix(".")
        assert dns.dig(asked, kind)[: len(answers)] == sorted(f"60 IN {kind} {one}" for one in answers), kind
    assert dns.dig("0.2.1.3.e164.arpa", "NS") == ["3600 IN NS ns1.example.org."]
    assert dns.dig("none.example.com", "A") == []


def test_a_change_and_a_deletion_take_effect_at_once(platform: Platform, dns: Nameserver) -> None:
    add_zone(platform)
    added = add(platform, "www", "A", "192.0.2.1")
    assert dns.dig("www.example.com", "A") == ["60 IN A 192.0.2.1"]
    platform.call("Dns", "updateRecord", record={"id": added["id"], "value": "192.0.2.2"})
    assert dns.dig("www.example.com", "A") == ["60 IN A 192.0.2.2"]
    platform.call("Dns", "deleteZone", zone="example.com")
    assert dns.dig("www.example.com", "A") == dns.dig("example.com", "SOA") == []


def test_mail_and_web_servers_find_aliases_and_redirects(platform: Platform, dns: Nameserver) -> None:
    add_zone(platform)
    for kind, name, value in (
        ("MBOXFW", "info", "anna@example.org"),
        ("URL", "www", "https://example.org/"),
        ("URL", "", "https://example.org/home"),
    ):
        record = {"zone": "example.com", "name": name, "type": kind, "value": value}
        platform.call("Dns", "addFancyRecord", record=record)
    with platform.server.engine.connect() as connection:
        aliases = connection.execute(text("SELECT address, target FROM mail_aliases")).all()
        redirects = connection.execute(text("SELECT host, target FROM web_redirects ORDER BY host")).all()
    assert aliases == [("info@example.com", "anna@example.org")]
    assert redirects == [
        ("example.com", "https://example.org/home"),
        ("www.example.com", "https://example.org/"),
    ]
