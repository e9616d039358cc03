"""Adding, changing, testing and deleting webhooks, with an entry in the journal for each."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from portal.core.portal_request import PortalRequest
from portal.core.record_locks import record_lock
from portal.core.sealing import seal
from portal.core.viewer import Viewer
from portal.journal.readers import engine_of, tree_of

from .choices import Event, State
from .models import Webhook, WebhookMessage
from .signing import new_secret
from .telling import KIND, News

# How long messages are signed with the old secret, too, after a new one was made.
BOTH = timedelta(hours=24)
MOST = 20


def webhooks_of(viewer: Viewer) -> QuerySet[Webhook]:
    """Return the webhooks of the customer that a viewer is or acts for, or of the operators."""
    return Webhook.objects.filter(engine=engine_of(viewer), customer=tree_of(viewer))


def with_counts(webhooks: QuerySet[Webhook]) -> QuerySet[Webhook]:
    """Add ``waiting`` and ``failed``, the numbers of messages of each webhook in these states."""
    return webhooks.annotate(
        waiting=Count("messages", filter=Q(messages__state=State.WAITING)),
        failed=Count("messages", filter=Q(messages__state=State.FAILED)),
    )


def add_webhook(request: PortalRequest, name: str, url: str, events: list[str]) -> tuple[Webhook, str] | None:
    """Store a new webhook; return it, and its secret, which is shown once. ``None`` if there are ``MOST`` already."""
    secret, viewer = new_secret(), request.viewer
    webhook = Webhook(
        engine=engine_of(viewer), customer=tree_of(viewer), name=name, url=url, events=events, sealed=seal(secret)
    )
    with record_lock(f"webhooks of {webhook.engine} {webhook.customer}"):
        if webhooks_of(viewer).count() >= MOST:
            return None
        with transaction.atomic(), request.writes.change(None, state_of(webhook), **_about(webhook, "addWebhook")):
            webhook.save()
    return webhook, secret


def change_webhook(request: PortalRequest, webhook: Webhook, values: dict[str, Any]) -> None:
    """Store new values of a webhook. A new URL is tried at once, whatever happened to the old one."""
    before = state_of(webhook)
    if values["url"] != webhook.url:
        webhook.rest_until = timezone.now()
    for name, value in values.items():
        setattr(webhook, name, value)
    with transaction.atomic(), request.writes.change(before, state_of(webhook), **_about(webhook, "updateWebhook")):
        webhook.save(update_fields=[*values, "rest_until"])


def renew_secret(request: PortalRequest, webhook: Webhook) -> str:
    """Give a webhook a new secret and return it; the old one signs the messages of the next 24 hours, too."""
    secret = new_secret()
    webhook.sealed_before, webhook.sealed, webhook.both_until = webhook.sealed, seal(secret), timezone.now() + BOTH
    with transaction.atomic():
        webhook.save(update_fields=["sealed_before", "sealed", "both_until"])
        request.writes.record_operation(**_about(webhook, "renewWebhookSecret"))
    return secret


def delete_webhook(request: PortalRequest, webhook: Webhook) -> None:
    """Delete a webhook and its messages."""
    with transaction.atomic(), request.writes.change(state_of(webhook), None, **_about(webhook, "deleteWebhook")):
        webhook.delete()


def queue_test(webhook: Webhook) -> WebhookMessage:
    """Store a test message, which is sent whatever the webhook is told of."""
    news = News(f"test_{uuid.uuid4().hex}", Event.TEST, webhook.engine, frozenset(), {"name": webhook.name})
    return WebhookMessage.objects.create(
        webhook=webhook, event_id=news.id, event=news.event, body=news.body_for(webhook)
    )


def send_again(message: WebhookMessage) -> None:
    """Put a message back, whether it was received or given up; it is sent with the same id."""
    now = timezone.now()
    WebhookMessage.objects.filter(pk=message.pk).update(state=State.WAITING, due_at=now, attempts=0, settled_at=None)
    Webhook.objects.filter(pk=message.webhook_id).update(rest_until=now)


def state_of(webhook: Webhook) -> dict[str, Any]:
    """Return what the journal stores of a webhook."""
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": tuple(webhook.events),
        "is_active": webhook.is_active,
    }


def _about(webhook: Webhook, operation: str) -> dict[str, Any]:
    return {"about": (KIND, webhook.name), "operation": operation}
