"""Names and values of records as people type them, with what is wrong about them in their language."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.dns_records import MOST_IN_VALUE, TYPES, ValueFault, ValueRefused, normal_name, normal_value
from ngnpro_wire.facts.domain_names import DomainRefused
from portal.core.fields import LinesField
from portal.core.normal_forms import DOMAIN_FAULTS, domain_name

MAIL, WEB = "MBOXFW", "URL"
EXAMPLES = {
    "A": "192.0.2.1",
    "AAAA": "2001:db8::1",
    "CNAME": "www.example.com",
    "MX": "mail.example.com",
    "SRV": "10 5060 sip.example.com",
    "NS": "ns1.example.com",
    "NAPTR": '10 100 "s" "SIP+D2U" "" _sip._udp',
    "PTR": "host.example.com",
    "TXT": "v=spf1 -all",
    "LOC": "52 22 23 N 4 53 32 E -2m",
}
VALUE_FAULTS = {
    ValueFault.EMPTY: _("Enter a value, as in %(example)s."),
    ValueFault.TOO_LONG: _("A value has at most %(most)s characters."),
    ValueFault.NAME: _("“%(detail)s” cannot be in a domain name. A value of this type looks like %(example)s."),
    ValueFault.SYNTAX: _("This is no value of this type. It looks like %(example)s."),
}


class HostsField(LinesField):
    """Host names, one per line, in their ASCII form."""

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(domain_name(line) for line in super().clean(value)))


def record_name(typed: str, zone: str) -> str:
    """Return the name of a record within its zone; raises ``ValidationError`` with what is wrong."""
    try:
        return normal_name(typed, zone)
    except DomainRefused as refused:
        raise ValidationError(DOMAIN_FAULTS[refused.fault], params={"sign": refused.sign}) from None


def record_value(kind: str, typed: str, zone: str, priority: int = 0) -> str:
    """Return the value of a record in its normal form; raises ``ValidationError`` with what is wrong."""
    if kind not in TYPES:
        raise ValidationError(_("This type of record is not among those that zones have."))
    try:
        return normal_value(kind, typed, zone, priority)
    except ValueRefused as refused:
        words = {"example": EXAMPLES.get(kind, ""), "most": MOST_IN_VALUE, "detail": refused.detail}
        raise ValidationError(VALUE_FAULTS[refused.fault], params=words) from None


def forward_name(kind: str, typed: str, zone: str) -> str:
    """Return the address of an e-mail alias, or the name of a redirect; raises ``ValidationError``."""
    if kind != MAIL:
        return record_name(typed, zone)
    address = typed.strip().lower()
    address = address if "@" in address else f"{address}@{zone}"
    validate_email(address)
    host = address.rpartition("@")[2]
    if host != zone and not host.endswith(f".{zone}"):
        raise ValidationError(_("Write an e-mail address in %(zone)s."), params={"zone": zone})
    return address


def forward_target(kind: str, typed: str) -> str:
    """Return the e-mail address that an alias, or the address that a redirect leads to; raises ``ValidationError``."""
    text = typed.strip()
    if kind == MAIL:
        validate_email(text)
        return text.lower()
    URLValidator(schemes=("http", "https"))(text)
    return text
