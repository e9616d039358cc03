"""The groups of one account: added and removed one at a time, leaving the others unchanged; blocking with one click."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import pytest
from django.test import Client

from portal.accounts.choices import GROUPS
from portal.ngnpro.records import CustomerProperty, SipAccountProperty, SipId
from tests.support.journal import changes, latest
from tests.support.page_cases import OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform

URL = "/accounts/ada@example.com/groups/"
RECORD = "/accounts/ada@example.com/"
ADA = SipId.parse("ada@example.com")


def change(platform: Platform, **values: Any) -> None:
    platform.ngnpro.sip.update_account(dataclasses.replace(platform.account(), **values))


def test_all_have_a_meaning_and_say_who_may_change_them(browser: Client, world: Platform) -> None:
    assert len(GROUPS) == 18
    change(world, groups=("sms", "our-own"))
    rows = {row[0].rpartition(" ")[2]: row for row in Page(browser.get(URL)).rows()}
    assert set(rows) == {*GROUPS, "our-own"}
    assert rows["sms"][2] == "Operator, reseller, customer with the right sms_access"
    assert rows["trunking"][2] == "Operator, reseller"
    assert rows["sms"][3] == "Disable SMS"
    assert rows["our-own"][3] == "Disable our-own"
    assert rows["voicemail"][3] == ""
    assert "Set automatically while the account has a mailbox" in rows["voicemail"][1]


def test_granting_a_permission_keeps_changes_made_meanwhile(browser: Client, world: Platform) -> None:
    browser.get(URL)
    change(world, groups=("anonymous",), last_name="King")
    world.forget_calls()
    browser.post(URL, {"group": "sms"})
    assert [call for call in world.calls if not call.startswith("get")] == ["addToGroup"]
    assert set(world.account().groups) == {"anonymous", "sms"}
    change(world, email="new@example.com", groups=("anonymous", "sms", "our-own"))
    browser.post(URL, {"group": "anonymous", "take": "on"})
    stored = world.account()
    assert set(stored.groups) == {"sms", "our-own"}
    assert (stored.last_name, stored.email) == ("King", "new@example.com")


def test_granting_a_permission_is_journalled_and_can_be_undone(browser: Client, world: Platform) -> None:
    browser.post(URL, {"group": "sms"})
    entry = latest()
    assert (entry.operation, entry.kind, entry.key) == ("addToGroup", "account", "ada@example.com")
    assert changes(entry)["groups"] == ([], ["sms"])
    browser.post(f"/journal/{entry.pk}/undo/")
    assert world.account().groups == ()


def test_an_unchanged_state_is_not_a_failure(browser: Client, world: Platform) -> None:
    change(world, groups=("sms",))
    assert browser.post(URL, {"group": "sms"}).status_code == 302
    assert browser.post(URL, {"group": "anonymous", "take": "on"}).status_code == 302
    assert world.account().groups == ("sms",)


@pytest.mark.parametrize("group", ["", "two words", "x" * 65, "Ö"])
def test_an_invalid_name_is_explained_beside_its_field(browser: Client, world: Platform, group: str) -> None:
    answer = browser.post(URL, {"group": group})
    assert answer.status_code == 422
    assert Page(answer).root.get_element_by_id("id_group_error").text
    assert world.account().groups == ()


def test_a_free_port_is_returned(browser: Client, world: Platform) -> None:
    assert browser.post(URL, {"group": "our-own"}).status_code == 302
    assert world.account().groups == ("our-own",)


def test_derived_permissions_cannot_be_granted_on_this_page(browser: Client, world: Platform) -> None:
    for group in ("voicemail", "prepaid"):
        answer = browser.post(URL, {"group": group})
        assert answer.status_code == 422
        assert "Follows from" in Page(answer).text
    assert world.account().groups == ()


@pytest.mark.usefixtures("world")
class TestPage(OpeningCases):
    url = URL
    forms: ClassVar = {"": {"group": "sms"}}
    calls = ("getAccount",)

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return platform.account(address).groups


class TestBlocking:
    def test_is_one_click_on_the_record_page_and_one_click_undoes_it(self, browser: Client, world: Platform) -> None:
        page = Page(browser.get(RECORD))
        assert page.root.xpath("//form[@action=$url]//button", url=f"{URL}block/")
        answer = browser.post(f"{URL}block/", follow=True)
        assert answer.redirect_chain == [(RECORD, 302)]
        text = Page(answer).text
        assert "is blocked: it can neither call nor be called. “Unblock” undoes that." in text
        stored = world.account()
        assert (stored.groups, stored.get_property("blocked_by")) == (("blocked",), "reseller")
        browser.post(f"{URL}unblock/")
        stored = world.account()
        assert (stored.groups, stored.properties) == ((), ())

    def test_leaves_everything_else_alone(self, browser: Client, world: Platform) -> None:
        mobile = SipAccountProperty(name="mobile_number", value="+31612345678")
        change(world, groups=("sms", "our-own"), properties=(mobile,))
        before = world.account()
        browser.post(f"{URL}block/")
        browser.post(f"{URL}unblock/")
        after = world.account()
        assert set(after.groups) == {"sms", "our-own"}
        assert after.get_property("mobile_number") == "+31612345678"
        assert (after.ha1, after.acl, after.owner) == (before.ha1, before.acl, before.owner)

    def test_can_be_undone_in_the_journal(self, browser: Client, world: Platform) -> None:
        browser.post(f"{URL}block/")
        browser.post(f"/journal/{latest().pk}/undo/")
        assert (world.account().groups, world.account().get_property("blocked_by")) == ((), "")

    def test_a_customer_lifts_their_own_block_but_not_the_resellers(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        customer = people["customer"]
        customer.post(f"{URL}block/")
        assert world.account().get_property("blocked_by") == "customer"
        customer.post(f"{URL}unblock/")
        assert world.account().groups == ()
        people["reseller"].post(f"{URL}block/")
        assert world.account().get_property("blocked_by") == "reseller"
        answer = customer.post(f"{URL}unblock/", follow=True)
        assert "Only the reseller can unblock or delete it." in Page(answer).text
        assert world.account().groups == ("blocked",)

    def test_is_not_for_subscribers_nor_for_strangers(self, people: dict[str, Client], world: Platform) -> None:
        for person in ("subscriber", "another customer", "another reseller"):
            assert people[person].post(f"{URL}block/").status_code == 404
        assert people["read-only operator"].post(f"{URL}block/").status_code == 403
        assert world.account().groups == ()


class TestRights:
    def test_a_customer_without_the_permission_sees_why_and_cannot_bypass_it(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        browser = people["customer"]
        assert "pstn_changes" in Page(browser.get(URL)).text
        assert browser.post(URL, {"group": "free-pstn"}).status_code == 422
        assert browser.post(URL, {"group": "trunking"}).status_code == 422
        assert browser.post(URL, {"group": "anonymous"}).status_code == 302
        assert world.account().groups == ("anonymous",)

    def test_read_only_operators_see_permissions_and_change_none(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        browser = people["read-only operator"]
        page = Page(browser.get(URL))
        assert "Trunking" in page.text
        assert not page.root.xpath("//button[starts-with(normalize-space(.), 'Enable')]")
        assert browser.post(URL, {"group": "sms"}).status_code == 403

    def test_a_refusal_of_ngnpro_is_a_page_and_changes_nothing(self, browser: Client, world: Platform) -> None:
        world.refuse("addToGroup")
        answer = browser.post(URL, {"group": "sms"})
        assert answer.status_code == 409
        assert world.account().groups == ()


def test_names_that_ngnpro_returns_are_escaped(browser: Client, world: Platform) -> None:
    world.ngnpro.customers.set_properties(1, [CustomerProperty(name="x", value="y")])
    change(world, first_name="<script>alert(1)</script>")
    assert "<script>alert" not in browser.get(URL).content.decode()
