"""The directory: the accounts of the same customer, for users who have the right."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.ngnpro.records import SipId
from tests.support.pages import Page
from tests.support.portal import Platform

ADA = "ada@example.com"
URL = f"/accounts/{ADA}/contacts/directory/"


@pytest.fixture
def ada(people: dict[str, Client], world: Platform) -> Client:
    world.ngnpro.sip.add_to_group(SipId.parse(ADA), "directory")
    world.add_account("grace@example.com", first_name="Grace", last_name="Hopper")
    world.add_account("hop@other.example", first_name="Hopla", last_name="Foreign")
    return people["subscriber"]


def test_only_with_the_right(people: dict[str, Client], world: Platform) -> None:
    assert people["subscriber"].get(URL).status_code == 404
    assert "contacts/directory" not in people["subscriber"].get(f"/accounts/{ADA}/contacts/").content.decode()


@pytest.mark.parametrize(("sought", "found"), [("hop", True), ("Gra", True), ("Gr", False), ("%%%", False)])
def test_names_are_found_among_the_accounts_of_the_same_customer(ada: Client, sought: str, found: bool) -> None:
    text = Page(ada.get(URL, {"name": sought})).text
    assert ("grace@example.com" in text) is found
    assert "other.example" not in text
    assert "contacts/directory" in ada.get(f"/accounts/{ADA}/contacts/").content.decode()


def test_a_find_becomes_a_contact(ada: Client) -> None:
    page = Page(ada.get(URL, {"name": "hop"}))
    (link,) = page.root.xpath("//a[contains(@href, 'contacts/add')]/@href")
    form = Page(ada.get(str(link)))
    assert form.root.xpath("//input[@name='uri']/@value") == ["grace@example.com"]
    assert form.root.xpath("//input[@name='name']/@value") == ["Grace Hopper"]


def test_many_finds_are_not_silently_cut(ada: Client, world: Platform) -> None:
    for number in range(21):
        world.add_account(f"many{number}@example.com", last_name="Manyname")
    assert "There are more" in Page(ada.get(URL, {"name": "many"})).text
