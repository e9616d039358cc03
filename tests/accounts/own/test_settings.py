"""Which settings of an account its user may change."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import pytest
from django.test import Client

from portal.ngnpro.records import SipAccountProperty
from tests.support.journal import latest
from tests.support.page_cases import OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform, signed_in

URL = "/accounts/ada@example.com/settings/"


@pytest.fixture
def ada(world: Platform) -> Client:
    """The browser of the account's user."""
    return signed_in("ada@example.com", "a-secret-of-ada")


def filled(ada: Client, **typed: Any) -> dict[str, Any]:
    return Page(ada.get(URL)).form_data() | typed


@pytest.mark.usefixtures("world")
class TestPage(OpeningCases):
    url = URL
    forms: ClassVar = {"": {"mobile_number": "4711"}}
    kept: ClassVar = {"": ("mobile_number",)}
    calls = ("getAccount",)

    @pytest.fixture
    def browser(self, ada: Client) -> Client:
        return ada

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return platform.account(address)


def test_subscribers_set_their_email_time_zone_language_mobile_number_and_line(ada: Client, world: Platform) -> None:
    typed = {
        "email": "ada@mail.example",
        "current_password": "a-secret-of-ada",
        "timezone": "Europe/Amsterdam",
        "language": "nl",
        "mobile_number": "+31 6 1234 5678",
        "timeout": "20",
        "groups": ["anonymous", "missed-calls"],
    }
    answer = ada.post(URL, filled(ada, **typed), follow=True)
    assert "Your settings were saved." in answer.content.decode()
    after = world.account()
    assert (after.email, after.timezone, after.timeout) == ("ada@mail.example", "Europe/Amsterdam", 20)
    assert (after.get_property("language"), after.get_property("mobile_number")) == ("nl", "+31612345678")
    assert set(after.groups) == {"anonymous", "missed-calls"}


def test_accounts_with_a_numeric_name_set_a_prefix_for_short_numbers(ada: Client, world: Platform) -> None:
    assert Page(ada.get(URL)).root.xpath("//*[@name='quickdial_prefix']") == []
    world.add_account("31201234567@example.com")
    numbered = signed_in("31201234567@example.com", "a-secret-of-ada")
    own = URL.replace("ada", "31201234567")
    data = Page(numbered.get(own)).form_data()
    answer = numbered.post(own, data | {"quickdial_prefix": "4711"})
    assert answer.status_code == 422
    assert "beginning" in Page(answer).error_of("quickdial_prefix")
    assert numbered.post(own, data | {"quickdial_prefix": "312012345"}).status_code == 302
    assert world.account("31201234567@example.com").quickdial_prefix == "312012345"


def test_fields_that_are_not_on_the_form_cannot_be_changed(ada: Client, world: Platform) -> None:
    own = (SipAccountProperty(name="colour", value="green"),)
    world.ngnpro.sip.update_account(
        dataclasses.replace(world.account(), groups=("quota", "vip", "anonymous"), quota=20, properties=own)
    )
    before = world.account()
    forged = {"quota": "9999", "owner": "1", "prepaid": "on", "rpid": "31200000000", "first_name": "Eve", "region": "x"}
    assert ada.post(URL, filled(ada, timeout="30", **forged)).status_code == 302
    after = world.account()
    assert after == dataclasses.replace(before, timeout=30, change_date=after.change_date, groups=after.groups)
    assert set(after.groups) == {"quota", "vip", "anonymous"}


def test_a_permission_that_the_user_may_not_set_is_refused(ada: Client, world: Platform) -> None:
    answer = ada.post(URL, filled(ada, groups=["free-pstn"]))
    assert answer.status_code == 422
    assert "free-pstn" in Page(answer).error_of("groups")
    assert world.account().groups == ()


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("email", "ada", "not an e-mail address"),
        ("timeout", "901", "less than or equal to 900"),
        ("mobile_number", "my mobile", "up to 32 digits"),
    ],
)
def test_a_wrong_value_is_named_beside_its_field(
    ada: Client, world: Platform, name: str, typed: str, said: str
) -> None:
    answer = ada.post(URL, filled(ada, **{name: typed}))
    assert answer.status_code == 422
    assert said in Page(answer).error_of(name)
    assert Page(answer).value_of(name) == typed


def test_values_that_another_program_stored_hinder_no_other_change(ada: Client, world: Platform) -> None:
    mobile = SipAccountProperty(name="mobile_number", value="my mobile")
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), email="", properties=(mobile,)))
    answer = ada.post(URL, filled(ada, timezone="Europe/Paris"))
    assert answer.status_code == 302
    after = world.account()
    assert (after.timezone, after.email, after.get_property("mobile_number")) == ("Europe/Paris", "", "my mobile")


def test_settings_of_another_account_are_a_404_and_staff_use_their_own_form(
    ada: Client, browser: Client, world: Platform
) -> None:
    world.add_account("bob@example.com")
    assert ada.get("/accounts/bob@example.com/settings/").status_code == 404
    assert ada.post("/accounts/bob@example.com/settings/", {"timeout": "20"}).status_code == 404
    assert browser.get(URL).status_code == 404


def test_the_change_of_a_subscriber_is_in_the_journal(ada: Client, browser: Client, world: Platform) -> None:
    ada.post(URL, filled(ada, timeout="17"))
    assert "ada@example.com" in Page(browser.get("/journal/")).text


def test_an_operator_undoes_a_change_of_the_user(ada: Client, browser: Client, world: Platform) -> None:
    ada.post(URL, filled(ada, timeout="17", mobile_number="+31612345678"))
    assert world.account().timeout == 17
    undo = f"/journal/{latest().pk}/undo/"
    page = Page(browser.get(undo))
    answer = browser.post(undo, page.form_data())
    assert answer.status_code == 302, page.text
    assert world.account().timeout == 35
    assert world.account().get_property("mobile_number") == ""


def test_users_choose_their_region_if_the_operator_names_some(ada: Client, world: Platform, settings: Any) -> None:
    assert "region" not in filled(ada)
    settings.EMERGENCY_REGIONS = {"nl-ams": "Amsterdam", "nl-rot": "Rotterdam"}
    assert ada.post(URL, filled(ada, region="nl-rot")).status_code == 302
    assert world.account().region == "nl-rot"


def test_fields_of_somebodys_own_data_say_what_they_hold(people: dict[str, Client]) -> None:
    def tokens(person: str, url: str) -> dict[str, str]:
        fields = Page(people[person].get(url)).root.xpath("//main//*[@autocomplete]")
        return {str(field.get("name")): str(field.get("autocomplete")) for field in fields}

    own = tokens("subscriber", "/accounts/ada@example.com/settings/")
    assert (own["email"], own["mobile_number"]) == ("email", "tel")
    assert tokens("operator", "/accounts/ada@example.com/edit/").get("email") is None
