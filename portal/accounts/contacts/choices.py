"""Contacts: normalized addresses, groups, and the lines of an imported file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.display_names import bare_address
from ngnpro_wire.facts.telephone_numbers import without_separators
from portal.core.normal_forms import host_name, require_number

_SCHEME = re.compile(r"^(sips?|tel):", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9%*#]{1,40}")
_USER = re.compile(r"[^\s<>\"@,;:\\]{1,64}")
_HOST_PATTERN = re.compile(r"[a-z0-9.%-]{1,253}")


@dataclass(frozen=True, slots=True)
class ContactCandidate:
    """A contact found in a file; ``line`` is its line number."""

    line: int
    address: str
    name: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class ContactProblem:
    """A line of a file that cannot be used, with the reason."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactsRead:
    """The content of a file: contacts, and lines that cannot be used."""

    candidates: list[ContactCandidate]
    problems: list[ContactProblem]


def other_encoding() -> str:
    """Return the reason why a line or card with unreadable characters cannot be used."""
    return _("Its letters are in another encoding than those of the rest of the file.")


def quoted_line(text: str) -> str:
    """Shorten a text to 80 characters, for messages that quote a line."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def contact_address(text: str, domain: str) -> str:
    """Convert typed text to an address: remove ``sip:``, and add this domain to a number or user without one.

    ``%`` matches any characters. Raises ``ValidationError`` if the text is not a valid address.
    """
    text = bare_address(text)
    require_number(text)
    text = without_separators(text) if text.strip()[:4].lower() == "tel:" else text
    plain = _SCHEME.sub("", text.strip()).partition(";")[0].strip().lower()
    if not plain:
        raise ValidationError(_("The number or address is missing."))
    user, at, host = plain.rpartition("@")
    if not at:
        user, host = plain, domain
    require_number(user)
    number = without_separators(user)
    if _NUMBER.fullmatch(number):
        user = number
    if not _USER.fullmatch(user):
        raise ValidationError(
            _("“%(text)s” is neither a number nor an address like user@example.com.") % {"text": quoted_line(text)}
        )
    address = f"{user}@{_host(host)}"
    if len(address) > ADDRESS_LENGTH:
        raise ValidationError(_("An address has up to %(length)s characters.") % {"length": ADDRESS_LENGTH})
    return address


def _host(host: str) -> str:
    """Check and return the part after the @: a domain name or a pattern."""
    if "%" not in host:
        return host_name(host)
    if not _HOST_PATTERN.fullmatch(host):
        raise ValidationError(_("Enter a domain name after the @, or % for any."))
    return host


def same_address(uri: str) -> str:
    """Normalize an address for comparison: without ``sip:`` and parameters, in lower case."""
    return _SCHEME.sub("", uri.strip()).partition(";")[0].lower()


GROUPS: dict[str, str | Promise] = {
    "vip": gettext_lazy("VIP"),
    "business": gettext_lazy("Business"),
    "coworkers": gettext_lazy("Coworkers"),
    "friends": gettext_lazy("Friends"),
    "family": gettext_lazy("Family"),
}
NO_GROUP = ("", gettext_lazy("No group"))
GROUP_CHOICES = [NO_GROUP, *GROUPS.items()]

NAME_LENGTH, ADDRESS_LENGTH = 128, 255
# Limits of a file: each contact costs one request to NGNPro while a person waits.
MOST, LARGEST = 500, 512 * 1024


def group_of(word: str) -> str | None:
    """Return the name of a group by its wire name or label, ignoring case; ``None`` if there is no such group."""
    wanted = word.strip().casefold()
    if not wanted:
        return ""
    return next((name for name, label in GROUPS.items() if wanted in (name, str(label).casefold())), None)
