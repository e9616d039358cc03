"""The calls of a subscriber: by day and party, with names, prices and links that call back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from portal.accounts.calls.by_day import by_day, call_link
from portal.accounts.calls.choices import PLACED, RECEIVED
from portal.accounts.calls.log import CallLine
from portal.ngnpro.records import Call, CustomerProperty, PhonebookEntry, SipId
from tests.support.calls import ago, write_call, write_missed
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BEN, NUMBER = "ada@example.com", "ben@example.com", "0031201234567@example.com"
NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


def line(direction: str, party: str, at: datetime, **values: Any) -> CallLine:
    side = {"to_uri": f"sip:{party}"} if direction == PLACED else {"from_uri": f"sip:{party}"}
    start = int(at.timestamp())
    answered = {"status": 200, "duration": 61, "stop_time": start + 61}
    return CallLine(direction, Call(**{"start_time": start, **answered, **side, **values}))


def texts(*lines: CallLine) -> list[list[str]]:
    return [[f"{one.who} {one.what}", *more] for day in by_day(lines, UTC, "EUR") for one, more in day.lines]


def test_calls_of_one_kind_with_one_party_in_succession_are_one_line_of_their_day() -> None:
    missed = {"status": 487, "duration": 0}
    rows = [
        line(RECEIVED, NUMBER, NOON, **missed),
        line(RECEIVED, NUMBER, NOON - timedelta(minutes=5), **missed),
        line(PLACED, NUMBER, NOON - timedelta(minutes=9), price=0.42),
        line(RECEIVED, NUMBER, NOON - timedelta(days=1), **missed),
    ]
    assert texts(*rows) == [
        ["+31 20 123 4567 Missed 12:00", "2 times"],
        ["+31 20 123 4567 Placed 11:51", "1:01 min", "0.42 EUR"],
        ["+31 20 123 4567 Missed 12:00"],
    ]
    assert [day.name for day in by_day(rows, UTC, "")] == ["Monday", "Sunday"]


def test_the_days_of_calls_are_those_of_the_accounts_time_zone() -> None:
    now = datetime.now(UTC)
    assert [
        day.name for day in by_day([line(PLACED, BEN, now), line(PLACED, BEN, now - timedelta(days=1))], UTC, "")
    ] == [
        "Today",
        "Yesterday",
    ]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (NUMBER, "tel:+31201234567"),
        ("+31201234567@example.com", "tel:+31201234567"),
        ("101@example.com", "sip:101@example.com"),
        (BEN, f"sip:{BEN}"),
        ("anonymous@anonymous.invalid", ""),
        ("", ""),
    ],
)
def test_a_call_is_returned_to_a_number_or_an_address_and_never_to_a_hidden_number(address: str, link: str) -> None:
    assert call_link(address) == link


def test_subscribers_see_names_and_currency_and_can_call_back(people: dict[str, Client], world: Platform) -> None:
    reseller = world.account(ADA).reseller
    world.ngnpro.customers.set_properties(reseller, [CustomerProperty(name="currency", value="EUR")])
    world.ngnpro.sip.add_phonebook_entry(SipId.parse(ADA), PhonebookEntry(uri=f"sip:{BEN}", name="Ben the Baker"))
    write_call(world, ADA, NUMBER, ago(minutes=3), price=0.25, duration=75)
    write_missed(world, BEN, ADA, ago(minutes=2))
    page = Page(people["subscriber"].get(f"/accounts/{ADA}/calls/"))
    lines = [" ".join(one.text_content().split()) for one in page.root.xpath("//ul[contains(@class, 'calls')]/li")]
    assert [one.partition(" Missed ")[0] for one in lines[:1]] == ["Ben the Baker"]
    assert lines[1].endswith("1:15 min · 0.25 EUR")
    assert page.root.xpath("//li[@class='is-missed']")[0].text_content().startswith("Ben the Baker")
    links = page.root.xpath("//a[@class='call']")
    assert [(one.get("href"), one.get("aria-label")) for one in links] == [
        (f"sip:{BEN}", "Call Ben the Baker"),
        ("tel:+31201234567", "Call +31 20 123 4567"),
    ]


def test_the_pages_that_the_bar_of_a_phone_lacks_are_linked_from_the_settings(people: dict[str, Client]) -> None:
    page = Page(people["subscriber"].get(f"/accounts/{ADA}/settings/"))
    more = page.root.xpath("//nav[@aria-label='More of your account']/a/@href")
    bar = page.root.xpath("//nav[@class='tabbar']//a/@href")
    menu = page.root.xpath("//nav[@id='menu']//a[@href!='/']/@href")
    assert set(menu) <= {*more, *bar}
    assert not set(more) & set(bar)
