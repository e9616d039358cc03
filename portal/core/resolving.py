"""Asking DNS: through the resolvers of the settings, else through those of this machine."""

from __future__ import annotations

import dns.resolver
from django.conf import settings


def resolver() -> dns.resolver.Resolver:
    """Make a resolver that asks the servers of ``PORTAL_DNS_RESOLVERS``, where any are named."""
    made = dns.resolver.Resolver(configure=not settings.DNS_RESOLVERS)
    if settings.DNS_RESOLVERS:
        made.nameservers = settings.DNS_RESOLVERS
        made.port = settings.DNS_PORT
    return made
