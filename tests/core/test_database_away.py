"""An outage of the portal's own database: a page that explains it; nothing stored or shown only once is lost."""

from __future__ import annotations

import hashlib
import io
from contextlib import ExitStack
from typing import Any, NoReturn

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection, transaction
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro.records import SipId
from portal.people.sessions import SessionStore
from tests.support.pages import Page
from tests.support.portal import Platform

AWAY = "The portal’s database does not answer"


def away(execute: Any, sql: str, *rest: Any) -> Any:
    raise OperationalError("could not connect to server: connection refused")


class AwayAfter:
    """Takes the database away after NGNPro has added so many records: an account, then its mailbox."""

    def __init__(self, platform: Platform, stack: ExitStack, added: int) -> None:
        self.app, self.stack, self.left = platform.adapter.app, stack, added

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read()
        answer = self.app(environ | {"wsgi.input": io.BytesIO(body)}, start_response)
        if b"addAccount" in body:
            self.left -= 1
            if not self.left:
                self.stack.enter_context(connection.execute_wrapper(away))
        return answer


@pytest.fixture
def calm(browser: Client) -> Client:
    browser.raise_request_exception = False
    return browser


def test_connections_are_checked_before_they_are_used_again() -> None:
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True


def test_pages_report_it_without_a_query(calm: Client, platform: Platform) -> None:
    with connection.execute_wrapper(away):
        answer = calm.get("/domains/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    page = Page(answer)
    assert AWAY in page.text
    assert "Nothing was being saved." in page.text
    assert page.links()["Try again"] == "/domains/"
    assert answer["Content-Security-Policy"]


def test_a_form_is_not_sent_to_ngnpro(calm: Client, platform: Platform) -> None:
    with connection.execute_wrapper(away):
        answer = calm.post("/domains/add/", {"domain": "example.com"})
    assert answer.status_code == 503
    assert "Nothing was changed." in Page(answer).text
    assert platform.ngnpro.sip.find_domain("example.com") is None


def add_account(calm: Client, platform: Platform, added: int = 1, **typed: str) -> Any:
    platform.add_domain()
    data = {
        "username": "ada",
        "domain": "example.com",
        "timezone": "Europe/London",
        "first_name": "Ada",
        "last_name": "Byron",
        "email": "ada@example.com",
    }
    with ExitStack() as stack:
        platform.adapter.app = AwayAfter(platform, stack, added)
        return calm.post("/accounts/add/", data | typed)


def secrets_on(page: Page) -> dict[str, str]:
    """Return what the page asks to write down, by its labels."""
    terms = page.root.xpath("//dl[@class='kv']/dt")
    return {term.text: term.getnext().text_content() for term in terms}


@pytest.mark.parametrize("typed", [{}, {"send_information": "on"}, {"mailbox": "on"}])
def test_after_a_write_the_page_says_what_is_stored_and_shows_the_password(
    calm: Client, platform: Platform, typed: dict[str, str]
) -> None:
    answer = add_account(calm, platform, **typed)
    assert answer.status_code == 503, answer.content.decode()
    page = Page(answer)
    assert "NGNPro has stored this change. Do not send it again." in page.text
    assert "Account ada@example.com: Added" in page.text
    shown = secrets_on(page)
    assert set(shown) == {"Password"}  # no PIN: the mailbox is added later
    text = f"ada:example.com:{shown['Password']}".encode()
    assert hashlib.md5(text, usedforsecurity=False).hexdigest() == platform.account().ha1
    assert answer["Cache-Control"] == "no-store"
    transaction.set_rollback(False)  # so that the test's own transaction can continue after the outage
    assert platform.account().first_name == "Ada"
    assert JournalEntry.objects.get(kind="account", part="").result == "broken off"


def test_the_pin_is_shown_once_its_mailbox_is_stored(calm: Client, platform: Platform) -> None:
    page = Page(add_account(calm, platform, added=2, mailbox="on"))
    shown = secrets_on(page)
    assert set(shown) == {"Password", "PIN"}
    assert shown["PIN"] == platform.ngnpro.voicemail.get_account(SipId.parse("ada@example.com")).password


def test_a_session_that_was_deleted_meanwhile_is_not_an_outage(calm: Client, platform: Platform) -> None:
    calm.get("/domains/")
    store = SessionStore(calm.session.session_key)
    store["x"] = 1
    store.delete()
    with pytest.raises(UpdateError):
        store.save()


def test_an_error_of_the_portal_itself_is_not_an_outage(calm: Client, platform: Platform) -> None:
    def wrong(*_statement: object) -> NoReturn:
        raise ArithmeticError

    with connection.execute_wrapper(wrong):
        assert calm.get("/domains/").status_code == 500
