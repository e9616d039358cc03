"""What makes a contact: its address as a phonebook keeps it, and lines of files on their way to be one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.telephone_numbers import without_separators
from portal.core.fields import domain_name

_SCHEME = re.compile(r"^(sips?|tel):", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9%*#]{1,40}")
_USER = re.compile(r"[^\s<>\"@,;:\\]{1,64}")
_HOST_PATTERN = re.compile(r"[a-z0-9.%-]{1,253}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact as a file has it; ``line`` is where."""

    line: int
    address: str
    name: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a file that cannot be used, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a file has: contacts, and lines that cannot be used."""

    candidates: list[Candidate]
    problems: list[Problem]


def shortened(text: str) -> str:
    """Cut a text that is only shown to find its line."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def contact_address(text: str, domain: str) -> str:
    """Make what a person typed an address: ``sip:`` is taken off, and a number or user without domain gets this one.

    ``%`` stands for any characters. ``ValidationError`` says what is wrong.
    """
    plain = _SCHEME.sub("", text.strip()).partition(";")[0].strip().lower()
    if not plain:
        raise ValidationError(_("There is neither a number nor an address."))
    user, at, host = plain.rpartition("@")
    if not at:
        user, host = plain, domain
    number = without_separators(user)
    if _NUMBER.fullmatch(number):
        user = number
    if not _USER.fullmatch(user):
        raise ValidationError(
            _("“%(text)s” is neither a number nor an address like user@example.com.") % {"text": shortened(text)}
        )
    address = f"{user}@{_host(host)}"
    if len(address) > ADDRESS_LENGTH:
        raise ValidationError(_("An address has up to %(length)s characters.") % {"length": ADDRESS_LENGTH})
    return address


def _host(host: str) -> str:
    """Check the part after the @: a domain name, or a pattern."""
    if "%" not in host:
        return domain_name(host)
    if not _HOST_PATTERN.fullmatch(host):
        raise ValidationError(_("After the @ comes a domain name, or % for any."))
    return host


def same_address(uri: str) -> str:
    """Write an address so that two that mean the same are equal: without ``sip:``, lower-case."""
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
# Each contact of a file is a call to NGNPro, while a person waits.
MOST, LARGEST = 500, 512 * 1024


def group_of(word: str) -> str | None:
    """Find a group by its name on the wire or in words, whatever the case; ``None`` for a word that is none."""
    wanted = word.strip().casefold()
    if not wanted:
        return ""
    return next((name for name, label in GROUPS.items() if wanted in (name, str(label).casefold())), None)
