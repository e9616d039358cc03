"""Record keys in URLs: whatever the key, no client and no proxy rewrites its URL."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urljoin

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from portal.core.addresses import KeyConverter
from tests.support.pages import Page
from tests.support.portal import Platform

ODD = (
    "a/../b",
    "..",
    ".",
    "a%2Fb",
    "ü",
    "a b",
    "a?b#c",
    "~",
    "~2F",
    "",
    "a\\..\\b",
    "a//b",
    "%2e%2e",
    "a;b",
    "a\nb",
    "'\"<&>",
)
OTHERS = {"SlugConverter": "account", "IntConverter": 7, "StringConverter": "1767225600-0"}


def pages_with_keys() -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield the name of each page whose URL has a record key, with the parts of its URL and their converters."""

    def walk(
        entries: list[URLPattern | URLResolver], spaces: tuple[str, ...], above: dict[str, str]
    ) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
        for entry in entries:
            parts = {**above, **{name: type(one).__name__ for name, one in entry.pattern.converters.items()}}
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, (*spaces, *filter(None, [entry.namespace])), parts)
            elif KeyConverter.__name__ in parts.values():
                yield ":".join([*spaces, entry.name or ""]), tuple(parts.items())

    yield from walk(get_resolver().url_patterns, (), {})


@pytest.mark.parametrize(("page", "parts"), sorted(pages_with_keys()))
def test_keys_in_urls_survive_every_client_and_are_decoded(page: str, parts: tuple[tuple[str, str], ...]) -> None:
    for odd in (*ODD, *(f"{username}@example.com" for username in ODD)):
        values = {name: OTHERS.get(converter, odd) for name, converter in parts}

        url = reverse(page, kwargs=values)

        assert url.isascii()
        assert urljoin("https://portal.example/", url) == f"https://portal.example{url}"
        assert posixpath.normpath(url) + "/" == url
        assert unquote(url) == url
        assert {name: resolve(url).kwargs[name] for name, _converter in parts} == values


def test_usual_keys_stay_readable() -> None:
    assert reverse("accounts:detail", args=["ada.byron+home@example.com"]) == "/accounts/ada.byron+home@example.com/"
    assert reverse("lcr:peers:detail", args=["2001:db8::1"]) == "/lcr/peers/2001:db8::1/"


@pytest.mark.parametrize(
    "written", ["%2e%2e", "a%20b", "a~2fb", "~2", "~zz", "~FF", "~61", "~~", "%C3%BC", "a~00b", "~2E~2E"]
)
def test_another_spelling_of_a_key_is_a_404(browser: Client, platform: Platform, written: str) -> None:
    assert browser.get(f"/accounts/{written}/").status_code == 404


@pytest.mark.parametrize("username", ["a/../b", "...", "a%2fb", "/b", "a?b", "~2f"])
def test_each_odd_username_opens_its_own_account(browser: Client, platform: Platform, username: str) -> None:
    platform.add_customer()
    platform.add_domain()
    for name in ("b", "a", username):
        platform.add_account(f"{name}@example.com", first_name=f"Owner of {name}", email="x@example.com")

    lists = Page(browser.get("/accounts/"))
    url = lists.links()[f"{username}@example.com"]
    answer = browser.get(urljoin("http://testserver/", url))

    assert answer.status_code == 200
    assert answer.context["record"].id.username == username
