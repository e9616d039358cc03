"""Puts mails into the outbox, and decides whether users get mails of a kind."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.core.sealing import seal
from portal.mail.registry import find_mail_kind
from portal.mail.text.brand import engine_name
from portal.mail.text.models import MailChoice

from .gathering import add_to_waiting, time_to_send
from .models import OutboxMessage
from .tasks import deliver_mail


def is_mail_enabled(kind: str, engine: str, reseller: int) -> bool:
    """Return whether users of a reseller get mails of a kind: the reseller's choice, the platform's, or the default."""
    rows = MailChoice.objects.filter(kind=kind, engine__in=(engine_name(engine), ""), reseller__in=(reseller, 0))
    if chosen := rows.order_by("-reseller", "-engine").first():
        return chosen.is_sent
    declared = find_mail_kind(kind)
    return bool(declared and declared.choice)


def queue_mail(
    kind: str,
    about: str,
    recipient: str,
    engine: str = "",
    *,
    reseller: int,
    facts: Mapping[str, Any] | None = None,
    secret: str = "",
    key: str = "",
    gathers: bool = False,
) -> OutboxMessage:
    """Put a mail into the outbox, and wake a worker once the row is committed.

    Call it in the transaction of its cause. ``reseller`` is the one whose user gets the mail, and whose quota it counts
    towards (``quotas``); 0 for operators and the platform's own users. ``facts`` is JSON and holds nothing secret;
    ``secret`` is stored encrypted, and only for a while (``PORTAL_MAIL_SECRET_HOURS``). If ``key`` was used before, the
    earlier message is returned and nothing is queued. With ``gathers``, the facts are lists, and the mail
    may wait for a while to be put together with others of its kind (``gathering``).
    """
    values: dict[str, Any] = {
        "kind": kind,
        "about": about,
        "recipient": recipient,
        "engine": engine_name(engine) if reseller else engine,
        "reseller": reseller,
        "facts": dict(facts or {}),
    }
    if secret:
        values |= {"sealed": seal(secret), "sealed_until": timezone.now() + settings.MAIL_SECRET_LIFETIME}
    if gathers:
        if waiting := add_to_waiting(values, key):
            return waiting
        values["due_at"] = time_to_send(values)
    if key:
        message, is_new = OutboxMessage.objects.get_or_create(key=key, defaults=values)
    else:
        message, is_new = OutboxMessage.objects.create(**values), True
    if is_new and message.due_at <= timezone.now():
        wake_worker(message)
    return message


def send_mail_again(pk: str | uuid.UUID) -> OutboxMessage | None:
    """Queue a message that was given up once more; return ``None`` if it was not given up."""
    revived = OutboxMessage.objects.filter(pk=pk, state=OutboxMessage.State.FAILED).update(
        state=OutboxMessage.State.QUEUED, attempts=0, error="", due_at=timezone.now(), settled_at=None
    )
    if not revived:
        return None
    message = OutboxMessage.objects.get(pk=pk)
    wake_worker(message)
    return message


def wake_worker(message: OutboxMessage) -> None:
    """Send a message's key to the workers once its row is committed; if that fails, a sweep finds the row."""
    transaction.on_commit(lambda: deliver_mail.delay(str(message.pk)), robust=True)
