"""Limits on the size of request bodies: small before sign-in, and large only for pages that accept a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.registry import pages
from portal.core.viewer import PortalRequest

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
    if request.viewer.is_nobody:
        return BEFORE_SIGNING_IN
    declared = pages().get(request.resolver_match.view_name) if request.resolver_match else None
    forms: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return max(forms, declared.upload + AROUND_A_FILE if declared and declared.upload else 0)
