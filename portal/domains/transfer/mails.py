"""The mail that notifies the author of a domain import of its result, so that a long import need not be watched."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.mail.kinds.base import NAME_VARIABLES, read_facts
from portal.mail.registry import MailKind, MailSubject, register_mail_kind
from portal.people.work_mails import WorkAuthor, queue_work_ended

from .lines import ADDED, COMPLETED, DIFFERS, FAILED, MISSING, PARTLY, SAME, domain_kind
from .models import DomainImport

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


def queue_import_ended(stored: DomainImport, engine: str, to: WorkAuthor) -> None:
    """Queue the mail of an import, only once for each import, even if all lines are tried again."""
    queue_work_ended(IMPORT_ENDED.name, stored.domain, engine, to, facts_of(stored), key=f"import {stored.pk}")


def facts_of(stored: DomainImport) -> dict[str, str | int | bool]:
    """Return the domain, the number of lines by outcome, and the URL of the page that lists them."""
    outcomes = dict(stored.lines.values_list("outcome").annotate(number=Count("pk")))
    return {
        "domain": stored.domain,
        **{name: sum(outcomes.get(outcome, 0) for outcome in counted) for name, counted in COUNTED.items()},
        "stopped": stored.lines.filter(kind=domain_kind().name, outcome=FAILED).exists(),
        "url": settings.PORTAL_URL + reverse("domains:transfer:import-page", args=[stored.pk]),
    }
