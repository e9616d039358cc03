"""Middleware of the API: a request of it has a token instead of a session, and cookies mean nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.core import servers
from portal.core.portal_request import PortalRequest
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import Ngnpro, errors
from portal.people.client_address import client_address
from portal.people.viewers import credentials_of

from .models import ApiToken
from .using import TokenRefused, TokenUse, use_token

GetResponse = Callable[[HttpRequest], HttpResponse]


class ApiRequest(PortalRequest):
    """A request of the API: with its token, or with the reason why it has none that is valid.

    ``token_session`` has what a session of the token's person would have, and is not stored.
    """

    token: ApiToken | None
    token_session: SessionBase
    refusal: TokenRefused | errors.Outage | None


def is_of_api(request: HttpRequest) -> bool:
    """Return whether a request is one of the API."""
    return request.path_info.startswith(settings.API_PATH)


class NoCookiesMiddleware:
    """Removes the cookies of the API's requests, so that no other web site can use a person's session for one.

    Put it before the middleware of sessions.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_of_api(request):
            request.COOKIES = {}
        return self.get_response(request)


class TokenMiddleware:
    """Sets the viewer of the API's requests by their token; put it after the middleware that sets it by the session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_of_api(request):
            self.use_token(cast(ApiRequest, request))
        return self.get_response(request)

    def use_token(self, request: ApiRequest) -> None:
        """Set who asks; without a valid token, nobody does."""
        request.user, request.token, request.refusal = AnonymousUser(), None, None
        viewer = Viewer(Role.NOBODY)
        try:
            use = use_token(request)
        except (TokenRefused, errors.Outage) as refusal:
            request.refusal = refusal
        else:
            viewer, request.token, request.token_session = use.viewer, use.token, use.session
            request.ngnpro = cast(Any, SimpleLazyObject(lambda: _ngnpro_of(request, use)))
        request.viewer = viewer
        request.writes = Writes(Author(viewer, client_address(request)))
        request.writes.check_with(request.ngnpro)


def _ngnpro_of(request: ApiRequest, use: TokenUse) -> Ngnpro:
    return servers.client_for_writes(
        request.writes, servers.engine(use.viewer.engine), credentials_of(use.viewer, use.session)
    )
