"""Counts of the records in a domain, and the domains whose certificates expire soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.core.certificates import Certificate, look_at
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.records import SipDomain

LOOKED_AT = 500


def count_records(fetch: Callable[[Query[Any]], RecordPage[Any]], conditions: Any) -> int:
    """Count records without fetching them; 0 if the server does not support such records."""
    try:
        return fetch(Query(filter=conditions, range=Range(0, 1))).total
    except errors.NotOffered:
        return 0


def expiring_certificates(ngnpro: Ngnpro, after: str = "") -> dict[str, Any]:
    """Return the context of the page of certificates that expire soon, for the 500 domains after the first ``after``.

    Makes one call. ``ending`` is sorted by expiry; ``unreadable`` are domains whose certificates cannot be parsed;
    ``seen`` and ``total`` count domains; ``next`` is the ``after`` of the next window, 0 if this is the last.
    """
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    page = ngnpro.sip.get_domains(Query(order_by=OrderBy("domain"), range=Range(start, LOOKED_AT)))
    found: list[tuple[SipDomain, Certificate]] = []
    unreadable: list[SipDomain] = []
    for domain in page:
        certificate = look_at(domain.certificate)
        if certificate and certificate.state != "on":
            found.append((domain, certificate))
        elif domain.certificate and certificate is None:
            unreadable.append(domain)
    seen = start + len(page.items)
    return {
        "ending": sorted(found, key=lambda pair: pair[1].ends),
        "unreadable": unreadable,
        "seen": seen,
        "total": page.total,
        "next": seen if page.items and seen < page.total else 0,
    }
