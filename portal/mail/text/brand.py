"""How a reseller's mails look and whose they are: his name, addresses, colour and logo."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.core import service
from portal.core.names import name_of
from portal.core.service import service_ngnpro
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount

from .models import MailBrand, SenderDomain

COLOUR = "#1f5fa8"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose mails they are.

    ``company`` is what users know; ``support`` and ``billing`` are addresses that can be written to, or empty.
    ``properties`` are the reseller's, by name (contract: customer_properties), ``language`` is his.
    """

    engine: str = ""
    reseller: int = 0
    company: str = ""
    support: str = ""
    billing: str = ""
    sends: bool = False
    language: str = ""
    colour: str = COLOUR
    logo: bytes = b""
    properties: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Give a property of the reseller; empty where it is not set."""
        return self.properties.get(name, "").strip()

    @property
    def settings_page(self) -> str:
        """Where users change their settings: the reseller's own page, else this portal."""
        page = self.get("sip_settings_page")
        return page if page.startswith(("https://", "http://")) else settings.PORTAL_URL

    @property
    def sender(self) -> str:
        """The From of mails: the reseller's support address if its domain is verified, else the portal's address."""
        name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        if self.support and self.sends:
            address = self.support
        return formataddr((self.company or name, address))

    def reply_to(self, *, billing: bool = False) -> list[str]:
        """Whom answers reach: the billing address for what is about money, else support; nobody if it is the sender."""
        address = (billing and self.billing) or self.support
        return [address] if address and address != parseaddr(self.sender)[1] else []


def brand_of(engine: str, reseller: int) -> Brand:
    """Read how mails of a reseller look; 0 is the platform. ``Outage`` while NGNPro cannot tell."""
    looks = _looks(engine_name(engine), reseller)
    if not reseller:
        return Brand(colour=looks.colour or COLOUR, logo=bytes(looks.logo))
    try:
        record = service_ngnpro(engine).customers.get_account(reseller)
    except errors.Refusal:
        # Gone, or not to be seen by the portal's login: the mail goes out all the same.
        record = CustomerAccount(id=reseller)
    properties = {entry.name: entry.value for entry in record.properties}
    support = good_address(properties.get("support_email", ""))
    return Brand(
        engine=engine_name(engine),
        reseller=reseller,
        company=display_name(properties.get("support_company", "") or name_of(record)),
        support=support,
        sends=is_verified(engine_name(engine), reseller, support),
        billing=good_address(properties.get("billing_email", "")),
        language=record.language.lower(),
        colour=looks.colour or COLOUR,
        logo=bytes(looks.logo),
        properties=properties,
    )


def _looks(engine: str, reseller: int) -> MailBrand:
    """Find the reseller's looks, else the platform's."""
    rows = MailBrand.objects.filter(engine__in=(engine, ""), reseller__in=(reseller, 0)).order_by(
        "-reseller", "-engine"
    )
    return rows.first() or MailBrand()


def is_verified(engine: str, reseller: int, address: str) -> bool:
    """Tell whether mails of a reseller may come from an address: its domain is verified, and the settings allow it."""
    if not (settings.MAIL_SENDER_DOMAINS and address):
        return False
    domain = address.rpartition("@")[2].lower()
    mine = SenderDomain.objects.filter(engine=engine, reseller=reseller, domain=domain)
    return mine.filter(verified_at__isnull=False).exists()


def engine_name(engine: str) -> str:
    """Name an NGNPro server: the usual one has a name, too."""
    return service.engine(engine).name


def good_address(text: str) -> str:
    """Give an e-mail address that may stand in a header; empty for anything else."""
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if address.isascii() else ""


def display_name(text: str) -> str:
    """Make of any text one that may stand before an address in a header: one line, nothing invisible."""
    visible = "".join(" " if unicodedata.category(sign).startswith(("C", "Z")) else sign for sign in text)
    return " ".join(visible.split())[:LONGEST_NAME]
