"""What is unusual about numbers and ranges: targets that DNS clients may try in any order, and ranges that overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngnpro_wire.facts.enum_services import without_scheme
from portal.core.in_words import number_in_groups
from portal.enum.coverage import LOOKED_AT
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, pattern_beginning
from portal.ngnpro.records import EnumMapping, EnumNumber, EnumRange, EnumRangeFilter


def same_target(mapping: EnumMapping) -> tuple[str, str]:
    """Return what is equal in mappings that publish the same target twice."""
    return mapping.type, without_scheme(mapping.mapto).casefold()


def findings_of_number(number: EnumNumber) -> Iterator[str]:
    """Yield what is unusual about the targets of a number."""
    for (service, _target), times in Counter(map(same_target, number.mappings)).items():
        if times > 1:
            yield _("A target of the service %(service)s occurs twice: the second one has no effect.") % {
                "service": service
            }
    for (service, priority), times in Counter((one.type, one.priority) for one in number.mappings).items():
        if times > 1:
            words = {"service": service, "priority": priority}
            yield (
                _("Several targets of the service %(service)s have the priority %(priority)s: calls go to any of them.")
                % words
            )


def ranges_near(ngnpro: Ngnpro, record: EnumRange) -> tuple[EnumRange, ...]:
    """Return the first thousand ranges in the same ENUM domain that begin with the same digit: one call."""
    conditions = EnumRangeFilter(prefix=pattern_beginning(record.id.prefix[:1]), tld=record.id.tld)
    query = Query(filter=conditions, order_by=OrderBy("prefix"), range=Range(0, LOOKED_AT))
    return ngnpro.enum.get_ranges(query).items


def _is_of_another(inner: EnumRange, outer: EnumRange) -> bool:
    """Return whether a range within another one is of another customer; resellers give parts of theirs to customers."""
    if (inner.customer, inner.reseller) == (outer.customer, outer.reseller):
        return False
    return not (outer.customer == outer.reseller == inner.reseller)


def part_of(other: EnumRange) -> str:
    """Return the finding about a range that lies within one of another customer."""
    words = {"range": number_in_groups(other.id.prefix)}
    return _("It is a part of the range %(range)s of another customer: new numbers belong to this one.") % words


def overlapping_ranges(ngnpro: Ngnpro) -> tuple[list[tuple[EnumRange, EnumRange]], bool]:
    """Return ranges within one of another customer, each with the narrowest such one around it: one call.

    Among the first thousand ranges; the second value is whether these are all.
    """
    page = ngnpro.enum.get_ranges(Query(order_by=OrderBy("prefix"), range=Range(0, LOOKED_AT)))
    found: list[tuple[EnumRange, EnumRange]] = []
    around: list[EnumRange] = []
    for one in sorted(page, key=lambda one: (one.id.tld, one.id.prefix)):
        while around and not _is_within(one, around[-1]):
            around.pop()
        found += [(one, other) for other in reversed(around) if _is_of_another(one, other)][:1]
        around.append(one)
    return found, page.total <= len(page.items)


def _is_within(inner: EnumRange, outer: EnumRange) -> bool:
    return inner.id.tld == outer.id.tld and inner.id.prefix.startswith(outer.id.prefix)


def findings_of_range(record: EnumRange, ranges: Iterable[EnumRange]) -> Iterator[str]:
    """Yield what is unusual about a range among others: overlaps with those of other customers, and its size."""
    for other in ranges:
        if other.id == record.id:
            continue
        words = {"range": number_in_groups(other.id.prefix)}
        if _is_within(other, record) and _is_of_another(other, record):
            yield (
                _("The range %(range)s of another customer is a part of it: new numbers in there belong to it.") % words
            )
        elif _is_within(record, other) and _is_of_another(record, other):
            yield part_of(other)
    if 0 < record.size < record.used:
        too_many = ngettext(
            "It has %(used)s number, but may have %(size)s only: none can be added.",
            "It has %(used)s numbers, but may have %(size)s only: none can be added.",
            record.used,
        )
        yield too_many % {"used": record.used, "size": record.size}
