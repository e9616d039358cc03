"""Managing operators: how a new one signs in for the first time, and that one with all rights is always left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.core.fields import new_password
from portal.people import factors, links, sessions
from portal.people.operators.models import Operator

from .choices import MAIL, PASSWORD

# The journal leaves out what is named after passwords, and this right is none.
JOURNAL_NAMES = {"may_see_passwords": "may_see_credentials"}
SHOWN = ("username", "name", "email", "may_change", "may_see_passwords", "may_see_calls", "tree", "is_active")


class NobodyLeft(Exception):
    """Nobody would be left who may manage operators."""


def state_of(operator: Operator) -> Mapping[str, Any]:
    """Write an operator down as the journal keeps him."""
    return {JOURNAL_NAMES.get(name, name): getattr(operator, name) for name in SHOWN}


def check_somebody_is_left(changed: Operator, *, is_deleted: bool = False) -> None:
    """Raise ``NobodyLeft`` if no operator had all rights after a change. Needs a transaction; others wait for it."""
    everybody = list(Operator.objects.select_for_update().order_by("pk"))
    others = any(operator.is_full for operator in everybody if operator.pk != changed.pk)
    if not others and (is_deleted or not changed.is_full):
        raise NobodyLeft


def let_in(operator: Operator, way: str) -> str:
    """Give an operator a first sign-in in place of any earlier password, and end his sessions.

    Returns the one-time password or the link, to be shown once; empty when the link goes by mail.
    """
    with transaction.atomic():
        password = new_password() if way == PASSWORD else None
        operator.set_password(password)
        operator.must_change_password = way == PASSWORD
        operator.save(update_fields=["password", "must_change_password"])
        shut_out(operator)
        if way == MAIL:
            links.invite_operator(operator)
        return password or ("" if way == MAIL else links.invitation_url(operator))


def lose_factors(operator: Operator) -> None:
    """Take away lost second factors, and end all sessions."""
    with transaction.atomic():
        factors.remove_all(operator)
        sessions.end_all(sessions.operator_key(operator.pk))


def shut_out(operator: Operator) -> None:
    """End an operator's sessions and links."""
    sessions.end_all(sessions.operator_key(operator.pk))
    links.cancel_operator_links(operator)


def remove(operator: Operator) -> None:
    """Delete an operator, his second factors, links and sessions; what he did stays in the journal."""
    shut_out(operator)
    operator.delete()


def set_operator_password(operator: Operator, password: str) -> None:
    """Store an operator's password as their own choice."""
    operator.set_password(password)
    operator.must_change_password = False
    operator.save(update_fields=["password", "must_change_password"])
