"""Checks of single values: each returns the value to store, or raises ``ValueError`` with the reason."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from ngnpro_wire.facts.display_names import normal_name
from ngnpro_wire.facts.domain_names import DomainFault, DomainRefused, normal_domain
from ngnpro_wire.facts.email_addresses import EmailFault, EmailRefused, normal_email
from ngnpro_wire.facts.hosts import (
    HostFault,
    HostRefused,
    address_list,
    listening_addresses,
    normal_host,
    normal_network,
)
from ngnpro_wire.facts.sip_addresses import AddressFault, AddressRefused, normal_caller, normal_sip_uri
from ngnpro_wire.facts.telephone_numbers import (
    MOST_DIGITS,
    NumberFault,
    PrefixFault,
    PrefixRefused,
    leading_digits,
    normal_prefix,
    number_fault,
    without_separators,
)
from ngnpro_wire.facts.time_zones import normal_zone
from ngnpro_wire.facts.usernames import UsernameFault, UsernameRefused, normal_username, username_key

Check: TypeAlias = Callable[[Any], Any]
TextCheck: TypeAlias = Callable[[str], str]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DIGITS = re.compile("[0-9]*")
_NAME = re.compile(r"[A-Za-z0-9_.:+-]{1,64}")

MAX_INT = 2**31 - 1


def text(length: int, *, lines: bool = False) -> TextCheck:
    """Allow text of at most ``length`` characters without control characters; ``lines`` allows tabs and line ends."""
    return partial(_text, length, _CONTROL_BUT_LINES if lines else _CONTROL)


def _text(length: int, forbidden: re.Pattern[str], value: str) -> str:
    if len(value) > length:
        raise ValueError(f"at most {length} characters are allowed")
    if forbidden.search(value):
        raise ValueError("control characters are not allowed")
    return value


def person(length: int) -> TextCheck:
    """Allow the name of a person or company; its stored form is that of ``ngnpro_wire.facts.display_names``."""
    return lambda value: _text(length, _CONTROL, normal_name(value))


def lower_text(length: int) -> TextCheck:
    """Allow text as ``text`` does; it is stored stripped and in lower case."""
    return lambda value: _text(length, _CONTROL, value).strip().lower()


def number(lowest: int = 0, highest: int = MAX_INT) -> Check:
    """Allow a whole number within the limits."""
    return partial(_number, lowest, highest)


def _number(lowest: int, highest: int, value: int) -> int:
    if not lowest <= value <= highest:
        raise ValueError(f"a number from {lowest} to {highest} is expected")
    return value


def flag(value: int | bool) -> bool:
    """Convert a boolean, or the 0 or 1 that some clients send instead."""
    return bool(value)


def amount(value: float) -> float:
    """Allow an amount of money."""
    if abs(value) > 1e11:
        raise ValueError("the amount is too large")
    return value


def digits(length: int, *, plus: bool = False) -> TextCheck:
    """Allow up to ``length`` digits or an empty text; ``plus`` allows a leading ``+``."""

    def check(value: str) -> str:
        value = value.strip()
        number = value.removeprefix("+") if plus else value
        if len(number) > length or not _DIGITS.fullmatch(number):
            raise ValueError(f"up to {length} digits are expected")
        return value

    return check


_NUMBER_FAULTS = {
    NumberFault.ROUNDED: "a spreadsheet has rounded this number; its last digits are lost",
    NumberFault.EXTENSION: "an extension is not part of the number",
}


def phone(length: int) -> TextCheck:
    """Allow a telephone number of up to ``length`` digits, or an empty text; what stands between digits is removed."""

    def check(value: str) -> str:
        if fault := number_fault(value):
            raise ValueError(_NUMBER_FAULTS[fault])
        return digits(length, plus=True)(without_separators(value))

    return check


def e164(value: str) -> str:
    """Return the digits of an international number, which people write with + or 00, spaces, brackets and dashes."""
    if fault := number_fault(value):
        raise ValueError(_NUMBER_FAULTS[fault])
    found = leading_digits(value)
    if found.removeprefix("+").startswith("0"):
        raise ValueError("no country code begins with 0")
    return digits(MOST_DIGITS)(found)


_DOMAIN_FAULTS = {
    DomainFault.EMPTY: "a domain name of 1 to 253 characters is expected, without empty parts",
    DomainFault.TOO_LONG: "a domain name of 1 to 253 characters is expected, with at most 63 in each part",
    DomainFault.SCHEME: "a domain name is expected, without {sign} in front",
    DomainFault.USER: "a domain name is expected, without a user in front",
    DomainFault.PORT: "a domain name is expected, without a port",
    DomainFault.ADDRESS: "a domain name is expected, not an IP address",
    DomainFault.SIGN: "a part of a domain name has letters, digits and hyphens, no hyphen at either end: {sign}",
    DomainFault.INTERNATIONAL: "{sign} is not a valid international domain name",
    DomainFault.OUTSIDE: "a name within the zone is expected, not {sign}",
}


def domain(value: str) -> str:
    """Allow a domain name; it is stored in its normal form (``ngnpro_wire.facts.domain_names``)."""
    try:
        return normal_domain(value)
    except DomainRefused as refused:
        raise ValueError(domain_refusal(refused)) from None


def domain_refusal(refused: DomainRefused) -> str:
    """Return the reason why a text is no domain name."""
    return _DOMAIN_FAULTS[refused.fault].format(sign=refused.sign)


_USERNAME_FAULTS = {
    UsernameFault.LENGTH: "1 to 64 characters are expected",
    UsernameFault.HASH: "a # is written as %23",
    UsernameFault.DOTS: "a SIP username is no name of a folder, such as {sign}",
    UsernameFault.SIGN: "a SIP username has letters, digits and - _ . ! ~ * ' ( ) & = + $ , ; ? / or %XX, not {sign}",
}


def username(value: str) -> str:
    """Allow a SIP username; its stored form is that of ``ngnpro_wire.facts.usernames``."""
    try:
        return normal_username(value)
    except UsernameRefused as refused:
        raise ValueError(_USERNAME_FAULTS[refused.fault].format(sign=refused.sign)) from None


_EMAIL_FAULTS = {
    EmailFault.NO_AT: "an e-mail address like user@example.com is expected, not {part}",
    EmailFault.LOCAL_PART: "the part before the @ of an e-mail address has no blanks, brackets and outer dots: {part}",
    EmailFault.INTERNATIONAL: "the part before the @ of an e-mail address has ASCII characters only: {part}",
    EmailFault.TOO_LONG: "an e-mail address has at most 254 characters, and 64 before the @",
    EmailFault.SEVERAL: "one e-mail address is expected, not several: {part}",
    EmailFault.OPEN: "a quotation mark or bracket of an e-mail address is not closed: {part}",
}


def email(value: str) -> str:
    """Allow an e-mail address or an empty text; its stored form is that of ``ngnpro_wire.facts.email_addresses``."""
    try:
        return normal_email(value)
    except EmailRefused as refused:
        raise ValueError(_EMAIL_FAULTS[refused.fault].format(part=refused.part)) from None
    except DomainRefused as refused:
        raise ValueError(domain_refusal(refused)) from None


def timezone(value: str) -> str:
    """Allow the name of a time zone, such as ``Europe/Amsterdam``, or an empty text; old names become today's."""
    zone = normal_zone(value)
    if value.strip() and not zone:
        raise ValueError("a time zone like Europe/Amsterdam is expected")
    return zone


