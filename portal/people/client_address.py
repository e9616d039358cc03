"""The address of the browser, as opposed to that of a proxy in front, and the source by which tries are counted.

The source of a request is its IPv4 address, or its IPv6 /64 network.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address of the browser, as the outermost of the portal's own proxies (``PORTAL_PROXIES``) saw it.

    Each proxy appends the address of its client to X-Forwarded-For. Entries further to the left come from the browser
    and are ignored, because it can send any; without a proxy the whole header is ignored. IPv4 addresses in IPv6
    notation (``::ffff:192.0.2.1``) are returned as IPv4.
    """
    direct = _plain(str(request.META.get("REMOTE_ADDR", "")), "")
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if not settings.PROXIES or len(seen) < settings.PROXIES:
        return direct
    return _plain(seen[-settings.PROXIES], direct)


def _plain(text: str, otherwise: str) -> str:
    """Return an address in its canonical notation, or ``otherwise`` if the text is not an address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return otherwise
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def source_of(request: HttpRequest) -> str:
    """Return a request's IPv4 address, or the first address of its IPv6 /64 network, usually one connection."""
    source = client_address(request)
    if ":" not in source:
        return source
    return str(ipaddress.ip_network((source, 64), strict=False).network_address)
