"""SIP addresses as people write them: the targets of diversions, and callers who are rejected."""

from __future__ import annotations

import re
from enum import StrEnum

from .display_names import bare_address
from .hosts import normal_host
from .telephone_numbers import NumberFault, number_fault, without_separators
from .usernames import UsernameRefused, normal_username

SCHEME = re.compile(r"(sips?|tel):", re.IGNORECASE)
NUMBER = re.compile(r"\+?[0-9]{1,32}")
ANYBODY = re.compile(r"[*%]?@(?P<host>[^@%*]+)")
NUMBER_PATTERN = re.compile(r"[%*+]?(?P<digits>[0-9]+)@[%*]")
FEWEST_DIGITS = 7  # shorter numbers are extensions in the account's domain
MOST_PORT = 65535

_HOST_PORT = re.compile(r"(?P<name>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{1,5}))?")
_PARAMETERS = re.compile(r"(?:;[A-Za-z0-9_.!~*'()%\[\]/:&+$=-]+)*")
_HIDDEN = ("anonymous", "unknown", "unavailable")


class AddressFault(StrEnum):
    """The reason why a text is no SIP address, or no caller who can be rejected."""

    ROUNDED = "a rounded number"
    EXTENSION = "a number with an extension"
    USER = "neither a number nor a username"
    PORT = "no host and port"
    BEGINNING = "the beginning of a number"
    HIDDEN = "a caller who hides their number"
    SHORT = "too few digits"


_NUMBER_FAULTS = {NumberFault.ROUNDED: AddressFault.ROUNDED, NumberFault.EXTENSION: AddressFault.EXTENSION}


class AddressRefused(ValueError):
    """The text is no SIP address; ``text`` is what was read."""

    def __init__(self, fault: AddressFault, text: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.text = text


def normal_sip_uri(typed: str, domain: str) -> str:
    """Return ``sip:user@host``, with ``sips:``, a port and parameters if they were written.

    A number or name without a host belongs to the account's own domain. Separators between digits and a name around
    the address are removed. Raises ``AddressRefused``, ``HostRefused`` or ``DomainRefused``.
    """
    text = bare_address(typed)
    _require_number(text)
    found = SCHEME.match(text)
    scheme = found[1].lower() if found else "sip"
    address = without_separators(text) if scheme == "tel" else SCHEME.sub("", text, count=1)
    user, at, host = address.rpartition("@")
    _require_number(user or host)
    if not at:
        user, host = _number_or_name(host), domain
    try:
        user = normal_username(user)
    except UsernameRefused:
        raise AddressRefused(AddressFault.USER, text) from None
    return f"{'sips' if scheme == 'sips' else 'sip'}:{user}@{_host_and_port(host)}"


def _require_number(text: str) -> None:
    fault = number_fault(text)
    if fault:
        raise AddressRefused(_NUMBER_FAULTS[fault], text)


def _number_or_name(text: str) -> str:
    number = without_separators(text)
    return number if NUMBER.fullmatch(number) else text


def _host_and_port(text: str) -> str:
    """Return a host with an optional port and parameters (RFC 3261 section 25.1: hostport, uri-parameters)."""
    host, _semicolon, _rest = text.partition(";")
    parameters = text[len(host) :]
    found = _HOST_PORT.fullmatch(host)
    if found is None or int(found["port"] or 0) > MOST_PORT or not _PARAMETERS.fullmatch(parameters):
        raise AddressRefused(AddressFault.PORT, text)
    name = normal_host(found["name"])
    shown = f"[{name}]" if ":" in name else name
    return shown + (f":{int(found['port'])}" if found["port"] else "") + parameters


def user_and_host(uri: str) -> tuple[str, str]:
    """Return the user and host of a SIP address in lower case, without port and parameters."""
    user, _at, host = SCHEME.sub("", uri.strip(), count=1).rpartition("@")
    host = host.partition(";")[0]
    return user.lower(), host.lower() if host.startswith("[") else host.partition(":")[0].lower()


def normal_caller(typed: str, domain: str) -> str:
    """Return the entry of a reject list for a number, an address, or ``@domain`` for all its users.

    Numbers match by their last digits, because callers send them as ``+…``, ``00…`` or national. Raises
    ``AddressRefused``, ``HostRefused`` or ``DomainRefused``.
    """
    bare = SCHEME.sub("", bare_address(typed), count=1)
    if found := ANYBODY.fullmatch(bare):
        return f"sip:%@{normal_host(found['host'])}"
    if found := NUMBER_PATTERN.fullmatch(bare):
        return _caller_number(found["digits"])
    local = bare.rpartition("@")[0] or bare
    if set("*%") & set(local) and without_separators(local.strip("*%")).strip("+").isdecimal():
        raise AddressRefused(AddressFault.BEGINNING, typed)
    uri = normal_sip_uri(typed, domain)
    user, host = user_and_host(uri)
    if user in _HIDDEN or host == "anonymous.invalid":
        raise AddressRefused(AddressFault.HIDDEN, typed)
    is_international = user.startswith(("+", "00"))
    if NUMBER.fullmatch(user) and (is_international or (host == domain and len(user) >= FEWEST_DIGITS)):
        return _caller_number(user)
    return uri


def _caller_number(text: str) -> str:
    digits = text.lstrip("+0")
    if len(digits) < FEWEST_DIGITS:
        raise AddressRefused(AddressFault.SHORT, text)
    return f"sip:%{digits}@%"
