"""Managing operators: their first sign-in, their deletion, and the rule that one with all permissions must remain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.core.fields import new_password
from portal.people import factors, links, sessions
from portal.people.operators.models import FirstSignIn, Operator

# The journal leaves out fields whose name contains "password"; this permission is not one.
JOURNAL_NAMES = {"may_see_passwords": "may_see_credentials"}
SHOWN = ("username", "name", "email", "may_change", "may_see_passwords", "may_see_calls", "tree", "is_active")


class LastFullOperator(Exception):
    """No operator with all permissions would be left."""


def journal_state_of(operator: Operator) -> Mapping[str, Any]:
    """Return an operator's fields as the journal stores them."""
    return {JOURNAL_NAMES.get(name, name): getattr(operator, name) for name in SHOWN}


def check_full_operator_remains(changed: Operator, *, is_deleted: bool = False) -> None:
    """Raise ``LastFullOperator`` if no operator would have all permissions after a change.

    Must be called in a transaction: it locks the rows of all operators, so that other requests wait.
    """
    everybody = list(Operator.objects.select_for_update().order_by("pk"))
    others = any(operator.is_full for operator in everybody if operator.pk != changed.pk)
    if not others and (is_deleted or not changed.is_full):
        raise LastFullOperator


def set_first_sign_in(operator: Operator, way: str) -> str:
    """Replace an operator's password by a one-time password or a link, and end their sessions.

    Returns the one-time password or the link, to be shown once; empty if the link is sent by mail.
    """
    with transaction.atomic():
        password = new_password() if way == FirstSignIn.PASSWORD else None
        operator.set_password(password)
        operator.must_change_password = way == FirstSignIn.PASSWORD
        operator.save(update_fields=["password", "must_change_password"])
        end_access(operator)
        if way == FirstSignIn.MAIL:
            links.invite_operator(operator)
        return password or ("" if way == FirstSignIn.MAIL else links.invitation_url(operator))


def remove_lost_factors(operator: Operator) -> None:
    """Remove an operator's second factors, and end all their sessions."""
    with transaction.atomic():
        factors.remove_all_factors(operator)
        sessions.end_all_sessions(sessions.operator_key(operator.pk))


def end_access(operator: Operator) -> None:
    """End an operator's sessions and links."""
    sessions.end_all_sessions(sessions.operator_key(operator.pk))
    links.cancel_operator_links(operator)


def delete_operator(operator: Operator) -> None:
    """Delete an operator with their second factors, links and sessions; the journal keeps their entries."""
    end_access(operator)
    operator.delete()


def set_operator_password(operator: Operator, password: str) -> None:
    """Store a password that an operator has chosen."""
    operator.set_password(password)
    operator.must_change_password = False
    operator.save(update_fields=["password", "must_change_password"])
