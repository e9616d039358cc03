"""Which operator a person of the operators' provider is, and what their groups let them do.

The first time, an operator is found by a verified e-mail address, or added; from then on by the provider's subject. The
groups decide about permissions at every sign-in; what else an operator is limited to stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.people.operators.models import Operator, OperatorState
from portal.people.operators.services import (
    LastFullOperator,
    check_full_operator_remains,
    journal_state_of,
    lock_operators,
    state_of,
)

from .models import OperatorLink
from .protocol import Identity
from .providers import EVERYONE, Provider

PERMISSIONS = {"change": "may_change", "passwords": "may_see_passwords", "calls": "may_see_calls"}
_NAME = re.compile(r"[\w.@+-]{1,64}")


class SignOnRefused(Exception):
    """A provider knows a person, and the portal lets them not in; the text says why, and what to do."""


def operator_for(provider: Provider, identity: Identity, source: str) -> Operator:
    """Return the operator who has signed in at the provider, with the permissions of their groups.

    ``source`` is their IP address, for the journal. Raises ``SignOnRefused``.
    """
    granted = permissions_of(identity.words(provider.groups_claim))
    with transaction.atomic():
        everybody = lock_operators()
        link = OperatorLink.objects.filter(issuer=identity.issuer, subject=identity.subject).first()
        operator = next((one for one in everybody if link and one.pk == link.operator_id), None)
        if operator is None:
            operator = _find_or_add(provider, identity, everybody, granted, source)
            OperatorLink.objects.create(issuer=identity.issuer, subject=identity.subject, operator=operator)
        if not operator.is_active:
            raise SignOnRefused(_("You may not sign in any more. Other operators can change that."))
        _grant(provider, operator, everybody, granted, source)
    return operator


def permissions_of(groups: frozenset[str]) -> dict[str, Any]:
    """Return the permissions of the members of groups; raises ``SignOnRefused`` if none of them may sign in."""
    given = [words for group, words in settings.SSO_GROUPS.items() if group in groups or group == EVERYONE]
    if not given:
        raise SignOnRefused(
            _("You are in none of the groups that may sign in here. Whoever manages the groups can add you to one.")
        )
    words = {word for one in given for word in one.split("+")}
    return {field: word in words or "full" in words for word, field in PERMISSIONS.items()}


def _find_or_add(
    provider: Provider, identity: Identity, everybody: list[Operator], granted: dict[str, Any], source: str
) -> Operator:
    email = identity.verified_email(trusts=provider.trusts_email)
    if not email:
        raise SignOnRefused(
            _(
                "The provider does not say that your e-mail address is verified, so the portal cannot know who you are."
                " Verify it there, and sign in again."
            )
        )
    found = [one for one in everybody if one.email.casefold() == email.casefold()]
    if len(found) > 1:
        raise SignOnRefused(_("Several operators have your e-mail address. One of them has to get another one first."))
    if found and OperatorLink.objects.filter(issuer=identity.issuer, operator=found[0]).exists():
        raise SignOnRefused(_("The operator with your e-mail address belongs to another person of the provider."))
    if found:
        return found[0]
    if not settings.SSO_ADD_OPERATORS:
        raise SignOnRefused(_("There is no operator with your e-mail address. Other operators can add you."))
    return _add(provider, identity, email, granted, source)


def _add(provider: Provider, identity: Identity, email: str, granted: dict[str, Any], source: str) -> Operator:
    name = (identity.text("preferred_username") or email).lower()
    if not _NAME.fullmatch(name) or Operator.objects.filter(username__iexact=name).exists():
        raise SignOnRefused(
            _("An operator cannot be added with the name %(name)s: it is taken, or has other characters.")
            % {"name": name[:64]}
        )
    wanted = OperatorState(username=name, name=identity.text("name")[:128], email=email, **granted)
    writes = _writes_of(provider, name, source)
    with writes.change(None, journal_state_of(wanted), about=("operator", name), operation="addOperator"):
        return Operator.objects.create_user(name, None, name=wanted.name, email=email, **granted)


def _grant(
    provider: Provider, operator: Operator, everybody: list[Operator], granted: dict[str, Any], source: str
) -> None:
    """Give an operator the permissions of their groups, if they are others than before."""
    before = state_of(operator)
    wanted = replace(before, **granted)
    if wanted == before:
        return
    for field, value in granted.items():
        setattr(operator, field, value)
    try:
        check_full_operator_remains(operator, everybody=everybody)
    except LastFullOperator:
        raise SignOnRefused(
            _(
                "Your groups give you fewer permissions than you have, and no operator with all permissions would be"
                " left. Nothing was changed. Add another one first, with manage.py add_operator on the machine."
            )
        ) from None
    states = journal_state_of(before), journal_state_of(wanted)
    writes = _writes_of(provider, operator.username, source)
    with writes.change(*states, about=("operator", operator.username), operation="updateOperator"):
        operator.save(update_fields=list(granted))


def _writes_of(provider: Provider, login: str, source: str) -> Writes:
    return Writes(Author(Viewer(Role.OPERATOR, name=provider.name, login=login), source))
