"""Middleware: limits of request bodies, security headers, access to pages, and NGNPro errors."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.translation import gettext as _

from ngnpro_wire.request_ids import HEADER, answering, current_request_id
from ngnpro_wire.spans import describe_span, span
from portal.core.access import WALL_PAGE, is_open_to_all, may_open, why_only_looking
from portal.core.error_pages import explain_error, locked_login_page, what_is_stored
from portal.core.markup import page_url
from portal.core.portal_request import PortalRequest
from portal.core.processes import processes_in_trouble
from portal.core.rooms import EVERYBODY, pages
from portal.core.sealing import restore_taken
from portal.core.sent_forms import keep_after_session
from portal.core.unfinished import fields_to_send_again
from portal.core.viewer import Role
from portal.ngnpro import errors

log = logging.getLogger(__name__)

# Roles whose passwords NGNPro stores.
NGNPRO_LOGINS = (Role.RESELLER, Role.CUSTOMER, Role.SUBSCRIBER)
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives every request an id, which log lines, NGNPro calls and journal entries carry; the response names it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with answering(secrets.token_hex(8)) as request_id, span(request.method or "", "server"):
            response = self.get_response(request)
            page = request.resolver_match.view_name if request.resolver_match else "none"
            describe_span(
                f"{request.method} {page}",
                failed=response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR,
                http__request__method=request.method or "",
                http__route=page,
                http__response__status_code=response.status_code,
            )
        response.headers[HEADER] = request_id
        return response


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses pages, but not the API's answers, whose ``ETag`` has to stay strong (RFC 9110 8.8.1), nor files."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class PrivacyMiddleware:
    """Sets headers that keep pages out of caches and search engines, and turn off device permissions."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


class OnceMiddleware:
    """Keeps secrets that are shown once for the next page if the response is an error page of the server."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            restore_taken(request)
        return response


class AccessMiddleware:
    """Enforces ``core.access``: redirects to sign-in, or answers 404 for pages that the viewer may not open.

    A wall display that asks for another page gets its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: PortalRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        page = request.resolver_match.view_name if request.resolver_match else ""
        if may_open(request.viewer, page):
            reason = why_only_looking(request.viewer, page, request.method or "")
            return render(request, "why.html", {"reason": reason}, status=403) if reason else None
        if request.viewer.is_nobody and not is_open_to_all(page):
            if kept := keep_after_session(request):
                return kept
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", settings.LOGIN_URL)
        if request.viewer.on_wall and request.method == "GET":
            return HttpResponseRedirect(page_url(WALL_PAGE))
        raise Http404


class NgnproErrorMiddleware:
    """Turns NGNPro errors that a view does not handle into error pages.

    An outage is a 503, a missing record a 404, a lockout a 429, any other refusal a 409. Only a login that NGNPro
    refuses as wrong ends the session: a lockout is temporary, and if the portal's own login is refused, that is not the
    person's fault (``errors``).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, errors.BadLogin) and cast(PortalRequest, request).viewer.role in NGNPRO_LOGINS:
            request.session.flush()
            messages.warning(request, _("Your password was changed or your access has ended. Please sign in again."))
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", settings.LOGIN_URL)
        if isinstance(error, errors.Missing):
            return render(request, "404.html", {"explanation": explain_error(error)}, status=404)
        return _error_page(request, error) if isinstance(error, errors.NgnproError) else None


def _error_page(request: HttpRequest, error: errors.NgnproError) -> HttpResponse:
    """Show an error of NGNPro with the request's id, which is also in the log."""
    if isinstance(error, errors.Locked):
        return locked_login_page(request, error)
    status = 503 if isinstance(error, errors.Outage) else 409
    log.warning("NGNPro: %s", error)
    context = {
        "explanation": explain_error(error),
        "error": error,
        "reference": current_request_id(),
        "saving": request.method == "POST",
        "stored": cast(PortalRequest, request).writes.stored,
        "again": fields_to_send_again(request),
        "changed": what_is_stored(request),
        "is_service_login": isinstance(error, errors.ServiceLoginRefused),
        "troubled": processes_in_trouble(cast(PortalRequest, request).viewer),
    }
    return render(request, "503.html" if status == 503 else "refused.html", context, status=status)


# Bytes of an upload besides the file: the form's other fields, the CSRF token and the multipart boundaries.
AROUND_A_FILE = 64 * 1024
BEFORE_SIGNING_IN = 64 * 1024


class BodyLimitMiddleware:
    """Refuses a request whose body is too long for its page with 413, before the body is read or parsed.

    Put it before the first middleware that reads ``request.POST``. The length is always known: the web server buffers
    a body without Content-Length and sets its length (``ngnpro_wire.front``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = longest_body(cast(PortalRequest, request))
        if length.isdecimal() and int(length) <= most:
            return None
        return render(request, "413.html", {"most": most}, status=413)


def longest_body(request: PortalRequest) -> int:
    """Return the maximum size of this request's body, in bytes."""
    declared = pages().get(request.resolver_match.view_name) if request.resolver_match else None
    if request.viewer.is_nobody:
        is_for_programs = declared is not None and declared.roles == EVERYBODY and declared.upload
        return declared.upload if declared and is_for_programs else BEFORE_SIGNING_IN
    forms: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return max(forms, declared.upload + AROUND_A_FILE if declared and declared.upload else 0)
