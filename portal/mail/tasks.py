"""The worker's side of the outbox. Tasks carry only a row's key; nothing secret goes through the broker."""

from __future__ import annotations

import logging
import smtplib

from portal.celery import app
from portal.ngnpro import errors

from . import outbox
from .messages import compose

log = logging.getLogger(__name__)


@app.task
def deliver(pk: str) -> None:
    """Send one message of the outbox, unless it is taken or sent already."""
    message = outbox.claim(pk)
    if message is None:
        return
    try:
        compose(message).send()
    except (errors.NgnproError, smtplib.SMTPException, OSError) as error:
        log.warning("Mail %s was not sent: %s", message.pk, error)
        outbox.settle_failed(message, str(error))
    else:
        log.info("Mail %s (%s) was sent.", message.pk, message.kind)
        outbox.settle_sent(message)


@app.task
def sweep() -> None:
    """Send what is due and what a lost worker left behind."""
    for pk in outbox.due():
        deliver.delay(pk)
