"""Putting messages into the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.core.sealing import seal
from portal.mail.kinds import ACCOUNT_INFORMATION, WITHHELD
from portal.mail.text.brand import engine_name

from .models import OutboxMessage
from .tasks import deliver


def queue_account_information(
    address: str,
    recipient: str,
    engine: str = "",
    *,
    reseller: int,
    password: str = "",
    key: str = "",
    with_passwords: bool = True,
) -> OutboxMessage:
    """Queue the account information of a SIP account; it is read from NGNPro when the mail is written.

    ``password`` is the SIP password where it is known only now: at creation, on a platform that keeps a hash of it.
    Without ``with_passwords``, no password that NGNPro returns is in the mail: for senders who may not see passwords,
    and who may be able to change where the mail goes.
    """
    facts = {} if with_passwords else {WITHHELD: True}
    return queue(
        ACCOUNT_INFORMATION,
        address,
        recipient,
        engine,
        reseller=reseller,
        facts=facts,
        secret=password,
        key=key,
    )


def queue(
    kind: str,
    about: str,
    recipient: str,
    engine: str = "",
    *,
    reseller: int,
    facts: Mapping[str, Any] | None = None,
    secret: str = "",
    key: str = "",
) -> OutboxMessage:
    """Put a message into the outbox, and wake a worker once the row is safe.

    Call it in the transaction of its cause. ``reseller`` is the one whose user gets it, and whose quota it counts
    towards (``quotas``); 0 for operators and the platform's own users. ``facts`` is JSON and holds nothing secret;
    ``secret`` is kept encrypted, and only for a while. A ``key`` that was used before answers its message, and
    nothing more is sent.
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
    if key:
        message, is_new = OutboxMessage.objects.get_or_create(key=key, defaults=values)
    else:
        message, is_new = OutboxMessage.objects.create(**values), True
    if is_new:
        wake_worker(message)
    return message


def send_again(pk: str | uuid.UUID) -> OutboxMessage | None:
    """Queue a message that was given up once more; ``None`` when it was not given up."""
    revived = OutboxMessage.objects.filter(pk=pk, state=OutboxMessage.State.FAILED).update(
        state=OutboxMessage.State.QUEUED, attempts=0, error="", due_at=timezone.now(), settled_at=None
    )
    if not revived:
        return None
    message = OutboxMessage.objects.get(pk=pk)
    wake_worker(message)
    return message


def wake_worker(message: OutboxMessage) -> None:
    """Tell a worker of a message once its row is safe; where nobody hears it, a sweep finds the row."""
    transaction.on_commit(lambda: deliver.delay(str(message.pk)), robust=True)
