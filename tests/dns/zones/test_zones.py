"""The zones room, from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import ClassVar

from django.test import Client

from portal.ngnpro.records import DnsRecord, DnsZone
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DependentCases, EditCases, ListCases, OutageCases


class TestZones(ListCases, EditCases, DependentCases, OutageCases):
    url = "/dns/zones/"
    resource_name = "zone"
    key = "z00.example"
    empty = "There is no DNS zone yet"
    list_calls = ("getZones",)
    sorts = ("name", "changeDate")
    filters: ClassVar = {"name=z0": 3, "name=z01": 1, "info=Zone": 3, "info=x": 0}
    typed: ClassVar = {
        "name": "new.example",
        "info": "Shop",
        "nameservers": "ns1.example.net\nNS2.example.net",
        "ttl": "600",
        "minimum": "60",
        "retry": "900",
        "expire": "86400",
    }
    kept = "info"
    refused = (("name", "z00.example"), ("customer", "4711"))
    invalid = (("name", "no zone"), ("nameservers", "not a host"), ("email", "nobody"), ("ttl", "-1"), ("retry", "0"))
    edited = ("info", "one", "another")
    member = "info"
    typed_name = "z00.example"

    def add_one(self, platform: Platform, number: int) -> None:
        platform.ngnpro.dns.add_zone(DnsZone(name=f"z{number:02}.example", info=f"Zone {number}"))

    def add_dependent(self, platform: Platform) -> None:
        platform.ngnpro.dns.add_record(DnsRecord(zone=self.key, name="www", type="A", value="192.0.2.1"))


def test_a_zone_is_stored_as_typed_and_shown(browser: Client, platform: Platform) -> None:
    answer = browser.post("/dns/zones/add/", TestZones.typed, follow=True)
    stored = platform.ngnpro.dns.get_zone("new.example")
    assert (stored.ttl, stored.minimum, stored.retry, stored.expire) == (600, 60, 900, 86400)
    assert stored.nameservers == ("ns1.example.net", "ns2.example.net")
    page = Page(answer)
    assert "Its name servers are ns1.example.net, ns2.example.net." in page.text
    assert str(stored.serial) in page.text
    assert "No record yet" in page.text


def test_the_page_of_a_zone_lists_its_records(browser: Client, platform: Platform) -> None:
    platform.ngnpro.dns.add_zone(DnsZone(name="example.com"))
    for number in range(3):
        platform.ngnpro.dns.add_record(DnsRecord(zone="example.com", name=f"h{number}", type="A", value="192.0.2.1"))
    platform.forget_calls()
    page = Page(browser.get("/dns/zones/example.com/"))
    assert [row[0] for row in page.rows()] == ["h0", "h1", "h2"]
    assert "The zone has no name server" in page.text
    assert sorted(platform.calls) == ["getRecords", "getZone"]
