"""The mail that notifies the author of a job of its result."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, transaction
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

from .choices import TROUBLED, RowState
from .models import Job

log = logging.getLogger(__name__)

JOB_ENDED = register_mail_kind(
    MailKind(
        name="job-ended",
        label=_("Bulk job ended"),
        read=read_facts,
        choice=True,
        variables=NAME_VARIABLES
        | {
            "title": _("what the job did"),
            "done": _("how many records were written"),
            "skipped": _("how many records were left as they are"),
            "troubled": _("how many records could not be written"),
            "url": _("the page with the outcome of each record"),
        },
        about=MailSubject.PERSON,
        example={
            "name": "Ada",
            "title": "Block",
            "done": 214,
            "skipped": 7,
            "troubled": 2,
            "url": "https://portal.example.com/…",
        },
    )
)


@dataclass(frozen=True, slots=True)
class JobRecipient:
    """The recipient: their e-mail address, name and language, and whose mail settings apply (0: the platform's)."""

    email: str
    name: str
    language: str = ""
    reseller: int = 0


def addressee_of(viewer: Viewer) -> JobRecipient | None:
    """Return the person who is signed in, not the customer they act for.

    ``None`` if they have no valid e-mail address, or if NGNPro does not return their record.
    """
    found = _operator(viewer) if viewer.role is Role.OPERATOR else _customer(viewer)
    return found if found and good_address(found.email) else None


def _operator(viewer: Viewer) -> JobRecipient | None:
    operator = Operator.objects.filter(username=viewer.login).first()
    return JobRecipient(operator.email, str(operator)) if operator else None


def _customer(viewer: Viewer) -> JobRecipient | None:
    try:
        customer = service_ngnpro(viewer.engine).customers.get_account(viewer.customer)
    except errors.NgnproError as error:
        log.warning("The end of a job is not mailed: %s", type(error).__name__)
        return None
    return JobRecipient(customer.email, customer.first_name or viewer.name, customer.language, customer.reseller)


def queue_job_ended(job: Job, to: JobRecipient) -> None:
    """Queue the mail of a job, once for each time that it ends.

    If the mail cannot be queued, that is only logged, since the outcomes are stored.
    """
    try:
        with transaction.atomic():
            if is_mail_enabled(JOB_ENDED.name, job.engine, to.reseller):
                facts = {"name": to.name, "language": to.language, "reseller": to.reseller, **facts_of(job)}
                queue_mail(
                    JOB_ENDED.name,
                    job.title,
                    good_address(to.email),
                    job.engine,
                    reseller=to.reseller,
                    facts=facts,
                    key=f"job {job.pk} {job.ended:%Y%m%d%H%M%S}",
                )
    except DatabaseError as error:
        log.error("A mail (%s) could not be queued: %s", JOB_ENDED.name, type(error).__name__)


def facts_of(job: Job) -> dict[str, str | int]:
    """Return the title of a job, the number of rows by outcome, and the URL of its page."""
    counts = job.counts()
    return {
        "title": job.title,
        "done": counts[RowState.DONE],
        "skipped": counts[RowState.SKIPPED],
        "troubled": sum(counts[state] for state in TROUBLED),
        "url": settings.PORTAL_URL + reverse("jobs:detail", args=[job.pk]),
    }
