"""Whose address counts when wrong passwords are counted: the browser's, not that of a proxy in front."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address of the browser, as the outermost of our own proxies (``PORTAL_PROXIES``) saw it.

    Each proxy adds to X-Forwarded-For the address that it was asked from. What stands further to the left is the
    browser's own claim, and does not count; nor does anything when there is no proxy. IPv4 addresses that come as IPv6
    (``::ffff:192.0.2.1``) are given as IPv4.
    """
    direct = _plain(str(request.META.get("REMOTE_ADDR", "")), "")
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if not settings.PROXIES or len(seen) < settings.PROXIES:
        return direct
    return _plain(seen[-settings.PROXIES], direct)


def _plain(text: str, otherwise: str) -> str:
    """Write an address in one way; ``otherwise`` for what is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return otherwise
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
