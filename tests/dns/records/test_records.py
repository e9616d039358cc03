"""The records room, from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.test import Client

from portal.ngnpro.records import DnsRecord, DnsZone
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases


@pytest.fixture(autouse=True)
def zone(platform: Platform) -> None:
    """The zone example.com."""
    platform.ngnpro.dns.add_zone(DnsZone(name="example.com"))


class TestRecords(ListCases, EditCases, DeleteCases, OutageCases):
    url = "/dns/records/"
    resource_name = "dns-record"
    key = "1"
    pages = ("edit/", "delete/")
    empty = "There is no DNS record yet"
    list_calls = ("getRecords",)
    sorts = ("name", "type", "changeDate")
    filters: ClassVar = {
        "name=h0": 3,
        "name=h01": 1,
        "zone=example.com": 3,
        "zone=example": 0,
        "type=A": 3,
        "value=192": 3,
    }
    typed: ClassVar = {"zone": "example.com", "name": "www", "type": "A", "value": "192.0.2.9", "ttl": "60"}
    kept = "value"
    refused = (("zone", "example.org"), ("owner", "4711"))
    invalid = (("name", "a..b"), ("type", "SPF"), ("value", "192.0.2"), ("ttl", "-1"), ("priority", "65536"))
    edited = ("value", "192.0.2.7", "192.0.2.8")
    member = "value"

    def add_one(self, platform: Platform, number: int) -> None:
        value = f"192.0.2.{number + 1}"
        platform.ngnpro.dns.add_record(DnsRecord(zone="example.com", name=f"h{number:02}", type="A", value=value))


def add(browser: Client, **typed: str) -> Page:
    given = {"zone": "example.com", "name": "x", "ttl": "60"} | typed
    return Page(browser.post("/dns/records/add/", given, follow=True))


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("AAAA", "2001:DB8::1", "2001:db8::1"),
        ("CNAME", "WWW.example.org.", "www.example.org"),
        ("MX", "mail", "mail.example.com"),
        ("SRV", "10 5060 sip", "10 5060 sip.example.com"),
        ("NS", "ns1.example.net", "ns1.example.net"),
        ("NAPTR", '10 20 "s" "SIP+D2U" "" _sip._udp', '10 20 "s" "SIP+D2U" "" _sip._udp.example.com'),
        ("PTR", "host.example.com", "host.example.com"),
        ("TXT", "v=spf1 -all", '"v=spf1 -all"'),
        ("LOC", "52 22 23 N 4 53 32 E -2m", "52 22 23.000 N 4 53 32.000 E -2.00m"),
    ],
)
def test_each_type_is_stored_in_its_normal_form(
    browser: Client, platform: Platform, kind: str, typed: str, stored: str
) -> None:
    page = add(browser, type=kind, value=typed, priority="5")
    assert f"The {kind} record x.example.com was added." in page.text
    assert "stored" not in page.text
    (found,) = platform.ngnpro.dns.get_records()
    assert (found.value, found.priority) == (stored, 5 if kind in ("MX", "SRV", "NAPTR") else 0)


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("A", "2001:db8::1", "It looks like 192.0.2.1"),
        ("MX", "mail_1.example.com", "“_” cannot be in a domain name"),
        ("SRV", "5060 sip.example.com", "It looks like 10 5060 sip.example.com"),
        ("NAPTR", "10 100 s SIP+D2U .", "It looks like 10 100"),
        ("LOC", "Amsterdam", "It looks like 52 22 23 N"),
        ("TXT", '"open', "It looks like v=spf1"),
    ],
)
def test_a_value_of_another_form_is_explained(
    browser: Client, platform: Platform, kind: str, typed: str, said: str
) -> None:
    page = add(browser, type=kind, value=typed)
    assert page.response.status_code == 422
    assert said in (page.error_of("value") or "")
    assert page.value_of("value") == typed


def test_a_name_outside_of_the_zone_and_a_cname_beside_others_are_refused(browser: Client, platform: Platform) -> None:
    page = add(browser, name="www.example.org.", type="A", value="192.0.2.1")
    assert "outside" in (page.error_of("name") or "")
    add(browser, type="A", value="192.0.2.1")
    page = add(browser, type="CNAME", value="www.example.org")
    assert "beside which no CNAME" in (page.error_of("type") or "")
    page = add(browser, name="@", type="CNAME", value="www.example.org")
    assert page.error_of("type")


def test_an_edit_keeps_name_and_zone(browser: Client, platform: Platform) -> None:
    added = platform.ngnpro.dns.add_record(DnsRecord(zone="example.com", name="", type="MX", value="mail", priority=10))
    data = Page(browser.get(f"/dns/records/{added.id}/edit/")).form_data()
    assert "zone" not in data
    browser.post(f"/dns/records/{added.id}/edit/", data | {"priority": "20", "zone": "example.org", "name": "x"})
    stored = platform.ngnpro.dns.get_record(added.id)
    assert (stored.name, stored.zone, stored.priority, stored.value) == ("", "example.com", 20, "mail.example.com")
