"""Tries of second factors: how many wrong codes and passkeys an operator may have until there is a pause.

Whoever knows the password may try from many addresses and in many sessions at once. So a try is taken before it is
checked, in one step of the database: however many requests come at the same moment, no more than ``FREE`` are checked,
and one after each pause. The pauses double, up to a quarter of an hour; a success forgets the tries, and so does a day.
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
    """Says that no try is left; ``left`` is the time until the next one."""

    def __init__(self, left: timedelta) -> None:
        super().__init__(f"No try of a second factor for {left}.")
        self.left = left


def take_factor_try(operator: Operator) -> None:
    """Take a try; ``FactorsLocked`` when there is none."""
    SecondFactorTries.objects.get_or_create(operator=operator)
    is_taken = False
    while not is_taken:  # as long as other requests take tries in between, and some are left
        is_taken = _take_one(SecondFactorTries.objects.get(operator=operator), timezone.now())


def _take_one(known: SecondFactorTries, now: datetime) -> bool:
    """Write down a try, unless the row is no longer as it was read."""
    if known.paused_until and known.paused_until > now:
        raise FactorsLocked(known.paused_until - now)
    taken = 1 if known.last_at < now - FORGOTTEN else known.taken + 1
    as_read = SecondFactorTries.objects.filter(pk=known.pk, taken=known.taken, paused_until=known.paused_until)
    pause = min(lockout_length(taken, FREE), LONGEST)
    return as_read.update(taken=taken, last_at=now, paused_until=now + pause if pause else None) == 1


def forget_factor_tries(operator: Operator) -> None:
    """Forget an operator's tries: one was right, or a colleague lets them try again."""
    SecondFactorTries.objects.filter(operator=operator).update(taken=0, paused_until=None)
