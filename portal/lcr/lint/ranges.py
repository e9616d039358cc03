"""Number ranges of two customers that overlap."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.enum.coverage import LOOKED_AT
from portal.enum.findings import overlapping_ranges, part_of
from portal.lcr.findings import Finding
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import EnumRange

from .reports import Report


def ranges_that_overlap(ngnpro: Ngnpro, reseller: int) -> Report:
    """Report the ranges within one of another customer, of one reseller or with 0 of all.

    Makes one call, for the first thousand.
    """
    try:
        found, is_whole = overlapping_ranges(ngnpro)
    except (errors.NotOffered, errors.NotPermitted):
        return Report(unknown=_("Number ranges could not be looked at: the server does not list them."))
    words = ngettext(
        "Only the first %(count)s number range was looked at.",
        "Only the first %(count)s number ranges were looked at.",
        LOOKED_AT,
    )
    unknown = words % {"count": LOOKED_AT}
    concerned = [_finding(*pair) for pair in found if reseller in (0, *(one.reseller for one in pair))]
    return Report(concerned, "" if is_whole else unknown)


def _finding(inner: EnumRange, outer: EnumRange) -> Finding:
    key = inner.id.prefix
    return Finding(
        "enum:ranges:detail",
        key,
        f"+{key}",
        part_of(outer),
        bad=False,
        reseller=inner.reseller or outer.reseller,
        more_keys=(inner.id.tld,),
    )
