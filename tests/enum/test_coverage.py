"""How full a range is: its gaps, and the bar that shows them."""

from __future__ import annotations

from collections.abc import Iterable

from portal.enum.coverage import (
    LOOKED_AT,
    Hole,
    bar_of,
    coverage_of,
    holes_of,
    next_free,
    numbers_of,
    shown_holes,
)
from portal.ngnpro import RecordPage
from portal.ngnpro.records import EnumId, EnumMapping, EnumNumber, EnumRange, EnumRangeId
from tests.support.portal import Platform

RANGE = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=9, max_digits=9)


def numbers(*digits: str, total: int = 0) -> RecordPage[EnumNumber]:
    items = tuple(EnumNumber(id=EnumId(number=number)) for number in digits)
    return RecordPage(total or len(items), items)


def test_holes_are_the_free_stretches_between_numbers_and_after_them() -> None:
    found = holes_of(RANGE, numbers("312080000", "312080001", "312080005", "312080099"))
    assert found == [Hole("312080002", "312080004", 3), Hole("312080006", "312080098", 93)]


def test_an_empty_range_is_one_hole_and_a_full_one_has_none() -> None:
    assert holes_of(RANGE, numbers()) == [Hole("312080000", "312080099", 100)]
    assert holes_of(RANGE, numbers(*(f"3120800{at:02}" for at in range(100)))) == []


def test_shorter_numbers_of_a_range_take_no_place_among_the_longest() -> None:
    assert holes_of(RANGE, numbers("31208000")) == [Hole("312080000", "312080099", 100)]


def test_a_range_of_one_number_has_no_free_stretch() -> None:
    single = EnumRange(id=EnumRangeId(prefix="31208005169"), min_digits=11, max_digits=11)
    assert holes_of(single, numbers("31208005169")) == []
    assert [cell.state for cell in bar_of(single, numbers("31208005169"))] == ["used"]


def test_unchecked_stretches_are_shown_as_unknown_not_as_free() -> None:
    part = numbers("312080000", "312080003", total=LOOKED_AT + 1)
    assert holes_of(RANGE, part) == [Hole("312080001", "312080002", 2)]
    assert [cell.state for cell in bar_of(RANGE, part)][:6] == ["used", "free", "free", "used", "unknown", "unknown"]


def test_the_bar_distinguishes_used_free_and_partly_used() -> None:
    large = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=10, max_digits=10)
    cells = bar_of(large, numbers(*(f"3120800{at:03}" for at in range(15))))
    assert [cell.state for cell in cells[:3]] == ["used", "part", "free"]
    assert len(cells) == 100


def test_no_number_above_the_last_one_read_is_offered() -> None:
    large = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=11, max_digits=11)
    first = numbers(*(f"3120800{at:04}" for at in range(LOOKED_AT)), total=LOOKED_AT + 126)
    coverage = coverage_of(large, first)
    assert coverage.free == ()
    assert coverage.left == 10_000 - LOOKED_AT - 126


def test_the_largest_stretch_is_shown_even_if_it_is_the_thirteenth() -> None:
    large = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=10, max_digits=10)
    holes = holes_of(large, numbers(*(f"3120800{at:03}" for at in range(1, 26, 2))))
    assert len(holes) == 14
    assert shown_holes(holes) == [*holes[:11], holes[13]]
    assert shown_holes(holes)[-1].count == 974


def add_numbers(platform: Platform, digits: Iterable[str]) -> None:
    mapping = EnumMapping(mapto="sip:ada@example.com")
    for number in digits:
        platform.ngnpro.enum.add_number(EnumNumber(id=EnumId(number=number), mappings=(mapping,)))


def test_a_free_number_beyond_the_first_page_is_found_by_bisection(platform: Platform) -> None:
    large = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=11, max_digits=11)
    platform.ngnpro.enum.add_range(large)
    add_numbers(platform, [f"3120800{at:04}" for at in range(60) if at != 41])
    page = numbers_of(platform.ngnpro, large, 20)
    platform.forget_calls()
    assert next_free(platform.ngnpro, large, page) == "31208000041"
    assert len(platform.calls) <= 7
    add_numbers(platform, ["31208000041"])
    assert next_free(platform.ngnpro, large, numbers_of(platform.ngnpro, large, 20)) == "31208000060"


def test_with_numbers_of_several_lengths_the_next_free_one_may_be_unknown(platform: Platform) -> None:
    mixed = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=10, max_digits=11)
    platform.ngnpro.enum.add_range(mixed)
    add_numbers(platform, [f"3120800{at:04}" for at in range(6)])
    assert next_free(platform.ngnpro, mixed, numbers_of(platform.ngnpro, mixed, 3)) is None
