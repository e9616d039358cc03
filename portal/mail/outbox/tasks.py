"""The worker's side of the outbox. Tasks carry only a row's key; nothing secret goes through the broker."""

from __future__ import annotations

import logging

from django.conf import settings

from portal.celery import app

from . import delivery
from .smtp import send

log = logging.getLogger(__name__)


@app.task
def deliver(pk: str) -> None:
    """Send one message of the outbox, unless it is taken or settled already."""
    message = delivery.claim(pk)
    if message is None:
        return
    settled = False
    try:
        send(message)
        settled = True
    finally:
        if not settled:
            delivery.settle_broken(message)


@app.task
def sweep() -> None:
    """Send what is due and what a lost worker left behind.

    What waits in a long queue is told of again; the earlier word of it ends by then, so that the queue does not grow.
    """
    for pk in delivery.sweep_up():
        deliver.apply_async((pk,), expires=settings.MAIL_WAKE_AGAIN.total_seconds())


@app.task
def clean_up() -> None:
    """Forget messages that were settled long ago."""
    if gone := delivery.forget_old():
        log.info("The outbox forgot %s old messages.", gone)
