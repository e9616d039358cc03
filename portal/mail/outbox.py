"""Putting messages into the outbox, and taking them out one at a time."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .models import MOST_ATTEMPTS, STALE, OutboxMessage

State = OutboxMessage.State
ACCOUNT_INFORMATION = "account-information"


def queue_account_information(address: str, recipient: str, engine: str = "") -> OutboxMessage:
    """Queue the account information of a SIP account; it is read from NGNPro when the mail is written."""
    return queue(ACCOUNT_INFORMATION, address, recipient, engine)


def queue(kind: str, about: str, recipient: str, engine: str = "") -> OutboxMessage:
    """Put a message into the outbox, and wake a worker once the row is safe."""
    from .tasks import deliver

    message = OutboxMessage.objects.create(kind=kind, about=about, recipient=recipient, engine=engine)
    transaction.on_commit(lambda: deliver.delay(str(message.pk)), robust=True)
    return message


def claim(pk: str | uuid.UUID) -> OutboxMessage | None:
    """Take a message for sending; ``None`` when another worker has it, or it was sent."""
    now = timezone.now()
    claimed = OutboxMessage.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.SENDING, attempts=F("attempts") + 1, due_at=now + STALE
    )
    return OutboxMessage.objects.get(pk=pk) if claimed else None


def settle_sent(message: OutboxMessage) -> None:
    """Note that a message was sent."""
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.SENT, error="")


def settle_failed(message: OutboxMessage, error: str) -> None:
    """Note a failure: it is tried again after a while that doubles each time, and given up in the end."""
    given_up = message.attempts >= MOST_ATTEMPTS
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=State.FAILED if given_up else State.QUEUED,
        error=error[:500],
        due_at=timezone.now() + timedelta(seconds=15 * 2**message.attempts),
    )


def due() -> list[str]:
    """List what should be sent now: queued and due, or claimed by a worker that did not come back."""
    now = timezone.now()
    OutboxMessage.objects.filter(state=State.SENDING, due_at__lt=now).update(state=State.QUEUED)
    return [
        str(pk) for pk in OutboxMessage.objects.filter(state=State.QUEUED, due_at__lte=now).values_list("pk", flat=True)
    ]
