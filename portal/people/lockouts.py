"""Lockouts after wrong sign-ins: by name and source, by source alone, and by name alone (django-axes).

After ``AXES_FAILURE_LIMIT`` failures of a name from one source, the name is locked out from that source. After the
lockout one try is allowed, and each further failure doubles the lockout, up to an hour. A source that fails with many
names is locked out in the same way. Tries during a lockout are neither checked nor counted. Failures are deleted after
a successful sign-in, and no longer count after ``AXES_COOLOFF_TIME``.

Guessing slowly from many sources stays below these limits. So after ``SIGN_IN_TRIES_PER_NAME`` failures of a name from
any sources, the name as a whole is locked out, for a quarter of an hour at most. Devices from which the person has
signed in before (``known_devices``) are exempt, so that strangers cannot lock a person out.

Sources: ``people.sources``.
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

from portal.people.sources import source_of

from . import known_devices
from .models import SecondFactorTries

LONGEST = timedelta(hours=1)
LONGEST_OF_NAME = timedelta(minutes=15)
SOURCE_WINDOW = timedelta(hours=1)
NONE = timedelta(0)
SUMS = {"failures": Sum("failures_since_start"), "last": Max("attempt_time")}
# Prefix of names that stand for tries of links, which are counted by source only.
LINKS = "link:"


class GrowingLockouts(AxesDatabaseHandler):  # type: ignore[misc]
    """The handler by which django-axes decides whether a sign-in is allowed."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Return whether the name or the source of a sign-in is locked out."""
        return lockout_left(request, credentials) > NONE

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
        """Count a failure for the request's source."""
        if request is not None:
            request.axes_ip_address = source_of(request)
        super().user_login_failed(sender, credentials, request, **more)


@dataclass(frozen=True, slots=True)
class Lock:
    """Failed sign-ins of one name from one source, of many names (``username`` is empty), or from many sources
    (``source`` is empty).

    ``until`` is the end of the lockout, if there is one.
    """

    username: str
    source: str
    failures: int
    last_at: datetime
    until: datetime | None

    @property
    def network(self) -> str:
        """The source as it is shown: an IPv6 network with its length."""
        return f"{self.source}/64" if ":" in self.source else self.source


def lockout_length(failures: int, limit: int, longest: timedelta = LONGEST) -> timedelta:
    """Return the length of the lockout after a number of failures."""
    if failures < limit:
        return NONE
    first: timedelta = settings.SIGN_IN_PAUSE
    doubled: timedelta = first * 2 ** min(failures - limit, 16)
    return min(doubled, longest)


def lockout_left(request: Any, credentials: dict[str, Any] | None = None) -> timedelta:
    """Return the time until the lockout of this sign-in ends; zero if it is not locked out."""
    source, name = source_of(request), get_client_username(request, credentials) or ""
    of_name = _recent(settings.AXES_COOLOFF_TIME).filter(username=name)
    left = max(
        _left(of_name.filter(ip_address=source), settings.AXES_FAILURE_LIMIT, LONGEST),
        _left(_recent(SOURCE_WINDOW).filter(ip_address=source), settings.SIGN_IN_TRIES_PER_SOURCE, LONGEST),
    )
    if name.startswith(LINKS):
        return left
    left_of_name = _left(of_name, settings.SIGN_IN_TRIES_PER_NAME, LONGEST_OF_NAME)
    return left if left_of_name <= left or known_devices.is_known_device(request, name) else left_of_name


def _recent(window: timedelta) -> QuerySet[AccessAttempt]:
    found: QuerySet[AccessAttempt] = AccessAttempt.objects.order_by().filter(attempt_time__gt=timezone.now() - window)
    return found


def _left(attempts: QuerySet[Any], limit: int, longest: timedelta) -> timedelta:
    sums = attempts.aggregate(**SUMS)
    if not sums["last"]:
        return NONE
    last: datetime = sums["last"]
    return max(NONE, last + lockout_length(sums["failures"], limit, longest) - timezone.now())


def list_locks() -> list[Lock]:
    """List names with recent failures, and names and sources that are locked out: these first, then the latest."""
    by_name, by_source = _recent(settings.AXES_COOLOFF_TIME), _recent(SOURCE_WINDOW)
    locks = _locks(by_name, ("username", "ip_address"), settings.AXES_FAILURE_LIMIT, LONGEST)
    wholes = [
        *_locks(by_source, ("ip_address",), settings.SIGN_IN_TRIES_PER_SOURCE, LONGEST),
        *_locks(
            by_name.exclude(username__startswith=LINKS),
            ("username",),
            settings.SIGN_IN_TRIES_PER_NAME,
            LONGEST_OF_NAME,
        ),
    ]
    locks += [lock for lock in wholes if lock.until]
    return sorted(locks, key=lambda lock: (lock.until is None, -lock.last_at.timestamp()))


def _locks(attempts: QuerySet[AccessAttempt], by: tuple[str, ...], limit: int, longest: timedelta) -> list[Lock]:
    return [_lock(row, limit, longest) for row in attempts.values(*by).annotate(**SUMS)]


def _lock(row: dict[str, Any], limit: int, longest: timedelta) -> Lock:
    until = row["last"] + lockout_length(row["failures"], limit, longest)
    return Lock(
        username=row.get("username") or "",
        source=row.get("ip_address") or "",
        failures=row["failures"],
        last_at=row["last"],
        until=until if until > timezone.now() else None,
    )


def release_lock(username: str, source: str) -> bool:
    """Delete the failures of a name, a source, or both together; return whether there were any.

    If the name is an operator's, a lockout of their second factors ends as well."""
    SecondFactorTries.objects.filter(operator__username=username).update(taken=0, paused_until=None)
    wanted = {key: value for key, value in (("username", username), ("ip_address", source)) if value}
    return bool(wanted) and bool(AccessAttempt.objects.filter(**wanted).delete()[0])
