"""The source of a request, by which tries are counted: an IPv4 address, or an IPv6 /64 network."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

from portal.people.client_address import client_address


def source_of(request: HttpRequest) -> str:
    """Return a request's IPv4 address, or the first address of its IPv6 /64 network, usually one connection."""
    source = client_address(request)
    if ":" not in source:
        return source
    return str(ipaddress.ip_network((source, 64), strict=False).network_address)
