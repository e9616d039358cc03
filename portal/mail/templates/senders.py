"""Sender domains: from which domains the mails of a reseller may come, and how it is proved that they are theirs.

A reseller proves a domain by a TXT record with a value that the portal names; an operator can confirm one without it.
Until then mails come from the portal's own address under the reseller's name, and answers go to the reseller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import dns.exception
import dns.resolver
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.core.resolving import resolver
from portal.core.viewer import Viewer
from portal.mail.text.models import SenderDomain

from .choices import Whose

SECONDS = 3.0
LABEL, MARK = "_ngnpro-portal", "ngnpro-portal="
DNS = "dns"


class Refused(Exception):
    """Says in a sentence why a domain was not added or verified."""


def domains_of(of: Whose) -> list[SenderDomain]:
    """List a reseller's domains; for the platform those of all resellers, which operators confirm."""
    found = SenderDomain.objects.filter(**of.key) if of.reseller else SenderDomain.objects.all()
    return list(found)


def add(of: Whose, domain: str, by: Viewer) -> None:
    """Add a domain that is not verified yet; ``Refused`` when it is there already, or there are as many as allowed."""
    if SenderDomain.objects.filter(**of.key, domain=domain).exists():
        raise Refused(_("This domain is on the list already."))
    used = set(SenderDomain.objects.filter(**of.key).values_list("slot", flat=True))
    free = [slot for slot in range(settings.MAIL_SENDER_DOMAINS) if slot not in used]
    if not of.reseller or not free:
        raise Refused(_("You have as many sender domains as are allowed. Remove one first."))
    try:
        with transaction.atomic():
            SenderDomain.objects.create(**of.key, domain=domain, slot=free[0], changed_by=by.login[:320])
    except IntegrityError:
        raise Refused(_("Another domain was added at the same moment. Nothing was saved; please try again.")) from None


def find(of: Whose, pk: str) -> SenderDomain | None:
    """Find a domain by its key, among those that ``domains_of`` lists."""
    return next((row for row in domains_of(of) if str(row.pk) == pk), None)


def record_of(row: SenderDomain) -> tuple[str, str]:
    """Give the name and the text of the TXT record that proves a domain; the text differs for each reseller."""
    text = json.dumps([row.engine, row.reseller, row.domain])
    proof = salted_hmac("portal.mail.senders", text, algorithm="sha256").hexdigest()[:40]
    return f"{LABEL}.{row.domain}", MARK + proof


def check(row: SenderDomain) -> None:
    """Look for the TXT record of a domain, and note that it is verified; ``Refused`` when DNS does not have it."""
    name, wanted = record_of(row)
    try:
        answer = resolver().resolve(f"{name}.", "TXT", lifetime=SECONDS)
        found = {b"".join(record.strings).decode(errors="replace") for record in answer}
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        found = set()
    except (dns.exception.DNSException, OSError) as error:
        raise Refused(_("DNS could not be asked: %(error)s. Nothing was changed.") % {"error": error}) from None
    if wanted not in found:
        values = {"name": name}
        raise Refused(_("DNS does not have the record of %(name)s yet. It can take hours until it does.") % values)
    verify(row, DNS)


def verify(row: SenderDomain, by: str) -> None:
    """Note that a domain is verified, by DNS or by an operator."""
    SenderDomain.objects.filter(pk=row.pk).update(verified_at=timezone.now(), verified_by=by[:320])


def withdraw(row: SenderDomain) -> None:
    """Note that a domain is not verified any more."""
    SenderDomain.objects.filter(pk=row.pk).update(verified_at=None, verified_by="")


def remove(row: SenderDomain) -> None:
    """Remove a domain; mails come from the portal's own address again."""
    SenderDomain.objects.filter(pk=row.pk).delete()


DEEDS: Mapping[str, str] = {
    "check": "checkSenderDomain",
    "confirm": "confirmSenderDomain",
    "withdraw": "withdrawSenderDomain",
    "remove": "removeSenderDomain",
}
