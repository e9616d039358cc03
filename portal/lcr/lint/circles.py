"""Aliases that point to each other in a circle, which calls never leave: other programs and servers may store them."""

from __future__ import annotations

from portal.ngnpro import Ngnpro, OrderBy, Query, Range, errors
from portal.ngnpro.records import SipAlias

LOOKED_AT = 1000


def aliases_in_circles(ngnpro: Ngnpro) -> list[SipAlias]:
    """Return those of the first thousand aliases that lead back to themselves: one call.

    Empty if the server has no aliases, or does not let the viewer list them.
    """
    try:
        page = ngnpro.sip.get_aliases(Query(order_by=OrderBy("aliasUsername"), range=Range(0, LOOKED_AT)))
    except (errors.NotOffered, errors.NotPermitted):
        return []
    known = {str(one.id): one for one in page}
    return [one for one in page if _leads_back(one, known)]


def _leads_back(alias: SipAlias, known: dict[str, SipAlias]) -> bool:
    seen: set[str] = set()
    at = str(alias.target)
    while at in known and at not in seen:
        if at == str(alias.id):
            return True
        seen.add(at)
        at = str(known[at].target)
    return False
