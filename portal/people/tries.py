"""Tries of second factors: how many wrong codes and passkeys an operator may send before a lockout.

A person who knows the password may try from many addresses and in many sessions at once. So a try is counted before it
is checked, in one statement of the database: of any number of simultaneous requests, no more than ``FREE`` are checked,
and one after each lockout. Each lockout is twice as long as the one before, up to a quarter of an hour. The number of
tries is reset after a right one, and after a day without any.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from portal.people.operators.models import Operator

from .lockouts import lockout_length
from .models import SecondFactorTries

FREE = 5
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)


class FactorsLocked(Exception):
    """No try is allowed now; ``left`` is the time until the next one."""

    def __init__(self, left: timedelta) -> None:
        super().__init__(f"No try of a second factor for {left}.")
        self.left = left


def take_factor_try(operator: Operator) -> None:
    """Count a try before it is checked; raises ``FactorsLocked`` if none is allowed now."""
    SecondFactorTries.objects.get_or_create(operator=operator)
    is_taken = False
    while not is_taken:  # again if another request took a try in between
        is_taken = _take_one(SecondFactorTries.objects.get(operator=operator), timezone.now())


def _take_one(known: SecondFactorTries, now: datetime) -> bool:
    """Store a try, and return ``False`` if the row was changed since it was read."""
    if known.paused_until and known.paused_until > now:
        raise FactorsLocked(known.paused_until - now)
    taken = 1 if known.last_at < now - FORGOTTEN else known.taken + 1
    as_read = SecondFactorTries.objects.filter(pk=known.pk, taken=known.taken, paused_until=known.paused_until)
    pause = min(lockout_length(taken, FREE), LONGEST)
    return as_read.update(taken=taken, last_at=now, paused_until=now + pause if pause else None) == 1


def forget_factor_tries(operator: Operator) -> None:
    """Reset an operator's tries, after a right one or by another operator."""
    SecondFactorTries.objects.filter(operator=operator).update(taken=0, paused_until=None)
