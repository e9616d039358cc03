"""What the portal stores for the mails of a customer: it is listed before the customer is deleted, and goes with them.

NGNPro may give the number of a deleted customer to another one, who must not inherit templates or sender domains.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from portal.core.dependents import Dependents
from portal.core.writes import Write
from portal.mail.text.brand import engine_name
from portal.mail.text.models import MailBrand, MailChoice, MailTemplate, SenderDomain
from portal.ngnpro.records import CustomerAccount


def stored_for_mails(engine: str, customer: int) -> Iterator[Dependents]:
    """Yield what the portal stores for the mails of a customer."""
    key = {"engine": engine_name(engine), "reseller": customer}
    yield Dependents(MailTemplate.objects.filter(**key).count(), _("Templates of mails"))
    yield Dependents(MailBrand.objects.filter(**key).count(), _("Colour and logo of mails"))
    yield Dependents(SenderDomain.objects.filter(**key).count(), _("Sender domains"))


def list_stored(sender: object, record: object, engine: str, **_: Any) -> list[Dependents]:
    """Answer ``core.dependents.stored_here``."""
    return list(stored_for_mails(engine, record.id)) if isinstance(record, CustomerAccount) else []


def forget_deleted(sender: object, write: Write, **_: Any) -> None:
    """Delete what is stored for the mails of a customer who was deleted (``core.writes.ended``)."""
    customer = write.before
    if isinstance(customer, CustomerAccount) and write.after is None and write.finished and write.is_stored:
        key = {"engine": engine_name(write.author.viewer.engine), "reseller": customer.id}
        for model in (MailTemplate, MailBrand, SenderDomain, MailChoice):
            model.objects.filter(**key).delete()
