"""Middleware about the person: sets the viewer, ends expired sessions, and redirects people who have a duty."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.core.portal_request import PortalRequest
from portal.core.writes import Author, Writes
from portal.people import sessions
from portal.people.client_address import client_address
from portal.people.customer_factors import factor_of, must_have_factor
from portal.people.languages import recall_language
from portal.people.operators.models import Operator
from portal.people.tours import begin_first_tour
from portal.people.viewers import PERSON, SIGNED_ON, ngnpro_for, viewer_of

from . import known_devices

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

ALWAYS_OPEN = frozenset(
    {"running:health", "running:ready", *(f"people:sign_in:{page}" for page in ("sign-out", "theme", "language"))}
)
ACCOUNT_ROOM = "people:account:"
# what somebody who must add a second factor first may open
OPEN_WITH_DUTY = frozenset(f"{ACCOUNT_ROOM}{page}" for page in ("page", "app", "passkey", "codes"))
OWN_PASSWORD, OWN_ROOM = "people:own:password", "people:own:"


class ViewerMiddleware:
    """Sets the request's ``viewer``, ``writes`` with the viewer as author, and ``ngnpro``, opened at first use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewed = cast(PortalRequest, request)
        viewed.viewer = viewer_of(request)
        viewed.writes = Writes(Author(viewed.viewer, client_address(request)))
        viewed.ngnpro = cast(Any, SimpleLazyObject(lambda: ngnpro_for(viewed)))
        viewed.writes.check_with(viewed.ngnpro)
        return self.get_response(request)


class SignedInMiddleware:
    """Ends sessions that have expired or whose row was deleted, and stores a row for each new one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = sessions.session_hash(request.session.session_key)
        if sessions.person_of(request.session):
            self.check(request)
        response = self.get_response(request)
        self.follow(request, before)
        return response

    def check(self, request: HttpRequest) -> None:
        row = sessions.find_signed_in(request.session)
        if row is not None and not sessions.has_expired(row):
            sessions.touch_session(row)
            self.check_operator(request)
        elif row is not None or sessions.IS_LISTED in request.session:
            sessions.end_sessions([row] if row else [])
            request.session.flush()
            request.user = AnonymousUser()
            messages.info(request, _("You were signed out. Please sign in again."))

    def check_operator(self, request: HttpRequest) -> None:
        """End the session of an operator whose last day is over, or who comes from a network that is not theirs."""
        operator, address = request.user, client_address(request)
        if isinstance(operator, Operator) and (operator.has_expired or not operator.may_come_from(address)):
            log.warning("The session of %s from %s was ended: expired or another network", operator.username, address)
            request.session.flush()
            request.user = AnonymousUser()
            messages.info(request, _("You were signed out. Please sign in again."))

    def follow(self, request: HttpRequest, before: str) -> None:
        """Create the session's row at sign-in, update it if the key has changed, and delete it at sign-out."""
        session = request.session
        after = sessions.session_hash(session.session_key)
        is_signed_in = bool(sessions.person_of(session))
        if before and before != after and not (is_signed_in and sessions.IS_LISTED in session):
            sessions.forget_session(before)
        if is_signed_in and sessions.IS_LISTED not in session:
            recall_language(request)
            sessions.register_session(request)
            known_devices.note_device(request)
            begin_first_tour(session)
        elif is_signed_in and before != after:
            sessions.follow_new_key(before, after)


def duty_of_customer(request: PortalRequest) -> HttpResponse | None:
    """Redirect a reseller or customer who must add a second factor to the page for it."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    person = request.session.get(PERSON)
    if person is None or page in ALWAYS_OPEN | OPEN_WITH_DUTY or not must_have_factor(person) or factor_of(person):
        return None
    return HttpResponseRedirect(reverse(f"{ACCOUNT_ROOM}page"))


class DutyMiddleware:
    """Redirects people who must first choose a password or add a second factor to the page for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        operator = request.user
        if cast(PortalRequest, request).viewer.on_wall:
            return None  # a wall display opens none of the pages on which people do their duty
        if isinstance(operator, AnonymousUser):
            return duty_of_customer(cast(PortalRequest, request))
        page = request.resolver_match.view_name if request.resolver_match else ""
        if not isinstance(operator, Operator) or page in ALWAYS_OPEN:
            return None
        if operator.must_change_password:
            return None if page == OWN_PASSWORD else HttpResponseRedirect(reverse(OWN_PASSWORD))
        if not operator.needs_second_factor() or page.startswith(OWN_ROOM):
            return None
        is_proved = request.session.get(SIGNED_ON, {}).get("second_factor", False)
        if not is_proved and not operator.has_second_factor():
            return HttpResponseRedirect(reverse(f"{OWN_ROOM}page"))
        return None
