"""The networks from which an account may be used: entered one per line and validated line by line."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import pytest
from django.test import Client
from sqlalchemy import update

from ngnpro_server.store.schema import account_acl
from portal.ngnpro.records import AclEntry, SipAccountProperty
from tests.support.journal import latest
from tests.support.page_cases import ConflictCases, OpeningCases, PageCase, ViewerCases
from tests.support.pages import Page
from tests.support.portal import Platform

URL = "/accounts/ada@example.com/acl/"


def stored(platform: Platform) -> list[tuple[str, int, str]]:
    return [(entry.ip, entry.mask, entry.tag) for entry in platform.account().acl]


def save(browser: Client, text: str) -> Any:
    return browser.post(URL, Page(browser.get(URL)).form_data() | {"acl": text})


def change(platform: Platform, **values: Any) -> None:
    platform.ngnpro.sip.update_account(dataclasses.replace(platform.account(), **values))


class NetworkPage(PageCase):
    url = URL
    forms: ClassVar = {"": {"acl": "192.0.2.0/24"}}

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return platform.account(address).acl


@pytest.mark.usefixtures("world")
class TestPage(NetworkPage, OpeningCases, ConflictCases):
    kept: ClassVar = {"": ("acl",)}
    calls = ("getAccount",)

    def change_meanwhile(self, platform: Platform) -> None:
        change(platform, acl=(AclEntry(ip="203.0.113.0", mask=24),))


class TestViewers(NetworkPage, ViewerCases):
    buttons = ("Save",)
    is_for_subscribers = False


def test_networks_of_both_kinds_are_stored_with_their_notes_and_come_back(browser: Client, world: Platform) -> None:
    text = "192.0.2.0/24 Head office\n2001:db8:41::/48 Branch\n198.51.100.7\n2001:DB8::1"
    answer = save(browser, text)
    assert answer.status_code == 302
    assert stored(world) == [
        ("192.0.2.0", 24, "Head office"),
        ("2001:db8:41::", 48, "Branch"),
        ("198.51.100.7", 32, ""),
        ("2001:db8::1", 128, ""),
    ]
    lines = Page(browser.get(URL)).value_of("acl").splitlines()
    assert lines[:2] == ["192.0.2.0/24 Head office", "2001:db8:41::/48 Branch"]
    assert "192.0.2.0/24" in Page(browser.get("/accounts/ada@example.com/")).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("192.0.2.0/24\nnonsense", "Line 2: “nonsense” is not an IP address."),
        ("192.0.2.0/33", "Line 1: The number after the /"),
        ("192.0.2.5/24", "Did you mean 192.0.2.0/24?"),
        ("2001:db8::1/64", "Did you mean 2001:db8::/64?"),
        ("2001:db8::/129", "128 for IPv6"),
        ("192.0.2.0/24 a\n192.0.2.0/24 b", "192.0.2.0/24 is listed twice."),
        ("192.0.2.0/24 " + "x" * 65, "at most 64"),
        ("\n".join(f"192.0.2.{number}" for number in range(101)), "At most 100 networks."),
    ],
)
def test_an_invalid_network_is_explained_beside_the_field(
    browser: Client, world: Platform, text: str, words: str
) -> None:
    answer = save(browser, text)
    page = Page(answer)
    assert answer.status_code == 422
    assert words in page.error_of("acl")
    assert page.value_of("acl") == text
    assert stored(world) == []


def test_an_empty_list_opens_the_account_to_everywhere(browser: Client, world: Platform) -> None:
    change(world, acl=(AclEntry(ip="192.0.2.0", mask=24),))
    answer = browser.post(URL, Page(browser.get(URL)).form_data() | {"acl": ""}, follow=True)
    assert "can be used from everywhere" in Page(answer).text
    assert stored(world) == []


def test_everything_else_of_the_account_survives(browser: Client, world: Platform) -> None:
    mobile = SipAccountProperty(name="mobile_number", value="+31612345678")
    change(world, groups=("sms", "our-own"), properties=(mobile,))
    before = world.account()
    save(browser, "192.0.2.0/24")
    after = world.account()
    assert (set(after.groups), after.properties, after.ha1) == ({"sms", "our-own"}, before.properties, before.ha1)


def test_a_stored_network_with_host_bits_is_kept_as_it_is(browser: Client, world: Platform) -> None:
    change(world, acl=(AclEntry(ip="192.0.2.0", mask=24, tag="odd"),))
    with world.server.engine.begin() as connection:
        connection.execute(update(account_acl).values(ip="192.0.2.5"))
    assert save(browser, "192.0.2.5/24 odd\n198.51.100.0/24").status_code == 302
    assert stored(world) == [("192.0.2.5", 24, "odd"), ("198.51.100.0", 24, "")]


def test_an_edit_conflict_shows_the_networks_on_both_sides(browser: Client, world: Platform) -> None:
    data = Page(browser.get(URL)).form_data() | {"acl": "192.0.2.0/24"}
    change(world, acl=(AclEntry(ip="203.0.113.0", mask=24),))
    answer = browser.post(URL, data)
    assert answer.status_code == 409
    assert Page(answer).rows()[0][1:] == ["None", "203.0.113.0/24", "192.0.2.0/24"]
    assert stored(world) == [("203.0.113.0", 24, "")]


def test_a_change_is_journalled_and_can_be_undone(browser: Client, world: Platform) -> None:
    save(browser, "192.0.2.0/24 Office")
    entry = latest()
    assert (entry.operation, entry.key) == ("updateAccount", "ada@example.com")
    browser.post(f"/journal/{entry.pk}/undo/")
    assert stored(world) == []


def test_notes_are_escaped_and_the_page_makes_one_call(browser: Client, world: Platform) -> None:
    change(world, acl=(AclEntry(ip="192.0.2.0", mask=24, tag="<script>alert(1)</script>"),))
    world.forget_calls()
    assert "<script>alert" not in browser.get(URL).content.decode()
    assert world.calls == ["getAccount"]
