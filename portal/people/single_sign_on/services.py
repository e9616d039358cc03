"""Signing in with what a provider has answered, and storing a reseller's provider."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import sealing
from portal.people.client_address import client_address
from portal.people.confirmation import remember_confirmation
from portal.people.login import admit_operator, admit_person, may_enter

from .customers import person_for
from .models import ResellerProvider
from .operators import SignOnRefused, operator_for
from .protocol import Identity
from .providers import Provider


def admit(request: HttpRequest, provider: Provider, identity: Identity) -> None:
    """Sign in the person of an identity, or begin the second step; raises ``SignOnRefused`` and ``Outage``."""
    signed_on = {"key": provider.key, "name": provider.name, "second_factor": _has_second_factor(provider, identity)}
    if provider.row is not None:
        admit_person(request, person_for(provider.row, identity), signed_on)
    else:
        operator = operator_for(provider, identity, client_address(request))
        if not may_enter(request, operator):
            raise SignOnRefused(_("You may not sign in today, or not from this network. Other operators can tell why."))
        admit_operator(request, operator, signed_on)
    if _was_just_asked(identity):
        remember_confirmation(request)


def _has_second_factor(provider: Provider, identity: Identity) -> bool:
    """Return whether the operators' provider says that it has checked a second factor (claims amr and acr)."""
    said = identity.words("amr") | identity.words("acr")
    return provider.row is None and bool(said & set(settings.SSO_SECOND_FACTOR))


def _was_just_asked(identity: Identity) -> bool:
    """Return whether the provider has just asked for the password, which confirms that it is the person."""
    asked_at = identity.claims.get("auth_time")
    if not isinstance(asked_at, int | float):
        return False
    return bool(0 <= time.time() - asked_at < settings.CONFIRMATION_SECONDS)


def row_of(engine: str, reseller: int) -> ResellerProvider | None:
    """Return the stored provider of a reseller, if there is one."""
    return ResellerProvider.objects.filter(engine=engine, reseller=reseller).first()


def journal_state_of(row: ResellerProvider | None) -> dict[str, Any] | None:
    """Return what the journal stores of a provider: all but its secret."""
    shown = ("name", "issuer", "client_id", "groups_claim", "reseller_groups", "customer_groups", "match", "is_active")
    return {name: getattr(row, name) for name in shown} if row else None


def store_provider(engine: str, reseller: int, values: dict[str, Any], secret: str) -> None:
    """Store a reseller's provider; an empty secret leaves the stored one, unless issuer or client have changed."""
    row = row_of(engine, reseller) or ResellerProvider(engine=engine, reseller=reseller)
    if (row.issuer, row.client_id) != (values["issuer"], values["client_id"]):
        row.sealed = ""  # whoever changes where it is sent has to know it
    for name, value in values.items():
        setattr(row, name, value)
    if secret:
        row.sealed = sealing.seal(secret)
    row.changed_at = timezone.now()
    row.save()


def reseal_provider_secrets() -> None:
    """Encrypt all client secrets with the present secret key."""
    for row in ResellerProvider.objects.exclude(sealed=""):
        if resealed := sealing.reseal(row.sealed):
            ResellerProvider.objects.filter(pk=row.pk, sealed=row.sealed).update(sealed=resealed)
