"""Which numbers of a range are used, and which is the next free one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from portal.ngnpro import Ngnpro, OrderBy, Page, Query, Range, beginning
from portal.ngnpro.records import EnumNumber, EnumNumberFilter, EnumRange, EnumRangeFilter

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
    conditions = EnumNumberFilter(number=beginning(record.id.prefix), tld=record.id.tld)
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


def free_numbers(ngnpro: Ngnpro, ranges: int = 5, each: int = 3) -> list[tuple[EnumRange, tuple[str, ...]]]:
    """Offer free numbers of the ranges that changed last: one call, and one for each of these ranges."""
    newest = Query[EnumRangeFilter](order_by=OrderBy("changeDate", "DESC"), range=Range(0, ranges))
    found = ngnpro.enum.get_ranges(newest)
    return [(one, coverage_of(one, numbers_of(ngnpro, one), each).free) for one in found]


@dataclass(frozen=True, slots=True)
class Hole:
    """Free numbers next to each other: the first, the last, and how many."""

    first: str
    last: str
    count: int


def offsets_of(record: EnumRange, numbers: Page[EnumNumber]) -> list[int]:
    """Say which places of a range are taken, counted from its first number of the longest form."""
    width = len(record.id.prefix)
    tails = (number.id.number[width:] for number in numbers if len(number.id.number) == record.max_digits)
    return sorted({int(tail or "0") for tail in tails})


def holes_of(record: EnumRange, numbers: Page[EnumNumber], most: int = 12) -> list[Hole]:
    """List the free stretches of a range, lowest first, as far as its numbers were looked at."""
    digits = record.max_digits - len(record.id.prefix)
    if digits <= 0:
        return []
    taken = offsets_of(record, numbers)
    end = 10**digits if numbers.total <= LOOKED_AT else taken[-1] if taken else 0
    found: list[Hole] = []
    start = 0
    for place in [*taken, end]:
        if place > start and len(found) < most:
            first, last = (f"{record.id.prefix}{at:0{digits}}" for at in (start, place - 1))
            found.append(Hole(first, last, place - start))
        start = place + 1
    return found


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of the bar: its place, and whether its numbers are ``used``, in ``part``, ``free`` or ``unknown``."""

    at: int
    state: str


def bar_of(record: EnumRange, numbers: Page[EnumNumber], cells: int = 100) -> list[Cell]:
    """Cut a range into parts of the same size, and say how full each is."""
    possible = 10 ** max(0, record.max_digits - len(record.id.prefix))
    cells = min(cells, possible)
    size = possible / cells
    taken = offsets_of(record, numbers)
    used = Counter(min(cells - 1, int(place / size)) for place in taken)
    seen = cells if numbers.total <= LOOKED_AT else int(taken[-1] / size) if taken else 0
    return [Cell(at, _state(used[at], size, known=at <= seen)) for at in range(cells)]


def _state(used: int, size: float, *, known: bool) -> str:
    if not known:
        return "unknown"
    return "free" if not used else "used" if used >= size else "part"
