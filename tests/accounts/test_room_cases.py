"""The behaviours that accounts share with all other rooms."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.test import Client

from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases


class TestAccounts(ListCases, EditCases, DeleteCases, OutageCases):
    url = "/accounts/"
    resource_name = "account"
    key = "user00@example.com"
    pages = ("", "edit/", "delete/", "added/")
    empty = "There is no account yet"
    list_calls = ("getAccounts", "getSipDeviceLocations", "getPrepaidStatus")
    sorts = ("username", "domain", "changeDate")
    filters: ClassVar = {"account=user0": 3, "account=user01@example.com": 1, "domain=other": 0, "account=user_0": 0}
    typed: ClassVar = {
        "username": "Ada",
        "domain": "example.com",
        "first_name": "Ada",
        "last_name": "Byron",
        "email": "ada@mail.example",
        "timezone": "Europe/London",
        "groups": ["free-pstn"],
    }
    kept = "last_name"
    refused = (("username", "user00"), ("domain", "nowhere.example"))
    invalid = (
        ("username", "a b"),
        ("username", "x" * 65),
        ("domain", "no domain"),
        ("email", "nobody"),
        ("timezone", "Mars/Olympus"),
        ("quota", "-1"),
        ("password", "short"),
        ("password", "aaaaaaaaaaaa"),
        ("first_name", ""),
        ("groups", ["no-such-group"]),
    )
    edited = ("last_name", "King", "Lovelace")
    member = "last_name"

    @pytest.fixture(autouse=True)
    def prepared(self, platform: Platform) -> None:
        platform.add_domain("example.com")
        platform.add_customer()

    def add_one(self, platform: Platform, number: int) -> None:
        platform.add_account(f"user{number:02}@example.com", owner=1, prepaid=number == 0)

    def test_the_list_names_owners(self, browser: Client, platform: Platform) -> None:
        self.add_one(platform, 0)
        assert "Harbour Clinic" in Page(browser.get(self.url)).text
