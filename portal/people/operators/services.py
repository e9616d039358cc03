"""Managing operators: their first sign-in, their deletion, and the rule that one with all permissions must remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core.fields import new_password
from portal.ngnpro import errors
from portal.people import factors, links, sessions
from portal.people.operators.models import FirstSignIn, Operator, OperatorState

# The journal leaves out fields whose name contains "password"; this permission is not one.
JOURNAL_NAMES = {"may_see_passwords": "may_see_credentials"}
SHOWN = (
    *("username", "name", "email", "may_change", "may_see_passwords", "may_see_calls", "tree"),
    *("ports", "domains", "networks", "expires_on", "must_have_second_factor", "is_active"),
)


class LastFullOperator(Exception):
    """No operator with all permissions would be left."""


def state_of(operator: Operator) -> OperatorState:
    """Return what the pages of operators edit of an operator."""
    return OperatorState(**{name: getattr(operator, name) for name in SHOWN})


def journal_state_of(operator: Operator | OperatorState) -> Mapping[str, Any]:
    """Return an operator's fields as the journal stores them."""
    return {JOURNAL_NAMES.get(name, name): getattr(operator, name) for name in SHOWN}


def lock_operators() -> list[Operator]:
    """Return all operators with their rows locked until the transaction ends, so that other requests wait."""
    return list(Operator.objects.select_for_update().order_by("pk"))


def check_full_operator_remains(
    changed: Operator, *, is_deleted: bool = False, everybody: Sequence[Operator] | None = None
) -> None:
    """Raise ``LastFullOperator`` if no operator would have all permissions after a change.

    Must be called in a transaction. ``everybody``: what ``lock_operators`` returned in it.
    """
    everybody = lock_operators() if everybody is None else everybody
    others = any(_remains(operator) for operator in everybody if operator.pk != changed.pk)
    if not others and (is_deleted or not _remains(changed)):
        raise LastFullOperator


def _remains(operator: Operator) -> bool:
    """Return whether an operator has all permissions, on any day and from anywhere."""
    return operator.is_full and operator.expires_on is None and not operator.networks


def add_operator(wanted: OperatorState, engine: str, way: str) -> tuple[Operator, str]:
    """Store a new operator; return them and what ``set_first_sign_in`` returns.

    ``engine`` is the NGNPro server of the reseller whom the operator is limited to, if any.
    """
    with transaction.atomic():
        operator = Operator(**asdict(wanted), tree_engine=engine if wanted.tree else "")
        operator.save()
        return operator, set_first_sign_in(operator, way)


def update_operator(key: int, before: OperatorState, wanted: OperatorState, engine: str) -> None:
    """Store the changes to an operator; an operator who may no longer sign in is signed out.

    Must be called in a transaction. Raises ``ChangedMeanwhile`` if the operator is not as ``before``, and
    ``LastFullOperator`` if no operator would have all permissions.
    """
    everybody = lock_operators()
    operator = next((one for one in everybody if one.pk == key), None)
    if operator is None or state_of(operator) != before:
        raise errors.ChangedMeanwhile(0, _("Someone else changed this operator."))
    for name, value in asdict(wanted).items():
        setattr(operator, name, value)
    if wanted.tree != before.tree:
        operator.tree_engine = engine
    check_full_operator_remains(operator, everybody=everybody)
    operator.save(update_fields=[*SHOWN, "tree_engine"])
    if not operator.is_active or operator.has_expired:
        end_access(operator)


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
