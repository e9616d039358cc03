"""Aliases and diversions that lead back to themselves, so that calls never leave them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lcr.findings import Finding
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, errors
from portal.ngnpro.records import DiversionTo, SipAlias

from .reports import Report

LOOKED_AT = 1000


def aliases_in_circles(ngnpro: Ngnpro, reseller: int) -> Report:
    """Report aliases that lead back to themselves, of one reseller or with 0 of all.

    Makes one call, for the first thousand.
    """
    try:
        page = ngnpro.sip.get_aliases(Query(order_by=OrderBy("aliasUsername"), range=Range(0, LOOKED_AT)))
    except (errors.NotOffered, errors.NotPermitted):
        return Report(unknown=_("Aliases could not be looked at: the server does not list them."))
    known = {str(one.id): one for one in page}
    words = ngettext(
        "Only the first %(count)s alias was looked at.", "Only the first %(count)s aliases were looked at.", LOOKED_AT
    )
    unknown = words % {"count": LOOKED_AT}
    found = [_of_alias(one) for one in page if _leads_back(one, known) and reseller in (0, one.reseller)]
    return Report(found, unknown if page.total > len(page.items) else "")


def _of_alias(alias: SipAlias) -> Finding:
    why = _("It leads back to itself through %(target)s: calls to it reach no one.") % {"target": alias.target}
    return Finding("aliases:edit", str(alias.id), str(alias.id), why, reseller=alias.reseller)


def _leads_back(alias: SipAlias, known: dict[str, SipAlias]) -> bool:
    seen: set[str] = set()
    at = str(alias.target)
    while at in known and at not in seen:
        if at == str(alias.id):
            return True
        seen.add(at)
        at = str(known[at].target)
    return False


def diversions_in_circles(ngnpro: Ngnpro, reseller: int) -> Report:
    """Report the diversions that lead back to themselves or into a circle, of one reseller or with 0 of all.

    One call of our own server's port Watch; other servers do not list them.
    """
    unlisted = _("Diversions could not be looked at: the server does not list those that go round in a circle.")
    if not (ngnpro.watch.is_there and ngnpro.watch.offers("getDiversionsInCircles")):
        return Report(unknown=unlisted)
    try:
        found = ngnpro.watch.get_diversions_in_circles()
    except (errors.NotOffered, errors.NotPermitted):
        return Report(unknown=unlisted)
    unknown = _("Not all diversions were looked at: there are more than the server follows.") if found.more else ""
    return Report([_of_diversion(one) for one in found.diversions if reseller in (0, one.reseller)], unknown)


def _of_diversion(one: DiversionTo) -> Finding:
    why = _("Its diversion to %(target)s goes round in a circle: these calls reach no one.") % {"target": one.target}
    return Finding("accounts:forwarding:diversions", str(one.sip_id), str(one.sip_id), why, reseller=one.reseller)
