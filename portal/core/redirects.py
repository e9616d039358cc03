"""Safe targets for redirects: only pages of this portal."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_page(request: HttpRequest, page: str) -> str:
    """Return the URL if it is on this portal, else that of the overview."""
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe else "/"
