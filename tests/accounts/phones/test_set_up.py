"""Setting up a phone: settings to copy, a code with a one-use link, and a new SIP password set on the phone itself."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.ngnpro.records import CustomerProperty, SipAccountProperty
from portal.people.identification import is_right_password
from portal.people.models import OneUseLink
from tests.support.link_cases import LinkCases
from tests.support.pages import Page
from tests.support.portal import Platform, signed_in

ADDRESS = "ada@example.com"
URL, PHONE = f"/accounts/{ADDRESS}/softphone/", "/accounts/softphone/phone/"
CODE = f"{URL}code/"
LINK = re.compile(r"http://localhost:8000(/accounts/softphone/link/[\w-]{43}/)")


@pytest.fixture
def ada(world: Platform) -> Client:
    """The browser of the account's user."""
    return signed_in(ADDRESS, "a-secret-of-ada")


def link_for(browser: Client) -> str:
    """Request a code, and return the link beside it."""
    answer = browser.post(CODE, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    (link,) = LINK.findall(answer.content.decode())
    return str(link)


def scanned(link: str) -> Client:
    """Open the link on a phone on which no one is signed in, and continue."""
    phone = opened(link)
    answer = phone.post(PHONE)
    assert (answer.status_code, answer.headers["Location"]) == (302, PHONE)
    return phone


def opened(link: str) -> Client:
    """Open the link; the page asks whether to continue."""
    phone = Client()
    answer = phone.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, PHONE)
    assert "Set up this phone?" in Page(phone.get(PHONE)).text
    return phone


def has_sip_password(world: Platform, password: str) -> bool:
    return is_right_password(password, "ada", "example.com", "", world.account().ha1)


def test_the_page_shows_what_a_phone_asks_for(ada: Client, world: Platform) -> None:
    page = Page(ada.get(URL))
    for value in (ADDRESS, "ada", "example.com", "TLS"):
        assert page.root.xpath("//dd/code[text()=$value]", value=value)
    buttons = page.root.xpath("//dl//button[@data-copy]")  # the one in the head copies the address on every page
    assert len(buttons) == 5
    for button in buttons:
        assert button.get("hidden") is not None
        assert page.root.xpath("//*[@id=$one]", one=button.get("data-copy"))
    assert "a-secret-of-ada" not in ada.get(URL).content.decode()


def test_proxies_are_those_that_the_reseller_names(ada: Client, world: Platform) -> None:
    reseller = world.ngnpro.customers.find_account("meridian")
    assert reseller is not None
    named = {"sip_proxy": "sip.meridian.example", "sip_outbound_proxy": "edge.meridian.example"}
    properties = [CustomerProperty(name=name, value=value) for name, value in named.items()]
    world.ngnpro.customers.set_properties(reseller.id, properties)
    text = Page(ada.get(URL)).text
    assert "Server sip.meridian.example" in text
    assert "Outbound proxy edge.meridian.example" in text


def test_there_is_no_code_until_it_is_asked_for_and_it_is_shown_once(ada: Client, world: Platform) -> None:
    assert not Page(ada.get(URL)).root.xpath("//*[contains(@class, 'qr')]")
    assert not OneUseLink.objects.exists()
    page = Page(ada.post(CODE, follow=True))
    (picture,) = page.root.xpath("//*[local-name()='svg'][contains(@class, 'qr')]")
    assert picture.get("style") is None
    assert "works once" in page.text
    assert not Page(ada.get(URL)).root.xpath("//*[contains(@class, 'qr')]")


