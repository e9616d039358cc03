"""Which numbers of a range are used, and which is the next free one."""

from __future__ import annotations

from dataclasses import dataclass

from portal.ngnpro import Ngnpro, OrderBy, Page, Query, Range
from portal.ngnpro.records import EnumNumber, EnumNumberFilter, EnumRange

LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class Coverage:
    """How full a range is: the numbers there are, how many there could be, and free ones to offer.

    ``whole`` tells whether all its numbers were looked at; a range with more than a thousand is looked at in part.
    """

    used: int
    room: int
    free: tuple[str, ...]
    whole: bool

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.used / self.room)) if self.room else 0


def numbers_of(ngnpro: Ngnpro, record: EnumRange, count: int = LOOKED_AT) -> Page[EnumNumber]:
    """List the first numbers of a range, in order: one call."""
    conditions = EnumNumberFilter(number=f"{record.id.prefix}%", tld=record.id.tld)
    return ngnpro.enum.get_numbers(Query(filter=conditions, order_by=OrderBy("number"), range=Range(0, count)))


def coverage_of(record: EnumRange, numbers: Page[EnumNumber], offer: int = 10) -> Coverage:
    """Say how full a range is, and offer free numbers of its longest form, lowest first."""
    digits = record.max_digits or len(record.id.prefix)
    width = max(0, digits - len(record.id.prefix))
    possible = 10**width
    room = min(possible, record.size) if record.size else possible
    taken = {number.id.number for number in numbers}
    free: list[str] = []
    for index in range(min(possible, len(taken) + offer)):
        candidate = f"{record.id.prefix}{index:0{width}}" if width else record.id.prefix
        if candidate not in taken and len(free) < offer:
            free.append(candidate)
    left = max(0, room - numbers.total)
    return Coverage(numbers.total, room, tuple(free[:left]), numbers.total <= LOOKED_AT)
