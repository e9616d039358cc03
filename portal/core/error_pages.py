"""Pages for what no view answers: a form without its proof, an unknown address, a failure of the portal."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.core.outage import database_away, is_away


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form that came without its proof: mostly a page left open over a sign-out."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, or none for this viewer."""
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the portal itself failed, or its database, without asking anything of either."""
    if is_away(sys.exc_info()[1]):
        return database_away(request)
    return HttpResponse(render_to_string("500.html"), status=500)
