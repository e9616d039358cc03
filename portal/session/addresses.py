"""Whose address counts when wrong passwords are counted: the browser's, not that of a proxy in front."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Give the address of the browser, as the outermost of our own proxies (``PORTAL_PROXIES``) saw it.

    Each proxy adds to X-Forwarded-For the address that it was asked from. What stands further to the left is the
    browser's own claim, and does not count; nor does anything when there is no proxy.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if not settings.PROXIES or len(seen) < settings.PROXIES:
        return direct
    try:
        return str(ipaddress.ip_address(seen[-settings.PROXIES]))
    except ValueError:
        return direct
