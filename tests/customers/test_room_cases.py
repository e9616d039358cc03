"""The behaviours that customers share with all other rooms."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.test import Client

from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases


class TestCustomers(ListCases, EditCases, DeleteCases, OutageCases):
    """Customers of a platform with one reseller, as the search across all customers lists them."""

    url = "/customers/all/"
    add_url = "/customers/add/"
    record_url = "/customers/2/"
    resource_name = "customer"
    key = "2"
    empty = "There is no customer yet"
    list_calls = ("getCustomers",)
    sorts = ("organization", "lastName")
    filters: ClassVar = {"organization=client": 3, "username=client.01": 1, "kind=resellers": 1, "city=_msterdam": 0}
    typed: ClassVar = {
        "reseller": "Meridian · 1",
        "username": "Harbour Clinic",
        "organization": "Harbour Clinic",
        "first_name": "Amira",
        "last_name": "Haddad",
        "email": "a.haddad@harbour.example",
        "tel": "+31 20 123 4567",
        "country": "NL",
        "timezone": "Europe/Amsterdam",
    }
    kept = "organization"
    refused = (("username", "client.00"),)
    invalid = (
        ("reseller", ""),
        ("reseller", "Nobody knows"),
        ("username", ""),
        ("username", "ada@example.com"),
        ("username", "ä"),
        ("username", "a:b"),
        ("username", "x" * 65),
        ("password", "short"),
        ("first_name", ""),
        ("last_name", "x" * 65),
        ("email", "nobody"),
        ("tel", ""),
        ("tel", "call me"),
        ("tel", "1" * 33),
        ("fax", "+"),
        ("web", "javascript:alert(1)"),
        ("address", "x" * 1001),
        ("country", "XX"),
        ("state", "ZZ"),
        ("state", "CA"),
        ("timezone", "Mars/Olympus"),
        ("language", "tlh"),
        ("billing_email", "nobody"),
        ("balance", "much"),
        ("credit", "1e30"),
    )
    edited = ("city", "Leiden", "Gouda")
    member = "city"

    @pytest.fixture(autouse=True)
    def prepared(self, platform: Platform) -> None:
        platform.add_customer("Meridian")

    def add_one(self, platform: Platform, number: int) -> None:
        platform.add_customer(f"Client {number:02}", reseller=1)

    def find(self, platform: Platform) -> Any:
        return platform.ngnpro.customers.find_account("client.00")


def test_during_an_outage_the_tree_of_resellers_is_a_503(browser: Client, platform: Platform) -> None:
    platform.cut()
    answer = browser.get("/customers/")
    assert answer.status_code == 503
    assert "NGNPro does not answer" in Page(answer).text
    platform.mend()
    assert browser.get("/customers/").status_code == 200
