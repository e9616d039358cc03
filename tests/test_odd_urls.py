"""Every address of the portal, with odd values in every part and every parameter: an answer, never a failure."""

from __future__ import annotations

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
# What stands in a URL, already percent-encoded.
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
    """Give every route of the URLconf, such as ``accounts/<key:address>/``, with the names of its parts."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        route, names = before + str(entry.pattern), (*above, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from pages(entry.url_patterns, route, names)
        elif isinstance(entry, URLPattern):
            yield route, names


def read_by(browser: Client, url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Open a page and learn which parameters of its URL it reads; none where it cannot be opened."""
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
    """Write a route's URL: one part as given, the others as a record that is there."""
    for part in route.split("<")[1:]:
        placeholder = part.partition(">")[0]
        own = placeholder.partition(":")[2]
        value = text if own == name else quote(str(KEYS[own][0]), safe="@+:")
        route = route.replace(f"<{placeholder}>", value)
    return f"/{route}"


def refused(browser: Client, url: str, query: str = "") -> str:
    """Open a page; name it where it fails."""
    with no_longer_than(60, f"{url}?{query}"):
        answer = browser.get(url, QUERY_STRING=query)
        if answer.streaming:
            list(answer.streaming_content)  # type: ignore[call-overload]
    return "" if 200 <= answer.status_code < 500 else f"{answer.status_code} {url}?{query}"[:300]


@pytest.fixture
def quiet(people: dict[str, Client]) -> dict[str, Client]:
    """People whose browsers get a failure as an answer, as real ones do."""
    for browser in people.values():
        browser.raise_request_exception = False
    return people


@pytest.mark.parametrize("person", PEOPLE)
def test_odd_parts_of_urls_are_answered(quiet: dict[str, Client], person: str) -> None:
    urls = {filled(route, name, text) for route, names in pages() for name in names for text in ODD}
    if person != "operator":
        urls = {url for index, url in enumerate(sorted(urls)) if index % SAMPLE == 0}
    assert [said for url in sorted(urls) if (said := refused(quiet[person], url))] == []


@pytest.mark.parametrize("person", PEOPLE)
def test_odd_parameters_are_answered(quiet: dict[str, Client], person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each parameter that a page reads, by itself and given twice; a person who is no operator takes a sample."""
    browser, tries = quiet[person], []
    for route, _names in pages():
        url = filled(route)
        for name in read_by(browser, url, monkeypatch):
            tries += [(url, f"{name}={text}") for text in ODD_VALUES] + [(url, f"{name}=a&{name}=%0b@x")]
    if person != "operator":
        tries = tries[::SAMPLE]
    assert tries
    assert [said for url, query in tries if (said := refused(browser, url, query))] == []
