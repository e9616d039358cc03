"""The rating profiles of an account and of a customer: from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.test import Client

from portal.ngnpro.ports.base import or_none
from portal.ngnpro.ports.rating import entity_of_account, entity_of_customer
from portal.ngnpro.records import RatingEntityProfiles, SipId
from tests.support.journal import latest
from tests.support.page_cases import ADA, ConflictCases, OpeningCases, PageCase, ViewerCases
from tests.support.pages import Page
from tests.support.portal import Platform

URL = "/accounts/ada@example.com/rating/"
ENTITY = entity_of_account(SipId.parse(ADA))


def profiles_of(platform: Platform, entity: str = ENTITY) -> RatingEntityProfiles | None:
    return or_none(platform.ngnpro.rating.get_entity_profiles, entity)


def store(platform: Platform, entity: str = ENTITY, **values: str) -> None:
    profiles: Any = {"profile_weekday": "list-1"} | values
    platform.ngnpro.rating.set_entity_profiles(RatingEntityProfiles(entity=entity, **profiles))


class RatingCase(PageCase):
    url = URL
    forms: ClassVar = {"": {"profile_weekday": "list-7"}}

    def stored(self, platform: Platform, address: str = ADA) -> Any:
        return profiles_of(platform, entity_of_account(SipId.parse(address)))


@pytest.mark.usefixtures("world")
class TestPage(RatingCase, OpeningCases, ConflictCases):
    kept: ClassVar = {"": ("profile_weekday",)}
    calls = ("getAccount", "getEntityProfiles", "getEntityProfiles")

    def change_meanwhile(self, platform: Platform) -> None:
        store(platform, profile_weekday="list-9")


class TestViewers(RatingCase, ViewerCases):
    buttons = ("Save rating profiles",)
    is_for_subscribers = False


def post(browser: Client, url: str = URL, **typed: str) -> Any:
    return browser.post(url, Page(browser.get(url)).form_data() | typed)


def test_profiles_are_set_changed_and_removed(browser: Client, world: Platform) -> None:
    names = ("profile_weekday", "profile_weekday_alt", "profile_weekend", "profile_weekend_alt")
    typed = {name: f"list-{number}" for number, name in enumerate(names)} | {"timezone": "Europe/Paris"}
    post(browser, **typed)
    stored = profiles_of(world)
    assert stored is not None
    page = Page(browser.get(URL))
    for name, value in typed.items():
        assert (getattr(stored, name), page.value_of(name)) == (value, value)
    post(browser, **dict.fromkeys(typed, ""))
    assert profiles_of(world) is None


def test_a_profile_for_weekends_alone_is_refused_at_its_field(browser: Client, world: Platform) -> None:
    answer = post(browser, profile_weekend="list-2")
    assert answer.status_code == 422
    assert "Type a profile for weekdays, too" in Page(answer).error_of("profile_weekday")
    assert profiles_of(world) is None


def test_the_page_names_the_profile_of_the_customer(browser: Client, world: Platform) -> None:
    account = world.account()
    store(world, entity_of_customer(account.customer or account.owner), profile_weekday="whole-sale")
    assert "the customer's apply: whole-sale" in Page(browser.get(URL)).text


def test_a_change_is_journalled_and_can_be_undone(browser: Client, world: Platform) -> None:
    store(world)
    post(browser, profile_weekday="list-5")
    entry = latest()
    assert (entry.operation, entry.key, entry.part) == ("setEntityProfiles", ADA, "rating")
    browser.post(f"/journal/{entry.pk}/undo/")
    stored = profiles_of(world)
    assert stored is not None
    assert stored.profile_weekday == "list-1"


def test_a_reseller_without_the_right_sees_closed_fields_and_changes_nothing(
    people: dict[str, Client], world: Platform
) -> None:
    store(world)
    page = Page(people["reseller"].get(URL))
    assert "pstn_changes" in page.text
    post(people["reseller"], profile_weekday="forged")
    stored = profiles_of(world)
    assert stored is not None
    assert stored.profile_weekday == "list-1"


def test_the_profiles_of_a_customer_have_a_page(browser: Client, world: Platform) -> None:
    account = world.account()
    number = account.customer or account.owner
    url = f"/customers/{number}/rating/"
    assert post(browser, url, profile_weekday="list-3").status_code == 302
    stored = profiles_of(world, entity_of_customer(number))
    assert stored is not None
    assert stored.profile_weekday == "list-3"
    assert latest().kind == "customer"
    assert url in browser.get(f"/customers/{number}/").content.decode()


def test_a_reseller_cannot_change_their_own(people: dict[str, Client], world: Platform) -> None:
    number = world.account().reseller
    page = Page(people["reseller"].get(f"/customers/{number}/rating/"))
    assert "Only the platform's operator can change this." in page.text
    post(people["reseller"], f"/customers/{number}/rating/", profile_weekday="cheap")
    assert profiles_of(world, entity_of_customer(number)) is None


@pytest.mark.parametrize("number", [0, 4711, 2**31])
def test_a_customer_that_does_not_exist_is_a_404(browser: Client, world: Platform, number: int) -> None:
    assert browser.get(f"/customers/{number}/rating/").status_code == 404
