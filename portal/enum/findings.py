"""What is unusual about numbers and ranges: targets that DNS clients may try in any order, and ranges that overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

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


def findings_of_range(record: EnumRange, ranges: Iterable[EnumRange]) -> Iterator[str]:
    """Yield what is unusual about a range among others: overlaps with those of other customers, and its size."""
    for other in ranges:
        if other.id == record.id or other.id.tld != record.id.tld or other.customer == record.customer:
            continue
        words = {"range": number_in_groups(other.id.prefix)}
        if other.id.prefix.startswith(record.id.prefix):
            yield (
                _("The range %(range)s of another customer is a part of it: new numbers in there belong to it.") % words
            )
        elif record.id.prefix.startswith(other.id.prefix):
            yield _("It is a part of the range %(range)s of another customer: new numbers belong to this one.") % words
    if 0 < record.size < record.used:
        words = {"used": str(record.used), "size": str(record.size)}
        yield _("It has %(used)s numbers, but may have %(size)s only: none can be added.") % words
