"""The targets of ENUM mappings: which URI each service takes, and its normal form (RFC 6116 section 3.4)."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

import idna

from .enum_services import SERVICES, complete_target, scheme_of
from .telephone_numbers import without_separators

# schemes whose URIs are an address: user@host
_ADDRESSES = frozenset({"sip:", "sips:", "im:", "pres:", "mailto:"})
_WEB = frozenset({"http://", "https://", "ftp://"})
# RFC 3261 section 25.1: user, and the password that may follow
_USER = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/:]|%[0-9A-Fa-f]{2})+")
_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})?(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
)
_TEL = re.compile(r"\+?[0-9*#]{1,32}")
_FORBIDDEN = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]")


class TargetFault(StrEnum):
    """The reason why a target is refused."""

    EMPTY = "empty"
    RULE = "a whole rule"
    SIGN = "a sign that URIs do not have"
    SCHEME = "another scheme"
    NO_HOST = "no host"
    USER = "not a user name"
    NUMBER = "not a number"


class TargetRefused(ValueError):
    """The text is no target of the service; ``sign`` is the first sign that a URI may not have."""

    def __init__(self, reason: TargetFault, sign: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sign = sign


def normal_target(service: str, typed: str) -> str:
    """Return a target as it is stored; without a scheme it gets the first one of its service.

    Trailing dots of host names and separators of telephone numbers are removed. Raises ``TargetRefused``: a target is
    a URI of one of the service's schemes, because the pattern of a published rule is fixed and has no groups.
    """
    text = typed.strip()
    if not text:
        raise TargetRefused(TargetFault.EMPTY)
    if text.startswith("!"):
        raise TargetRefused(TargetFault.RULE)
    if scheme_of(text) == "tel:" or (not scheme_of(text) and SERVICES[service][0] == "tel:"):
        text = _number(text)
    _require_plain_signs(text)
    target = complete_target(service, text)
    scheme = scheme_of(target)
    rest = target[len(scheme) :]
    if scheme not in SERVICES[service] or _has_other_scheme(rest):
        raise TargetRefused(TargetFault.SCHEME)
    if not rest:
        raise TargetRefused(TargetFault.EMPTY)
    if scheme in _ADDRESSES:
        return scheme + _address(rest)
    if scheme in _WEB:
        _require_web_host(target)
    return target


def _require_plain_signs(text: str) -> None:
    found = _FORBIDDEN.search(text)
    sign = found[0] if found else next((s for s in text if not s.isascii() and not s.isalnum()), "")
    if sign:
        raise TargetRefused(TargetFault.SIGN, sign)


def _has_other_scheme(rest: str) -> bool:
    # "sip:javascript:alert(1)" is what is left of a target whose scheme is not one of the service's
    return bool(scheme_of(rest)) or rest.lower().startswith(("javascript:", "data:"))


def _number(text: str) -> str:
    scheme, number = ("tel:", text[4:]) if text.lower().startswith("tel:") else ("", text)
    digits, semicolon, parameters = number.partition(";")
    plain = without_separators(digits)
    if not _TEL.fullmatch(plain):
        raise TargetRefused(TargetFault.NUMBER)
    return f"{scheme}{plain}{semicolon}{parameters}"


def _address(address: str) -> str:
    user, at, rest = address.partition("@")
    if not at or not rest:
        raise TargetRefused(TargetFault.NO_HOST)
    if not user.isascii() or not _USER.fullmatch(user):
        raise TargetRefused(TargetFault.USER, "#" if "#" in user else "")
    end = min((i for i in (rest.find(";"), rest.find("?")) if i >= 0), default=len(rest))
    host = rest[:end]
    name, colon, port = host.rpartition(":") if not host.endswith("]") and host.count(":") == 1 else (host, "", "")
    name = _ascii_name(name.removesuffix("."))
    if not _HOST.fullmatch(f"{name}{colon}{port}"):
        raise TargetRefused(TargetFault.NO_HOST)
    return f"{user}@{name}{colon}{port}{rest[end:]}"


def _ascii_name(name: str) -> str:
    """Return an international domain name in ASCII (RFC 5891)."""
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise TargetRefused(TargetFault.NO_HOST) from None


def _require_web_host(target: str) -> None:
    try:
        host = urlsplit(target).hostname
    except ValueError:
        host = None
    if not host:
        raise TargetRefused(TargetFault.NO_HOST)
