"""Adding customers: plain, as a reseller, with a first domain, and as a copy; their login is shown once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.ngnpro.records import CustomerAccount, CustomerProperty
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, operation_of, signed_in


@pytest.fixture
def reseller(platform: Platform) -> CustomerAccount:
    return platform.add_customer("Meridian")


@pytest.fixture
def typed(reseller: CustomerAccount) -> dict[str, Any]:
    """Return what an operator types to add a customer."""
    return {
        "reseller": f"Meridian · {reseller.id}",
        "username": "Harbour Clinic",
        "organization": "Harbour Clinic",
        "first_name": "Amira",
        "last_name": "Haddad",
        "email": "a.haddad@harbour.example",
        "tel": "+31 20 123 4567",
        "country": "NL",
        "timezone": "Europe/Amsterdam",
    }


def stored(platform: Platform, username: str = "harbour.clinic") -> CustomerAccount:
    found = platform.ngnpro.customers.find_account(username)
    assert found is not None
    return found


def test_a_customer_is_added_and_their_login_is_shown_once(
    browser: Client, platform: Platform, typed: dict[str, Any], reseller: CustomerAccount
) -> None:
    answer = browser.post("/customers/add/", typed, follow=True)
    record = stored(platform)
    assert answer.redirect_chain == [(f"/customers/{record.id}/added/", 302)]
    page = Page(answer)
    password = page.root.get_element_by_id("password").text
    assert "Customer Harbour Clinic was added" in page.text
    assert "harbour.clinic" in page.text
    assert (record.reseller, record.tel, record.password) == (reseller.id, "+31201234567", password)
    assert len(password) == 16
    again = Page(browser.get(f"/customers/{record.id}/added/"))
    assert password not in again.response.content.decode()
    assert "was shown once" in again.text


def test_the_login_that_is_shown_works(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    page = Page(browser.post("/customers/add/", typed, follow=True))
    person = signed_in("harbour.clinic", page.root.get_element_by_id("password").text)
    assert "Harbour Clinic" in Page(person.get("/customers/", follow=True)).text


def test_a_chosen_password_is_kept(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    browser.post("/customers/add/", typed | {"password": "blue velvet anvil 9"})
    assert stored(platform).password == "blue velvet anvil 9"


def test_the_page_with_the_password_is_kept_out_of_caches(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    assert browser.post("/customers/add/", typed, follow=True).headers["Cache-Control"] == "no-store"


def test_required_members_left_empty_are_sent_as_unknown(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    del typed["country"]
    browser.post("/customers/add/", typed)
    record = stored(platform)
    assert (record.address, record.postcode, record.city) == ("Unknown", "Unknown", "Unknown")
    assert (record.state, record.country) == ("N/A", "N/A")
    page = Page(browser.get(f"/customers/{record.id}/"))
    assert "Unknown" not in page.text
    assert "N/A" not in page.text
    assert "No country" in page.text


def test_the_billing_address_is_filled_in_for_other_clients(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    browser.post("/customers/add/", typed | {"address": "Quay 1\r\nDock B", "postcode": "1011 AB", "city": "Amsterdam"})
    record = stored(platform)
    assert record.billing_email == "a.haddad@harbour.example"
    assert record.address == "Quay 1\nDock B"
    assert record.billing_address == "Quay 1\nDock B\n1011 AB Amsterdam\nNL"


def test_a_taken_username_is_refused_beside_its_field_and_nothing_typed_is_lost(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    platform.add_customer("Harbour Clinic")
    answer = browser.post("/customers/add/", typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert "username exists already" in page.error_of("username")
    assert page.value_of("last_name") == "Haddad"
    assert page.value_of("country") == "NL"


def test_a_state_goes_with_its_country(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    answer = browser.post("/customers/add/", typed | {"country": "CA", "state": "QC"})
    assert answer.status_code == 302
    record = stored(platform)
    assert record.state == "QC"
    text = Page(browser.get(f"/customers/{record.id}/")).text
    assert "Quebec" in text
    assert "Canada" in text


def test_a_customer_who_is_not_a_reseller_is_refused_beside_the_field(
    browser: Client, platform: Platform, typed: dict[str, Any], reseller: CustomerAccount
) -> None:
    other = platform.add_customer("Oakline", reseller=reseller.id)
    answer = browser.post("/customers/add/", typed | {"reseller": str(other.id)})
    assert answer.status_code == 422
    assert "is not a reseller" in Page(answer).error_of("reseller")


def test_the_reseller_is_offered_by_name_and_taken_from_the_address(
    browser: Client, platform: Platform, typed: dict[str, Any], reseller: CustomerAccount
) -> None:
    platform.add_customer("Oakline", reseller=reseller.id)
    page = Page(browser.get(f"/customers/add/?reseller={reseller.id}"))
    options = [option.get("value") for option in page.root.get_element_by_id("resellers")]
    assert options == ["Meridian"]
    assert page.value_of("reseller") == "Meridian"
    browser.post("/customers/add/", typed | {"reseller": "merid"})
    assert stored(platform).reseller == reseller.id


def test_an_empty_reseller_never_makes_a_reseller(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    answer = browser.post("/customers/add/", typed | {"reseller": "", "reseller_active": "on"})
    assert answer.status_code == 422
    assert platform.ngnpro.customers.get_resellers().total == 1


def test_a_reseller_is_added_on_a_page_of_its_own(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    page = Page(browser.get("/customers/add-reseller/"))
    assert "Add a reseller" in page.text
    assert not page.root.xpath("//input[@name='reseller']")
    answer = browser.post("/customers/add-reseller/", typed | {"reseller_active": "on"}, follow=True)
    assert "Reseller Harbour Clinic was added" in Page(answer).text
    record = stored(platform)
    assert record.is_reseller
    assert record.reseller_active


def test_adding_makes_two_calls_and_one_for_the_resellers(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    browser.get("/customers/add/")
    platform.forget_calls()
    browser.post("/customers/add/", typed)
    assert platform.calls == ["getResellers", "addAccount"]


def test_an_add_during_an_outage_keeps_what_was_typed(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    browser.get("/customers/add/")
    platform.cut()
    answer = browser.post("/customers/add/", typed)
    page = Page(answer)
    assert answer.status_code == 503
    assert page.value_of("organization") == "Harbour Clinic"
    assert page.value_of("password") == ""
    platform.mend()
    assert browser.post("/customers/add/", page.form_data()).status_code == 302


def last(platform: Platform) -> str:
    return operation_of(platform.adapter.requests[-1])


class TestByAReseller:
    """A reseller adds customers of their own."""

    def test_the_form_of_a_reseller_does_not_ask_for_the_reseller(
        self, people: dict[str, Client], world: Platform, typed_by_him: dict[str, Any]
    ) -> None:
        page = Page(people["reseller"].get("/customers/add/"))
        for name in ("reseller", "reseller_active", "company_code", "balance", "credit"):
            assert not page.root.xpath("//form//*[@name=$name]", name=name)
        forged = {"reseller": "999", "reseller_active": "on", "balance": "100", "impersonate": "1", "id": "77"}
        assert people["reseller"].post("/customers/add/", typed_by_him | forged).status_code == 302
        record, own = stored(world, "new.one"), stored(world, "meridian")
        assert (record.reseller, record.reseller_active, record.balance) == (own.id, False, 0.0)
        assert (record.impersonate, record.id) != (1, 77)

    def test_a_reseller_adds_no_resellers(self, people: dict[str, Client], typed_by_him: dict[str, Any]) -> None:
        assert people["reseller"].get("/customers/add-reseller/").status_code == 404
        assert people["reseller"].post("/customers/add-reseller/", typed_by_him).status_code == 404

    def test_a_customer_cannot_add_customers(self, people: dict[str, Client], typed_by_him: dict[str, Any]) -> None:
        for page in ("add", "add-reseller", "add-with-domain"):
            assert people["customer"].post(f"/customers/{page}/", typed_by_him).status_code == 404

    def test_a_reseller_does_not_see_the_password_page_of_foreign_customers(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        foreign = stored(world, "oakline")
        assert people["reseller"].get(f"/customers/{foreign.id}/added/").status_code == 404

    @pytest.fixture
    def typed_by_him(self) -> dict[str, Any]:
        return {**CUSTOMER, "state": "", "username": "new.one", "email": "new@one.example"}


class TestWithADomain:
    """A customer and their first domain in one form: both are added, or neither."""

    @pytest.fixture
    def both(self, typed: dict[str, Any]) -> dict[str, Any]:
        return typed | {"domain": "Harbour.Example"}

    def test_customer_and_domain_are_added_and_the_login_is_shown_once(
        self, browser: Client, platform: Platform, both: dict[str, Any], reseller: CustomerAccount
    ) -> None:
        answer = browser.post("/customers/add-with-domain/", both, follow=True)
        page = Page(answer)
        assert "Domain harbour.example was added." in page.text
        assert page.root.get_element_by_id("password").text == stored(platform).password
        domain = platform.ngnpro.sip.find_domain("harbour.example")
        assert domain is not None
        assert (domain.customer, domain.reseller) == (stored(platform).id, reseller.id)

    def test_it_makes_one_call_for_each(self, browser: Client, platform: Platform, both: dict[str, Any]) -> None:
        browser.get("/customers/add-with-domain/")
        platform.forget_calls()
        browser.post("/customers/add-with-domain/", both)
        assert platform.calls == ["getResellers", "addAccount", "addDomain"]

    def test_a_taken_domain_is_refused_beside_its_field_and_the_customer_is_deleted_again(
        self, browser: Client, platform: Platform, both: dict[str, Any]
    ) -> None:
        platform.add_domain("harbour.example")
        answer = browser.post("/customers/add-with-domain/", both)
        page = Page(answer)
        assert answer.status_code == 422
        assert "This SIP domain exists already" in page.error_of("domain")
        assert page.value_of("username") == "Harbour Clinic"
        assert platform.ngnpro.customers.find_account("harbour.clinic") is None
        again = browser.post("/customers/add-with-domain/", both | {"domain": "clinic.example"})
        assert again.status_code == 302

    def test_a_taken_username_leaves_no_domain(self, browser: Client, platform: Platform, both: dict[str, Any]) -> None:
        platform.add_customer("Harbour Clinic")
        answer = browser.post("/customers/add-with-domain/", both)
        assert answer.status_code == 422
        assert "exists already" in Page(answer).error_of("username")
        assert platform.ngnpro.sip.find_domain("harbour.example") is None

    def test_an_invalid_sender_domain_is_not_stored(
        self, browser: Client, platform: Platform, both: dict[str, Any]
    ) -> None:
        answer = browser.post("/customers/add-with-domain/", both | {"domain": "no domain"})
        assert answer.status_code == 422
        assert Page(answer).error_of("domain")
        assert platform.ngnpro.customers.find_account("harbour.clinic") is None

    def test_a_customer_whose_addition_cannot_be_undone_is_shown_with_the_reason(
        self, browser: Client, platform: Platform, both: dict[str, Any]
    ) -> None:
        platform.add_domain("harbour.example")
        platform.break_off("deleteAccount", "getAccount")
        answer = browser.post("/customers/add-with-domain/", both)
        platform.mend()
        page = Page(browser.get(answer.headers["Location"]))
        assert "The customer was added, but the domain harbour.example was not" in page.text
        assert "This SIP domain exists already" in page.text
        assert page.root.get_element_by_id("password").text == stored(platform).password

    def test_an_outage_between_two_calls_shows_what_is_stored(
        self, browser: Client, platform: Platform, both: dict[str, Any]
    ) -> None:
        platform.break_off("addDomain", "deleteAccount", "getDomains", "getAccount")
        answer = browser.post("/customers/add-with-domain/", both)
        platform.mend()
        page = Page(browser.get(answer.headers["Location"]))
        assert "The customer was added, but the domain" in page.text
        assert stored(platform).organization == "Harbour Clinic"

    def test_when_only_the_domain_fails_to_reach_ngnpro_nothing_is_half_saved(
        self, browser: Client, platform: Platform, both: dict[str, Any]
    ) -> None:
        platform.break_off("addDomain")
        answer = browser.post("/customers/add-with-domain/", both)
        page = Page(answer)
        assert answer.status_code == 503
        assert "Nothing was saved" in page.text
        assert page.value_of("organization") == "Harbour Clinic"
        assert platform.ngnpro.customers.find_account("harbour.clinic") is None

    def test_a_reseller_adds_customers_of_their_own(self, people: dict[str, Client], world: Platform) -> None:
        typed = {**CUSTOMER, "state": "", "username": "new.one", "email": "n@one.example", "domain": "one.example"}
        assert people["reseller"].post("/customers/add-with-domain/", typed).status_code == 302
        domain = world.ngnpro.sip.find_domain("one.example")
        assert domain is not None
        assert domain.customer == stored(world, "new.one").id
        assert domain.reseller == stored(world, "meridian").id


class TestCopies:
    """A new customer with the values of another one, but never with their login."""

    @pytest.fixture
    def original(self, platform: Platform, reseller: CustomerAccount) -> CustomerAccount:
        made = platform.add_customer("Oakline", reseller=reseller.id, vat_number="NL1", city="Delft", sip="a@b.example")
        properties = {
            "sip_credit": "50",
            "pstn_access": "1",
            "colour": "blue",
            "auth_token": "dns-secret",
            "support_order": "2026-1",
            "sip_accounts_last_domain": "x.example",
        }
        wanted = [CustomerProperty(name=name, value=value) for name, value in properties.items()]
        platform.ngnpro.customers.set_properties(made.id, wanted)
        return platform.ngnpro.customers.get_account(made.id)

    def test_the_form_starts_with_everything_but_the_login(
        self, browser: Client, platform: Platform, original: CustomerAccount
    ) -> None:
        page = Page(browser.get(f"/customers/{original.id}/copy/"))
        assert "Add a customer like Oakline" in page.text
        assert (page.value_of("city"), page.value_of("vat_number")) == ("Delft", "NL1")
        assert (page.value_of("username"), page.value_of("password"), page.value_of("sip")) == ("", "", "")
        assert CUSTOMER["password"] not in page.response.content.decode()

    def test_the_copy_has_its_own_password_and_takes_rights_limits_and_settings_along(
        self, browser: Client, platform: Platform, original: CustomerAccount, reseller: CustomerAccount
    ) -> None:
        data = Page(browser.get(f"/customers/{original.id}/copy/")).form_data() | {"username": "oakline.2"}
        answer = browser.post(f"/customers/{original.id}/copy/", data, follow=True)
        copy = stored(platform, "oakline.2")
        assert Page(answer).root.get_element_by_id("password").text == copy.password
        assert copy.password != original.password
        assert (copy.reseller, copy.city, copy.organization) == (reseller.id, "Delft", "Oakline")
        taken = {entry.name: entry.value for entry in copy.properties}
        assert taken == {"sip_credit": "50", "pstn_access": "1", "colour": "blue"}

    def test_rights_and_limits_stay_behind_when_that_is_wanted(
        self, browser: Client, platform: Platform, original: CustomerAccount
    ) -> None:
        data = Page(browser.get(f"/customers/{original.id}/copy/")).form_data() | {"username": "oakline.2"}
        del data["take_properties"]
        browser.post(f"/customers/{original.id}/copy/", data)
        assert stored(platform, "oakline.2").properties == ()

    def test_the_copy_of_a_reseller_is_a_reseller_and_for_operators_only(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        meridian = stored(world, "meridian")
        page = Page(people["operator"].get(f"/customers/{meridian.id}/copy/"))
        assert "Add a reseller like Meridian" in page.text
        data = page.form_data() | {"username": "meridian.2"}
        assert people["operator"].post(f"/customers/{meridian.id}/copy/", data).status_code == 302
        assert stored(world, "meridian.2").is_reseller
        assert people["reseller"].get(f"/customers/{meridian.id}/copy/").status_code == 404
        del data["slip"]  # the submission id of the operator's form
        assert people["reseller"].post(f"/customers/{meridian.id}/copy/", data).status_code == 404

    def test_a_reseller_copies_their_customer_with_the_permissions_that_they_may_grant(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        harbour = stored(world, "harbour")
        wanted = [CustomerProperty(name=name, value="5") for name in ("sip_credit", "payment_processor_class")]
        world.ngnpro.customers.set_properties(harbour.id, wanted)
        address = f"/customers/{harbour.id}/copy/"
        data = Page(people["reseller"].get(address)).form_data() | {"username": "harbour.2"}
        assert people["reseller"].post(address, data).status_code == 302
        copy = stored(world, "harbour.2")
        assert copy.reseller == harbour.reseller
        assert [entry.name for entry in copy.properties] == ["sip_credit"]

    def test_there_is_no_copy_of_a_foreign_or_missing_customer(
        self, people: dict[str, Client], world: Platform
    ) -> None:
        foreign = stored(world, "oakline")
        assert people["reseller"].get(f"/customers/{foreign.id}/copy/").status_code == 404
        assert people["operator"].get("/customers/4711/copy/").status_code == 404


def nothing_returned(platform: Platform) -> None:
    """Turn the server into one that returns nothing for an addition."""
    platform.change_answer("addAccount", lambda _added: None)


def test_a_server_that_returns_nothing_is_asked_for_the_number(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    nothing_returned(platform)
    answer = browser.post("/customers/add/", typed, follow=True)
    record = stored(platform)
    assert answer.redirect_chain == [(f"/customers/{record.id}/added/", 302)]
    assert signed_in(record.username, Page(answer).root.get_element_by_id("password").text)


def test_the_password_is_shown_even_if_the_new_customer_is_not(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    nothing_returned(platform)
    platform.change_answer("getCustomers", lambda found: {"total": 0, "accounts": []})
    answer = browser.post("/customers/add/", typed)
    platform.mend()
    page = Page(answer)
    assert answer.status_code == 200
    assert "NGNPro does not say with which number" in page.text
    assert signed_in(stored(platform).username, page.root.get_element_by_id("password").text)


def test_without_a_list_of_resellers_people_sign_in_and_customers_are_listed(platform: Platform) -> None:
    platform.add_customer("Meridian")
    platform.withdraw("getResellers")
    browser = signed_in("meridian", CUSTOMER["password"])
    assert "Meridian" in Page(browser.get("/customers/", follow=True)).text
