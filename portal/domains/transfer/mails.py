"""The mail that notifies the author of a domain import of its result, so that a long import need not be watched."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.servers import service_ngnpro
from portal.core.viewer import Role, Viewer
from portal.mail.kinds.base import NAME_VARIABLES, read_facts
from portal.mail.outbox.services import is_mail_enabled, queue_mail
from portal.mail.registry import MailKind, MailSubject, register_mail_kind
from portal.mail.text.brand import good_address
from portal.ngnpro import errors
from portal.people.operators.models import Operator

from .lines import ADDED, COMPLETED, DIFFERS, FAILED, MISSING, PARTLY, SAME, domain_kind
from .models import DomainImport

log = logging.getLogger(__name__)

IMPORT_ENDED = register_mail_kind(
    MailKind(
        name="import-ended",
        label=_("Import of a domain ended"),
        read=read_facts,
        choice=True,
        variables=NAME_VARIABLES
        | {
            "domain": _("the domain"),
            "added": _("how many records were added or completed"),
            "equal": _("how many records existed already and are equal"),
            "different": _("how many records existed already and differ; they were not changed"),
            "failed": _("how many records were not added, or only in part"),
            "stopped": _("“yes” if the domain itself could not be added, and so nothing in it"),
            "url": _("the page with the outcome of each record"),
        },
        about=MailSubject.PERSON,
        example={
            "name": "Ada",
            "domain": "example.com",
            "added": 1480,
            "equal": 12,
            "different": 3,
            "failed": 2,
            "url": "https://portal.example.com/…",
        },
    )
)
# Each outcome is counted once, so that the numbers in a mail add up to all lines.
COUNTED = {
    "added": (ADDED, COMPLETED),
    "equal": (SAME,),
    "different": (DIFFERS,),
    "failed": (PARTLY, FAILED, MISSING),
}


@dataclass(frozen=True, slots=True)
class ImportRecipient:
    """The recipient: their e-mail address, name and language, and whose mail settings apply (0: the platform's)."""

    email: str
    name: str
    language: str = ""
    reseller: int = 0


def addressee_of(viewer: Viewer) -> ImportRecipient | None:
    """Return the person who is signed in, not the customer they act for.

    ``None`` if they have no valid e-mail address, or if NGNPro does not return their record.
    """
    found = _operator(viewer) if viewer.role is Role.OPERATOR else _customer(viewer)
    return found if found and good_address(found.email) else None


def _operator(viewer: Viewer) -> ImportRecipient | None:
    operator = Operator.objects.filter(username=viewer.login).first()
    return ImportRecipient(operator.email, str(operator)) if operator else None


def _customer(viewer: Viewer) -> ImportRecipient | None:
    try:
        customer = service_ngnpro(viewer.engine).customers.get_account(viewer.customer)
    except errors.NgnproError as error:
        log.warning("The end of an import is not mailed: %s", type(error).__name__)
        return None
    return ImportRecipient(customer.email, customer.first_name or viewer.name, customer.language, customer.reseller)


def queue_import_ended(stored: DomainImport, engine: str, to: ImportRecipient) -> None:
    """Queue the mail of an import, only once for each import, even if all lines are tried again.

    If the mail cannot be queued, that is only logged, since the lines are stored.
    """
    try:
        with transaction.atomic():
            if is_mail_enabled(IMPORT_ENDED.name, engine, to.reseller):
                facts = {"name": to.name, "language": to.language, "reseller": to.reseller, **facts_of(stored)}
                queue_mail(
                    IMPORT_ENDED.name,
                    stored.domain,
                    good_address(to.email),
                    engine,
                    reseller=to.reseller,
                    facts=facts,
                    key=f"import {stored.pk}",
                )
    except DatabaseError as error:
        log.error("A mail (%s) could not be queued: %s", IMPORT_ENDED.name, type(error).__name__)


def facts_of(stored: DomainImport) -> dict[str, str | int | bool]:
    """Return the domain, the number of lines by outcome, and the URL of the page that lists them."""
    outcomes = dict(stored.lines.values_list("outcome").annotate(number=Count("pk")))
    return {
        "domain": stored.domain,
        **{name: sum(outcomes.get(outcome, 0) for outcome in counted) for name, counted in COUNTED.items()},
        "stopped": stored.lines.filter(kind=domain_kind().name, outcome=FAILED).exists(),
        "url": settings.PORTAL_URL + reverse("domains:transfer:import-page", args=[stored.pk]),
    }
