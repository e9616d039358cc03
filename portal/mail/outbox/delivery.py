"""Taking messages out of the outbox: each by one worker at a time, until it is sent or given up."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import OutboxMessage
from .quotas import quotas_of

State = OutboxMessage.State
MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=30)
AT_ONCE = 1000


def claim(pk: str | uuid.UUID) -> OutboxMessage | None:
    """Take a message for sending; ``None`` when another worker has it, it is settled, or a quota is used up.

    A claim that is not settled in time is taken back by ``sweep_up``.
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
    """Put a message back for later when one of its quotas is used up by messages that were sent or claimed.

    Counting comes after claiming, so that of two workers at the same moment at least one sees the other.
    """
    full = [(until, quota.reason) for quota in quotas_of(message) if (until := quota.full_until(message))]
    if not full:
        return False
    until, reason = max(full)
    _put_back(_own(message), error=reason, due_at=until, attempts=F("attempts") - 1)
    return True


def begin(message: OutboxMessage) -> bool:
    """Note that the message is handed to the mail server now; ``False`` when the claim was lost meanwhile."""
    now = timezone.now()
    return _own(message).update(handed_over_at=now, due_at=now + settings.MAIL_STALE) == 1


def settle_sent(message: OutboxMessage) -> None:
    """Note that a message was sent."""
    _own(message).update(state=State.SENT, error="", settled_at=timezone.now(), handed_over_at=None, sealed="")


def settle_failed(message: OutboxMessage, error: str, *, for_good: bool = False, maybe_sent: bool = False) -> None:
    """Note a failure: it is tried again after a while that doubles each time, and given up in the end.

    ``maybe_sent`` says that the mail server broke off before it answered: if the message goes out again, it says so.
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
    """Note a failure of the portal itself; if it was while the mail was handed over, it may have been sent."""
    maybe_sent = _own(message).filter(handed_over_at__isnull=False).exists()
    settle_failed(message, _("The portal failed while it sent this: the worker's log says how."), maybe_sent=maybe_sent)


def sweep_up() -> list[str]:
    """List what should be sent now: queued and due, or claimed by a worker that did not come back.

    What is listed is listed again after a while, unless somebody claims it.
    """
    now = timezone.now()
    stale = OutboxMessage.objects.filter(state=State.SENDING, due_at__lt=now)
    stale.filter(handed_over_at__isnull=False).update(duplicate=True)
    _give_up(stale.filter(attempts__gte=MOST_ATTEMPTS), _("The worker did not come back from sending it."))
    _put_back(stale, error=_("The worker did not come back from sending it."), due_at=now)
    OutboxMessage.objects.filter(sealed_until__lt=now).exclude(sealed="").update(sealed="")
    due = OutboxMessage.objects.filter(state=State.QUEUED, due_at__lte=now).order_by("due_at")
    keys = list(due.values_list("pk", flat=True)[:AT_ONCE])
    OutboxMessage.objects.filter(pk__in=keys, state=State.QUEUED).update(due_at=now + settings.MAIL_WAKE_AGAIN)
    return [str(pk) for pk in keys]


def forget_old() -> int:
    """Forget what was settled long ago; return how many messages that were."""
    since = timezone.now() - settings.MAIL_KEEP
    return OutboxMessage.objects.filter(state__in=(State.SENT, State.FAILED), settled_at__lt=since).delete()[0]


def _own(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """Find the row of a message as long as this claim of it holds."""
    return OutboxMessage.objects.filter(pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at)


def _put_back(rows: QuerySet[OutboxMessage], **values: Any) -> None:
    rows.update(state=State.QUEUED, claimed_at=None, handed_over_at=None, **values)


def _give_up(rows: QuerySet[OutboxMessage], error: str) -> None:
    rows.update(
        state=State.FAILED,
        error=error[:500],
        settled_at=timezone.now(),
        claimed_at=None,
        handed_over_at=None,
        sealed="",
    )
