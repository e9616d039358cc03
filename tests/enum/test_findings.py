"""What is unusual about numbers and ranges is refused in forms, or marked on their pages."""

from __future__ import annotations

from django.test import Client

from portal.enum.findings import findings_of_range, overlapping_ranges
from portal.ngnpro.records import EnumMapping, EnumNumber, EnumRange, EnumRangeId
from tests.support.pages import Page
from tests.support.portal import Platform

NUMBER, TLD = "4930901820", "e164.arpa"
DETAIL = f"/enum/numbers/{NUMBER}/{TLD}/"


def add_mappings(world: Platform, *mappings: EnumMapping) -> None:
    number: EnumNumber = world.add_number(NUMBER, "ada@example.com")
    world.ngnpro.enum.update_number(EnumNumber(id=number.id, mappings=mappings))


def test_targets_with_one_priority_and_a_target_that_occurs_twice_are_marked(browser: Client, world: Platform) -> None:
    ada, mail = "sip:ada@example.com", "mailto:ada@example.com"
    add_mappings(
        world,
        EnumMapping(mapto=ada, priority=10),
        EnumMapping(mapto="sip:ADA@example.com", priority=20),
        EnumMapping(mapto="sip:bert@example.com", priority=20),
        EnumMapping(type="mailto", mapto=mail, priority=20),
    )
    text = Page(browser.get(DETAIL)).text
    assert "A target of the service sip occurs twice" in text
    assert "Several targets of the service sip have the priority 20" in text
    assert "service mailto" not in text


def test_a_usual_number_has_no_mark(browser: Client, world: Platform) -> None:
    add_mappings(world, EnumMapping(mapto="sip:ada@example.com", priority=10))
    assert "occurs twice" not in Page(browser.get(DETAIL)).text


def test_the_form_refuses_a_target_that_stands_above(browser: Client, world: Platform) -> None:
    world.add_number(f"{NUMBER[:-1]}1", "ada@example.com")
    typed = {"number": f"+{NUMBER}", "tld": TLD}
    for row, target in enumerate(("sip:ada@example.com", "Ada@example.com")):
        typed |= {f"type_{row}": "sip", f"mapto_{row}": target, f"priority_{row}": str(10 + row), f"ttl_{row}": "300"}
    answer = browser.post("/enum/numbers/add/", typed)
    assert answer.status_code == 422
    assert "This target stands above already." in Page(answer).text


def test_ranges_of_two_customers_that_overlap_are_marked_on_both_pages(browser: Client, world: Platform) -> None:
    other = world.account().customer
    world.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="4930"), min_digits=10, max_digits=10))
    part = EnumRange(id=EnumRangeId(prefix="493090"), min_digits=10, max_digits=10, customer=other)
    world.ngnpro.enum.add_range(part)
    around = Page(browser.get(f"/enum/ranges/4930/{TLD}/")).text
    assert "of another customer is a part of it" in around
    assert "It is a part of the range" in Page(browser.get(f"/enum/ranges/493090/{TLD}/")).text


def test_a_size_below_what_is_used_is_marked() -> None:
    record = EnumRange(id=EnumRangeId(prefix="4930"), size=2, used=3)
    assert list(findings_of_range(record, [record])) == ["It has 3 numbers, but may have 2 only: none can be added."]


def test_a_part_of_a_resellers_own_range_that_one_of_their_customers_has_is_usual(
    browser: Client, world: Platform
) -> None:
    own, foreign = world.account().reseller, world.account("bob@other.example").customer
    customer = world.account().customer
    digits = {"min_digits": 10, "max_digits": 10}
    for prefix, owner in (("4940", own), ("494090", customer), ("4940909", customer), ("494091", foreign)):
        world.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix=prefix), customer=owner, **digits))
    found, _whole = overlapping_ranges(world.ngnpro)
    assert [(inner.id.prefix, outer.id.prefix) for inner, outer in found] == [("494091", "4940")]
    assert "another customer" not in Page(browser.get(f"/enum/ranges/494090/{TLD}/")).text
    around = Page(browser.get(f"/enum/ranges/4940/{TLD}/")).text
    assert "The range +49 4091 of another customer is a part of it" in around
    assert around.count("of another customer") == 1


def test_a_part_that_a_customer_of_the_platform_itself_has_in_its_range_is_unusual(world: Platform) -> None:
    """A range without an owner is no reseller's own."""
    outer = EnumRange(id=EnumRangeId(prefix="4940"))
    inner = EnumRange(id=EnumRangeId(prefix="494090"), customer=7, reseller=3)
    assert len(list(findings_of_range(outer, [outer, inner]))) == 1