def name(value: str) -> str:
    """Allow the name of a group or property: letters, digits and ``_ . : + -``."""
    if not _NAME.fullmatch(value):
        raise ValueError("names have 1 to 64 letters, digits and _ . : + -")
    return value


_HOST_FAULTS = {
    HostFault.PORT: "an address without a port is expected",
    HostFault.ZONE: "an address without a zone id is expected, such as {meant}",
    HostFault.UNSPECIFIED: "{meant} is no address of a host",
    HostFault.BROADCAST: "{meant} is the broadcast address, not that of a host",
    HostFault.MULTICAST: "{meant} is a multicast address, not that of a host",
    HostFault.NETWORK: "the address of one host is expected, not a network",
    HostFault.ADDRESS: "an IPv4 or IPv6 address is expected",
    HostFault.HOST_BITS: "this is an address within a network; the network is {meant}",
    HostFault.PORT_NUMBER: "a port from 1 to 65535 is expected: {meant}",
    HostFault.MASK: "a prefix length up to 32 for IPv4, or 128 for IPv6, is expected",
}


def addresses(value: str) -> tuple[str, ...]:
    """Allow a list of IP addresses, in their normal form."""
    try:
        return address_list(value)
    except HostRefused as refused:
        raise ValueError(host_refusal(refused)) from None


