"""The normal forms of names, hosts, numbers, mail addresses and time zones, and messages for texts that are none."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.domain_names import DomainFault, DomainRefused, normal_domain
from ngnpro_wire.facts.email_addresses import EmailFault, EmailRefused, normal_email
from ngnpro_wire.facts.enum_services import SERVICES
from ngnpro_wire.facts.enum_targets import TargetFault, TargetRefused, normal_target
from ngnpro_wire.facts.hosts import (
    HostFault,
    HostRefused,
    Network,
    listening_addresses,
    normal_host,
    normal_network,
)
from ngnpro_wire.facts.sip_addresses import AddressFault
from ngnpro_wire.facts.telephone_numbers import NumberFault, number_fault
from ngnpro_wire.facts.time_zones import normal_zone
from ngnpro_wire.facts.usernames import UsernameFault, UsernameRefused, normal_username

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
        raise domain_error(refused) from None


def domain_error(refused: DomainRefused) -> ValidationError:
    """Return the message for a text that is no domain name."""
    return ValidationError(DOMAIN_FAULTS[refused.fault], params={"sign": refused.sign})


USERNAME_FAULTS = {
    UsernameFault.LENGTH: _("A username has 1 to 64 characters."),
    UsernameFault.HASH: _("“#” cannot be in a SIP username: write it as %%23, as phones send it."),
    UsernameFault.DOTS: _("“%(sign)s” stands for a folder in addresses of pages and files. Write another name."),
    UsernameFault.SIGN: _("“%(sign)s” cannot be in a SIP username."),
}


def sip_username(text: str) -> str:
    """Return a SIP username in its stored form; raises ``ValidationError``."""
    try:
        return normal_username(text)
    except UsernameRefused as refused:
        raise ValidationError(USERNAME_FAULTS[refused.fault], params={"sign": refused.sign}) from None


HOST_FAULTS = {
    HostFault.PORT: _("Write the address without a port; the port has a field of its own, where there is one."),
    HostFault.ZONE: _("Write the address without the zone after “%%”, which only one machine knows: %(meant)s."),
    HostFault.UNSPECIFIED: _("%(meant)s stands for “no address”. Write the address of the host."),
    HostFault.BROADCAST: _("%(meant)s is the address of all hosts. Write that of one host."),
    HostFault.MULTICAST: _("%(meant)s is the address of a group. Write that of one host."),
    HostFault.NETWORK: _("This is a network. Write the address of one host."),
    HostFault.ADDRESS: _("“%(meant)s” is not an IP address."),
    HostFault.HOST_BITS: _("This is an address within a network. Did you mean %(meant)s?"),
    HostFault.PORT_NUMBER: _("“%(meant)s” has no port from 1 to 65535."),
    HostFault.MASK: _("The number after the / is the length of the network’s prefix: up to 32 for IPv4, 128 for IPv6."),
}


def host_name(text: str) -> str:
    """Return an IP address or a domain name in its normal form; raises ``ValidationError``."""
    try:
        return normal_host(text)
    except HostRefused as refused:
        raise host_error(refused) from None
    except DomainRefused as refused:
        raise domain_error(refused) from None


def ip_network(text: str) -> Network:
    """Return a network, or a single address as a network; raises ``ValidationError``."""
    try:
        return normal_network(text)
    except HostRefused as refused:
        raise host_error(refused) from None


def proxy_addresses(text: str) -> str:
    """Return the addresses at which a proxy uses a certificate, with commas between; raises ``ValidationError``."""
    try:
        return listening_addresses(text)
    except HostRefused as refused:
        raise host_error(refused) from None


def host_error(refused: HostRefused) -> ValidationError:
    """Return the message for a text that is no host or network."""
    return ValidationError(HOST_FAULTS[refused.fault], params={"meant": refused.meant})


EMAIL_FAULTS = {
    EmailFault.NO_AT: _("“%(part)s” is not an e-mail address, such as ada@example.com."),
    EmailFault.LOCAL_PART: _("“%(part)s” cannot stand before the @ of an e-mail address."),
    EmailFault.INTERNATIONAL: _(
        "“%(part)s”: not all mail servers take other letters than a to z before the @. Write another address."
    ),
    EmailFault.TOO_LONG: _("An e-mail address has at most 254 characters, and 64 before the @."),
    EmailFault.SEVERAL: _("There is room for one address only: %(part)s."),
    EmailFault.OPEN: _("A quotation mark or bracket is not closed: %(part)s"),
}


def mail_address(text: str) -> str:
    """Return an e-mail address in its normal form, empty for a blank text; raises ``ValidationError``."""
    try:
        return normal_email(text)
    except EmailRefused as refused:
        raise ValidationError(EMAIL_FAULTS[refused.fault], params={"part": refused.part}) from None
    except DomainRefused as refused:
        raise domain_error(refused) from None


def address_for_mail(text: str) -> str:
    """Return the e-mail address that a record holds, or an empty text if mail cannot be sent to it."""
    try:
        return normal_email(text)
    except (EmailRefused, DomainRefused):
        return ""


def time_zone(text: str) -> str:
    """Return today's IANA name of a time zone, empty for a blank text; raises ``ValidationError``."""
    zone = normal_zone(text)
    if text.strip() and not zone:
        raise ValidationError(_("“%(text)s” is not a time zone, such as Europe/Amsterdam."), params={"text": text[:60]})
    return zone


