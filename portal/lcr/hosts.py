"""The gateways and trusted peers that have a certain host, for pages that delete the one but not the other."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.resources import Hanging
from portal.lcr.fields import MOST_NAMES
from portal.lcr.plan import name_with_number
from portal.ngnpro import Ngnpro, Query, Range, errors


def same_host(one: str, other: str) -> bool:
    """Return whether two hosts are the same, whatever the notation of an IPv6 address."""
    try:
        return ipaddress.ip_address(one.strip("[]")) == ipaddress.ip_address(other.strip("[]"))
    except ValueError:
        return one.strip().lower() == other.strip().lower()


def peers_with_host(ngnpro: Ngnpro, host: str) -> Iterator[Hanging]:
    """Yield the trusted peer with a host; with an unknown count if NGNPro does not return whether it exists."""
    try:
        peer = ngnpro.sip.find_trusted_peer(host)
    except errors.NotOffered:
        return
    except errors.NgnproError:
        yield Hanging(None, _("Trusted peers with the host %(ip)s") % {"ip": host})
        return
    if peer is not None:
        name = _("Trusted peer %(name)s") % {"name": peer.description or peer.ip}
        yield Hanging(1, name, reverse("lcr:peers:detail", args=[peer.ip]), _("It may call without a password."))


def gateways_with_host(ngnpro: Ngnpro, host: str) -> Iterator[Hanging]:
    """Yield the gateways with a host, among the first thousand; with an unknown count if NGNPro does not list them."""
    try:
        gateways = ngnpro.sip.get_gateways(Query(range=Range(0, MOST_NAMES)))
    except errors.NotOffered:
        return
    except errors.NgnproError:
        yield Hanging(None, _("Gateways with the host %(ip)s") % {"ip": host})
        return
    for gateway in gateways:
        if same_host(gateway.ip, host):
            name = _("Gateway %(name)s") % {"name": name_with_number(gateway.name, gateway.id)}
            url = reverse("lcr:gateways:detail", args=[gateway.id])
            yield Hanging(1, name, url, _("Calls are still sent there."))
