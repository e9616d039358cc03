"""Making, revoking and resuming tokens, with an entry in the journal for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.core import sealing
from portal.core.portal_request import PortalRequest
from portal.core.viewer import Role
from portal.people import sessions
from portal.people.operators.models import Operator
from portal.people.viewers import ENGINE, PERSON

from .keys import hash_of, new_token, public_key_of, seal_for
from .models import ApiToken

KIND = "api-token"
# What a session knows about a person that a token does not store as it is: the login is encrypted for the token.
NOT_KEPT = ("sealed",)


def person_of(session: SessionBase) -> str:
    """Return the key of the person of a session, the same for a customer who has become a reseller."""
    person = session.get(PERSON)
    if person is None:
        return sessions.person_of(session)
    return sessions.person_key(Role.CUSTOMER.value, person["engine"], person["login"])


def tokens_of(session: SessionBase) -> QuerySet[ApiToken]:
    """Return the tokens of the person of a session."""
    return ApiToken.objects.filter(person=person_of(session))


def has_login(session: SessionBase) -> bool:
    """Return whether a session knows what a token needs: not that of a customer whom a provider has signed in."""
    person = session.get(PERSON)
    return person is None or bool(person["sealed"])


def add_token(
    request: PortalRequest, name: str, scopes: Mapping[str, str], networks: Sequence[str], days: int
) -> tuple[ApiToken, str]:
    """Store a new token of the person of a request; return its row, and the token itself, which is not stored."""
    secret = new_token()
    person = request.session.get(PERSON)
    token = ApiToken(
        name=name,
        key_hash=hash_of(secret),
        ending=secret[-4:],
        public_key=public_key_of(secret),
        person=person_of(request.session)[:400],
        operator=request.user if isinstance(request.user, Operator) else None,
        engine=person["engine"] if person else request.session.get(ENGINE, ""),
        known={key: value for key, value in (person or {}).items() if key not in NOT_KEPT},
        scopes=dict(scopes),
        networks=list(networks),
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    token.sealed = _login_for(token, request.session)
    with transaction.atomic(), request.writes.change(None, journal_state_of(token), **_about(token, "addToken")):
        token.save()
    return token, secret


def revoke_token(request: PortalRequest, token: ApiToken) -> None:
    """Delete a token, which ends its validity at once."""
    states = journal_state_of(token), None
    with transaction.atomic(), request.writes.change(*states, **_about(token, "revokeToken")):
        token.delete()


def resume_token(request: PortalRequest, token: ApiToken) -> None:
    """Give a paused token the present login and rights of the person of a request."""
    person = request.session.get(PERSON) or {}
    token.known = {key: value for key, value in person.items() if key not in NOT_KEPT}
    token.sealed, token.pause, token.checked_at = _login_for(token, request.session), "", timezone.now()
    with transaction.atomic():
        token.save(update_fields=["known", "sealed", "pause", "checked_at"])
        request.writes.record_operation(**_about(token, "resumeToken"))


def pause_token(token: ApiToken, why: str) -> None:
    """Pause a token until its person resumes it."""
    ApiToken.objects.filter(pk=token.pk).update(pause=why)
    token.pause = why


def journal_state_of(token: ApiToken) -> dict[str, Any]:
    """Return what the journal stores of a token."""
    scopes = tuple(f"{room}: {access}" for room, access in sorted(token.scopes.items()))
    until = token.expires_at.date().isoformat() if token.expires_at else ""
    return {"name": token.name, "scopes": scopes, "networks": tuple(token.networks), "expires": until}


def _about(token: ApiToken, operation: str) -> dict[str, Any]:
    return {"about": (KIND, token.name), "operation": operation}


def _login_for(token: ApiToken, session: SessionBase) -> str:
    """Return the login of a reseller's or customer's session, encrypted for a token; empty for an operator."""
    person = session.get(PERSON)
    return seal_for(token.public_key, sealing.unseal(person["sealed"])) if person else ""


def delete_old_tokens() -> None:
    """Delete tokens that expired more than 90 days ago."""
    ApiToken.objects.filter(expires_at__lt=timezone.now() - timedelta(days=90)).delete()
