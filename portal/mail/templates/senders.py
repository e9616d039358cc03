"""Sender domains: the domains from which the mails of a reseller may be sent, and their verification.

A reseller proves the ownership of a domain by a TXT record with a value that the portal shows; an operator can confirm
a domain without it. Until then, mails are sent from the portal's address under the reseller's name, and replies go to
the reseller. The record has to stay: it is looked up again every few hours, and a domain without it for a day is no
longer verified.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta

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

log = logging.getLogger(__name__)

SECONDS = 3.0
MISSING_FOR = timedelta(days=1)
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
    if not _is_in_dns(row):
        values = {"name": record_of(row)[0]}
        raise SenderDomainError(
            _("DNS does not have the record %(name)s yet. This can take hours. Nothing was changed.") % values
        )
    verify_sender_domain(row, DNS)


def _is_in_dns(row: SenderDomain) -> bool:
    """Return whether DNS has the record of a domain; ``SenderDomainError`` if the query fails."""
    name, wanted = record_of(row)
    try:
        answer = dns_resolver().resolve(f"{name}.", "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return False
    except (dns.exception.DNSException, OSError) as error:
        raise SenderDomainError(_("The DNS query failed: %(error)s. Nothing was changed.") % {"error": error}) from None
    return wanted in {b"".join(record.strings).decode(errors="replace") for record in answer}


def recheck_sender_domains() -> None:
    """Look up the records of all domains that DNS has verified; those missing for a day are no longer verified.

    A query that fails changes nothing.
    """
    for row in SenderDomain.objects.filter(verified_at__isnull=False, verified_by=DNS):
        try:
            is_there = _is_in_dns(row)
        except SenderDomainError as failure:
            log.warning("The sender domain %s was not checked again: %s", row.domain, failure)
            continue
        same = SenderDomain.objects.filter(pk=row.pk, verified_by=DNS, verified_at=row.verified_at)
        if is_there:
            same.update(lost_at=None)
        elif row.lost_at is None:
            same.update(lost_at=timezone.now())
        elif row.lost_at < timezone.now() - MISSING_FOR:
            same.update(verified_at=None, verified_by="")
            log.warning(
                "DNS no longer has the record of the sender domain %s of reseller %s.", row.domain, row.reseller
            )


def verify_sender_domain(row: SenderDomain, by: str) -> None:
    """Mark a domain as verified, by DNS or by an operator."""
    SenderDomain.objects.filter(pk=row.pk).update(verified_at=timezone.now(), verified_by=by[:320], lost_at=None)


def withdraw_sender_domain(row: SenderDomain) -> None:
    """Mark a domain as no longer verified."""
    SenderDomain.objects.filter(pk=row.pk).update(verified_at=None, verified_by="", lost_at=None)


def remove_sender_domain(row: SenderDomain) -> None:
    """Delete a domain; mails are then sent from the portal's address again."""
    SenderDomain.objects.filter(pk=row.pk).delete()


ACTIONS: Mapping[str, str] = {
    "check": "checkSenderDomain",
    "confirm": "confirmSenderDomain",
    "withdraw": "withdrawSenderDomain",
    "remove": "removeSenderDomain",
}
