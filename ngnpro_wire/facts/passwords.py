"""The password policy: which new passwords and PINs are refused, and why.

A password is opaque text. It is never trimmed and its case is never changed; it is only brought into Unicode
normalization form C (NFC), so that the same password typed on different keyboards gives the same hash.

The portal applies the policy to every password that a person chooses. Our server applies it too if its setting
``[platform] refuse_weak_passwords`` is on. Passwords that are already stored are not checked again.

Minimum lengths follow NIST SP 800-63B: longer for passwords that programs on the Internet try to guess (SIP), or that
give access to the whole platform (operators).
"""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from .truth import is_true


class PasswordKind(StrEnum):
    """The purpose of a password."""

    OPERATOR = "operator"
    CUSTOMER = "customer"
    SIP = "sip"
    WEB = "web"
    PIN = "pin"


class Reason(StrEnum):
    """The reason why a password is refused."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    NOT_DIGITS = "not digits"
    PATTERN = "one pattern"
    PERSONAL = "personal"
    COMMON = "common"


@dataclass(frozen=True, slots=True)
class PasswordLimits:
    """The minimum and maximum length of passwords of one kind, in characters."""

    shortest: int
    longest: int = 128


LIMITS: Mapping[PasswordKind, PasswordLimits] = {
    PasswordKind.OPERATOR: PasswordLimits(12),
    PasswordKind.CUSTOMER: PasswordLimits(10),
    PasswordKind.SIP: PasswordLimits(12),
    PasswordKind.WEB: PasswordLimits(10),
    PasswordKind.PIN: PasswordLimits(4, 16),
}

# The passwords that attackers try first. The portal passes a longer list (``common``).
MOST_COMMON = frozenset(
    {
        *("password", "passwort", "qwerty", "qwertyuiop", "letmein", "welcome", "iloveyou", "admin", "administrator"),
        *("secret", "changeme", "default", "monkey", "dragon", "football", "baseball", "sunshine", "princess"),
        *("master", "shadow", "superman", "trustno1", "passw0rd", "p@ssw0rd", "guest", "test", "asterisk", "sip"),
    }
)
# PINs whose keys form lines on the keypad of a telephone.
COMMON_PINS = frozenset({"2580", "0852", "1470", "3690", "147258369", "159753", "159357", "147258", "258369"})

# Two neighbours in one of these rows, in either direction, count as part of a sequence.
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = frozenset(pair for row in ROWS for one, other in pairwise(row) for pair in (one + other, other + one))

# Shorter parts of names and addresses are ignored.
SHORTEST_PART = 3
# A password must have more letters and digits than this besides the person's names, or besides a common password.
MOST_ADDED = 5
# The customer property that overrides the platform's setting (contract: properties), which has the same name.
STORE_CLEAR_TEXT = "store_clear_text_passwords"
# Unicode categories: control characters, line and paragraph separators, surrogates.
_NOT_IN_A_LINE = frozenset({"Cc", "Zl", "Zp", "Cs"})
_DIGEST_PAIR = re.compile(r"[0-9a-fA-F]{32}:[0-9a-fA-F]{32}")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
AROUND_A_WORD = string.digits + string.punctuation + " "


def normalize_password(password: str) -> str:
    """Return a password in Unicode normalization form C, otherwise unchanged."""
    return unicodedata.normalize("NFC", password)


def has_line_signs(password: str) -> bool:
    """Return whether a password has line breaks, control characters or half characters: no input field sends those."""
    return any(unicodedata.category(character) in _NOT_IN_A_LINE for character in password)


def spellings_of_password(password: str) -> tuple[str, ...]:
    """Return the texts to compare with a stored password: normalized, and as typed if it was stored that way."""
    return tuple(dict.fromkeys((normalize_password(password), password)))


def digests_of_password(username: str, domain: str, password: str) -> tuple[str, str]:
    """Compute ha1 and ha1b, the hashes that NGNPro stores (contract: Passwords), as Kamailio's auth_db reads them.

    MD5(username:domain:password) and MD5(username@domain:domain:password), with the names in lower case (RFC 2617;
    the SIP proxy only supports MD5).
    """
    name, realm = username.lower(), domain.lower()
    texts = (f"{name}:{realm}:{password}", f"{name}@{realm}:{realm}:{password}")
    ha1, ha1b = (hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts)
    return ha1, ha1b


def is_digest_pair(text: str) -> bool:
    """Return whether a password is written as ``ha1:ha1b`` (contract: Passwords)."""
    return _DIGEST_PAIR.fullmatch(text) is not None


def keeps_clear_text(platform: bool, properties: Iterable[str]) -> bool:
    """Return whether clear text of a SIP password may be stored besides its hashes.

    ``platform``: the platform's setting. ``properties``: the values of ``STORE_CLEAR_TEXT`` of the customer and the
    reseller of the domain, empty where they have none. One that is not a yes forbids it; a yes overrides the platform.
    """
    given = [value for value in properties if value.strip()]
    return all(map(is_true, given)) if given else platform


def why_refused(
    kind: PasswordKind, password: str, known: Iterable[str] = (), common: Container[str] = MOST_COMMON
) -> Reason | None:
    """Return why a new password is refused; ``None`` if it is accepted.

    ``known``: facts that others know about the person: names, usernames, addresses, domains, telephone numbers.
    ``common``: passwords that many people use, in lower case.
    """
    limits, text = LIMITS[kind], normalize_password(password).casefold()
    if kind is PasswordKind.PIN and not (text.isascii() and text.isdecimal()):
        return Reason.NOT_DIGITS
    if len(text) < limits.shortest:
        return Reason.TOO_SHORT
    if len(text) > limits.longest:
        return Reason.TOO_LONG
    if is_pattern(text):
        return Reason.PATTERN
    if kind is PasswordKind.PIN:
        return _refused_pin(text, known)
    if is_personal(text, known):
        return Reason.PERSONAL
    return Reason.COMMON if is_common(text, common) else None


def is_pattern(text: str) -> bool:
    """Return whether a text repeats one part, or consists of a few sequences such as ``1234`` and ``qwerty``."""
    repeats = any(text[size:] == text[:-size] for size in range(1, len(text) // 2 + 1))
    breaks = sum(one != other and one + other not in NEIGHBOURS for one, other in pairwise(text))
    return repeats or breaks + 1 <= len(text) // 4


def is_personal(text: str, known: Iterable[str]) -> bool:
    """Return whether a password, in lower case, adds little to facts that others know about the person."""
    facts = [_plain(fact) for fact in known]
    plain = _plain(text)
    if len(plain) >= SHORTEST_PART and any(plain in fact for fact in facts):
        return True
    return any(_is_little_more(direction, _parts(known)) for direction in (plain, plain[::-1]))


def is_common(text: str, common: Container[str]) -> bool:
    """Return whether a password, in lower case, is a common one, even with a few digits or signs around it."""
    core = text.strip(AROUND_A_WORD)
    return text in common or (len(text) - len(core) <= MOST_ADDED and core in common)


def _refused_pin(pin: str, known: Iterable[str]) -> Reason | None:
    numbers = [re.sub(r"\D", "", fact.partition("@")[0]) for fact in known]
    if any(number.startswith(pin) or number.endswith(pin) for number in numbers):
        return Reason.PERSONAL
    return Reason.COMMON if pin in COMMON_PINS else None


def _is_little_more(plain: str, parts: Iterable[str]) -> bool:
    left = plain
    for part in parts:
        left = left.replace(part, "")
    return left != plain and len(left) <= MOST_ADDED


def _parts(known: Iterable[str]) -> list[str]:
    """Return the parts of names and addresses, the longest first."""
    found = {part for fact in known for part in _NOT_ALPHANUMERIC.split(normalize_password(fact).casefold())}
    return sorted((part for part in found if len(part) >= SHORTEST_PART), key=len, reverse=True)


def _plain(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", normalize_password(text).casefold())
