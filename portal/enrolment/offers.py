"""What self-registration offers: domains and the defaults of accounts, from the file of ``PORTAL_ENROLMENT_FILE``.

Without this file nobody can register. It is an INI file with a section for each domain (docs/enrolment.md).
"""

from __future__ import annotations

import configparser
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NEW = "new"
# What programs such as Blink expect in the answer, if the operator has it.
ANSWERED = (
    "settings_url",
    "outbound_proxy",
    "xcap_root",
    "msrp_relay",
    "conference_server",
    "ldap_hostname",
    "ldap_dn",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentOffer:
    """A domain in which people can register, and the defaults of their accounts.

    ``engine``: the NGNPro server, by default the usual one. ``reseller``: the reseller of new customers. ``customer``:
    ``new`` if each account gets a customer of its own, else the number of the customer who owns them. ``quota``: the
    monthly limit in the platform's currency, 0 for none. ``email_alias``: whether mail to the SIP address is sent on.
    ``mailbox``: whether they get a mailbox, whose PIN their user sets on its page.
    """

    domain: str
    engine: str = ""
    reseller: int = 0
    customer: str = NEW
    prepaid: bool = True
    pstn: bool = False
    quota: int = 0
    email_alias: bool = False
    mailbox: bool = False
    country: str = "N/A"
    timezone: str = "UTC"
    settings_url: str = ""
    outbound_proxy: str = ""
    xcap_root: str = ""
    msrp_relay: str = ""
    conference_server: str = ""
    ldap_hostname: str = ""
    ldap_dn: str = ""

    @property
    def owner(self) -> int:
        """Return the number of the customer who owns all accounts; 0 if each gets a new customer."""
        return 0 if self.customer == NEW else int(self.customer)

    def answer(self) -> Mapping[str, str]:
        """Return the members of the answer that the file gives a value."""
        return {name: value for name in ANSWERED if (value := getattr(self, name))}


def enrolment_offers() -> Mapping[str, EnrolmentOffer]:
    """Map the domains in which people can register to what is offered there, in the order of the file.

    Raises ``ImproperlyConfigured`` if the file cannot be read or has an unknown or invalid value.
    """
    if not settings.ENROLMENT_FILE:
        return {}
    file = Path(settings.ENROLMENT_FILE)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(file.read_text(), str(file))
        return {name.lower(): _offer(name.lower(), parser[name]) for name in parser.sections()}
    except (OSError, configparser.Error, ValueError) as error:
        raise ImproperlyConfigured(f"The file of PORTAL_ENROLMENT_FILE cannot be used: {error}") from None


def _offer(domain: str, section: configparser.SectionProxy) -> EnrolmentOffer:
    declared = {field.name: field.default for field in dataclasses.fields(EnrolmentOffer) if field.name != "domain"}
    if unknown := sorted(set(section) - set(declared)):
        raise ValueError(f"[{domain}] has {unknown[0]!r}; known are {', '.join(sorted(declared))}.")
    values: dict[str, object] = {}
    for name in section:
        usual = declared[name]
        if isinstance(usual, bool):
            values[name] = section.getboolean(name)
        else:
            values[name] = section.getint(name) if isinstance(usual, int) else section[name].strip()
    offer = EnrolmentOffer(domain=domain, **values)  # type: ignore[arg-type]
    if offer.customer != NEW and not (offer.customer.isascii() and offer.customer.isdecimal()):
        raise ValueError(f"[{domain}] customer is a customer's number, or {NEW}.")
    if offer.customer == NEW and not offer.reseller:
        raise ValueError(f"[{domain}] needs the number of the reseller for new customers.")
    return offer
