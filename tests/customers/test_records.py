"""One customer: their page, who may change their data, and their deletion."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ngnpro_wire.facts.display_names import normal_name
from portal.customers.services import owned_kinds
from portal.ngnpro.ports.rating import entity_of_customer
from portal.ngnpro.records import CustomerAccount, CustomerProperty, SipAlias, SipDomain, SipId
from portal.ngnpro.records.network import RatingEntityProfiles
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, signed_in

HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "%s %(name)s {0}",
)


@pytest.fixture
def reseller(platform: Platform) -> CustomerAccount:
    return platform.add_customer("Meridian")


@pytest.fixture
def customer(platform: Platform, reseller: CustomerAccount) -> CustomerAccount:
    return platform.add_customer("Harbour", reseller=reseller.id, city="Delft", vat_number="NL1", bank_account="NL00")


def grant(platform: Platform, customer: CustomerAccount, **values: str) -> None:
    wanted = [CustomerProperty(name=name, value=value) for name, value in values.items()]
    platform.ngnpro.customers.set_properties(customer.id, wanted)


def fact(page: Page, label: str) -> str:
    """Return the value beside a label on the page."""
    for term in page.root.iter("dt"):
        if " ".join(term.text_content().split()) == label:
            return " ".join(term.getnext().text_content().split())
    raise AssertionError(f"the page has no {label}")


def edited(browser: Client, number: int, **changes: Any) -> Any:
    """Submit the edit form with some fields changed."""
    address = f"/customers/{number}/edit/"
    return browser.post(address, Page(browser.get(address)).form_data() | changes)


class TestRecordPage:
    """The page of a customer summarises what belongs to them, what they may add, and their permissions."""

    def test_the_page_of_a_customer_counts_their_records_and_links_to_them(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        platform.add_domain("a.example", customer=customer.id)
        platform.add_domain("b.example", customer=customer.id)
        platform.add_account("ada@a.example", owner=customer.id)
        page = Page(browser.get(f"/customers/{customer.id}/"))
        assert "Harbour has 2 domains and 1 account." in page.text
        assert "Customer, signs in as harbour" in page.text
        assert page.links()["2"] == f"/domains/?customer={customer.id}"
        assert page.links()["1"] == f"/accounts/?owner={customer.id}"
        assert page.links()["Meridian"] == f"/customers/{customer.reseller}/"
        assert len(Page(browser.get(page.links()["2"])).rows()) == 2
        assert len(Page(browser.get(page.links()["1"])).rows()) == 1

    def test_the_page_of_a_reseller_counts_the_records_of_their_whole_tree(
        self, browser: Client, platform: Platform, customer: CustomerAccount, reseller: CustomerAccount
    ) -> None:
        platform.add_customer("Oakline", reseller=reseller.id)
        platform.add_domain("a.example", customer=customer.id)
        for number in range(3):
            platform.add_account(f"user{number}@a.example", owner=customer.id)
        page = Page(browser.get(f"/customers/{reseller.id}/"))
        assert "Meridian and its customers have 1 domain and 3 accounts." in page.text
        assert page.links()["2"] == f"/customers/all/?reseller={reseller.id}"
        assert page.links()["3"] == f"/accounts/?reseller={reseller.id}"
        assert len(Page(browser.get(page.links()["3"])).rows()) == 3

    def test_the_page_of_a_customer_without_records_says_so(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        assert "Nothing belongs to Harbour yet" in Page(browser.get(f"/customers/{customer.id}/")).text

    def test_the_page_makes_one_call_for_each_kind_and_no_more(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        for number in range(5):
            platform.add_domain(f"d{number}.example", customer=customer.id)
        browser.get(f"/customers/{customer.id}/")
        platform.forget_calls()
        browser.get(f"/customers/{customer.id}/")
        assert platform.calls == [
            "getAccount",
            "getDomains",
            "getAccounts",
            "getAliases",
            "getNumbers",
            "getRanges",
            "getZones",
            "getAccount",
            *("getDomains", "getAccounts", "getAccounts", "getAccounts", "getRanges"),
        ]
        platform.forget_calls()
        browser.get(f"/customers/{customer.reseller}/")
        assert platform.calls == [
            "getAccount",
            "getCustomers",
            "getDomains",
            "getAccounts",
            "getAliases",
            "getNumbers",
            "getRanges",
            "getZones",
            *("getCustomers", "getDomains", "getAccounts", "getAccounts", "getAccounts", "getRanges"),
        ]

    def test_limits_are_shown_with_their_use_in_words(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        grant(platform, customer, sip_credit="50", email_credit="3")
        platform.add_domain("a.example", customer=customer.id)
        for number in range(12):
            platform.add_account(f"user{number:02}@a.example", owner=customer.id)
        page = Page(browser.get(f"/customers/{customer.id}/"))
        assert "12 of 50" in fact(page, "SIP accounts")
        assert fact(page, "E-mail aliases") == "up to 3"
        assert "0, no limit" in fact(page, "Numbers")

    def test_a_limit_that_is_reached_is_the_first_thing_said(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        platform.add_domain("a.example", customer=customer.id)
        platform.add_account("ada@a.example", owner=customer.id)
        grant(platform, customer, sip_credit="1")
        page = Page(browser.get(f"/customers/{customer.id}/"))
        assert "Harbour has reached a limit and can add no more of these: SIP accounts." in page.text
        assert "The limit is reached: no more can be added." in page.text

    def test_empty_and_malformed_limits_do_not_break_the_page(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        grant(platform, customer, sip_credit="0", sip_alias_credit="")
        page = Page(browser.get(f"/customers/{customer.id}/"))
        assert "0 of 0" in fact(page, "SIP accounts")
        assert "0, no limit" in fact(page, "Aliases")

    def test_rights_are_explained_in_words(
        self, browser: Client, platform: Platform, customer: CustomerAccount, reseller: CustomerAccount
    ) -> None:
        grant(platform, customer, pstn_changes="1", pstn_access="1")
        text = Page(browser.get(f"/customers/{customer.id}/")).text
        assert "Granted, but without effect: its reseller does not have this right." in text
        grant(platform, reseller, pstn_changes="1")
        text = Page(browser.get(f"/customers/{customer.id}/")).text
        assert "May change PSTN access, quota, caller-ID and call limit of its accounts." in text
        assert "without effect" not in text

    def test_the_page_of_a_reseller_says_whether_they_may_use_routing(
        self, browser: Client, platform: Platform, reseller: CustomerAccount
    ) -> None:
        assert "closed to it; an operator can open them" in Page(browser.get(f"/customers/{reseller.id}/")).text
        edited(browser, reseller.id, reseller_active="on")
        assert "Manages trusted peers, carriers" in Page(browser.get(f"/customers/{reseller.id}/")).text

    def test_the_page_says_whose_permissions_a_customer_uses(
        self, browser: Client, platform: Platform, customer: CustomerAccount, reseller: CustomerAccount
    ) -> None:
        platform.ngnpro.customers.update_account(dataclasses.replace(customer, impersonate=reseller.id))
        assert "has the rights of Meridian" in Page(browser.get(f"/customers/{customer.id}/")).text

    def test_the_password_of_a_customer_is_on_no_page(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        for part in ("", "edit/", "copy/", "delete/", "added/", "properties/", "properties/edit/"):
            text = browser.get(f"/customers/{customer.id}/{part}").content.decode()
            assert CUSTOMER["password"] not in text

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_hostile_texts_are_shown_as_text(
        self, browser: Client, platform: Platform, customer: CustomerAccount, hostile: str
    ) -> None:
        names = ("organization", "first_name", "last_name", "sip", "web", "address", "city", "vat_number", "state")
        changed = dataclasses.replace(customer, **dict.fromkeys(names, hostile), billing_address=hostile)
        platform.ngnpro.customers.update_account(changed)
        grant(platform, customer, colour=hostile, support_web=hostile, sip_proxy=hostile)
        platform.add_domain("a.example", customer=customer.id)
        addresses = [
            f"/customers/{customer.id}/{part}" for part in ("", "edit/", "copy/", "delete/", "properties/edit/")
        ]
        for address in ("/customers/all/", "/domains/", f"/customers/?open={customer.reseller}", *addresses):
            page = Page(browser.get(address))
            assert page.response.status_code == 200
            assert not [tag for tag in page.root.iter("script") if not tag.get("src")]
            assert not page.root.xpath("//img")
            inputs = [element.get("value") for element in page.root.iter("input")]
            # the server stores names without characters that change the direction of the text
            assert any(
                text in page.root.text_content() or text in page.response.content.decode() or text in inputs
                for text in (hostile, normal_name(hostile))
            )

    def test_counts_that_failed_are_named_and_the_rest_is_shown(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        platform.add_domain("a.example", customer=customer.id)
        platform.refuse("getNumbers")
        page = Page(browser.get(f"/customers/{customer.id}/"))
        assert "NGNPro does not report how many of these exist: Numbers." in page.text
        assert "Harbour has 1 domain and 0 accounts." in page.text
        assert "Domains" in Page(browser.get(f"/customers/{customer.id}/delete/")).text
        platform.ngnpro.sip.delete_domain("a.example")
        assert "Not everything could be counted" in Page(browser.get(f"/customers/{customer.id}/delete/")).text

    def test_an_unknown_reseller_does_not_break_the_page(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        with platform.server.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE customers SET reseller_id = 99 WHERE id = ?", (customer.id,))
        assert "Customer 99" in Page(browser.get(f"/customers/{customer.id}/")).text


class TestEditing:
    """Which fields can be changed, by which people, and which values are preserved."""

    def test_a_changed_field_is_saved_and_all_else_survives(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        grant(platform, customer, colour="blue", sip_credit="5")
        before = platform.ngnpro.customers.get_account(customer.id)
        answer = edited(browser, customer.id, city="Leiden", tel="+31 (0)71-123")
        assert answer.headers["Location"] == f"/customers/{customer.id}/"
        after = platform.ngnpro.customers.get_account(customer.id)
        wanted = {"city": "Leiden", "tel": "+3171123", "change_date": after.change_date}
        assert after == dataclasses.replace(before, **wanted)

    def test_saving_an_untouched_form_changes_nothing(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        odd = {
            "tel": "",
            "web": "",
            "address": "",
            "state": "XX",
            "country": "XK",
            "language": "tlh",
            "city": "Unknown",
        }
        platform.ngnpro.customers.update_account(dataclasses.replace(customer, **odd))
        before = platform.ngnpro.customers.get_account(customer.id)
        assert edited(browser, customer.id).status_code == 302
        after = platform.ngnpro.customers.get_account(customer.id)
        assert dataclasses.replace(after, change_date=before.change_date) == before

    def test_a_password_is_set_only_and_empty_keeps_it(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        edited(browser, customer.id, city="Leiden")
        assert platform.ngnpro.customers.get_account(customer.id).password == CUSTOMER["password"]
        edited(browser, customer.id, password="another-good-one")
        assert platform.ngnpro.customers.get_account(customer.id).password == "another-good-one"
        assert edited(browser, customer.id, password="short").status_code == 422
        assert signed_in("harbour", "another-good-one").get(f"/customers/{customer.id}/").status_code == 200

    def test_a_username_cannot_be_changed(self, browser: Client, platform: Platform, customer: CustomerAccount) -> None:
        page = Page(browser.get(f"/customers/{customer.id}/edit/"))
        assert not page.root.xpath("//form//*[@name='username']")
        edited(browser, customer.id, username="other")
        assert platform.ngnpro.customers.get_account(customer.id).username == "harbour"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("email", "nobody"),
            ("city", "a\u0007b"),
            ("tel", "call"),
            ("state", "CA"),
            ("reseller", ""),
            ("first_name", ""),
        ],
    )
    def test_bad_input_is_explained_beside_its_field(
        self, browser: Client, platform: Platform, customer: CustomerAccount, name: str, value: str
    ) -> None:
        answer = edited(browser, customer.id, **{"organization": "Harbour Clinic", name: value})
        page = Page(answer)
        assert answer.status_code == 422
        assert page.error_of(name)
        assert page.value_of("organization") == "Harbour Clinic"
        assert platform.ngnpro.customers.get_account(customer.id).city == "Delft"

    def test_a_refusal_of_ngnpro_is_shown_beside_its_field(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        stranger = platform.add_customer("Oakline")
        answer = edited(browser, customer.id, impersonate=str(stranger.id))
        assert answer.status_code == 422
        assert "same reseller" in Page(answer).error_of("impersonate")

    def test_a_customer_is_moved_to_another_reseller_only_while_they_own_nothing(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        other = platform.add_customer("Lindenfunk")
        domain = platform.add_domain("a.example", customer=customer.id)
        answer = edited(browser, customer.id, reseller="Lindenfunk")
        assert answer.status_code == 422
        assert "still owns records" in Page(answer).error_of("reseller")
        platform.ngnpro.sip.delete_domain(domain.domain)
        assert edited(browser, customer.id, reseller="Lindenfunk").status_code == 302
        assert platform.ngnpro.customers.get_account(customer.id).reseller == other.id

    def test_a_customer_does_not_become_a_reseller_by_an_edit(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        answer = edited(browser, customer.id, reseller=str(customer.id))
        assert answer.status_code == 422
        assert "add a reseller" in Page(answer).error_of("reseller")

    def test_the_new_name_of_a_customer_is_shown_at_once(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        platform.add_domain("a.example", customer=customer.id)
        browser.get("/domains/")
        edited(browser, customer.id, organization="Harbour Clinic")
        assert "Harbour Clinic" in Page(browser.get("/domains/")).text

    def test_a_reseller_changes_their_customers_but_no_operator_fields(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        harbour = world.ngnpro.customers.find_account("harbour")
        lindenfunk = world.ngnpro.customers.find_account("lindenfunk")
        assert harbour is not None
        assert lindenfunk is not None
        page = Page(people["reseller"].get(f"/customers/{harbour.id}/edit/"))
        for name in ("reseller", "company_code", "balance", "credit"):
            assert page.field(name).get("disabled") is not None
        assert page.text.count("Only the platform's operator can change this.") == 4
        forged = {
            "reseller": str(lindenfunk.id),
            "balance": "100",
            "company_code": "X",
            "reseller_active": "on",
            "id": "1",
        }
        assert edited(people["reseller"], harbour.id, city="Leiden", **forged).status_code == 302
        after = world.ngnpro.customers.get_account(harbour.id)
        assert after == dataclasses.replace(harbour, city="Leiden", change_date=after.change_date)

    def test_a_reseller_grants_permissions_to_customers_but_none_to_themselves(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        harbour = world.ngnpro.customers.find_account("harbour")
        assert harbour is not None
        assert edited(people["reseller"], harbour.id, impersonate=str(harbour.reseller)).status_code == 302
        assert world.ngnpro.customers.get_account(harbour.id).impersonate == harbour.reseller
        assert (
            edited(people["reseller"], harbour.reseller, impersonate=str(harbour.id), city="Leiden").status_code == 302
        )
        own = world.ngnpro.customers.get_account(harbour.reseller)
        assert (own.impersonate, own.city) == (0, "Leiden")

    def test_a_customer_changes_their_own_address_and_password_but_no_permissions(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        harbour = world.ngnpro.customers.find_account("harbour")
        assert harbour is not None
        forged = {"impersonate": str(harbour.reseller), "reseller": "3", "credit": "9", "reseller_active": "on"}
        assert edited(people["customer"], harbour.id, city="Leiden", **forged).status_code == 302
        after = world.ngnpro.customers.get_account(harbour.id)
        assert after == dataclasses.replace(harbour, city="Leiden", change_date=after.change_date)
        confirmed = {"current_password": CUSTOMER["password"]}
        assert edited(people["customer"], harbour.id, password="another-good-one", **confirmed).status_code == 302
        assert world.ngnpro.customers.get_account(harbour.id).password == "another-good-one"

    def test_a_customer_sees_neither_their_reseller_nor_other_customers(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        for number in (1, 3, 4):
            for part in ("", "edit/", "properties/", "properties/edit/"):
                assert people["customer"].get(f"/customers/{number}/{part}").status_code == 404
        assert people["customer"].get("/customers/2/").status_code == 200


class TestDeleting:
    """A customer can be deleted only when nothing belongs to them; otherwise the page lists what does, with links."""

    def test_the_records_of_a_customer_are_listed_with_links_and_there_is_no_delete_button(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        platform.add_domain("a.example", customer=customer.id)
        platform.add_account("ada@a.example", owner=customer.id)
        ada = SipId(username="ada", domain="a.example")
        alias = SipAlias(id=SipId(username="142", domain="a.example"), target=ada, owner=customer.id)
        platform.ngnpro.sip.add_alias(alias)
        page = Page(browser.get(f"/customers/{customer.id}/delete/"))
        assert "It cannot be deleted yet" in page.text
        tally = page.root.xpath("//dl[@class='tally']//a")
        assert [link.get("href") for link in tally] == [
            f"/domains/?customer={customer.id}",
            f"/accounts/?owner={customer.id}",
            f"/aliases/?owner={customer.id}",
        ]
        assert not page.root.xpath("//main//form")

    def test_a_refusal_says_what_and_where(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        platform.ngnpro.sip.add_domain(SipDomain(domain="a.example", customer=customer.id))
        answer = browser.post(f"/customers/{customer.id}/delete/")
        page = Page(answer)
        assert answer.status_code == 422
        assert "This customer still owns records." in page.text
        assert "Nothing was deleted." in page.text
        assert page.root.xpath("//dl[@class='tally']//a")[0].get("href") == f"/domains/?customer={customer.id}"
        assert platform.ngnpro.customers.get_account(customer.id).id == customer.id

    def test_every_kind_leads_to_a_list_that_can_be_filtered_so(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        for kind in owned_kinds().values():
            for name in {kind.own, kind.tree} & kind.page_filters:
                answer = browser.get(reverse(kind.page), {name: customer.id})
                assert "Remove: " in answer.content.decode(), kind

    def test_a_reseller_with_customers_is_not_deleted(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        page = Page(browser.get(f"/customers/{customer.reseller}/delete/"))
        assert (
            page.root.xpath("//dl[@class='tally']//a")[0].get("href") == f"/customers/all/?reseller={customer.reseller}"
        )
        assert browser.post(f"/customers/{customer.reseller}/delete/").status_code == 422

    def test_a_customer_without_records_is_deleted(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        page = Page(browser.get(f"/customers/{customer.id}/delete/"))
        assert "harbour can no longer sign in" in page.text
        answer = browser.post(f"/customers/{customer.id}/delete/", follow=True)
        assert "Customer Harbour was deleted." in Page(answer).text
        assert platform.ngnpro.customers.find_account("harbour") is None

    def test_rating_profiles_are_listed_and_deleted_with_the_customer(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        entity, url = entity_of_customer(customer.id), f"/customers/{customer.id}/delete/"
        assert "Rating profiles" not in Page(browser.get(url)).text
        platform.ngnpro.rating.set_entity_profiles(RatingEntityProfiles(entity=entity, profile_weekday="list-1"))
        assert "1 Rating profiles" in Page(browser.get(url)).text
        assert browser.get(f"/customers/{customer.id}/").status_code == 200
        platform.lack_ports("Rating")
        assert "Rating profiles" not in Page(browser.get(url)).text

    def test_a_support_order_is_named_as_the_reason(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        grant(platform, customer, support_order="2026-17")
        page = Page(browser.get(f"/customers/{customer.id}/delete/"))
        assert "It has the support order 2026-17." in page.text
        assert not page.root.xpath("//main//form")
        assert browser.post(f"/customers/{customer.id}/delete/").status_code == 422

    def test_looking_at_the_page_deletes_nothing(
        self, browser: Client, platform: Platform, customer: CustomerAccount
    ) -> None:
        browser.get(f"/customers/{customer.id}/delete/?confirm=1")
        assert platform.ngnpro.customers.get_account(customer.id).id == customer.id

    def test_customers_cannot_delete_themselves(self, people: dict[str, Client], world: Platform) -> None:
        page = Page(people["reseller"].get("/customers/1/delete/"))
        assert "You cannot delete the login that you are using" in page.text
        assert not page.root.xpath("//main//form")
        assert people["reseller"].post("/customers/1/delete/").status_code == 422
        assert people["customer"].post("/customers/2/delete/").status_code == 404
        assert world.ngnpro.customers.get_account(1).username == "meridian"

    def test_a_reseller_deletes_only_their_own_customers(self, people: dict[str, Client], world: Platform) -> None:
        spare = world.add_customer("Spare", reseller=1)
        assert people["another reseller"].post(f"/customers/{spare.id}/delete/").status_code == 404
        assert people["reseller"].post(f"/customers/{spare.id}/delete/").status_code == 302
        assert world.ngnpro.customers.find_account("spare") is None


def folded(page: Page) -> tuple[bool, list[str]]:
    """Return whether the folded part of a form is open, and the names of the fields outside of it."""
    (more,) = page.root.xpath("//details[@class='form-more']")
    fields = page.root.xpath("//form[contains(@class, 'sheet')]//*[self::input or self::select or self::textarea]")
    shown = [
        field.get("name") for field in fields if field.get("type") != "hidden" and more not in field.iterancestors()
    ]
    return more.get("open") is not None, shown


def test_the_form_of_a_customer_shows_the_usual_fields_and_folds_the_others(
    browser: Client, customer: CustomerAccount
) -> None:
    address = f"/customers/{customer.id}/edit/"
    is_open, shown = folded(Page(browser.get(address)))
    assert not is_open
    assert shown == ["organization", "email", "first_name", "last_name", "tel", "mobile"]
    assert folded(Page(browser.get(f"{address}?more=1")))[0]
    assert folded(Page(edited(browser, customer.id, billing_email="no address")))[0]
    assert Page(browser.get(f"/customers/{customer.id}/")).root.xpath("//a[contains(@href, 'edit/?more=1')]")
