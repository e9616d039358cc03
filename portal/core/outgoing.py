"""Where requests may lead whose URLs users have set: to public addresses by HTTPS, and into networks that are allowed.

A name is looked up once, and the connection goes to the address that was checked, so that a second answer of the DNS
cannot lead it into the platform's own networks.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

_PORTS = {"https": 443, "http": 80}

Networks = Sequence[IPv4Network | IPv6Network]


class Forbidden(Exception):
    """No request may lead to this URL; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in parts: ``address`` is the checked IP address, ``path`` begins with ``/`` and includes the query."""

    scheme: str
    host: str
    port: int
    path: str
    address: str = ""

    @property
    def authority(self) -> str:
        """Return the value of the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse_target(url: str, networks: Networks) -> Target:
    """Split a URL, without looking its name up; raises ``Forbidden`` if it is not a plain HTTP or HTTPS URL.

    ``networks`` are those besides public addresses that it may lead into.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Forbidden(_("This is not a URL such as https://crm.example.com/hook.")) from None
    if parts.scheme not in _PORTS or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise Forbidden(_("This is not a URL such as https://crm.example.com/hook."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Forbidden(_("Leave username, password and # out of the URL."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port or _PORTS[parts.scheme], path)
    literal = _address(host)
    if literal is not None:
        _require_allowed(target, literal, networks)
    return target


def checked_target(url: str, networks: Networks) -> Target:
    """Look up the name of a URL, and return the first address that a request may connect to.

    Raises ``Forbidden`` if there is none, and ``OSError`` if the name cannot be looked up.
    """
    target = parse_target(url, networks)
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(item[4][0]).partition("%")[0]) for item in found]
    allowed = [address for address in addresses if is_allowed(target.scheme, address, networks)]
    if not allowed:
        _require_allowed(target, addresses[0], networks)
    return Target(target.scheme, target.host, target.port, target.path, str(allowed[0]))


def is_allowed(scheme: str, address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    """Return whether a request may connect to an address with this scheme."""
    plain = getattr(address, "ipv4_mapped", None) or address
    if any(plain in network for network in networks):
        return True
    return scheme == "https" and plain.is_global and not plain.is_multicast


def _require_allowed(target: Target, address: IPv4Address | IPv6Address, networks: Networks) -> None:
    if is_allowed(target.scheme, address, networks):
        return
    if target.scheme == "http" and is_allowed("https", address, networks):
        raise Forbidden(_("Messages are sent by HTTPS only: write https:// in front."))
    raise Forbidden(
        _("%(host)s is an address of a private network, which the platform does not allow.") % {"host": target.host}
    )


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
