"""Pauses after wrong sign-ins: by name and source, and by source alone, twice as long each time (django-axes).

After ``AXES_FAILURE_LIMIT`` failures there is a pause; after it one try is free, and each further failure doubles the
pause, up to an hour. Tries during a pause are not looked at and change nothing. Failures are forgotten after a sign-in
that succeeds, or after ``AXES_COOLOFF_TIME`` without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from .models import SecondFactorTries

LONGEST = timedelta(hours=1)
SOURCE_WINDOW = timedelta(hours=1)
NONE = timedelta(0)


class GrowingPauses(AxesDatabaseHandler):  # type: ignore[misc]
    """The rule by which django-axes lets somebody try."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Tell whether a name is paused for this source, or the whole source is."""
        return pause_left(request, credentials) > NONE


@dataclass(frozen=True, slots=True)
class Lock:
    """Wrong sign-ins of one name from one source, or of many names (``username`` is empty).

    ``until`` is the end of the pause, if there is one.
    """

    username: str
    source: str
    failures: int
    last_at: datetime
    until: datetime | None


def length_of(failures: int, limit: int) -> timedelta:
    """Give the pause that so many failures earn."""
    if failures < limit:
        return NONE
    first: timedelta = settings.SIGN_IN_PAUSE
    doubled: timedelta = first * 2 ** min(failures - limit, 16)
    return min(doubled, LONGEST)


def pause_left(request: Any, credentials: dict[str, Any] | None = None) -> timedelta:
    """Give how long the name of this sign-in has to wait yet."""
    source, name = request.axes_ip_address, get_client_username(request, credentials)
    recent = AccessAttempt.objects.filter(ip_address=source)
    by_name = recent.filter(username=name, attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME)
    by_source = recent.filter(attempt_time__gt=timezone.now() - SOURCE_WINDOW)
    return max(
        _left(by_name, settings.AXES_FAILURE_LIMIT),
        _left(by_source, settings.SIGN_IN_TRIES_PER_SOURCE),
    )


def _left(attempts: QuerySet[Any], limit: int) -> timedelta:
    sums = attempts.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    if not sums["last"]:
        return NONE
    last: datetime = sums["last"]
    return max(NONE, last + length_of(sums["failures"], limit) - timezone.now())


def list_locks() -> list[Lock]:
    """List names with failures that are not forgotten and sources that are paused: pauses first, then the latest."""
    sums = {"failures": Sum("failures_since_start"), "last": Max("attempt_time")}
    recent = AccessAttempt.objects.order_by()
    by_name = recent.filter(attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME)
    by_source = recent.filter(attempt_time__gt=timezone.now() - SOURCE_WINDOW)
    names = [
        _lock(row, settings.AXES_FAILURE_LIMIT) for row in by_name.values("username", "ip_address").annotate(**sums)
    ]
    sources = [_lock(row, settings.SIGN_IN_TRIES_PER_SOURCE) for row in by_source.values("ip_address").annotate(**sums)]
    locks = [*names, *(lock for lock in sources if lock.until)]
    return sorted(locks, key=lambda lock: (lock.until is None, -lock.last_at.timestamp()))


def _lock(row: dict[str, Any], limit: int) -> Lock:
    until = row["last"] + length_of(row["failures"], limit)
    return Lock(
        username=row.get("username") or "",
        source=row["ip_address"] or "",
        failures=row["failures"],
        last_at=row["last"],
        until=until if until > timezone.now() else None,
    )


def release(username: str, source: str) -> bool:
    """Forget the failures of a name from a source, or all from a source; tell whether there were any."""
    SecondFactorTries.objects.filter(operator__username=username).update(taken=0, paused_until=None)
    failures = AccessAttempt.objects.filter(ip_address=source)
    return bool((failures.filter(username=username) if username else failures).delete()[0])
