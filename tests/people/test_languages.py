"""Which language a page is in: the person's choice, the browser's, the account's, the reseller's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from portal.core import servers
from portal.mail.text.models import MailBrand
from portal.ngnpro.records import SipAccountProperty
from portal.people.models import PersonLanguage
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform

SIGN_IN = "/session/sign-in/"


def language_at(browser: Client, url: str = SIGN_IN, **headers: str) -> str:
    answer = browser.get(url, follow=True, headers=headers)
    assert answer.headers["Content-Language"] == Page(answer).root.get("lang")
    return str(answer.headers["Content-Language"])


def choose(browser: Client, language: str) -> None:
    answer = browser.post("/session/language/", {"language": language, "next": "/"})
    assert answer.headers["Location"] == "/"


def sign_in(browser: Client, name: str, password: str) -> None:
    assert browser.post(SIGN_IN, {"username": name, "password": password}).status_code == 302


@pytest.fixture
def subscriber_of(platform: Platform) -> Any:
    """A function that signs the user of a new account in, in a new browser."""

    def made(language: str, reseller: int = 0) -> Client:
        platform.add_domain("example.com", reseller=reseller)
        properties = [SipAccountProperty(name="web_password", value=PASSWORD)]
        if language:
            properties.append(SipAccountProperty(name="language", value=language))
        platform.add_account("ada@example.com", properties=tuple(properties))
        browser = Client()
        sign_in(browser, "ada@example.com", PASSWORD)
        return browser

    return made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wish", "language"),
    [("nl-BE,en;q=0.5", "nl"), ("fr, ro;q=0.4, de;q=0.8", "de"), ("fr", "en"), ("*", "en"), ("\x00;;q=x", "en")],
)
def test_a_visitors_browser_asks_for_a_language(client: Client, wish: str, language: str) -> None:
    answer = client.get(SIGN_IN, headers={"accept-language": wish})
    assert (answer.headers["Content-Language"], Page(answer).root.get("lang")) == (language, language)
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.django_db
def test_what_a_visitor_chooses_counts_before_what_the_browser_asks_for(client: Client) -> None:
    choose(client, "ro")
    assert language_at(client, **{"accept-language": "de"}) == "ro"
    choose(client, "")
    assert language_at(client, **{"accept-language": "de"}) == "de"


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["xx", "../../etc", "EN\r\nSet-Cookie: a=b", "n" * 5000])
def test_a_language_that_the_portal_does_not_have_is_not_stored(client: Client, wrong: str) -> None:
    choose(client, wrong)
    assert not client.cookies.get("portal-language") or not client.cookies["portal-language"].value
    client.cookies["portal-language"] = "xx"
    assert language_at(client) == "en"


def test_a_choice_is_the_persons_in_every_browser(operator: Operator, platform: Platform) -> None:
    first, second = Client(), Client()
    sign_in(first, "ines", PASSWORD)
    choose(first, "es")
    assert language_at(first, "/domains/") == "es"
    second.cookies["portal-language"] = "de"
    assert language_at(second) == "de"
    sign_in(second, "ines", PASSWORD)
    assert language_at(second, "/domains/", **{"accept-language": "nl"}) == "es"
    choose(second, "")
    assert not PersonLanguage.objects.exists()
    assert language_at(second, "/domains/", **{"accept-language": "nl"}) == "nl"


def test_a_subscribers_account_decides_unless_they_choose(subscriber_of: Any) -> None:
    browser = subscriber_of("de")
    assert language_at(browser, "/", **{"accept-language": "nl"}) == "de"
    choose(browser, "es")
    assert language_at(browser, "/", **{"accept-language": "nl"}) == "es"


def test_without_any_wish_the_brand_of_the_reseller_decides(platform: Platform, subscriber_of: Any) -> None:
    reseller = platform.add_customer("Harbour Voice", reseller_active=True)
    MailBrand.objects.create(reseller=reseller.id, engine=servers.engine("").name, language="ro")
    MailBrand.objects.create(reseller=0, engine="", language="es")
    browser = subscriber_of("", reseller=reseller.id)
    assert language_at(browser, "/") == "ro"
    MailBrand.objects.filter(reseller=reseller.id).delete()
    cache.clear()
    assert language_at(browser, "/") == "es"
    assert language_at(browser, "/", **{"accept-language": "nl"}) == "nl"


@pytest.mark.django_db
def test_the_host_name_of_a_brand_decides_before_sign_in(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["voice.example", "testserver"]
    MailBrand.objects.create(reseller=4, engine="x", host="voice.example", language="ro")
    assert client.get(SIGN_IN, headers={"host": "voice.example"}).headers["Content-Language"] == "ro"
    settings.DEFAULT_LANGUAGE = "nl"
    assert language_at(client) == "nl"


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "1 December", "Tuesday 1 December 2026, 09:05"),
        ("nl", "1 december", "dinsdag 1 december 2026, 09:05"),
        ("de", "1. Dezember", "Dienstag, 1. Dezember 2026, 09:05"),
        ("es", "1 de diciembre", "martes 1 de diciembre de 2026, 09:05"),
        ("ro", "1 Decembrie", "Marți, 1 Decembrie 2026, 09:05"),
    ],
)
def test_long_dates_are_written_as_in_each_language(language: str, day: str, moment: str) -> None:
    with translation.override(language):
        at = datetime(2026, 12, 1, 9, 5)
        assert (date_format(at, "MONTH_DAY_FORMAT"), date_format(at, "DATETIME_FORMAT")) == (day, moment)
