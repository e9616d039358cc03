"""One mail about several changes: the first goes at once, those that follow soon wait and are told together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from .models import OutboxMessage

# the name in a message's facts of the keys of the changes that were added to it
GATHERED = "gathered"
WHOSE = ("kind", "about", "engine")


def add_to_waiting(values: Mapping[str, Any], key: str) -> OutboxMessage | None:
    """Add the facts, which are lists, to a mail that still waits for its time, and return it; ``None`` if none waits.

    A mail to which the change of this key was added before is returned as it is. Call it in a transaction.
    """
    found = list(_like(values).order_by("-created_at").select_for_update())
    if told := next((message for message in found if key and key in _keys_of(message)), None):
        return told
    for message in filter(_waits, found):
        facts = _joined(message.facts, {**values["facts"], GATHERED: [key] if key else []})
        if OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.QUEUED).update(facts=facts):
            return message
    return None


def time_to_send(values: Mapping[str, Any]) -> datetime:
    """Return now, or if such a mail was queued a short time ago, when ``PORTAL_MAIL_GATHER_MINUTES`` have passed."""
    now = timezone.now()
    latest = _like(values).order_by("-created_at").first()
    return max(now, latest.created_at + settings.MAIL_GATHER) if latest else now


def _like(values: Mapping[str, Any]) -> QuerySet[OutboxMessage]:
    """Return the mails of this kind about the same account to the same recipient that are not old."""
    same = {name: values[name] for name in WHOSE}
    to_them = OutboxMessage.objects.alias(to=Lower("recipient")).filter(to=values["recipient"].lower())
    return to_them.filter(**same, created_at__gt=timezone.now() - settings.MAIL_GATHER)


def _keys_of(message: OutboxMessage) -> tuple[str, ...]:
    return (message.key or "", *message.facts.get(GATHERED, ()))


def _waits(message: OutboxMessage) -> bool:
    return message.state == OutboxMessage.State.QUEUED and not message.attempts and message.due_at > timezone.now()


def _joined(before: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(dict.fromkeys((*before.get(name, ()), *more.get(name, ())))) for name in {**before, **more}}
