"""The mail to a customer when support begins to act for them."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.normal_forms import address_for_mail
from portal.core.viewer import Viewer, acting_started
from portal.mail.outbox.services import is_mail_enabled, queue_mail
from portal.mail.registry import MailKind, MailSubject, register_mail_kind
from portal.ngnpro.records import CustomerAccount

from .base import NAME_VARIABLES, read_facts

log = logging.getLogger(__name__)

SUPPORT_ENTERED = register_mail_kind(
    MailKind(
        name="support-entered",
        label=_("Support opened the account"),
        read=read_facts,
        choice=True,
        variables=NAME_VARIABLES
        | {
            "login": _("the login of the customer"),
            "who": _("the person who opened the pages"),
            "time": _("the time"),
        },
        about=MailSubject.PERSON,
        example={"name": "Ada", "login": "harbour", "who": "Ines", "time": "2026-01-02 15:04 UTC"},
    )
)


@receiver(acting_started, dispatch_uid="mail")
def notify_customer_of_support(sender: object, viewer: Viewer, customer: CustomerAccount, **_kwargs: Any) -> None:
    """Queue the mail, unless the customer has no e-mail address or the reseller's customers get no such mails.

    A mail that cannot be queued is logged and does not keep support from acting for the customer.
    """
    kind, recipient = SUPPORT_ENTERED.name, address_for_mail(customer.email)
    try:
        if not recipient or not is_mail_enabled(kind, viewer.engine, customer.reseller):
            return
        facts = {
            "name": customer.first_name,
            "login": customer.username,
            "who": viewer.name,
            "time": timezone.now().strftime("%Y-%m-%d %H:%M UTC"),
            "language": customer.language,
            "reseller": customer.reseller,
        }
        about, reseller = f"customer {customer.id}", customer.reseller
        queue_mail(kind, about, recipient, viewer.engine, reseller=reseller, facts=facts)
    except DatabaseError as error:
        log.error("A mail (%s) could not be queued: %s", kind, type(error).__name__)
