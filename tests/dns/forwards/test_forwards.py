"""The forwards room, from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.test import Client

from portal.ngnpro.records import DnsFancyRecord, DnsZone
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases


@pytest.fixture(autouse=True)
def zone(platform: Platform) -> None:
    """The zone example.com."""
    platform.ngnpro.dns.add_zone(DnsZone(name="example.com"))


class TestForwards(ListCases, EditCases, DeleteCases, OutageCases):
    url = "/dns/forwards/"
    resource_name = "dns-forward"
    key = "1"
    pages = ("edit/", "delete/")
    empty = "There is no e-mail alias or redirect yet"
    list_calls = ("getFancyRecords",)
    sorts = ("name", "type", "changeDate")
    filters: ClassVar = {"name=a0": 3, "name=a01": 1, "zone=example.com": 3, "type=URL": 0, "type=MBOXFW": 3}
    typed: ClassVar = {"zone": "example.com", "type": "MBOXFW", "name": "info", "value": "anna@example.org"}
    kept = "value"
    refused = (("zone", "example.org"), ("owner", "4711"))
    invalid = (("name", "in fo"), ("name", "info@example.org"), ("value", "anna"), ("type", "A"))
    edited = ("value", "bob@example.org", "eve@example.org")
    member = "value"

    def add_one(self, platform: Platform, number: int) -> None:
        platform.ngnpro.dns.add_fancy_record(
            DnsFancyRecord(zone="example.com", type="MBOXFW", name=f"a{number:02}", value="anna@example.org")
        )


def test_a_redirect_takes_web_addresses_only(browser: Client, platform: Platform) -> None:
    given = {"zone": "example.com", "type": "URL", "name": "www"}
    for value in ("example.org", "javascript:alert(1)", "ftp://example.org/"):
        page = Page(browser.post("/dns/forwards/add/", {**given, "value": value}))
        assert page.response.status_code == 422
        assert page.error_of("value"), value
    page = Page(browser.post("/dns/forwards/add/", {**given, "value": "https://example.org/"}, follow=True))
    assert "www.example.com" in page.rows()[0][0]
    (stored,) = platform.ngnpro.dns.get_fancy_records()
    assert (stored.name, stored.value) == ("www", "https://example.org/")
    page = Page(browser.post("/dns/forwards/add/", {**given, "value": "https://example.net/"}))
    assert "redirected already" in (page.error_of("name") or "")
