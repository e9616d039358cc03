"""The brand of a reseller's mails: name, addresses, colour and logo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.cache import cache

from ngnpro_wire.facts.display_names import normal_name
from portal.core import servers
from portal.core.customer_names import name_of
from portal.core.normal_forms import address_for_mail
from portal.core.servers import service_ngnpro
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount

from .models import MailBrand, SenderDomain

COLOUR = "#1f5fa8"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Brand:
    """The brand in which mails are written.

    ``company`` is the name that users know; ``support`` and ``billing`` are valid e-mail addresses or empty. ``sends``:
    whether mails come from the support address. ``properties`` (contract: customer_properties, by name) and
    ``language`` are those of the reseller.
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
        """Return a property of the reseller; empty if it is not set."""
        return self.properties.get(name, "").strip()

    @property
    def settings_page(self) -> str:
        """The page where users change their settings: the reseller's own, else this portal."""
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
        """Return the addresses for replies: billing or support; empty if that is the sender."""
        address = (billing and self.billing) or self.support
        return [address] if address and address != parseaddr(self.sender)[1] else []


def brand_of(engine: str, reseller: int) -> Brand:
    """Read the brand of a reseller, or with 0 of the platform; raises ``Outage`` if NGNPro does not answer."""
    stored = _find_brand(engine_name(engine), reseller)
    if not reseller:
        return Brand(colour=stored.colour or COLOUR, logo=bytes(stored.logo))
    try:
        record = service_ngnpro(engine).customers.get_account(reseller)
    except errors.Refusal:
        # Deleted, or not visible to the portal's login: the mail is sent without a brand.
        record = CustomerAccount(id=reseller)
    properties = {entry.name: entry.value for entry in record.properties}
    support = address_for_mail(properties.get("support_email", ""))
    return Brand(
        engine=engine_name(engine),
        reseller=reseller,
        company=display_name(properties.get("support_company", "") or name_of(record)),
        support=support,
        sends=is_verified(engine_name(engine), reseller, support),
        billing=address_for_mail(properties.get("billing_email", "")),
        language=record.language.lower(),
        colour=stored.colour or COLOUR,
        logo=bytes(stored.logo),
        properties=properties,
    )


PAGES_SECONDS = 15


def language_of_pages(engine: str, reseller: int, host: str) -> str:
    """Return the language of the pages of a reseller, or without one, of those at a host name; empty if none is set.

    Cached for some seconds.
    """
    languages: dict[str, str] | None = cache.get("brand-languages")
    if languages is None:
        rows = MailBrand.objects.exclude(language="")
        languages = {key: row.language for row in rows for key in (f"{row.engine} {row.reseller}", row.host) if key}
        cache.set("brand-languages", languages, PAGES_SECONDS)
    own = f"{engine_name(engine)} {reseller}" if reseller else host.partition(":")[0].lower()
    return languages.get(own) or languages.get(" 0", "")


def _find_brand(engine: str, reseller: int) -> MailBrand:
    """Return the stored brand of the reseller, else that of the platform, else an empty one."""
    rows = MailBrand.objects.filter(engine__in=(engine, ""), reseller__in=(reseller, 0)).order_by(
        "-reseller", "-engine"
    )
    return rows.first() or MailBrand()


def is_verified(engine: str, reseller: int, address: str) -> bool:
    """Return whether a reseller's mails may be sent from an address: its domain is verified and allowed."""
    if not (settings.MAIL_SENDER_DOMAINS and address):
        return False
    domain = address.rpartition("@")[2].lower()
    domains = SenderDomain.objects.filter(engine=engine, reseller=reseller, domain=domain)
    return domains.filter(verified_at__isnull=False).exists()


def engine_name(engine: str) -> str:
    """Return the name of an NGNPro server; of the default one if none is named."""
    return servers.engine(engine).name


def display_name(text: str) -> str:
    """Return a text as a display name for a header: one line without invisible characters."""
    return normal_name(text)[:LONGEST_NAME]