def listening(value: str) -> str:
    """Allow the addresses at which a proxy uses a certificate: ``*`` or IP addresses, with or without a port."""
    try:
        return _text(255, _CONTROL, listening_addresses(value))
    except HostRefused as refused:
        raise ValueError(host_refusal(refused)) from None


def host_refusal(refused: HostRefused) -> str:
    """Return the reason why a text is no host, address or network."""
    return _HOST_FAULTS[refused.fault].format(meant=refused.meant)


def network(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Allow a network, an address and a prefix length with ``/`` between."""
    try:
        return normal_network(value)
    except HostRefused as refused:
        raise ValueError(host_refusal(refused)) from None


def host(value: str) -> str:
    """Allow an IPv4 or IPv6 address or a host name; its stored form is that of ``ngnpro_wire.facts.hosts``."""
    try:
        return normal_host(value)
    except HostRefused as refused:
        raise ValueError(host_refusal(refused)) from None
    except DomainRefused as refused:
        raise ValueError(domain_refusal(refused)) from None


_ADDRESS_FAULTS = {
    AddressFault.ROUNDED: "a spreadsheet has rounded this number: {text}",
    AddressFault.EXTENSION: "a number without an extension is expected, not {text}",
    AddressFault.USER: "a number or an address like sip:user@example.com is expected, not {text}",
    AddressFault.PORT: "a host with a port up to 65535 is expected after the @, not {text}",
    AddressFault.BEGINNING: "a whole number, or @ and a domain, is expected: the beginning of a number matches no one",
    AddressFault.HIDDEN: "callers who hide their number have no address",
    AddressFault.SHORT: "a telephone number has at least 7 digits, not counting zeros in front",
}


def sip_uri(value: str, domain: str) -> str:
    """Allow the target of a diversion of an account in this domain (``ngnpro_wire.facts.sip_addresses``)."""
    return _sip_address(normal_sip_uri, value, domain)


def caller(value: str, domain: str) -> str:
    """Allow an entry of the reject list of an account in this domain, in its normal form."""
    return _sip_address(normal_caller, value, domain)


_PREFIX_FAULTS = {
    PrefixFault.NO_COUNTRY: "prefixes begin with + and a country code, like +4490",
    PrefixFault.NOT_DIGITS: "prefixes like +4490 are expected, not {text}",
    PrefixFault.COUNTRY: "after the + comes a country code without zeros in front, and at most 15 digits: {text}",
}


def barred_prefix(value: str) -> str:
    """Allow the beginning of the numbers that an account may not call: ``+`` and digits."""
    try:
        return normal_prefix(value)
    except PrefixRefused as refused:
        raise ValueError(_PREFIX_FAULTS[refused.fault].format(text=value.strip()[:40])) from None


def _sip_address(read: Callable[[str, str], str], value: str, domain: str) -> str:
    try:
        return read(value, domain)
    except AddressRefused as refused:
        raise ValueError(_ADDRESS_FAULTS[refused.fault].format(text=refused.text[:60])) from None
    except HostRefused as refused:
        raise ValueError(host_refusal(refused)) from None
    except DomainRefused as refused:
        raise ValueError(domain_refusal(refused)) from None


def fold(value: str) -> str:
    """Return text stripped and case-folded, the form that is searched and sorted by."""
    return value.strip().casefold()


def domain_key(value: str) -> str:
    """Return the stored form of a domain name for a lookup; an invalid one is only stripped and lower-cased."""
    try:
        return domain(value)
    except ValueError:
        return value.strip().lower()


def sip_id(value: dict[str, Any] | None) -> tuple[str, str]:
    """Return username and domain of a SipId (account or alias) in their stored form, for a lookup."""
    given = value or {}
    return username_key(given.get("username") or ""), domain_key(given.get("domain") or "")


def host_key(value: str) -> str:
    """Return the stored form of an address or host name, for a lookup."""
    try:
        return host(value)
    except ValueError:
        return value.strip().lower()
