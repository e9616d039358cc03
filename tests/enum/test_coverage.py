"""How full a range is: its holes, and the bar that shows them."""

from __future__ import annotations

from portal.enum.coverage import LOOKED_AT, Hole, bar_of, holes_of
from portal.ngnpro import Page
from portal.ngnpro.records import EnumId, EnumNumber, EnumRange, EnumRangeId

RANGE = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=9, max_digits=9)


def numbers(*digits: str, total: int = 0) -> Page[EnumNumber]:
    items = tuple(EnumNumber(id=EnumId(number=number)) for number in digits)
    return Page(total or len(items), items)


def test_holes_are_the_free_stretches_between_numbers_and_after_them() -> None:
    found = holes_of(RANGE, numbers("312080000", "312080001", "312080005", "312080099"))
    assert found == [Hole("312080002", "312080004", 3), Hole("312080006", "312080098", 93)]


def test_an_empty_range_is_one_hole_and_a_full_one_has_none() -> None:
    assert holes_of(RANGE, numbers()) == [Hole("312080000", "312080099", 100)]
    assert holes_of(RANGE, numbers(*(f"3120800{at:02}" for at in range(100)))) == []


def test_shorter_numbers_of_a_range_take_no_place_among_the_longest() -> None:
    assert holes_of(RANGE, numbers("31208000")) == [Hole("312080000", "312080099", 100)]


def test_a_range_that_is_its_only_number_has_no_holes() -> None:
    single = EnumRange(id=EnumRangeId(prefix="31208005169"), min_digits=11, max_digits=11)
    assert holes_of(single, numbers("31208005169")) == []
    assert [cell.state for cell in bar_of(single, numbers("31208005169"))] == ["used"]


def test_what_was_not_looked_at_is_no_hole_and_shown_as_unknown() -> None:
    part = numbers("312080000", "312080003", total=LOOKED_AT + 1)
    assert holes_of(RANGE, part) == [Hole("312080001", "312080002", 2)]
    assert [cell.state for cell in bar_of(RANGE, part)][:6] == ["used", "free", "free", "used", "unknown", "unknown"]


def test_the_bar_tells_used_free_and_partly_used_apart() -> None:
    large = EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=10, max_digits=10)
    cells = bar_of(large, numbers(*(f"3120800{at:03}" for at in range(15))))
    assert [cell.state for cell in cells[:3]] == ["used", "part", "free"]
    assert len(cells) == 100
