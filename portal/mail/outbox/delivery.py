"""The delivery of messages: each is claimed by one worker at a time, until it is sent or given up."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.events import tell_event

from .models import OutboxMessage
from .quotas import quotas_of

State = OutboxMessage.State
MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=30)
AT_ONCE = 1000
# longer than the journal tries to find out the outcome of a write (portal.journal.reconciling)
HELD_AT_MOST = timedelta(days=3)


def claim_mail(pk: str | uuid.UUID) -> OutboxMessage | None:
    """Claim a message for sending; return ``None`` if another worker has it, it is settled, or a quota is used up.

    A claim that is not settled in time is ended by ``take_due_mails``.
    """
    now = timezone.now()
    claimed = OutboxMessage.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.SENDING, attempts=F("attempts") + 1, claimed_at=now, due_at=now + settings.MAIL_STALE
    )
    if not claimed:
        return None
    message = OutboxMessage.objects.get(pk=pk)
    return None if _was_deferred(message) else message


def _was_deferred(message: OutboxMessage) -> bool:
    """Put a message back for later if one of its quotas is used up by messages that were sent or claimed.

    Messages are counted after this one was claimed, so that of two simultaneous workers at least one sees the other.
    """
    full = [(until, quota.reason) for quota in quotas_of(message) if (until := quota.full_until(message))]
    if not full:
        return False
    until, reason = max(full)
    _put_back(_own(message), error=reason, due_at=until, attempts=F("attempts") - 1)
    return True


def begin_handover(message: OutboxMessage) -> bool:
    """Store that a message is being handed to the mail server; return ``False`` if the claim was lost."""
    now = timezone.now()
    return _own(message).update(handed_over_at=now, due_at=now + settings.MAIL_STALE) == 1


def settle_sent(message: OutboxMessage) -> None:
    """Store that a message was sent."""
    _own(message).update(state=State.SENT, error="", settled_at=timezone.now(), handed_over_at=None, sealed="")


def settle_failed(message: OutboxMessage, error: str, *, for_good: bool = False, maybe_sent: bool = False) -> None:
    """Store a failure: the message is tried again, after a pause that doubles each time, and given up in the end.

    ``maybe_sent``: the connection to the mail server broke before it answered; if the mail is sent again, it says so.
    """
    own = _own(message)
    if maybe_sent:
        own.update(duplicate=True)
    if for_good or message.attempts >= MOST_ATTEMPTS:
        _give_up(own, error)
    else:
        pause = FIRST_PAUSE * 2 ** (message.attempts - 1)
        _put_back(own, error=error[:500], due_at=timezone.now() + pause)


def settle_broken(message: OutboxMessage) -> None:
    """Store a failure of the portal itself; if it occurred while the mail was handed over, it may have been sent."""
    maybe_sent = _own(message).filter(handed_over_at__isnull=False).exists()
    settle_failed(
        message, _("The portal failed while it sent this mail: see the log of the worker."), maybe_sent=maybe_sent
    )


def take_due_mails() -> list[str]:
    """Return the keys of the messages to be sent now: queued and due, or claimed by a worker that was lost.

    A message that no worker claims is returned again after ``MAIL_WAKE_AGAIN``. Expired passwords are deleted.
    """
    now = timezone.now()
    stale = OutboxMessage.objects.filter(state=State.SENDING, due_at__lt=now)
    stale.filter(handed_over_at__isnull=False).update(duplicate=True)
    _give_up(stale.filter(attempts__gte=MOST_ATTEMPTS), _("The worker stopped while it sent this mail."))
    _put_back(stale, error=_("The worker stopped while it sent this mail."), due_at=now)
    OutboxMessage.objects.filter(sealed_until__lt=now).exclude(sealed="").update(sealed="")
    due = OutboxMessage.objects.filter(state=State.QUEUED, due_at__lte=now).order_by("due_at")
    keys = list(due.values_list("pk", flat=True)[:AT_ONCE])
    OutboxMessage.objects.filter(pk__in=keys, state=State.QUEUED).update(due_at=now + settings.MAIL_WAKE_AGAIN)
    return [str(pk) for pk in keys]


def delete_old_mails() -> int:
    """Delete messages that were settled long ago, and return how many; also those whose write stays in doubt."""
    now = timezone.now()
    OutboxMessage.objects.filter(state=State.HELD, created_at__lt=now - HELD_AT_MOST).delete()
    since = now - settings.MAIL_KEEP
    return OutboxMessage.objects.filter(state__in=(State.SENT, State.FAILED), settled_at__lt=since).delete()[0]


def _own(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """Select the row of a message, as long as this claim of it holds."""
    return OutboxMessage.objects.filter(pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at)


def _put_back(rows: QuerySet[OutboxMessage], **values: Any) -> None:
    rows.update(state=State.QUEUED, claimed_at=None, handed_over_at=None, **values)


def _give_up(rows: QuerySet[OutboxMessage], error: str) -> None:
    """Give messages up, and tell of each that this call has given up (``portal.core.events``)."""
    settled = {"error": error[:500], "settled_at": timezone.now(), "claimed_at": None, "handed_over_at": None}
    for message in list(rows):
        with transaction.atomic():
            if rows.filter(pk=message.pk).update(state=State.FAILED, sealed="", **settled):
                data = {"mail": str(message.pk), "kind": message.kind, "about": message.about, "error": error[:500]}
                tell_event("mail.failed", str(message.pk), message.engine, (message.reseller,), data)
