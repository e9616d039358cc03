"""The search for calls across accounts, from the browser to the proxy's database, and its CSV."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from ngnpro_server.store.schema.proxy import calls
from portal.people.operators.models import Operator
from tests.support.calls import ago, call_row, write
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, signed_in
from tests.watch.test_watch import without_watch

PAGE = "/accounts/tracing/"


@pytest.fixture(autouse=True)
def some_calls(platform: Platform) -> None:
    own, other = platform.add_customer("Harbour Clinic"), platform.add_customer("Other Clinic")
    for domain, customer in (("example.com", own), ("other.example", other)):
        platform.add_domain(domain, customer=customer.id, reseller=customer.reseller)
        platform.add_account(f"ada@{domain}")
    write(
        platform,
        calls,
        call_row("one@proxy", "ada@example.com", "0031208005169@example.com", ago(hours=1)),
        call_row("two@proxy", "ada@other.example", "ada@example.com", ago(hours=2), status=486, duration=0),
        call_row("three@proxy", "ada@other.example", "bob@other.example", ago(hours=3)),
    )


def found(browser: Client, query: str = "") -> list[str]:
    return [row[1] for row in Page(browser.get(f"{PAGE}?{query}")).rows()]


def test_the_calls_of_the_last_day_are_listed_with_their_accounts(browser: Client) -> None:
    page = Page(browser.get(PAGE))
    assert [row[2] for row in page.rows()] == ["+31 20 800 5169", "ada@example.com", "bob@other.example"]
    assert [row[3] for row in page.rows()] == ["Answered", "Busy", "Answered"]
    links = set(page.links().values())
    assert {"/accounts/ada@example.com/", "/accounts/ada@other.example/"} <= links
    assert "/accounts/tracing/trace/?call_id=one%40proxy&node_ip=192.0.2.10&from_tag=ft&to_tag=tt" in links
    assert "/accounts/bob@other.example/" not in links  # no account of this platform


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("party=%2B31+20+800+51+69", 1),
        ("party=0031208005169", 1),
        ("party=ada@example.com", 2),
        ("party=bob", 1),
        ("party=a_a", 0),
        ("domain=other.example", 2),
        ("call_id=three@proxy", 1),
        ("since=2020-01-01T00:00&until=2020-01-02T00:00", 0),
    ],
)
def test_calls_are_found_by_each_field(browser: Client, query: str, number: int) -> None:
    assert len(found(browser, query)) == number


@pytest.mark.parametrize(
    "query", ["since=2026-01-02T00:00&until=2026-01-01T00:00", "since=nonsense", "since=0001-01-01T00:00"]
)
def test_an_invalid_period_is_explained(browser: Client, query: str) -> None:
    answer = browser.get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()


def test_a_customer_finds_only_calls_with_an_account_of_theirs(platform: Platform) -> None:
    browser = signed_in("harbour.clinic", CUSTOMER["password"])
    assert len(found(browser)) == 2
    assert found(browser, "call_id=three@proxy") == []


def test_a_page_makes_one_call_and_leads_to_the_next(browser: Client, platform: Platform) -> None:
    write(
        platform,
        calls,
        *(call_row(f"c{number}", "ada@example.com", "x@y.example", ago(minutes=1)) for number in range(30)),
    )
    browser.get(PAGE)
    platform.forget_calls()
    page = Page(browser.get(PAGE))
    assert platform.calls == ["getFoundCalls"]
    assert len(page.rows()) == 25
    assert len(Page(browser.get(PAGE + page.links()["Older"])).rows()) == 8


def test_all_that_is_found_is_exported(browser: Client) -> None:
    answer = browser.get(f"{PAGE}export/?party=ada@example.com")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert [row[11] for row in rows[1:]] == ["one@proxy", "two@proxy"]
    assert rows[1][2:6] == ["ada@example.com", "0031208005169@example.com", "ada@example.com", ""]


def test_operators_who_may_not_see_call_data_cannot_open_it(browser: Client, operator: Operator) -> None:
    Operator.objects.update(may_see_calls=False)
    for page in ("", "export/", "trace/?call_id=one@proxy"):
        assert browser.get(f"{PAGE}{page}").status_code in (403, 404)


def test_on_a_server_without_the_search_the_page_asks_for_a_call_id(
    browser: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_watch(platform, monkeypatch)
    browser.get("/domains/")
    page = Page(browser.get(PAGE))
    assert "does not search for calls across accounts" in page.text
    assert page.field("call_id") is not None
    assert browser.get(f"{PAGE}export/").status_code == 302
    assert browser.get(f"{PAGE}trace/?call_id=one@proxy").status_code == 200
