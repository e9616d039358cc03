"""The ranges room, from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import ClassVar

from django.test import Client

from portal.ngnpro.records import EnumId, EnumNumber, EnumRange, EnumRangeId
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.support.room_cases import DeleteCases, EditCases, ListCases, OutageCases

RANGE = "/enum/ranges/3120800/e164.arpa/"


USUAL = {"prefix": "+31 20 800", "tld": "e164.arpa", "min_digits": "11", "max_digits": "11", "ttl": "3600"}


def add(browser: Client, **typed: str) -> Page:
    return Page(browser.post("/enum/ranges/add/", USUAL | typed, follow=True))


class TestRanges(ListCases, EditCases, DeleteCases, OutageCases):
    url = "/enum/ranges/"
    resource_name = "range"
    key = "312080000/e164.arpa"
    empty = "There is no number range yet"
    list_calls = ("getRanges",)
    sorts = ("prefix", "changeDate")
    filters: ClassVar = {"prefix=%2B31+20": 3, "prefix=312080001": 1, "tld=e164": 3, "info=Branch": 3, "info=x": 0}
    typed: ClassVar = USUAL
    kept = "max_digits"
    refused = (("prefix", "312080000"), ("customer", "4711"))
    invalid = (
        ("prefix", "020"),
        ("tld", "x y"),
        ("max_digits", "16"),
        ("max_digits", "5"),
        ("ttl", "-1"),
    )
    edited = ("info", "Head office", "Branch office")
    member = "info"

    def add_one(self, platform: Platform, number: int) -> None:
        id_ = EnumRangeId(prefix=f"3120800{number:02}")
        platform.ngnpro.enum.add_range(EnumRange(id=id_, min_digits=11, max_digits=11, info=f"Branch {number}"))


def test_a_range_is_typed_as_people_write_it_and_stored_as_digits(browser: Client, platform: Platform) -> None:
    page = add(browser, info="Head office", size="100")
    assert "0 of 100 numbers are used." in page.text
    found = platform.ngnpro.enum.find_range(EnumRangeId(prefix="3120800"))
    assert found is not None
    assert (found.max_digits, found.size, found.info) == (11, 100, "Head office")
    platform.forget_calls()
    row = Page(browser.get("/enum/ranges/")).rows()[0]
    assert row[0] == "+31 20800e164.arpa"
    assert "0 of 100" in row[2]
    assert platform.calls == ["getRanges"]


def test_the_record_page_offers_the_next_free_numbers(browser: Client, platform: Platform) -> None:
    add(browser)
    for tail in ("0000", "0001", "0003"):
        platform.ngnpro.enum.add_number(EnumNumber(id=EnumId(number=f"3120800{tail}")))
    text = Page(browser.get(RANGE)).text
    assert "3 of 10000 numbers are used." in text
    assert "+31 20 800 0002" in text
    assert "+31 20 800 0004" in text


def test_the_record_page_shows_the_free_stretches_and_a_bar(browser: Client, platform: Platform) -> None:
    add(browser, prefix="+31 20 800 51", min_digits="11", max_digits="11")
    for tail in ("00", "01", "05"):
        platform.ngnpro.enum.add_number(EnumNumber(id=EnumId(number=f"312080051{tail}")))
    browser.get("/enum/ranges/312080051/e164.arpa/")
    platform.forget_calls()
    page = Page(browser.get("/enum/ranges/312080051/e164.arpa/"))
    assert platform.calls == ["getRanges", "getNumbers", "getRanges"]
    assert "+31 20 800 5102 – +31 20 800 5104 3 free" in page.text
    assert page.links()["+31 20 800 5106"] == "/enum/numbers/add/?number=31208005106&tld=e164.arpa"
    cells = [cell.get("class") for cell in page.root.iter("rect")]
    assert cells[:6] == ["cover-used", "cover-used", "cover-free", "cover-free", "cover-free", "cover-used"]


def test_a_range_that_may_hold_no_more_offers_none_of_its_free_stretches(browser: Client, platform: Platform) -> None:
    add(browser, size="1")
    platform.ngnpro.enum.add_number(EnumNumber(id=EnumId(number="31208000000")))
    page = Page(browser.get(RANGE))
    assert "None: the limit of the range is reached." in page.text
    assert not [url for url in page.links().values() if "/numbers/add/?number=31208000001" in url]


def test_a_shortest_number_that_is_longer_than_the_longest_is_refused(browser: Client, platform: Platform) -> None:
    page = add(browser, min_digits="12")
    assert page.response.status_code == 422
    assert page.error_of("max_digits")
    assert platform.ngnpro.enum.get_ranges().total == 0


def test_the_page_explains_why_a_range_with_numbers_is_not_deleted(browser: Client, platform: Platform) -> None:
    add(browser)
    platform.ngnpro.enum.add_number(EnumNumber(id=EnumId(number="31208005169")))
    answer = browser.post(f"{RANGE}delete/")
    assert answer.status_code == 422
    assert "It is still in use. Delete these first: 1 Numbers" in Page(answer).text
    platform.ngnpro.enum.delete_number(EnumId(number="31208005169"))
    assert browser.post(f"{RANGE}delete/").status_code == 302
    assert browser.get(RANGE).status_code == 404
