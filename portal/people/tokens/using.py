"""Using a token: finding it by a request's header, checking where and until when it is valid, and its viewer."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core import sealing, servers
from portal.core.viewer import Role, Viewer
from portal.ngnpro import Credentials, Ngnpro, errors
from portal.people.client_address import client_address
from portal.people.identification import rights_of
from portal.people.viewers import ENGINE, PERSON, viewer_of_operator, viewer_of_person

from .choices import Pause
from .keys import FORM, hash_of, open_sealed
from .models import ApiToken
from .services import pause_token

USED_EVERY = timedelta(minutes=1)
# How long the rights of a reseller or customer are used before NGNPro is asked for them again.
CHECKED_EVERY = timedelta(minutes=10)


class TokenRefused(Exception):
    """A request has no token, or one that is not valid; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A request with a token: its viewer, and what takes the place of a session of theirs."""

    token: ApiToken
    viewer: Viewer
    session: SessionBase


def use_token(request: HttpRequest) -> TokenUse:
    """Return the use of the token in the ``Authorization`` header (RFC 6750).

    Raises ``TokenRefused``, and ``Outage`` if NGNPro has to be asked and does not answer.
    """
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not secret.strip():
        raise TokenRefused(_("Send a token in the header “Authorization: Bearer …”. Make one under “API tokens”."))
    return use_secret(secret.strip(), client_address(request))


def use_secret(secret: str, source: str) -> TokenUse:
    """Return the use of a token by its secret and the IP address that it is used from, as ``use_token`` does."""
    token = _find(secret)
    if reason := why_not_valid(token, source):
        raise TokenRefused(str(reason))
    _note_use(token, source)
    if token.operator is not None:
        return _of_operator(token)
    return _of_person(token, secret)


def _find(secret: str) -> ApiToken:
    found = ApiToken.objects.select_related("operator").filter(key_hash=hash_of(secret)).first()
    if found is None or not FORM.fullmatch(secret):
        raise TokenRefused(_("This token is not valid: it was revoked, or is not complete."))
    return found


def why_not_valid(token: ApiToken, source: str) -> str | Promise:
    """Return why a token cannot be used from an IP address; empty if it can."""
    if token.has_expired:
        return _("This token has expired. Make a new one under “API tokens”.")
    if token.operator is not None and (not token.operator.is_active or token.operator.has_expired):
        return _("The operator who made this token may not sign in any more.")
    if token.pause:
        return f"{Pause(token.pause).label} {_('The token is paused until its owner resumes it under “API tokens”.')}"
    is_out = token.operator is not None and not token.operator.may_come_from(source)
    if is_out or (token.networks and not _is_within(source, token.networks)):
        return _("This token may not be used from the address %(source)s.") % {"source": source or _("unknown")}
    return ""


def _is_within(source: str, networks: list[str]) -> bool:
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in networks)


def _note_use(token: ApiToken, source: str) -> None:
    """Store when and from where the token was last used, once a minute at most."""
    now = timezone.now()
    if token.used_at is None or now - token.used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now, used_from=source or None)


def _of_operator(token: ApiToken) -> TokenUse:
    session = SessionBase()
    session[ENGINE] = token.engine
    viewer = viewer_of_operator(token.operator, session) if token.operator else Viewer(Role.NOBODY)
    return TokenUse(token, _named(token, viewer), session)


def _of_person(token: ApiToken, secret: str) -> TokenUse:
    username, _newline, password = open_sealed(secret, token.sealed).partition("\n")
    if timezone.now() - token.checked_at > CHECKED_EVERY:
        _check_again(token, Credentials(username, password, admin=False))
    person: Mapping[str, Any] = {**token.known, "sealed": sealing.seal(f"{username}\n{password}")}
    session = SessionBase()
    session[PERSON] = dict(person)
    return TokenUse(token, _named(token, viewer_of_person(dict(person))), session)


def _check_again(token: ApiToken, login: Credentials) -> None:
    """Ask NGNPro for the rights of the token's person, which may have changed since."""
    engine, known = servers.engine(token.engine), token.known
    try:
        own = Ngnpro(engine, login).customers.get_account(known["holder"] or known["customer"])
    except (errors.BadLogin, errors.Missing) as refusal:
        raise refused_login(token) from refusal
    if own.is_reseller != (known["role"] == Role.RESELLER):
        pause_token(token, Pause.RIGHTS)
        raise TokenRefused(str(why_not_valid(token, "")))
    token.known = {**known, "rights": sorted(rights_of(engine, own)), "reseller_active": own.reseller_active}
    token.checked_at = timezone.now()
    token.save(update_fields=["known", "checked_at"])


def refused_login(token: ApiToken) -> TokenRefused:
    """Pause a token whose login NGNPro refuses; return the reason to raise."""
    pause_token(token, Pause.LOGIN)
    return TokenRefused(str(why_not_valid(token, "")))


def _named(token: ApiToken, viewer: Viewer) -> Viewer:
    """Return the viewer with the name that the journal shows, limited to what the token allows."""
    name = _("token %(token)s of %(person)s") % {"token": token.name, "person": viewer.name}
    may_change = viewer.may_change and "write" in token.scopes.values()
    return dataclasses.replace(viewer, name=name, may_change=may_change)
