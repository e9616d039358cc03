"""SIP usernames: their normal form (RFC 3261), and the reasons why a text is none."""

from __future__ import annotations

import re
from enum import StrEnum

MOST_CHARACTERS = 64

# RFC 3261 section 25.1: user = 1*( unreserved / escaped / user-unreserved ); unreserved = alphanum / mark
_USER = re.compile(r"(?:[a-z0-9\-_.!~*'()&=+$,;?/]|%[0-9a-f]{2})+")
_ESCAPE = re.compile("%([0-9a-f]{2})")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()")


class UsernameFault(StrEnum):
    """The reason why a text is no SIP username."""

    LENGTH = "empty or too long"
    HASH = "a # that is not escaped"
    SIGN = "a sign that usernames do not have"
    DOTS = "a name for a folder"


class UsernameRefused(ValueError):
    """The text is no SIP username; ``sign`` is the sign that is wrong."""

    def __init__(self, fault: UsernameFault, sign: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.sign = sign


def normal_username(typed: str) -> str:
    """Return the stored form of a SIP username of up to 64 characters; raises ``UsernameRefused``."""
    name = username_key(typed)
    if not 1 <= len(name) <= MOST_CHARACTERS:
        raise UsernameRefused(UsernameFault.LENGTH)
    if not _USER.fullmatch(name):
        sign = next((one for one in name if not _USER.fullmatch(one)), "%")
        raise UsernameRefused(UsernameFault.HASH if sign == "#" else UsernameFault.SIGN, sign)
    if name in (".", ".."):  # addresses of pages and files cannot end so (RFC 3986 section 5.2.4)
        raise UsernameRefused(UsernameFault.DOTS, name)
    return name


def username_key(typed: str) -> str:
    """Return the stored form of a SIP username: in lower case, without escapes of characters that need none.

    ``%41lice`` and ``alice`` are the same user (RFC 3261 section 19.1.4); ``9901%231`` keeps its escape.
    """
    return _ESCAPE.sub(_unescaped, typed.strip().lower())


def _unescaped(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16)).lower()
    return character if character in _UNRESERVED else found[0]
