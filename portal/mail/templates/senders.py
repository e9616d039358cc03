"""Sender domains: the domains from which the mails of a reseller may be sent, and their verification.

A reseller proves the ownership of a domain by a TXT record with a value that the portal shows; an operator can confirm
a domain without it. Until then, mails are sent from the portal's address under the reseller's name, and replies go to
the reseller.
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

from portal.core.servers import dns_resolver
from portal.core.viewer import Viewer
from portal.mail.text.models import SenderDomain

from .choices import MailOwner

SECONDS = 3.0
LABEL, MARK = "_ngnpro-portal", "ngnpro-portal="
DNS = "dns"


class SenderDomainError(Exception):
    """A domain was not added or verified; the message is a sentence with the reason."""


def domains_of(of: MailOwner) -> list[SenderDomain]:
    """Return a reseller's domains; for the platform those of all resellers, which operators confirm."""
    found = SenderDomain.objects.filter(**of.key) if of.reseller else SenderDomain.objects.all()
    return list(found)


def add_sender_domain(of: MailOwner, domain: str, by: Viewer) -> None:
    """Add an unverified domain; ``SenderDomainError`` if it exists, or if the number of domains is at its limit."""
    if SenderDomain.objects.filter(**of.key, domain=domain).exists():
        raise SenderDomainError(_("This domain is on the list already."))
    used = set(SenderDomain.objects.filter(**of.key).values_list("slot", flat=True))
    free = [slot for slot in range(settings.MAIL_SENDER_DOMAINS) if slot not in used]
    if not of.reseller or not free:
        raise SenderDomainError(_("You have as many sender domains as are allowed. Remove one first."))
    try:
        with transaction.atomic():
            SenderDomain.objects.create(**of.key, domain=domain, slot=free[0], changed_by=by.login[:320])
    except IntegrityError:
        raise SenderDomainError(
            _("Another domain was added at the same moment. Nothing was saved; please try again.")
        ) from None


def find_sender_domain(of: MailOwner, pk: str) -> SenderDomain | None:
    """Return a domain by its primary key, if ``domains_of`` lists it."""
    return next((row for row in domains_of(of) if str(row.pk) == pk), None)


def record_of(row: SenderDomain) -> tuple[str, str]:
    """Return the name and the text of the TXT record that proves a domain; the text differs for each reseller."""
    text = json.dumps([row.engine, row.reseller, row.domain])
    proof = salted_hmac("portal.mail.senders", text, algorithm="sha256").hexdigest()[:40]
    return f"{LABEL}.{row.domain}", MARK + proof


def check_dns(row: SenderDomain) -> None:
    """Look up the TXT record of a domain and mark it as verified; ``SenderDomainError`` if it was not found."""
    name, wanted = record_of(row)
    try:
        answer = dns_resolver().resolve(f"{name}.", "TXT", lifetime=SECONDS)
        found = {b"".join(record.strings).decode(errors="replace") for record in answer}
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        found = set()
    except (dns.exception.DNSException, OSError) as error:
        raise SenderDomainError(_("The DNS query failed: %(error)s. Nothing was changed.") % {"error": error}) from None
    if wanted not in found:
        values = {"name": name}
        raise SenderDomainError(
            _("DNS does not have the record %(name)s yet. This can take hours. Nothing was changed.") % values
        )
    verify_sender_domain(row, DNS)


def verify_sender_domain(row: SenderDomain, by: str) -> None:
    """Mark a domain as verified, by DNS or by an operator."""
    SenderDomain.objects.filter(pk=row.pk).update(verified_at=timezone.now(), verified_by=by[:320])


def withdraw_sender_domain(row: SenderDomain) -> None:
    """Mark a domain as no longer verified."""
    SenderDomain.objects.filter(pk=row.pk).update(verified_at=None, verified_by="")


def remove_sender_domain(row: SenderDomain) -> None:
    """Delete a domain; mails are then sent from the portal's address again."""
    SenderDomain.objects.filter(pk=row.pk).delete()


ACTIONS: Mapping[str, str] = {
    "check": "checkSenderDomain",
    "confirm": "confirmSenderDomain",
    "withdraw": "withdrawSenderDomain",
    "remove": "removeSenderDomain",
}
