"""Forms that are submitted twice, or by another person than the one who opened them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.core import sent_forms
from portal.core.models import SentForm
from portal.core.sent_forms import FORGET
from portal.core.tasks import clean_up_framework
from portal.ngnpro.records import SipId
from portal.people.models import SignedIn
from portal.people.operators.models import Operator
from tests.support.clock import Clock
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform
from tests.support.portal_database import (
    PORTAL_DATABASES,
    at_once,
    copy_cookies,
    portal_database,
    server_url,
    sqlite_url,
)

ADA = "ada@example.com"
URL = f"/accounts/{ADA}/credit/add/"


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def db(kind: str, request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A portal database that several threads can use, instead of the one in memory."""
    with django_db_blocker.unblock():
        url = sqlite_url(tmp_path) if kind == "sqlite" else server_url(request.getfixturevalue("postgresql"))
        with portal_database(url):
            yield


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account(ADA, prepaid=True)
    return platform


def balance(platform: Platform) -> float:
    return platform.ngnpro.sip.get_prepaid_status([SipId.parse(ADA)])[0].balance


def opened(browser: Client, url: str = URL, **typed: str) -> dict[str, Any]:
    return {**Page(browser.get(url)).form_data(), **typed}


@pytest.mark.parametrize("kind", PORTAL_DATABASES)
def test_a_form_that_is_sent_by_many_at_the_same_moment_counts_once(ada: Platform, browser: Client, kind: str) -> None:
    data = opened(browser, value="5")
    barrier = threading.Barrier(6)

    def send(one: Client) -> Any:
        barrier.wait()
        return one.post(URL, data)

    answers = at_once([partial(send, copy_cookies(browser, Client())) for _ in range(6)])

    assert balance(ada) == 5
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, f"/accounts/{ADA}/credit/")
    }


def test_the_second_request_waits_for_the_first_and_gets_the_same_answer(ada: Platform, browser: Client) -> None:
    data, other = opened(browser, value="5"), copy_cookies(browser, Client())
    app, second = ada.adapter.app, []

    def slow(environ: Any, start: Any) -> Any:
        ada.adapter.app = app
        thread = threading.Thread(target=lambda: second.extend(at_once([lambda: other.post(URL, data, follow=True)])))
        thread.start()
        threads.append(thread)
        thread.join(0.5)
        assert not second
        return app(environ, start)

    threads: list[threading.Thread] = []
    ada.adapter.app = slow
    first = browser.post(URL, data)
    threads[0].join()

    assert first.status_code == 302
    assert "The balance was 0.00 and is 5.00 now." in Page(second[0]).text
    assert balance(ada) == 5


def test_the_same_form_with_another_amount_is_asked_about(ada: Platform, browser: Client) -> None:
    data = opened(browser, value="5")
    browser.post(URL, data)

    answer = browser.post(URL, {**data, "value": "7"})

    page = Page(answer)
    assert (answer.status_code, balance(ada)) == (409, 5)
    assert "was not saved" in page.text
    assert page.form_data()["value"] == ["7"]
    assert page.form_data()["slip"] != data["slip"]


def test_a_refused_form_may_be_corrected(ada: Platform, browser: Client) -> None:
    data = opened(browser, value="nothing")
    assert browser.post(URL, data).status_code == 422
    assert browser.post(URL, data).status_code == 422

    assert browser.post(URL, {**data, "value": "5"}).status_code == 302
    assert balance(ada) == 5


def test_a_form_whose_work_does_not_end_is_not_worked_on_twice(ada: Platform, browser: Client, clock: Clock) -> None:
    data = opened(browser, value="5")
    browser.post(URL, data)
    SentForm.objects.update(status=0)

    began = time.monotonic()
    answer = browser.post(URL, data)

    assert (answer.status_code, balance(ada)) == (409, 5)
    assert "still being processed" in Page(answer).text
    assert time.monotonic() - began >= sent_forms.WAIT_SECONDS


def test_stored_answers_are_encrypted_and_deleted(ada: Platform, browser: Client, clock: Clock) -> None:
    data = opened(browser, value="5", description="in cash")
    browser.post(URL, data)
    [form] = SentForm.objects.all()
    assert "credit" not in form.answer

    clock.advance(sent_forms.KEEP_SECONDS + 1)
    assert "was sent before" in Page(browser.post(URL, data)).text

    SentForm.objects.update(sent=form.sent - FORGET - timedelta(hours=1))
    clean_up_framework()
    assert not SentForm.objects.exists()


@pytest.fixture
def customers(platform: Platform) -> Platform:
    for name in ("Harbour", "Oakline"):
        customer = platform.add_customer(name)
        platform.add_domain(f"{name.lower()}.example", customer=customer.id)
    return platform


def act(browser: Client, name: str) -> None:
    browser.post("/session/act/stop/")
    browser.post("/session/act/", {"customer": name})
    browser.post("/session/act/change/")


