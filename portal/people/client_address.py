"""The address of the browser, as opposed to that of a proxy in front, and the source by which tries are counted.

The source of a request is its IPv4 address, or its IPv6 /64 network.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from ngnpro_wire.facts.hosts import forwarded_address


def client_address(request: HttpRequest) -> str:
    """Return the address of the browser, as the outermost of the portal's own proxies (``PORTAL_PROXIES``) saw it.

    Each proxy appends the address of its client to X-Forwarded-For. Entries further to the left come from the browser
    and are ignored, because it can send any; without a proxy the whole header is ignored. IPv4 addresses in IPv6
    notation (``::ffff:192.0.2.1``) are returned as IPv4.
    """
    direct = forwarded_address(str(request.META.get("REMOTE_ADDR", "")))
    seen = request.headers.get("X-Forwarded-For", "").split(",")
    if not settings.PROXIES or len(seen) < settings.PROXIES:
        return direct
    return forwarded_address(seen[-settings.PROXIES]) or direct


def is_behind_unknown_proxy(request: HttpRequest) -> bool:
    """Return whether a proxy seems to be in front, although ``PORTAL_PROXIES`` says that there is none.

    Then all people have the address of the proxy. Anybody can send the header, so nothing is decided by it.
    """
    return not settings.PROXIES and "X-Forwarded-For" in request.headers


def source_of(request: HttpRequest) -> str:
    """Return a request's IPv4 address, or the first address of its IPv6 /64 network, usually one connection."""
    source = client_address(request)
    if ":" not in source:
        return source
    return str(ipaddress.ip_network((source, 64), strict=False).network_address)
