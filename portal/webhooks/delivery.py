"""Sends the messages of a webhook in order, by one worker at a time, again and again until each is received.

A worker that is killed between the answer and its commit leaves the message waiting: it is sent again with the same
``webhook-id``, by which the receiver knows it.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from portal.core.sealing import unseal

from .choices import State
from .models import Webhook, WebhookMessage
from .posting import Answer, post
from .signing import signed_headers

# Pauses after each failure, by the specification; the message is given up after the last one.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# How long a webhook rests after a failure, whichever message failed.
REST = timedelta(seconds=30)
CLAIM = timedelta(minutes=2)
AT_ONCE = 20


def due_webhooks(now: datetime) -> list[uuid.UUID]:
    """Return the webhooks with messages to be sent now that no worker has claimed."""
    due = WebhookMessage.objects.filter(state=State.WAITING, due_at__lte=now, webhook__is_active=True)
    free = due.filter(webhook__claimed_until__lte=now, webhook__rest_until__lte=now)
    return list(free.order_by().values_list("webhook", flat=True).distinct())


def send_due(pk: uuid.UUID) -> int:
    """Send the messages of a webhook that are due, until one fails; return how many were received."""
    now = timezone.now()
    claimed = Webhook.objects.filter(pk=pk, claimed_until__lte=now, rest_until__lte=now, is_active=True)
    if not claimed.update(claimed_until=now + CLAIM):
        return 0
    webhook, sent = Webhook.objects.get(pk=pk), 0
    waiting = webhook.messages.filter(state=State.WAITING, due_at__lte=now).order_by("pk")
    for message in waiting[:AT_ONCE]:
        if timezone.now() > now + CLAIM / 2 or not send_message(webhook, message):
            break
        sent += 1
    Webhook.objects.filter(pk=pk, claimed_until=now + CLAIM).update(claimed_until=timezone.now())
    return sent


def send_message(webhook: Webhook, message: WebhookMessage) -> bool:
    """Send one message and store the answer; return whether it was received."""
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "NGNPro-portal-webhooks",
        **signed_headers(secrets_of(webhook), message.event_id, timestamp, message.body),
    }
    answer = post(webhook.url, message.body, headers)
    _store(webhook, message, answer)
    return answer.is_received


def secrets_of(webhook: Webhook) -> list[str]:
    """Return the secrets that sign a message now: the current one, and for a while the one before."""
    both = webhook.sealed_before and webhook.both_until and webhook.both_until > timezone.now()
    return [unseal(sealed) for sealed in (webhook.sealed, webhook.sealed_before if both else "") if sealed]


def _store(webhook: Webhook, message: WebhookMessage, answer: Answer) -> None:
    now, own = timezone.now(), WebhookMessage.objects.filter(pk=message.pk, state=State.WAITING)
    seen = {"status": answer.status, "answer": answer.text[:300], "error": answer.error[:300]}
    if answer.is_received:
        own.update(state=State.SENT, settled_at=now, attempts=F("attempts") + 1, **seen)
        return
    if message.attempts >= len(PAUSES):
        own.update(state=State.FAILED, settled_at=now, attempts=F("attempts") + 1, **seen)
    else:
        own.update(due_at=now + PAUSES[message.attempts], attempts=F("attempts") + 1, **seen)
    pause = PAUSES[min(message.attempts, len(PAUSES) - 1)]
    Webhook.objects.filter(pk=webhook.pk).update(rest_until=now + min(REST, pause))


def delete_old_messages() -> int:
    """Delete messages older than ``WEBHOOK_DAYS``, whether or not they were received; return how many."""
    since = timezone.now() - timedelta(days=settings.WEBHOOK_DAYS)
    return WebhookMessage.objects.filter(created_at__lt=since).delete()[0]
