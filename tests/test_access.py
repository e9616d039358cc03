"""Who may open what: every address of the portal, for every kind of person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.core.access import PAGES
from tests.support.portal import Platform

# What a page needs in its address, and what the person at the address may get, by GET.
ADDRESSES: dict[str, dict[str, str]] = {
    "domains:detail": {"domain": "example.com"},
    "domains:edit": {"domain": "example.com"},
    "domains:delete": {"domain": "example.com"},
    "accounts:detail": {"address": "ada@example.com"},
    "accounts:edit": {"address": "ada@example.com"},
    "accounts:delete": {"address": "ada@example.com"},
    "accounts:added": {"address": "ada@example.com"},
    "mail:message": {"name": "20260101"},
}
OPEN_TO_ALL = {"health": 200, "session:sign-in": 200, "session:sign-out": 405, "session:theme": 405}
OPERATOR = {"session:sign-in": 302, "mail:message": 404}


def pages(patterns: list[Any] | None = None, namespace: str = "") -> Iterator[str]:
    """Name every address of the URLconf."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from pages(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def test_every_address_is_listed_in_the_access_table_and_nothing_else_is() -> None:
    assert set(pages()) == set(PAGES)


@pytest.fixture
def filled(platform: Platform) -> Platform:
    platform.add_domain("example.com")
    platform.add_account("ada@example.com")
    return platform


@pytest.mark.parametrize("page", sorted(PAGES))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_person_who_has_not_signed_in_sees_only_the_gate(
    client: Client, filled: Platform, page: str, method: str
) -> None:
    filled.forget_calls()
    answer = getattr(client, method)(reverse(page, kwargs=ADDRESSES.get(page)))
    if page in OPEN_TO_ALL:
        assert answer.status_code == OPEN_TO_ALL[page] or method == "post"
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/session/sign-in/")
    assert filled.calls == []


@pytest.mark.parametrize("page", sorted(PAGES))
def test_an_operator_opens_every_page(browser: Client, filled: Platform, page: str) -> None:
    answer = browser.get(reverse(page, kwargs=ADDRESSES.get(page)))
    assert answer.status_code == OPERATOR.get(page, OPEN_TO_ALL.get(page, 200))


@pytest.mark.parametrize("page", sorted(set(PAGES) - set(OPEN_TO_ALL)))
def test_pages_carry_the_headers_that_protect_them(browser: Client, filled: Platform, page: str) -> None:
    headers = browser.get(reverse(page, kwargs=ADDRESSES.get(page))).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", sorted(set(PAGES) - set(OPEN_TO_ALL)))
def test_no_page_changes_anything_by_get(browser: Client, filled: Platform, page: str) -> None:
    filled.forget_calls()
    browser.get(reverse(page, kwargs=ADDRESSES.get(page)))
    assert not [call for call in filled.calls if not call.startswith("get")]


@pytest.mark.parametrize("page", sorted(set(PAGES) - set(OPEN_TO_ALL)))
def test_pages_have_no_inline_script_or_style(browser: Client, filled: Platform, page: str) -> None:
    text = browser.get(reverse(page, kwargs=ADDRESSES.get(page))).content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_an_address_that_does_not_exist_is_a_404_in_the_portals_look(browser: Client, platform: Platform) -> None:
    answer = browser.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
