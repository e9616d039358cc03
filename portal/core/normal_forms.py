"""The normal forms of domain names, hosts and telephone numbers, with the messages for texts that are none."""

from __future__ import annotations

import ipaddress

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.domain_names import DomainFault, DomainRefused, normal_domain
from ngnpro_wire.facts.telephone_numbers import NumberFault, number_fault

DOMAIN_FAULTS = {
    DomainFault.EMPTY: _("A part between two dots is missing."),
    DomainFault.TOO_LONG: _("A domain name has at most 253 characters, and 63 between two dots."),
    DomainFault.SCHEME: _("Write only the domain name, without “%(sign)s” in front."),
    DomainFault.USER: _("Write only the domain name: the part after the @."),
    DomainFault.PORT: _("Write only the domain name, without the port after it."),
    DomainFault.ADDRESS: _("Write a domain name: an IP address is none."),
    DomainFault.SIGN: _(
        "This is not a domain name: “%(sign)s” cannot be in it. Use letters, digits, hyphens, and dots between parts."
    ),
    DomainFault.OUTSIDE: _("Write a name within the zone: %(sign)s is outside of it."),
    DomainFault.INTERNATIONAL: _("This is not a domain name that can be registered: %(sign)s"),
}


def domain_name(text: str) -> str:
    """Return a domain name in lower-case ASCII form; raises ``ValidationError`` with what is wrong."""
    try:
        return normal_domain(text)
    except DomainRefused as refused:
        raise ValidationError(DOMAIN_FAULTS[refused.fault], params={"sign": refused.sign}) from None


def host_name(text: str) -> str:
    """Return an IP address or a domain name in its normal form; raises ``ValidationError``."""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return domain_name(text)


NUMBER_FAULTS = {
    NumberFault.ROUNDED: _(
        "A spreadsheet has rounded this number, and its last digits are lost. Write the whole number."
    ),
    NumberFault.EXTENSION: _("Leave out the extension: it is not part of the number."),
}


def require_number(typed: str) -> None:
    """Raise ``ValidationError`` for a text that looks like a telephone number and is none."""
    fault = number_fault(typed)
    if fault:
        raise ValidationError(NUMBER_FAULTS[fault])