def test_a_form_opened_for_one_customer_is_not_saved_into_another(customers: Platform, browser: Client) -> None:
    act(browser, "Harbour")
    data = opened(browser, "/accounts/add/", username="eve", domain="harbour.example", first_name="Eve", last_name="F")
    data |= {"email": "eve@example.com", "password": "a-Secret-2026", "naming": "", "mailbox": []}
    act(browser, "Oakline")

    answer = browser.post("/accounts/add/", data)

    page = Page(answer)
    assert (answer.status_code, customers.ngnpro.sip.get_accounts().total) == (409, 0)
    assert "opened while you worked for Harbour; now you work for Oakline" in page.text
    kept = page.form_data()
    assert {name: kept[name] for name in ("username", "domain", "email", "password")} == {
        "username": ["eve"],
        "domain": ["harbour.example"],
        "email": ["eve@example.com"],
        "password": ["a-Secret-2026"],
    }
    assert kept["slip"] == data["slip"]
    assert browser.post("/accounts/add/", page.form_data()).status_code == 409
    act(browser, "Harbour")
    assert browser.post("/accounts/add/", page.form_data()).status_code == 302
    assert customers.account("eve@harbour.example").first_name == "Eve"


def test_a_deletion_confirmed_for_one_customer_is_not_made_for_another(customers: Platform, browser: Client) -> None:
    customers.add_account("eve@harbour.example")
    act(browser, "Harbour")
    url = "/domains/harbour.example/delete/"
    data = opened(browser, url, name="harbour.example")
    browser.post("/session/act/stop/")

    answer = browser.post(url, data)

    assert answer.status_code == 409
    assert customers.ngnpro.sip.find_domain("harbour.example")


def test_rows_ticked_for_one_customer_are_not_acted_on_for_another(customers: Platform, browser: Client) -> None:
    customers.add_account("eve@harbour.example")
    act(browser, "Harbour")
    page = Page(browser.get("/accounts/"))
    form = page.root.xpath("//form[@class='ticks']")[0]
    slip = form.xpath(".//input[@name='slip']/@value")[0]
    url = form.xpath(".//button/@formaction")[0]
    act(browser, "Oakline")

    answer = browser.post(url, {"slip": slip, "address": "eve@harbour.example"})

    assert answer.status_code == 409
    assert "eve@harbour.example" in answer.content.decode()


@pytest.mark.parametrize("url", ["/session/act/stop/", "/session/sign-out/"])
def test_a_tab_that_is_behind_can_still_stop_acting_and_sign_out(
    customers: Platform, browser: Client, url: str
) -> None:
    act(browser, "Harbour")
    slip = Page(browser.get("/")).root.xpath(f"//form[@action='{url}']//input[@name='slip']/@value")[0]
    act(browser, "Oakline")

    answer = browser.post(url, {"slip": slip})

    assert answer.status_code == 302


def test_every_form_that_posts_carries_a_slip(customers: Platform, browser: Client) -> None:
    for url in ("/accounts/add/", "/domains/harbour.example/delete/", "/domains/harbour.example/edit/", "/accounts/"):
        forms = Page(browser.get(url)).root.xpath("//form[@method='post']")
        assert forms
        assert all(form.xpath(".//input[@name='slip']") for form in forms), url


def signed_in(operator: Operator) -> Client:
    """Return a browser whose CSRF tokens are checked, after signing in with the form."""
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, operator)
    return browser


def sign_in(browser: Client, operator: Operator) -> None:
    form = Page(browser.get("/session/sign-in/")).form_data()
    answer = browser.post("/session/sign-in/", {**form, "username": operator.username, "password": PASSWORD})
    assert answer.status_code == 302


def test_what_was_typed_survives_the_end_of_the_session_and_is_sent_after_signing_in(
    ada: Platform, operator: Operator
) -> None:
    browser = signed_in(operator)
    data = opened(browser, value="5")
    SignedIn.objects.all().delete()

    kept = Page(browser.post(URL, data))
    assert kept.response.status_code == 409
    assert "Nothing was saved" in kept.text
    sign_in(browser, operator)
    again = Page(browser.post(URL, kept.form_data()))
    assert "You have signed in again since" in again.text
    assert balance(ada) == 0
    assert browser.post(URL, again.form_data()).status_code == 302
    assert balance(ada) == 5


def test_another_person_cannot_send_what_was_typed_before(ada: Platform, operator: Operator) -> None:
    browser = signed_in(operator)
    data = opened(browser, value="5")
    SignedIn.objects.all().delete()
    kept = Page(browser.post(URL, data)).form_data()
    other = Operator.objects.create_user("other", PASSWORD)
    sign_in(browser, other)
    answer = browser.post(URL, kept)
    assert answer.status_code == 403
    assert 'value="5"' not in answer.content.decode()
    assert balance(ada) == 0


def test_a_form_without_a_slip_leads_to_the_sign_in_page(ada: Platform) -> None:
    answer = Client().post(URL, {"value": "5"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/session/sign-in/?next=/")


def test_pages_of_a_session_say_when_it_ends_and_a_request_keeps_it(ada: Platform, browser: Client) -> None:
    page = browser.get("/").content.decode()
    assert 'data-minutes="60"' in page
    assert browser.get("/session/stay/").status_code == 204
    assert 'data-minutes="' not in Client().get("/session/sign-in/").content.decode()
