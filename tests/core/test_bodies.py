"""Request bodies that are too long for a page are refused before anything reads them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from portal.core.domain_files.reading import LARGEST
from portal.core.middleware import AROUND_A_FILE, BEFORE_SIGNING_IN
from portal.core.rooms import pages
from portal.running.web import LARGEST_BODY, STRANGERS
from tests.support.pages import Page
from tests.support.portal import Platform

SIGN_IN = "/session/sign-in/"
IMPORT = "/jobs/import-domain/"
EDIT = "/accounts/ada@example.com/edit/"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


class Unread(io.BytesIO):
    """A request body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


def send(browser: Client, path: str, length: int | str, kind: str = FORM) -> Any:
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "REQUEST_METHOD": "POST"}
    return browser.generic("POST", path, **body)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [FORM, MULTIPART, "application/json"])
def test_before_signing_in_little_is_read(client: Client, kind: str) -> None:
    for length in (BEFORE_SIGNING_IN + 1, 300_000_000, "many"):
        answer = send(client, SIGN_IN, length, kind)
        assert answer.status_code == 413
        assert "64.0 KB at most" in Page(answer).text.replace("\xa0", " ")


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_page_without_files_takes_no_more_than_a_form(browser: Client, platform: Platform, kind: str) -> None:
    assert send(browser, EDIT, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1, kind).status_code == 413


def test_a_page_with_a_file_takes_it_and_no_more(browser: Client, platform: Platform) -> None:
    with pytest.raises(AssertionError, match="was read"):
        send(browser, IMPORT, LARGEST + 100, MULTIPART)
    assert send(browser, IMPORT, LARGEST + AROUND_A_FILE + 1, MULTIPART).status_code == 413


def test_the_web_server_takes_more_without_a_session_than_the_portal_does() -> None:
    assert STRANGERS.cookie == settings.SESSION_COOKIE_NAME
    assert BEFORE_SIGNING_IN < STRANGERS.largest_body < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_web_server_takes_what_the_largest_page_takes() -> None:
    assert max(page.upload for page in pages().values()) + AROUND_A_FILE <= LARGEST_BODY
