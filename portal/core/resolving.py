"""DNS lookups through the resolvers of the settings, else through those of this machine."""

from __future__ import annotations

import dns.resolver
from django.conf import settings


def resolver() -> dns.resolver.Resolver:
    """Return a resolver that uses the servers of ``PORTAL_DNS_RESOLVERS``, else those of this machine."""
    made = dns.resolver.Resolver(configure=not settings.DNS_RESOLVERS)
    if settings.DNS_RESOLVERS:
        made.nameservers = settings.DNS_RESOLVERS
        made.port = settings.DNS_PORT
    return made
