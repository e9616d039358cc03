"""Tests that every URL of the portal is answered, whatever its parts and its parameters contain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.limits import no_longer_than
from tests.test_access import KEYS

PEOPLE = ("operator", "reseller", "customer", "subscriber")
# Odd parts of URLs, already percent-encoded.
ODD = (
    *("-1", "9" * 30, "%C2%B2", "%00", "%0b@x", "%ED%A0%80", "%FF%FE", "%", "%2e%2e", "~2E", "~0B@x", "a@b@c"),
    *("x" * 3000, "~25@x.org"),
)
ODD_VALUES = (
    *("", "-1", "9" * 30, "%C2%B2", "9999-12-31", "0000-01-01", "%00", "%0b@x", "%FF%FE", "..%2F..%2Fetc"),
    *("x" * 3000, "*" * 60),
)
SAMPLE = 12


def pages(
    entries: list[Any] | None = None, before: str = "", above: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every route of the URLconf, such as ``accounts/<key:address>/``, with the names of its parts."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        route, names = before + str(entry.pattern), (*above, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from pages(entry.url_patterns, route, names)
        elif isinstance(entry, URLPattern):
            yield route, names


def read_by(browser: Client, url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Open a page and return the names of the parameters it reads; none if it cannot be opened."""
    read: set[str] = set()

    def spying(name: str) -> Any:
        usual = getattr(QueryDict, name)

        def spy(query: QueryDict, key: Any, *rest: Any) -> Any:
            read.add(key)
            return usual(query, key, *rest)

        return spy

    with monkeypatch.context() as patch:
        for name in ("get", "getlist", "__getitem__"):
            patch.setattr(QueryDict, name, spying(name))
        answer = browser.get(url)
    return tuple(sorted(read)) if answer.status_code == 200 else ()


def filled(route: str, name: str = "", text: str = "") -> str:
    """Return the URL of a route: ``text`` for the part ``name``, and keys of existing records for the others."""
    for part in route.split("<")[1:]:
        placeholder = part.partition(">")[0]
        own = placeholder.partition(":")[2]
        value = text if own == name else quote(str(KEYS[own][0]), safe="@+:")
        route = route.replace(f"<{placeholder}>", value)
    return f"/{route}"


def failure_of(browser: Client, url: str, query: str = "") -> str:
    """Open a page and return its status and URL if it fails, or an empty text."""
    with no_longer_than(60, f"{url}?{query}"):
        answer = browser.get(url, QUERY_STRING=query)
        if answer.streaming:
            list(answer.streaming_content)  # type: ignore[call-overload]
    return "" if 200 <= answer.status_code < 500 else f"{answer.status_code} {url}?{query}"[:300]


def quiet(browser: Client) -> Client:
    """Make a browser return failures as answers, as real ones do, instead of raising them."""
    browser.raise_request_exception = False
    return browser


@pytest.mark.parametrize("person", PEOPLE)
def test_odd_parts_of_urls_are_answered(people: dict[str, Client], person: str) -> None:
    browser = quiet(people[person])
    urls = {filled(route, name, text) for route, names in pages() for name in names for text in ODD}
    if person != "operator":
        urls = {url for index, url in enumerate(sorted(urls)) if index % SAMPLE == 0}
    assert [failure for url in sorted(urls) if (failure := failure_of(browser, url))] == []


@pytest.mark.parametrize("person", PEOPLE)
def test_odd_parameters_are_answered(people: dict[str, Client], person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try each parameter that a page reads, alone and repeated; roles other than the operator try a sample.

    A parameter name that an earlier page has read is tried with every fourth value only, another quarter on
    each page: lists share the code for pages, order and filters.
    """
    browser, tries, seen = quiet(people[person]), [], Counter[str]()
    for route, _names in pages():
        url = filled(route)
        for name in read_by(browser, url, monkeypatch):
            values = ODD_VALUES[seen[name] % 4 :: 4] if seen[name] else ODD_VALUES
            seen[name] += 1
            tries += [(url, f"{name}={text}") for text in values] + [(url, f"{name}=a&{name}=%0b@x")]
    if person != "operator":
        tries = tries[::SAMPLE]
    assert tries
    assert [failure for url, query in tries if (failure := failure_of(browser, url, query))] == []
