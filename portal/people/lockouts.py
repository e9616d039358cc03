"""Lockouts after wrong sign-ins: by name and source, by source alone, and by name alone.

A try is counted before its password is checked, in one step with the decision whether it is allowed: so no number of
simultaneous requests has more tries than one request after the other. It is taken back if the password could not be
checked, and the tries of a name from a source are deleted when the sign-in succeeds.

After ``SIGN_IN_TRIES`` tries of a name from one source, the name is locked out from that source. After the lockout one
try is allowed, and each further one doubles the lockout, up to an hour. A source that tries many names is locked out in
the same way. Tries during a lockout are neither checked nor counted. Tries no longer count after a day.

Guessing slowly from many sources stays below these limits. So after ``SIGN_IN_TRIES_PER_NAME`` tries of a name from
any sources, the name as a whole is locked out, for a quarter of an hour at most. Devices from which the person has
signed in before (``known_devices``) are exempt, so that strangers cannot lock a person out.

Sources: ``people.client_address``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.ngnpro import errors
from portal.people.client_address import source_of

from . import known_devices
from .models import SecondFactorTries, SignInTry, TryLock

LONGEST = timedelta(hours=1)
LONGEST_OF_NAME = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)
SOURCE_WINDOW = timedelta(hours=1)
NONE = timedelta(0)
SUMS = {"failures": Count("pk"), "last": Max("tried_at")}
# Prefix of names that stand for tries of links, which are counted by source only.
LINKS = "link:"


class LockedOut(Exception):
    """The name or the source is locked out; ``left`` is the time until the lockout ends."""

    def __init__(self, left: timedelta) -> None:
        super().__init__(f"No sign-in for {left}.")
        self.left = left


@dataclass(frozen=True, slots=True)
class SignInLock:
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


def counted_name(name: str) -> str:
    """Return the name by which tries are counted: the same for all spellings of a login."""
    return name.strip().casefold().removeprefix("sip:")


@contextmanager
def counted_try(request: HttpRequest, name: str) -> Iterator[SignInTry]:
    """Count a try of a name for the block that checks it; the block calls ``take_back`` if the password is right.

    Raises ``LockedOut`` if no try is allowed now. If NGNPro does not answer, or locks the login itself, the password
    was not checked, and the try is taken back. Every other refusal counts: otherwise passwords could be tried without
    limit on a server that answers wrong ones with its own code.
    """
    attempt = _take_try(request, counted_name(name))
    try:
        yield attempt
    except (errors.Outage, errors.Locked):
        take_back(attempt)
        raise


def _take_try(request: HttpRequest, name: str) -> SignInTry:
    """Count a try, unless it is locked out. Simultaneous tries of the same name or source wait for each other."""
    require_unlocked(request, name)  # most tries during a lockout end here and wait for nobody
    source, now = source_of(request), timezone.now()
    locks = [TryLock(key=key, held_at=now) for key in sorted((f"name {name}", f"source {source}"))]
    with transaction.atomic():
        TryLock.objects.bulk_create(locks, update_conflicts=True, unique_fields=["key"], update_fields=["held_at"])
        require_unlocked(request, name)
        return SignInTry.objects.create(name=name, source=source)


def take_back(attempt: SignInTry) -> None:
    """Delete a try whose password was right, or was not checked."""
    SignInTry.objects.filter(pk=attempt.pk).delete()


def forget_tries(request: HttpRequest, name: str) -> None:
    """Delete the tries of a name from this request's source, after a successful sign-in."""
    SignInTry.objects.filter(name=counted_name(name), source=source_of(request)).delete()


def require_unlocked(request: HttpRequest, name: str) -> None:
    """Raise ``LockedOut`` if the name or this request's source is locked out."""
    if (left := _lockout_left(request, counted_name(name))) > NONE:
        raise LockedOut(left)


def lockout_length(failures: int, limit: int, longest: timedelta = LONGEST) -> timedelta:
    """Return the length of the lockout after a number of failures."""
    if failures < limit:
        return NONE
    first: timedelta = settings.SIGN_IN_PAUSE
    doubled: timedelta = first * 2 ** min(failures - limit, 16)
    return min(doubled, longest)


def _lockout_left(request: HttpRequest, name: str) -> timedelta:
    source, of_name = source_of(request), _recent(KEPT_FOR).filter(name=name)
    left = max(
        _left(of_name.filter(source=source), settings.SIGN_IN_TRIES, LONGEST),
        _left(_recent(SOURCE_WINDOW).filter(source=source), settings.SIGN_IN_TRIES_PER_SOURCE, LONGEST),
    )
    if name.startswith(LINKS):
        return left
    left_of_name = _left(of_name, settings.SIGN_IN_TRIES_PER_NAME, LONGEST_OF_NAME)
    return left if left_of_name <= left or known_devices.is_known_device(request, name) else left_of_name


def _recent(window: timedelta) -> QuerySet[SignInTry]:
    return SignInTry.objects.filter(tried_at__gt=timezone.now() - window)


def _left(tries: QuerySet[SignInTry], limit: int, longest: timedelta) -> timedelta:
    sums = tries.aggregate(**SUMS)
    if not sums["last"]:
        return NONE
    last: datetime = sums["last"]
    return max(NONE, last + lockout_length(sums["failures"], limit, longest) - timezone.now())


def list_locks() -> list[SignInLock]:
    """List names with recent failures, and names and sources that are locked out: these first, then the latest."""
    by_name, by_source = _recent(KEPT_FOR), _recent(SOURCE_WINDOW)
    locks = _locks(by_name, ("name", "source"), settings.SIGN_IN_TRIES, LONGEST)
    wholes = [
        *_locks(by_source, ("source",), settings.SIGN_IN_TRIES_PER_SOURCE, LONGEST),
        *_locks(
            by_name.exclude(name__startswith=LINKS),
            ("name",),
            settings.SIGN_IN_TRIES_PER_NAME,
            LONGEST_OF_NAME,
        ),
    ]
    locks += [lock for lock in wholes if lock.until]
    return sorted(locks, key=lambda lock: (lock.until is None, -lock.last_at.timestamp()))


def _locks(tries: QuerySet[SignInTry], by: tuple[str, ...], limit: int, longest: timedelta) -> list[SignInLock]:
    return [_lock(row, limit, longest) for row in tries.values(*by).annotate(**SUMS)]


def _lock(row: dict[str, Any], limit: int, longest: timedelta) -> SignInLock:
    until = row["last"] + lockout_length(row["failures"], limit, longest)
    return SignInLock(
        username=row.get("name", ""),
        source=row.get("source", ""),
        failures=row["failures"],
        last_at=row["last"],
        until=until if until > timezone.now() else None,
    )


def release_lock(username: str, source: str) -> bool:
    """Delete the failures of a name, a source, or both together; return whether there were any.

    If the name is an operator's, a lockout of their second factors ends as well."""
    SecondFactorTries.objects.filter(operator__username=username).update(taken=0, paused_until=None)
    wanted = {key: value for key, value in (("name", username), ("source", source)) if value}
    return bool(wanted) and bool(SignInTry.objects.filter(**wanted).delete()[0])


def release_all_locks() -> int:
    """Delete all tries, of second factors as well, and return the number of tries to sign in."""
    SecondFactorTries.objects.update(taken=0, paused_until=None)
    return SignInTry.objects.all().delete()[0]


def delete_old_tries() -> None:
    """Delete tries that no longer count, and the locks of names and sources that nobody tries any more."""
    before = timezone.now() - KEPT_FOR
    SignInTry.objects.filter(tried_at__lt=before).delete()
    TryLock.objects.filter(held_at__lt=before).delete()
