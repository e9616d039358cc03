"""Quotas of mails: how many may be sent to one address an hour, and to the users of one reseller an hour and a day.

A quota counts the mails that were sent or are being sent, from the time a worker claimed them. Further mails wait in
the outbox until enough of the earlier ones no longer count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from portal.mail.text.brand import engine_name

from .models import OutboxMessage

State = OutboxMessage.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_HOURLY = gettext_noop(
    "Mails to users of reseller %(reseller)s (%(engine)s) within the last hour: %(sent)s. The quota is %(most)s; "
    "further mails wait."
)
_DAILY = gettext_noop(
    "Mails to users of reseller %(reseller)s (%(engine)s) within the last 24 hours: %(sent)s. The quota is %(most)s; "
    "further mails wait."
)


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of mails among ``rows`` within ``span``; ``reason`` is shown to operators with mails that wait."""

    rows: QuerySet[OutboxMessage]
    most: int
    span: timedelta
    reason: str

    def counted(self) -> QuerySet[OutboxMessage]:
        """Return the mails that currently count."""
        return self.rows.filter(state__in=(State.SENDING, State.SENT), claimed_at__gt=timezone.now() - self.span)

    def full_until(self, message: OutboxMessage) -> datetime | None:
        """Return when a message can be sent if other messages use up the quota; else ``None``."""
        others = self.counted().exclude(pk=message.pk).order_by("-claimed_at").values_list("claimed_at", flat=True)
        last = list(others[self.most - 1 : self.most])
        return last[0] + self.span if last and last[0] else None


def quotas_of(message: OutboxMessage) -> Iterator[Quota]:
    """Yield the quotas that a message counts towards."""
    if most := settings.MAIL_PER_RECIPIENT:
        rows = OutboxMessage.objects.alias(low=Lower("recipient")).filter(low=message.recipient.lower())
        reason = ngettext(
            "It waits: this address gets %(most)s mail an hour.",
            "It waits: this address gets %(most)s mails an hour.",
            most,
        )
        yield Quota(rows, most, HOUR, reason % {"most": most})
    if message.reseller:
        yield from quotas_of_reseller(message.engine, message.reseller)


def quotas_of_reseller(engine: str, reseller: int) -> Iterator[Quota]:
    """Yield the quotas of all mails to the users of a reseller on an NGNPro server."""
    rows = OutboxMessage.objects.filter(engine=engine_name(engine), reseller=reseller)
    for span, most in reseller_limits().items():
        if span == HOUR:
            reason = ngettext(
                "It waits: users of this reseller get %(most)s mail an hour in total.",
                "It waits: users of this reseller get %(most)s mails an hour in total.",
                most,
            )
        else:
            reason = ngettext(
                "It waits: users of this reseller get %(most)s mail a day in total.",
                "It waits: users of this reseller get %(most)s mails a day in total.",
                most,
            )
        yield Quota(rows, most, span, reason % {"most": most})


def reseller_limits() -> Mapping[timedelta, int]:
    """Map each span of time to the number of mails that the users of one reseller get in it; 0 is no limit."""
    limits = {HOUR: settings.MAIL_PER_RESELLER_HOUR, DAY: settings.MAIL_PER_RESELLER_DAY}
    return {span: most for span, most in limits.items() if most}


def mails_left(engine: str, reseller: int) -> int | None:
    """Return how many more mails to users of a reseller can be sent without waiting; ``None`` without a quota.

    Queued mails count as well, because they are sent first.
    """
    if not reseller:
        return None
    queued = OutboxMessage.objects.filter(engine=engine_name(engine), reseller=reseller, state=State.QUEUED).count()
    left = [quota.most - quota.counted().count() - queued for quota in quotas_of_reseller(engine, reseller)]
    return max(min(left), 0) if left else None


def waiting_notices(engine: str, resellers: Mapping[int, int]) -> list[str]:
    """Return a sentence for each reseller whose mails will wait; ``resellers`` maps each to its number of new mails."""
    notices = []
    for reseller, wanted in sorted(resellers.items()):
        left = mails_left(engine, reseller)
        if left is not None and wanted > left:
            words = _(
                "Quota of mails for the users of reseller %(reseller)s: %(left)s of %(wanted)s mails can be sent at "
                "once. The others wait in the outbox and are sent automatically later."
            )
            notices.append(words % {"reseller": reseller, "left": left, "wanted": wanted})
    return notices


def used_up_notices() -> list[str]:
    """Return a sentence for operators about each reseller whose quota is used up."""
    notices = []
    for span, most in reseller_limits().items():
        counted = Quota(OutboxMessage.objects.filter(reseller__gt=0), most, span, "").counted()
        full = counted.order_by("engine", "reseller").values("engine", "reseller").annotate(sent=Count("pk"))
        words = _HOURLY if span == HOUR else _DAILY
        notices += [_(words) % {**row, "most": most} for row in full.filter(sent__gte=most)]
    return notices
