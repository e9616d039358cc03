"""Permissions, limits and settings of customers: validated, closed to those without permission, others unchanged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ngnpro_wire.facts.customer_properties import KNOWN_PROPERTIES, PropertyType
from portal.customers.properties.choices import KNOWN, OF_CDRTOOL
from portal.customers.properties.forms import PropertiesForm, make_field
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount, CustomerProperty
from tests.support.pages import Page
from tests.support.portal import Platform


@pytest.fixture
def customer(platform: Platform) -> CustomerAccount:
    reseller = platform.add_customer("Meridian")
    return platform.add_customer("Harbour", reseller=reseller.id)


def put(platform: Platform, customer: CustomerAccount, *more: CustomerProperty, **values: str) -> None:
    wanted = [CustomerProperty(name=name, value=value) for name, value in values.items()]
    platform.ngnpro.customers.set_properties(customer.id, [*wanted, *more])


def held(platform: Platform, customer: CustomerAccount) -> dict[str, str]:
    return {entry.name: entry.value for entry in platform.ngnpro.customers.get_properties(customer.id)}


def form_of(browser: Client, customer: CustomerAccount) -> dict[str, Any]:
    return Page(browser.get(f"/customers/{customer.id}/properties/edit/")).form_data()


def send(browser: Client, customer: CustomerAccount, data: dict[str, Any]) -> Any:
    return browser.post(f"/customers/{customer.id}/properties/edit/", data)


def test_the_page_says_if_no_property_is_set(browser: Client, platform: Platform, customer: CustomerAccount) -> None:
    page = Page(browser.get(f"/customers/{customer.id}/properties/"))
    assert "Nothing is set for this customer" in page.text
    assert page.links()["Set rights and limits"] == f"/customers/{customer.id}/properties/edit/"


def test_properties_that_nothing_uses_are_offered_only_where_they_are_stored(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    page = Page(browser.get(f"/customers/{customer.id}/properties/edit/"))
    offered = {name.removeprefix("property-") for name in page.root.xpath("//form//@name")}
    assert {"currency", "sip_proxy", "xcap_root", "support_web"} <= offered
    assert not offered & OF_CDRTOOL
    put(platform, customer, cdrtool_address="https://cdr.example/")
    assert form_of(browser, customer)["property-cdrtool_address"] == ["https://cdr.example/"]


def test_every_property_that_is_offered_is_read_by_the_portal_or_the_server() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for top in ("portal", "ngnpro_server", "templates")
        for path in Path(top).rglob("*.[ph]*")
        if path.suffix in (".py", ".html") and path.parts[:3] != ("portal", "customers", "properties")
    )
    unread = {name for name in KNOWN.keys() - OF_CDRTOOL if not re.search(rf"\b{name}\b", code)}
    assert unread == set()


def test_properties_are_shown_by_group_with_who_may_change_them(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    put(platform, customer, sip_credit="50", pstn_access="1", sip_proxy="proxy.example", auth_token="dns-secret")
    put(platform, customer, store_clear_text_passwords="false", digest_settings_page="https://x.example/")
    page = Page(browser.get(f"/customers/{customer.id}/properties/"))
    rows = {row[0]: row[1:] for row in page.rows() if len(row) == 3}
    assert rows["SIP accounts"] == [
        "50",
        "Operators, and resellers for their customers",
    ]
    assert [row[0] for name, row in rows.items() if name.startswith("PSTN")] == ["Yes"]
    assert [row for name, row in rows.items() if name.startswith("SIP proxy")] == [
        ["proxy.example", "The customer, the reseller and operators"]
    ]
    assert [row[0] for name, row in rows.items() if name.startswith("SIP passwords")] == ["No"]
    assert [row[1] for name, row in rows.items() if "for phones" in name] == ["The reseller and operators"]
    assert rows["Token of the DNS service"][0] == "Set"
    assert "dns-secret" not in page.response.content.decode()
    assert "Limits" in page.text


def test_each_kind_of_property_has_a_field_of_its_kind(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    put(platform, customer, CustomerProperty(name="auth_token", value="t0ken-of-dns", permission="customer"))
    page = Page(browser.get(f"/customers/{customer.id}/properties/edit/"))
    kinds = {
        "sip_credit": "number",
        "pstn_access": "checkbox",
        "support_web": "url",
        "support_email": "email",
        "sip_proxy": "text",
        "auth_token": "password",
    }
    assert {name: page.field(f"property-{name}").get("type") for name in kinds} == kinds
    assert page.field("property-store_clear_text_passwords").tag == "select"


def test_only_what_was_changed_is_sent(browser: Client, platform: Platform, customer: CustomerAccount) -> None:
    put(platform, customer, pstn_access="true", support_web="www.example.com", records_per_page=" 20 ", colour="blue")
    before = held(platform, customer)
    data = form_of(browser, customer)
    platform.forget_calls()
    answer = send(browser, customer, data | {"property-sip_credit": "50", "property-sip_proxy": "proxy.example"})
    assert answer.headers["Location"] == f"/customers/{customer.id}/properties/"
    assert platform.calls == ["getAccount", "setProperties", "getAccount"]
    assert held(platform, customer) == before | {"sip_credit": "50", "sip_proxy": "proxy.example"}


def test_an_untouched_form_sends_nothing(browser: Client, platform: Platform, customer: CustomerAccount) -> None:
    put(platform, customer, pstn_access="yes", sip_credit="7", store_clear_text_passwords="false", colour="blue")
    data = form_of(browser, customer)
    platform.forget_calls()
    assert send(browser, customer, data).status_code == 302
    assert "setProperties" not in platform.calls


def test_yes_and_no_are_stored_so_that_every_client_reads_them(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    data = form_of(browser, customer)
    send(browser, customer, data | {"property-pstn_access": "on", "property-store_clear_text_passwords": "0"})
    assert held(platform, customer) == {"pstn_access": "1", "store_clear_text_passwords": "0"}
    data = form_of(browser, customer)
    del data["property-pstn_access"]
    send(browser, customer, data)
    assert held(platform, customer)["pstn_access"] == "0"


def test_emptying_a_limit_removes_it(browser: Client, platform: Platform, customer: CustomerAccount) -> None:
    put(platform, customer, sip_credit="5")
    send(browser, customer, form_of(browser, customer) | {"property-sip_credit": ""})
    assert held(platform, customer) == {"sip_credit": ""}
    assert "0, no limit" in Page(browser.get(f"/customers/{customer.id}/")).text


def test_unknown_properties_survive_and_are_edited_as_text_with_their_own_rules(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    colour = CustomerProperty(name="shop.colour", value="blue", category="web", permission="reseller")
    put(platform, customer, colour, sip_accounts_last_domain="x.example")
    page = Page(browser.get(f"/customers/{customer.id}/properties/edit/"))
    assert page.value_of("property-shop.colour") == "blue"
    assert page.value_of("property-sip_accounts_last_domain") == "x.example"
    assert "Remembered by CDRTool" in page.text
    send(browser, customer, page.form_data() | {"property-shop.colour": "green"})
    stored = platform.ngnpro.customers.get_properties(customer.id)
    found = next(entry for entry in stored if entry.name == "shop.colour")
    assert (found.value, found.category, found.permission) == ("green", "web", "reseller")
    assert held(platform, customer)["sip_accounts_last_domain"] == "x.example"


def test_a_secret_is_set_only_and_empty_keeps_it(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    put(platform, customer, auth_token="dns-secret", shop_password="shop-secret")
    page = Page(browser.get(f"/customers/{customer.id}/properties/edit/"))
    assert "dns-secret" not in page.response.content.decode()
    assert "shop-secret" not in page.response.content.decode()
    send(browser, customer, page.form_data() | {"property-sip_credit": "1"})
    assert held(platform, customer)["auth_token"] == "dns-secret"
    send(browser, customer, form_of(browser, customer) | {"property-auth_token": "fresh"})
    assert held(platform, customer)["auth_token"] == "fresh"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sip_credit", "many"),
        ("sip_credit", "-1"),
        ("sip_credit", "1.5"),
        ("support_web", "javascript:alert(1)"),
        ("support_email", "nobody"),
        ("store_clear_text_passwords", "perhaps"),
        ("sip_proxy", "x" * 4001),
        ("sip_proxy", "a\u0007b"),
    ],
)
def test_bad_input_is_explained_beside_its_field_and_nothing_typed_is_lost(
    browser: Client, platform: Platform, customer: CustomerAccount, name: str, value: str
) -> None:
    data = form_of(browser, customer) | {f"property-{name}": value, "property-currency": "EUR"}
    answer = send(browser, customer, data)
    page = Page(answer)
    assert answer.status_code == 422
    assert page.error_of(f"property-{name}")
    assert page.value_of("property-currency") == "EUR"
    assert held(platform, customer) == {}


def test_a_stored_value_that_is_not_of_its_kind_stays_as_it_is_and_can_be_put_right(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    put(platform, customer, support_web="see the notice board", records_per_page="many", support_email="a\nb")
    before = held(platform, customer)
    page = Page(browser.get(f"/customers/{customer.id}/properties/edit/"))
    assert page.value_of("property-support_web") == "see the notice board"
    assert send(browser, customer, page.form_data()).status_code == 302
    assert held(platform, customer) == before
    again = Page(browser.get(f"/customers/{customer.id}/properties/edit/"))
    send(browser, customer, again.form_data() | {"property-records_per_page": "50"})
    assert held(platform, customer)["records_per_page"] == "50"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sip_credit is a whole number, or empty for no limit.", "sip_credit"),
        ("You may not change the property pstn_access.", "pstn_access"),
        ("Something else is wrong.", "__all__"),
    ],
)
def test_a_refusal_lands_beside_the_property_that_ngnpro_names(text: str, named: str) -> None:
    form = PropertiesForm(data={}, record=CustomerAccount())
    assert form.is_valid()
    form.add_refusal(errors.InvalidValue(9004, text, "value"))
    assert list(form.errors) == [named]


def test_an_edit_conflict_shows_each_property_that_both_changed(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    put(platform, customer, sip_credit="5")
    data = form_of(browser, customer) | {"property-sip_credit": "7"}
    put(platform, customer, sip_credit="6", pstn_access="1")
    answer = send(browser, customer, data)
    page = Page(answer)
    assert answer.status_code == 409
    assert "Someone else changed this record" in page.text
    assert page.rows()[:2] == [["SIP accounts both changed", "5", "6", "7"], ["PSTN", "No", "Yes", "Yes"]]
    assert held(platform, customer)["sip_credit"] == "6"
    assert send(browser, customer, page.form_data()).status_code == 302
    assert held(platform, customer) == {"sip_credit": "7", "pstn_access": "1"}


def test_an_edit_during_an_outage_keeps_what_was_typed(
    browser: Client, platform: Platform, customer: CustomerAccount
) -> None:
    put(platform, customer, colour="blue")
    data = form_of(browser, customer) | {"property-sip_credit": "7", "property-colour": "green"}
    platform.cut()
    answer = send(browser, customer, data)
    page = Page(answer)
    assert answer.status_code == 503
    assert page.value_of("property-sip_credit") == "7"
    assert page.value_of("property-colour") == "green"
    platform.mend()
    assert send(browser, customer, page.form_data()).status_code == 302
    assert held(platform, customer) == {"colour": "green", "sip_credit": "7"}


class TestLevels:
    """Viewers can change only the properties that their level may change; the others are shown read-only."""

    @pytest.fixture
    def harbour(self, world: Platform) -> CustomerAccount:
        found = world.ngnpro.customers.find_account("harbour")
        assert found is not None
        put(world, found, sip_credit="5", payment_processor_class="Pay", digest_settings_page="https://a.example/")
        put(world, found, sip_proxy="proxy.example", support_order="2026-1")
        return found

    def closed(self, browser: Client, number: int) -> set[str]:
        page = Page(browser.get(f"/customers/{number}/properties/edit/"))
        return {
            field.get("name").removeprefix("property-")
            for field in page.root.xpath("//form//*[starts-with(@name, 'property-')]")
            if field.get("disabled") is not None
        }

    def test_nothing_is_closed_to_an_operator(self, people: dict[str, Client], harbour: CustomerAccount) -> None:
        assert self.closed(people["operator"], harbour.id) == set()

    def test_a_reseller_manages_limits_and_permissions_of_customers_but_not_their_own(
        self, people: dict[str, Client], harbour: CustomerAccount
    ) -> None:
        assert self.closed(people["reseller"], harbour.id) == {"payment_processor_class", "support_order"}
        own = self.closed(people["reseller"], harbour.reseller)
        assert {"sip_credit", "pstn_changes", "sms_access"} <= own
        assert "sip_proxy" not in own

    def test_a_customer_sees_their_limits_and_changes_only_their_settings(
        self, people: dict[str, Client], world: Platform, harbour: CustomerAccount
    ) -> None:
        closed = self.closed(people["customer"], harbour.id)
        assert {"sip_credit", "pstn_access", "digest_settings_page"} <= closed
        assert "sip_proxy" not in closed
        page = Page(people["customer"].get(f"/customers/{harbour.id}/properties/edit/"))
        assert page.value_of("property-sip_credit") == "5"
        assert "Changed by: Operators, and resellers for their customers." in page.text

    @pytest.mark.parametrize("person", ["reseller", "customer"])
    def test_values_forged_into_a_closed_field_are_ignored(
        self, people: dict[str, Client], world: Platform, harbour: CustomerAccount, person: str
    ) -> None:
        number = harbour.reseller if person == "reseller" else harbour.id
        target = world.ngnpro.customers.get_account(number)
        before = held(world, target)
        data = form_of(people[person], target)
        forged = {"property-sip_credit": "9999", "property-pstn_changes": "on", "property-new_one": "x"}
        answer = send(people[person], target, data | forged | {"property-sip_proxy": "new.example"})
        assert answer.status_code == 302
        assert held(world, target) == before | {"sip_proxy": "new.example"}

    def test_a_reseller_raises_the_limit_of_a_customer(
        self, people: dict[str, Client], world: Platform, harbour: CustomerAccount
    ) -> None:
        data = form_of(people["reseller"], harbour) | {"property-sip_credit": "9"}
        assert send(people["reseller"], harbour, data).status_code == 302
        assert held(world, harbour)["sip_credit"] == "9"
        assert held(world, harbour)["support_order"] == "2026-1"

    def test_foreign_customers_are_404(self, people: dict[str, Client], harbour: CustomerAccount) -> None:
        for person in ("another reseller", "another customer", "subscriber"):
            for part in ("properties/", "properties/edit/"):
                assert people[person].get(f"/customers/{harbour.id}/{part}").status_code == 404
            assert people[person].post(f"/customers/{harbour.id}/properties/edit/").status_code == 404

    def test_a_read_only_operator_sees_the_page_and_why_they_cannot_change_it(
        self, people: dict[str, Client], harbour: CustomerAccount
    ) -> None:
        page = Page(people["read-only operator"].get(f"/customers/{harbour.id}/properties/"))
        assert "Change rights, limits and settings" not in page.links()
        assert people["read-only operator"].post(f"/customers/{harbour.id}/properties/edit/").status_code == 403


def test_every_property_of_the_contract_has_a_label_unless_it_is_only_remembered() -> None:
    assert set(KNOWN) == {name for name, facts in KNOWN_PROPERTIES.items() if not facts.is_remembered}


@pytest.mark.parametrize("kind", list(PropertyType))
def test_every_kind_has_a_field(kind: PropertyType) -> None:
    assert make_field(KNOWN["sip_credit"], kind).label == "SIP accounts"
