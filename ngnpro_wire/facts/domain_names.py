"""Domain names: their normal form, and the reasons why a text is none."""

from __future__ import annotations

import re
from enum import StrEnum

import idna

MOST_CHARACTERS, MOST_IN_LABEL = 253, 63  # RFC 1035 section 2.3.4

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# of names in DNS that are no host names, such as _sip._udp (RFC 8552)
_UNDERSCORED = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,10}:(?=//|[^0-9])")
_PORT = re.compile(r":[0-9]{1,5}$")


class DomainFault(StrEnum):
    """The reason why a text is no domain name."""

    EMPTY = "empty part"
    TOO_LONG = "too long"
    SCHEME = "an address with a scheme"
    USER = "an address with a user"
    PORT = "a port"
    ADDRESS = "an IP address"
    SIGN = "a sign that domain names do not have"
    INTERNATIONAL = "not a valid international name"
    OUTSIDE = "a name outside of the zone"


class DomainRefused(ValueError):
    """The text is no domain name; ``sign`` is the sign or the part that is wrong."""

    def __init__(self, fault: DomainFault, sign: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.sign = sign


def normal_domain(typed: str) -> str:
    """Return a domain name in lower-case ASCII, without the dot of an absolute name (RFC 1034 section 3.1).

    Characters are those of RFC 1123 section 2.1; international names are converted by IDNA 2008 (RFC 5891, with the
    mapping of UTS 46). Raises ``DomainRefused``.
    """
    return _normal(typed, _LABEL)


def normal_dns_name(typed: str) -> str:
    """Return a name of DNS in the same form; it may have underscores. Raises ``DomainRefused``."""
    return _normal(typed, _UNDERSCORED)


def _normal(typed: str, allowed: re.Pattern[str]) -> str:
    name = typed.strip().lower().removesuffix(".")
    _refuse_other_addresses(name)
    if not name.isascii():
        name = _in_ascii(name)
    labels = name.split(".")
    if not all(labels):
        raise DomainRefused(DomainFault.EMPTY)
    if len(name) > MOST_CHARACTERS or any(len(label) > MOST_IN_LABEL for label in labels):
        raise DomainRefused(DomainFault.TOO_LONG)
    if labels[-1].isdecimal():
        raise DomainRefused(DomainFault.ADDRESS)
    for label in labels:
        _check_label(label, allowed)
    return name


def _refuse_other_addresses(name: str) -> None:
    if scheme := _SCHEME.match(name):
        raise DomainRefused(DomainFault.SCHEME, scheme[0])
    if name.startswith("[") or name.count(":") > 1:
        raise DomainRefused(DomainFault.ADDRESS)
    if "@" in name:
        raise DomainRefused(DomainFault.USER)
    if _PORT.search(name):
        raise DomainRefused(DomainFault.PORT)


def _in_ascii(name: str) -> str:
    if len(name) > MOST_CHARACTERS:
        raise DomainRefused(DomainFault.TOO_LONG)
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise DomainRefused(DomainFault.INTERNATIONAL, name) from None


def _check_label(label: str, allowed: re.Pattern[str]) -> None:
    if not allowed.fullmatch(label):
        sign = next((sign for sign in label if not allowed.fullmatch(sign)), "-")
        raise DomainRefused(DomainFault.SIGN, sign)
    if label.startswith("xn--"):
        try:
            idna.ulabel(label)
        except idna.IDNAError:
            raise DomainRefused(DomainFault.INTERNATIONAL, label) from None
