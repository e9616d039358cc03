"""Which numbers of a range are in use, and which are free."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage, pattern_beginning
from portal.ngnpro.records import EnumNumber, EnumNumberFilter, EnumRange, EnumRangeFilter, SipAccount

LOOKED_AT = 1000
LISTED = Range(0, 1000)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The usage of a range: the numbers in use, how many there can be, and free ones to offer.

    ``whole`` is true if all its numbers were read; of a large range, only the first thousand are. Then ``free``
    lists only numbers below the last one read, because nothing is known of those above it.
    """

    used: int
    room: int
    free: tuple[str, ...]
    whole: bool

    @property
    def left(self) -> int:
        """The number of numbers that can still be added."""
        return max(0, self.room - self.used)

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.used / self.room)) if self.room else 0


def numbers_of(ngnpro: Ngnpro, record: EnumRange, count: int = LOOKED_AT, start: int = 0) -> RecordPage[EnumNumber]:
    """List numbers of a range, in order, from an index on: one call."""
    conditions = EnumNumberFilter(number=pattern_beginning(record.id.prefix), tld=record.id.tld)
    return ngnpro.enum.get_numbers(Query(filter=conditions, order_by=OrderBy("number"), range=Range(start, count)))


def belongs_to(record: EnumRange, *, owner: int, customer: int, reseller: int) -> bool:
    """Return whether a range may hold numbers of an account, by its owner and by its domain's customer and reseller.

    It may if it belongs to no customer, or to one of these three.
    """
    if record.customer:
        return record.customer in {owner, customer, reseller}
    return record.reseller in {0, reseller}


def is_for(record: EnumRange, account: SipAccount) -> bool:
    """Return whether a range may hold numbers of an account (``belongs_to``)."""
    return belongs_to(record, owner=account.owner, customer=account.customer, reseller=account.reseller)


def is_whole(numbers: RecordPage[EnumNumber]) -> bool:
    """Return whether a page holds all numbers of its range."""
    return numbers.total <= len(numbers.items)


def coverage_of(record: EnumRange, numbers: RecordPage[EnumNumber], offer: int = 10) -> Coverage:
    """Return how full a range is, with free numbers of its longest form, lowest first."""
    digits = record.max_digits or len(record.id.prefix)
    width = max(0, digits - len(record.id.prefix))
    possible = 10**width
    room = min(possible, record.size) if record.size else possible
    taken = {number.id.number for number in numbers}
    free: list[str] = []
    whole = is_whole(numbers)
    known = possible if whole else max(offsets_of(record, numbers), default=0)
    for index in range(min(known, len(taken) + offer)):
        candidate = f"{record.id.prefix}{index:0{width}}" if width else record.id.prefix
        if candidate not in taken and len(free) < offer:
            free.append(candidate)
    left = max(0, room - numbers.total)
    return Coverage(numbers.total, room, tuple(free[:left]), whole)


def next_free(ngnpro: Ngnpro, record: EnumRange, numbers: RecordPage[EnumNumber]) -> str | None:
    """Return the lowest free number of a range; ``None`` if it is full, or if that takes too long to find out.

    If the page has no gap, the first gap is found by binary search: one call for each step, about twenty for a million
    numbers. This works only if all numbers have the same length; for other ranges ``None`` is returned.
    """
    coverage = coverage_of(record, numbers, offer=1)
    if coverage.free or coverage.whole:
        return next(iter(coverage.free), None)
    width = record.max_digits - len(record.id.prefix)
    if not coverage.left or width <= 0 or record.min_digits != record.max_digits:
        return None
    place = _first_gap(ngnpro, record, numbers.total)
    return f"{record.id.prefix}{place:0{width}}" if place is not None and place < 10**width else None


def _first_gap(ngnpro: Ngnpro, record: EnumRange, total: int) -> int | None:
    """Return the first free offset, by binary search: each number before the gap has its offset as index."""
    low, high = 0, total
    while low < high:
        middle = (low + high) // 2
        found = offsets_of(record, numbers_of(ngnpro, record, 1, middle))
        if not found:
            return None  # the range was changed in the meantime
        low, high = (middle + 1, high) if found[0] <= middle else (low, middle)
    return low


def free_numbers(
    ngnpro: Ngnpro, account: SipAccount | None, ranges: int = 5, each: int = 3
) -> list[tuple[EnumRange, tuple[str, ...]]]:
    """Return free numbers of the ranges that changed last: one call, and one for each of these ranges.

    For an account, only ranges that may hold its numbers, among the hundred that changed last.
    """
    newest = Query[EnumRangeFilter](order_by=OrderBy("changeDate", "DESC"), range=Range(0, 100 if account else ranges))
    found = [one for one in ngnpro.enum.get_ranges(newest) if account is None or is_for(one, account)][:ranges]
    return [(one, coverage_of(one, numbers_of(ngnpro, one), each).free) for one in found]


@dataclass(frozen=True, slots=True)
class Hole:
    """Free numbers next to each other: the first, the last, and how many."""

    first: str
    last: str
    count: int


def offsets_of(record: EnumRange, numbers: RecordPage[EnumNumber]) -> list[int]:
    """Return the offsets of the numbers in use, counted from the first number of the longest form."""
    width = len(record.id.prefix)
    tails = (number.id.number[width:] for number in numbers if len(number.id.number) == record.max_digits)
    return sorted({int(tail or "0") for tail in tails})


def shown_holes(holes: list[Hole], most: int = 12) -> list[Hole]:
    """Return the holes to show: the lowest ones, and the largest in place of the last if it is not among them."""
    largest = max(holes, key=lambda hole: hole.count, default=None)
    shown = holes[:most]
    return shown if largest is None or largest in shown else [*shown[:-1], largest]


def holes_of(record: EnumRange, numbers: RecordPage[EnumNumber]) -> list[Hole]:
    """List the holes of a range, lowest first, as far as its numbers were read."""
    digits = record.max_digits - len(record.id.prefix)
    if digits <= 0:
        return []
    taken = offsets_of(record, numbers)
    end = 10**digits if is_whole(numbers) else taken[-1] if taken else 0
    found: list[Hole] = []
    start = 0
    for place in [*taken, end]:
        if place > start:
            first, last = (f"{record.id.prefix}{at:0{digits}}" for at in (start, place - 1))
            found.append(Hole(first, last, place - start))
        start = place + 1
    return found


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One part of the bar: its position, and whether its numbers are ``used``, in ``part``, ``free`` or ``unknown``."""

    at: int
    state: str


def bar_of(record: EnumRange, numbers: RecordPage[EnumNumber], cells: int = 100) -> list[CoverageCell]:
    """Divide a range into parts of the same size, and return how full each is."""
    possible = 10 ** max(0, record.max_digits - len(record.id.prefix))
    cells = min(cells, possible)
    size = possible / cells
    taken = offsets_of(record, numbers)
    used = Counter(min(cells - 1, int(place / size)) for place in taken)
    seen = cells if is_whole(numbers) else int(taken[-1] / size) if taken else 0
    return [CoverageCell(at, _state(used[at], size, known=at <= seen)) for at in range(cells)]


def _state(used: int, size: float, *, known: bool) -> str:
    if not known:
        return "unknown"
    return "free" if not used else "used" if used >= size else "part"
