"""Half signed in: an operator's password was right, and the second factor has not been checked yet.

It lasts five minutes; until it is done, no one is signed in. Tries are counted per operator (``people.tries``).
"""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from portal.people.operators.models import Operator

HALF = "half signed in"
SECONDS = 5 * 60


def start_second_step(request: HttpRequest, operator: Operator) -> None:
    """Remember whose password was right; a password changed meanwhile ends it."""
    request.session[HALF] = {
        "operator": operator.pk,
        "proof": operator.get_session_auth_hash(),
        "until": time.time() + SECONDS,
    }


def awaits_second_step(request: HttpRequest) -> bool:
    """Return whether a second step is to come."""
    return HALF in request.session


def operator_of_second_step(request: HttpRequest) -> Operator | None:
    """Return the operator who has to take the second step; ``None`` when there is none, or it is too late."""
    half = request.session.get(HALF)
    if half is None or half["until"] < time.time():
        return None
    operator = Operator.objects.filter(pk=half["operator"], is_active=True).first()
    if operator is None or not constant_time_compare(half["proof"], operator.get_session_auth_hash()):
        return None
    return operator
