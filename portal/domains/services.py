"""The domains whose certificates expire soon."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.core.certificates import Certificate, look_at
from portal.ngnpro import Ngnpro, OrderBy, Query, Range
from portal.ngnpro.domain_leftovers import LeftOfDomain
from portal.ngnpro.records import SipDomain

LOOKED_AT = 500
SHOWN = 5


def words_of_left(domain: str, left: LeftOfDomain) -> str:
    """Return sentences about what the NGNPro server has kept of a deleted domain."""
    parts = []
    if left.keys:
        words = {"domain": domain, "records": ", ".join(left.keys[:SHOWN]) + (" …" if len(left.keys) > SHOWN else "")}
        parts.append(
            _("These still lead into %(domain)s, and would lead to whoever adds it again: %(records)s.") % words
        )
    if left.within:
        words = {"domain": domain, "total": str(left.within)}
        parts.append(_("NGNPro still lists %(total)s accounts and aliases in %(domain)s.") % words)
    if left.unseen_mailboxes:
        words = {"total": str(left.unseen_mailboxes)}
        parts.append(_("The mailboxes of %(total)s more accounts were not looked for and may still be stored.") % words)
    return " ".join(parts)


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
