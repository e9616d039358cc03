"""Error pages: CSRF failure (403), page not found (404) and internal error (500)."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.core.outage import database_away, is_away


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the page for a form without a valid CSRF token, mostly from a page left open after signing out."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that the page does not exist, or not for this viewer."""
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Show that the portal or its database failed, without using the session or the database."""
    if is_away(sys.exc_info()[1]):
        return database_away(request)
    return HttpResponse(render_to_string("500.html"), status=500)