NUMBER_FAULTS = {
    NumberFault.ROUNDED: _(
        "A spreadsheet has rounded this number, and its last digits are lost. Write the whole number."
    ),
    NumberFault.EXTENSION: _("Leave out the extension: it is not part of the number."),
}


ADDRESS_FAULTS = {
    AddressFault.ROUNDED: NUMBER_FAULTS[NumberFault.ROUNDED],
    AddressFault.EXTENSION: NUMBER_FAULTS[NumberFault.EXTENSION],
    AddressFault.USER: _(
        "“%(text)s” is neither a number nor an address. Write +44 20 7946 0140, or reception for %(example)s."
    ),
    AddressFault.PORT: _("The part after the @ must be a domain name, with a port up to 65535 if needed."),
    AddressFault.BEGINNING: _("Enter a whole number, or @ and a domain. The beginning of a number matches no one."),
    AddressFault.HIDDEN: _("Callers who hide their number have no address. You can reject all of them under Rights."),
    AddressFault.SHORT: _("A telephone number has at least 7 digits, not counting zeros in front."),
}


def require_number(typed: str) -> None:
    """Raise ``ValidationError`` for a text that looks like a telephone number and is none."""
    fault = number_fault(typed)
    if fault:
        raise ValidationError(NUMBER_FAULTS[fault])


TARGET_FAULTS = {
    TargetFault.EMPTY: _("Enter a target that begins with %(schemes)s."),
    TargetFault.SCHEME: _("A target of this service begins with %(schemes)s."),
    TargetFault.RULE: _("Write only the target, such as sip:alice@example.com. The rest of the rule is added to it."),
    TargetFault.SIGN: _("A target cannot contain spaces, quotes, backslashes or control characters: %(sign)s"),
    TargetFault.NO_HOST: _("Write a target with a host name or an IP address, such as sip:alice@example.com."),
    TargetFault.USER: _("The part before the @ has a character that SIP addresses do not have. Write # as %%23."),
    TargetFault.NUMBER: _("Write a telephone number, such as tel:+31208005169."),
}


def target_error(service: str, refused: TargetRefused) -> ValidationError:
    """Return the error of a field for a target that the service does not take."""
    values = {"schemes": ", ".join(SERVICES[service]), "sign": refused.sign}
    return ValidationError(TARGET_FAULTS[refused.reason], params=values)


def enum_target(service: str, text: str) -> str:
    """Return the normal form of a target; of an unknown service, the text unchanged. Raises ``ValidationError``."""
    try:
        return normal_target(service, text) if service in SERVICES else text
    except TargetRefused as refused:
        raise target_error(service, refused) from None
