"""The state between the two steps of signing in: the password was right, the second factor is not checked yet.

It lasts five minutes, in which no one is signed in. Tries are counted per operator (``people.tries``).
"""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from portal.people.operators.models import Operator

HALF = "half signed in"
SECONDS = 5 * 60


def start_second_step(request: HttpRequest, operator: Operator) -> None:
    """Store in the session whose password was right; it is no longer valid if that password is changed."""
    request.session[HALF] = {
        "operator": operator.pk,
        "proof": operator.get_session_auth_hash(),
        "until": time.time() + SECONDS,
    }


def awaits_second_step(request: HttpRequest) -> bool:
    """Return whether the second step of signing in has been started and not finished."""
    return HALF in request.session


def operator_of_second_step(request: HttpRequest) -> Operator | None:
    """Return the operator who has to prove a second factor; ``None`` if there is no such operator or the time is up."""
    half = request.session.get(HALF)
    if half is None or half["until"] < time.time():
        return None
    operator = Operator.objects.filter(pk=half["operator"], is_active=True).first()
    if operator is None or not constant_time_compare(half["proof"], operator.get_session_auth_hash()):
        return None
    return operator
