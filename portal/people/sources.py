"""The source of a request, by which tries are counted: an IPv4 address, or an IPv6 /64 network."""

from __future__ import annotations

import ipaddress

from axes.helpers import get_client_ip_address
from django.http import HttpRequest


def source_of(request: HttpRequest) -> str | None:
    """Return a request's IPv4 address, or the first address of its IPv6 /64 network, usually one connection."""
    source: str | None = get_client_ip_address(request)
    if not source or ":" not in source:
        return source
    return str(ipaddress.ip_network((source, 64), strict=False).network_address)
