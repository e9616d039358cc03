"""The Celery tasks of webhooks. They carry only the key of a row."""

from __future__ import annotations

import logging
import uuid

from django.utils import timezone

from portal.celery import app

from . import delivery

log = logging.getLogger(__name__)
SWEEP_SECONDS = 5.0


@app.task
def send_messages(pk: str) -> None:
    """Send the messages of one webhook that are due, unless another worker does."""
    delivery.send_due(uuid.UUID(pk))


@app.task
def sweep_webhooks() -> None:
    """Start the sending of what is due. The tasks expire before the next sweeps start many of the same."""
    for pk in delivery.due_webhooks(timezone.now()):
        send_messages.apply_async((str(pk),), expires=SWEEP_SECONDS * 6)


@app.task
def clean_up_webhooks() -> None:
    """Delete old messages (``PORTAL_WEBHOOK_DAYS``)."""
    if deleted := delivery.delete_old_messages():
        log.info("%s old messages of webhooks were deleted.", deleted)
