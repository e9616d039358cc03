"""Mails that notify the author of long work, such as a job, of its result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction

from portal.core.normal_forms import address_for_mail
from portal.core.servers import service_ngnpro
from portal.core.viewer import Role, Viewer
from portal.mail.outbox.services import is_mail_enabled, queue_mail
from portal.ngnpro import errors

from .operators.models import Operator

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkAuthor:
    """The recipient: their e-mail address, name and language, and whose mail settings apply (0: the platform's)."""

    email: str
    name: str
    language: str = ""
    reseller: int = 0


def author_of_work(viewer: Viewer) -> WorkAuthor | None:
    """Return the person who is signed in, not the customer they act for.

    ``None`` if they have no valid e-mail address, or if NGNPro does not return their record.
    """
    found = _operator(viewer) if viewer.role is Role.OPERATOR else _customer(viewer)
    return found if found and address_for_mail(found.email) else None


def _operator(viewer: Viewer) -> WorkAuthor | None:
    operator = Operator.objects.filter(username=viewer.login).first()
    return WorkAuthor(operator.email, str(operator)) if operator else None


def _customer(viewer: Viewer) -> WorkAuthor | None:
    try:
        customer = service_ngnpro(viewer.engine).customers.get_account(viewer.customer)
    except errors.NgnproError as error:
        log.warning("The end of a job is not mailed: %s", type(error).__name__)
        return None
    return WorkAuthor(customer.email, customer.first_name or viewer.name, customer.language, customer.reseller)


def queue_work_ended(kind: str, about: str, engine: str, to: WorkAuthor, facts: Mapping[str, Any], *, key: str) -> None:
    """Queue a mail about the end of work, only once for each ``key``.

    If the mail cannot be queued, that is only logged, since the results of the work are stored.
    """
    try:
        with transaction.atomic():
            if is_mail_enabled(kind, engine, to.reseller):
                who = {"name": to.name, "language": to.language, "reseller": to.reseller}
                address = address_for_mail(to.email)
                queue_mail(kind, about, address, engine, reseller=to.reseller, facts={**who, **facts}, key=key)
    except DatabaseError as error:
        log.error("A mail (%s) could not be queued: %s", kind, type(error).__name__)
