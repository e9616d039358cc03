"""Records of DNS: the types that zones have, and the normal form of their names and values."""

from __future__ import annotations

from enum import StrEnum

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.rdtypes.ANY.TXT import TXT

from .domain_names import DomainFault, DomainRefused, normal_dns_name, normal_domain

TYPES = ("A", "AAAA", "CNAME", "MX", "SRV", "NS", "NAPTR", "PTR", "TXT", "LOC")
# whose priority is not part of the value
WITH_PRIORITY = frozenset({"MX", "SRV"})
MOST_IN_VALUE = 2000
_MOST_IN_STRING = 255  # bytes, RFC 1035 section 3.3
# of values that end with a name: those that are host names (RFC 1123 section 2.1), and those of any kind
_HOSTS = frozenset({"MX", "NS", "SRV"})
_NAMES = _HOSTS | {"CNAME", "PTR", "NAPTR"}


class ValueFault(StrEnum):
    """The reason why a text is no value of a record."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    NAME = "no domain name"
    SYNTAX = "not of the type's form"


class ValueRefused(ValueError):
    """The text is no value of a record of its type; ``detail`` says more, in English."""

    def __init__(self, fault: ValueFault, detail: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.detail = detail


def normal_name(typed: str, zone: str) -> str:
    """Return the name of a record within its zone, in lower case; empty for the zone itself, which may be typed as @.

    A name that ends with the zone's is taken as a whole name. The first part may be ``*`` (RFC 4592). Raises
    ``DomainRefused``.
    """
    name = typed.strip().lower()
    if name in ("", "@"):
        return ""
    within = _within(name.removesuffix("."), zone)
    if within is None:
        if name.endswith("."):
            raise DomainRefused(DomainFault.OUTSIDE, name)
        within = name
    if not within or within == "*":
        return within
    below = within.removeprefix("*.")
    checked = normal_dns_name(f"{below}.{zone}").removesuffix(f".{zone}")
    return f"*.{checked}" if below != within else checked


def _within(name: str, zone: str) -> str | None:
    if name == zone:
        return ""
    return name.removesuffix(f".{zone}") if name.endswith(f".{zone}") else None


def full_name(name: str, zone: str) -> str:
    """Return the whole name of a record, without the last dot."""
    return f"{name}.{zone}" if name else zone


def normal_value(kind: str, typed: str, zone: str, priority: int = 0) -> str:
    """Return the value of a record as it is stored: as in a zone file, without the dot at the end of names.

    The priority of MX and SRV is not part of it; the order of NAPTR is, and is ``priority`` where it is missing. A name
    without a dot, or whose last part begins with an underscore, is within the zone. TXT is one text, or texts in
    quotes (RFC 1035 section 5.1). Raises ``ValueRefused``.
    """
    text = typed.strip()
    if not text:
        raise ValueRefused(ValueFault.EMPTY)
    if len(text) > MOST_IN_VALUE or any(ord(sign) < 32 for sign in text):
        raise ValueRefused(ValueFault.TOO_LONG if len(text) > MOST_IN_VALUE else ValueFault.SYNTAX)
    if kind == "TXT" and not text.startswith('"'):
        value = _quoted(text)
    else:
        if kind in _NAMES:
            text = _with_whole_name(kind, text, zone)
        if kind == "NAPTR" and _lacks_order(text):
            text = f"{priority} {text}"
        value = stored_value(rdata_of(kind, text))[0]
    if len(value) > MOST_IN_VALUE:
        raise ValueRefused(ValueFault.TOO_LONG)
    return value


def rdata_of(kind: str, value: str, priority: int = 0) -> dns.rdata.Rdata:
    """Return a stored value as dnspython has it. Raises ``ValueRefused``."""
    text = f"{priority} {value}" if kind in WITH_PRIORITY else value
    try:
        return dns.rdata.from_text(
            dns.rdataclass.IN, dns.rdatatype.from_text(kind), text, origin=dns.name.root, relativize=False
        )
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueRefused(ValueFault.SYNTAX, str(error)) from None


def stored_value(rdata: dns.rdata.Rdata) -> tuple[str, int]:
    """Return the value and the priority of dnspython's record, as they are stored."""
    kind, text = dns.rdatatype.to_text(rdata.rdtype), rdata.to_text()
    if kind in _NAMES:
        head, space, name = text.rpartition(" ")
        text = f"{head}{space}{name.removesuffix('.').lower() or '.'}"
    if kind not in WITH_PRIORITY:
        return text, 0
    priority, _space, value = text.partition(" ")
    return value, int(priority)


def _quoted(text: str) -> str:
    data = text.encode()
    parts = [data[start : start + _MOST_IN_STRING] for start in range(0, len(data), _MOST_IN_STRING)]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, parts).to_text()


def _with_whole_name(kind: str, text: str, zone: str) -> str:
    head, space, name = text.rpartition(" ")
    if name == ".":
        return text
    last = name.removesuffix(".").rpartition(".")[2]
    if not name.endswith(".") and ("." not in name or last.startswith("_")):
        name = f"{name}.{zone}"
    try:
        whole = normal_domain(name) if kind in _HOSTS else normal_dns_name(name)
    except DomainRefused as refused:
        raise ValueRefused(ValueFault.NAME, refused.sign or name) from None
    return f"{head}{space}{whole}"


def _lacks_order(text: str) -> bool:
    words = text.split(None, 2)
    return len(words) > 1 and words[0].isdecimal() and not words[1].isdecimal()
