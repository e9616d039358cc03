"""Hosts and networks: the normal form of addresses and names, and the reasons why a text is none."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from enum import StrEnum
from typing import TypeAlias

from ngnpro_wire.facts.domain_names import DomainFault, DomainRefused, normal_domain

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_BRACKETED = re.compile(r"\[([^\]]*)\](.*)", re.DOTALL)
_V4_WITH_PORT = re.compile(r"[0-9.]+:[0-9]*")
# also 010.0.0.1, 127.1 and 1.2.3.256: some programs read these as addresses, each as another one
_LOOKS_LIKE_V4 = re.compile(r"[0-9]+(?:\.[0-9]+)*|0x[0-9a-f.x]*", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z]{3,5}:(?![0-9]*$)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;\s]+")
_AROUND_SLASH = re.compile(r"\s*/\s*")


class HostFault(StrEnum):
    """The reason why a text is no host, or no network."""

    PORT = "a port"
    ZONE = "a zone id"
    UNSPECIFIED = "the unspecified address"
    BROADCAST = "the broadcast address"
    MULTICAST = "a multicast address"
    NETWORK = "a network"
    ADDRESS = "not an IP address"
    HOST_BITS = "an address within a network"
    MASK = "not a prefix length"
    PORT_NUMBER = "not a port"


class HostRefused(ValueError):
    """The text is no host or network; ``meant`` is the part that is wrong, or what may be meant instead."""

    def __init__(self, fault: HostFault, meant: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.meant = meant


def normal_host(typed: str) -> str:
    """Return a host that calls can be sent to or come from: an IP address in its short form, or a domain name.

    IPv6 addresses lose their brackets, and IPv4 addresses in IPv6 notation (RFC 4291 section 2.5.5.2) become IPv4.
    Raises ``HostRefused`` or, for what looks like a name, ``DomainRefused``.
    """
    text = _plain(typed)
    if "/" in text and is_address(text.partition("/")[0]):
        raise HostRefused(HostFault.NETWORK)
    if scheme := _SCHEME.match(text):
        raise DomainRefused(DomainFault.SCHEME, scheme[0])
    if not _is_like_address(text):
        return normal_domain(typed)
    address = normal_address(text)
    if address.is_unspecified:
        raise HostRefused(HostFault.UNSPECIFIED, str(address))
    if address == ipaddress.IPv4Address("255.255.255.255"):
        raise HostRefused(HostFault.BROADCAST, str(address))
    if address.is_multicast:
        raise HostRefused(HostFault.MULTICAST, str(address))
    return str(address)


def normal_address(typed: str) -> Address:
    """Return an IP address; one in IPv6 notation that stands for IPv4 becomes IPv4. Raises ``HostRefused``."""
    text = _plain(typed)
    bracketed = _BRACKETED.fullmatch(text)
    inner, rest = bracketed.groups() if bracketed else (text, "")
    if rest.startswith(":") or _V4_WITH_PORT.fullmatch(text):
        raise HostRefused(HostFault.PORT)
    address, percent, _zone = inner.partition("%")
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        raise HostRefused(HostFault.ADDRESS, inner[:60]) from None
    if rest or (bracketed and found.version == 4):
        raise HostRefused(HostFault.ADDRESS, text[:60])
    if percent:
        raise HostRefused(HostFault.ZONE, str(found))
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def forwarded_address(entry: str) -> str:
    """Return the address in an entry of X-Forwarded-For, which may have a port; empty if there is none."""
    text = entry.strip().strip('"')
    host, colon, port = text.rpartition(":")
    if colon and port.isdecimal() and (host.startswith("[") or (host.count(".") == 3 and ":" not in host)):
        text = host
    return str(normal_address(text)) if is_address(text) else ""


def address_list(typed: str) -> tuple[str, ...]:
    """Return IP addresses that are separated by commas, semicolons or blanks, each once; raises ``HostRefused``."""
    return tuple(dict.fromkeys(str(normal_address(word)) for word in _SEPARATORS.split(typed) if word))


def listening_addresses(typed: str) -> str:
    """Return the addresses at which a program listens, with commas between; raises ``HostRefused``.

    Each is ``*`` or an IP address, with or without a port. An IPv6 address with a port is in brackets.
    """
    return ", ".join(dict.fromkeys(_listening_address(word) for word in _SEPARATORS.split(typed) if word))


def _listening_address(word: str) -> str:
    if word == "*":
        return word
    host, _colon, port = word.rpartition(":") if word.count(":") == 1 or "]:" in word else (word, "", "")
    address = normal_address(host)
    if not port:
        return str(address)
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
        raise HostRefused(HostFault.PORT_NUMBER, word[:60])
    return f"[{address}]:{int(port)}" if address.version == 6 else f"{address}:{int(port)}"


def is_address(text: str) -> bool:
    """Return whether a text is an IP address, with or without brackets."""
    try:
        normal_address(text)
    except HostRefused:
        return False
    return True


def normal_network(typed: str) -> Network:
    """Return a network, written as an address with ``/`` and a prefix length or a netmask, or a single address.

    An address within a network is refused, because it is not known which of the two is meant; ``meant`` is the
    network. Raises ``HostRefused``.
    """
    text, slash, mask = _AROUND_SLASH.sub("/", _plain(typed)).partition("/")
    address = normal_address(text)
    try:
        network = ipaddress.ip_network(f"{address}/{_length(text, address, mask)}" if slash else address, strict=False)
    except ValueError:
        raise HostRefused(HostFault.MASK, mask[:60]) from None
    if network.network_address != address:
        raise HostRefused(HostFault.HOST_BITS, str(network))
    if address.is_unspecified and network.prefixlen == network.max_prefixlen:
        raise HostRefused(HostFault.UNSPECIFIED, str(address))
    return network


def _length(text: str, address: Address, mask: str) -> str:
    """Return the prefix length, counted without the 96 bits before an IPv4 address in IPv6 notation."""
    is_mapped = ":" in text and address.version == 4
    return str(int(mask) - 96) if is_mapped and mask.isascii() and mask.isdecimal() else mask


def _plain(typed: str) -> str:
    """Return a text without blanks around it and the dot of an absolute name, full-width signs as ASCII."""
    text = typed if typed.isascii() else unicodedata.normalize("NFKC", typed)
    return text.strip().removesuffix(".")


def _is_like_address(text: str) -> bool:
    return (
        text.startswith("[")
        or text.count(":") > 1
        or _V4_WITH_PORT.fullmatch(text) is not None
        or _LOOKS_LIKE_V4.fullmatch(text) is not None
    )
