"""The Celery tasks of the outbox. They carry only the key of a row; the broker gets nothing secret."""

from __future__ import annotations

import logging

from django.conf import settings

from portal.celery import app

from . import delivery
from .smtp import send_mail

log = logging.getLogger(__name__)


@app.task
def deliver_mail(pk: str) -> None:
    """Send one message of the outbox, unless another worker has it or it is settled."""
    message = delivery.claim_mail(pk)
    if message is None:
        return
    settled = False
    try:
        send_mail(message)
        settled = True
    finally:
        if not settled:
            delivery.settle_broken(message)


@app.task
def sweep_outbox() -> None:
    """Send what is due, and what a lost worker left behind.

    The tasks expire when the next sweep may list their messages again, so that a long queue does not grow.
    """
    for pk in delivery.take_due_mails():
        deliver_mail.apply_async((pk,), expires=settings.MAIL_WAKE_AGAIN.total_seconds())


@app.task
def clean_up_outbox() -> None:
    """Delete messages that were settled long ago (``PORTAL_MAIL_DAYS``)."""
    if deleted := delivery.delete_old_mails():
        log.info("%s old messages were deleted from the outbox.", deleted)
