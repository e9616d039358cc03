"""The mail that notifies the author of a job of its result."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.events import tell_event
from portal.core.servers import engine
from portal.mail.kinds.base import NAME_VARIABLES, read_facts
from portal.mail.registry import MailKind, MailSubject, register_mail_kind
from portal.people.work_mails import WorkAuthor, queue_work_ended

from .choices import TROUBLED, RowState
from .logins import viewer_of
from .models import Job

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


def queue_job_ended(job: Job, to: WorkAuthor) -> None:
    """Queue the mail of a job, once for each time that it ends."""
    key = f"job {job.pk} {job.ended:%Y%m%d%H%M%S}"
    queue_work_ended(JOB_ENDED.name, job.title, job.engine, to, facts_of(job), key=key)


def tell_job_ended(job: Job) -> None:
    """Tell that a job ended (``portal.core.events``): the customer whose work it was, and their reseller, may know."""
    viewer = viewer_of(job)
    customers = (viewer.acting.customer,) if viewer.acting else (viewer.customer, viewer.reseller, viewer.tree)
    key = f"{job.pk}_{job.ended:%Y%m%d%H%M%S}"
    tell_event("job.ended", key, engine(job.engine).name, customers, {"job": str(job.pk), **facts_of(job)})


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