def test_nothing_of_the_account_is_in_the_link_and_its_token_is_kept_nowhere(
    ada: Client, world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    link = link_for(ada)
    assert "ada" not in link
    assert "example" not in link
    token = link.split("/")[-2]
    assert token not in repr(list(OneUseLink.objects.values_list())) + caplog.text
    assert token not in repr(dict(ada.session))


def test_the_phone_shows_the_settings_once_the_link_was_used(ada: Client, world: Platform) -> None:
    link = link_for(ada)
    phone = scanned(link)
    text = Page(phone.get(PHONE)).text
    assert ADDRESS in text
    assert "a-secret-of-ada" not in text
    assert Client().get(PHONE).status_code == 404
    again = Client().get(link)
    assert again.status_code == 404
    assert "already used" in Page(again).text


class TestLinks(LinkCases):
    page = PHONE

    @pytest.fixture(autouse=True)
    def signed_in(self, ada: Client) -> None:
        self.ada = ada

    def request_link(self) -> str:
        return link_for(self.ada)

    def use(self, browser: Client) -> int:
        return int(browser.post(PHONE).status_code)


def test_the_link_is_good_for_ten_minutes_and_the_page_for_a_quarter_of_an_hour(ada: Client, world: Platform) -> None:
    link = link_for(ada)
    expires = OneUseLink.objects.get().expires_at
    assert expires is not None
    assert timedelta(minutes=9) < expires - timezone.now() <= timedelta(minutes=10)
    phone = scanned(link)
    OneUseLink.objects.update(used_at=timezone.now() - timedelta(minutes=16))
    assert phone.get(PHONE).status_code == 404
    late = link_for(ada)
    asked = opened(late)
    OneUseLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(late).status_code == 404
    assert asked.get(PHONE).status_code == asked.post(PHONE).status_code == 404


def test_a_new_code_replaces_the_first(ada: Client, world: Platform) -> None:
    first, second = link_for(ada), link_for(ada)
    assert Client().get(first).status_code == 404
    scanned(second)


def test_on_the_phone_a_new_sip_password_is_typed(ada: Client, world: Platform) -> None:
    phone = scanned(link_for(ada))
    answer = phone.post(PHONE, {"password": "short"})
    assert answer.status_code == 422
    assert "Use at least 12 characters" in Page(answer).text
    answer = phone.post(PHONE, {"password": "typed-on-the-phone"}, follow=True)
    assert "typed-on-the-phone" in Page(answer).text
    assert "typed-on-the-phone" not in phone.get(PHONE).content.decode()
    assert has_sip_password(world, "typed-on-the-phone")


def test_an_empty_field_generates_a_strong_password_and_shows_it_once(ada: Client, world: Platform) -> None:
    phone = scanned(link_for(ada))
    page = Page(phone.post(PHONE, {"password": ""}, follow=True))
    (made,) = page.root.xpath("//code[@id='setting-password']/text()")
    assert len(made) == 16
    assert has_sip_password(world, made)
    assert made not in phone.get(PHONE).content.decode()


def test_the_rest_of_the_account_stays_when_the_password_is_set(ada: Client, world: Platform) -> None:
    own = (SipAccountProperty(name="colour", value="green"),)
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), groups=("vip",), properties=own, timeout=20))
    before = world.account()
    scanned(link_for(ada)).post(PHONE, {"password": "typed-on-the-phone"})
    after = world.account()
    same = {name: getattr(after, name) for name in ("password", "ha1", "ha1b", "change_date")}
    assert after == dataclasses.replace(before, **same)


def test_a_user_who_may_not_change_the_password_sees_whom_to_ask(ada: Client, world: Platform) -> None:
    world.ngnpro.sip.add_to_group(world.account().id, "deny-password-change")
    phone = scanned(link_for(ada))
    page = Page(phone.get(PHONE))
    assert "only by your provider" in page.text
    assert page.root.xpath("//form[not(@class='languages')]") == []
    assert phone.post(PHONE, {"password": "typed-on-the-phone"}).status_code == 404
    assert has_sip_password(world, "a-secret-of-ada")


def test_a_password_changed_meanwhile_ends_the_link_and_the_page(ada: Client, world: Platform) -> None:
    phone = scanned(link_for(ada))
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), password="changed-elsewhere"))
    assert phone.get(PHONE).status_code == 404
    assert phone.post(PHONE, {"password": "typed-on-the-phone"}).status_code == 404
    assert has_sip_password(world, "changed-elsewhere")


def test_during_an_outage_the_phone_gets_a_503(ada: Client, world: Platform) -> None:
    phone = scanned(link_for(ada))
    world.cut()
    assert phone.get(PHONE).status_code == 503
    assert phone.post(PHONE, {"password": "typed-on-the-phone"}).status_code == 503
    world.mend()
    assert has_sip_password(world, "a-secret-of-ada")


def test_a_source_that_tries_many_links_has_to_wait(ada: Client, world: Platform) -> None:
    link, stranger = link_for(ada), Client()
    statuses = [stranger.get(f"/accounts/softphone/link/{number}/").status_code for number in range(6)]
    assert set(statuses[:4]) == {404}
    answer = stranger.get(link, follow=True)
    assert answer.redirect_chain == [(PHONE, 302)]
    assert answer.status_code == 429
    assert "Too many attempts" in Page(answer).text
    assert OneUseLink.objects.get().used_at is None


def test_a_valid_link_is_in_no_log_even_while_its_source_is_locked(
    ada: Client, world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    link, stranger = link_for(ada), Client()
    for number in range(6):
        stranger.get(f"/accounts/softphone/link/{number}/")
    stranger.get(link, follow=True)
    assert link.split("/")[-2] not in caplog.text


def test_codes_without_end_are_not_made(ada: Client, world: Platform) -> None:
    for _time in range(20):
        assert ada.post(CODE).status_code == 302
    answer = ada.post(CODE)
    assert answer.status_code == 429
    assert "Please wait" in Page(answer).text


def test_staff_make_codes_but_read_only_operators_do_not(
    browser: Client, people: dict[str, Client], world: Platform
) -> None:
    scanned(link_for(browser))
    looker = people["read-only operator"]
    assert looker.get(URL).status_code == 200
    assert "Create a code" not in looker.get(URL).content.decode()
    assert looker.post(CODE).status_code == 403
    for stranger in ("another customer", "another subscriber"):
        assert people[stranger].get(URL).status_code == people[stranger].post(CODE).status_code == 404


def test_the_new_password_is_in_the_journal_without_its_text(ada: Client, browser: Client, world: Platform) -> None:
    scanned(link_for(ada)).post(PHONE, {"password": "typed-on-the-phone"})
    answer = browser.get("/journal/")
    assert any(ADDRESS in " ".join(row) for row in Page(answer).rows())
    assert "typed-on-the-phone" not in answer.content.decode()
