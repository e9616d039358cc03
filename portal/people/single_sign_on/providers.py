"""The providers with which people sign in: the operators' one of the settings, and those of resellers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from portal import env
from portal.core import sealing
from portal.core.outgoing import Networks
from portal.mail.text.models import MailBrand

from .models import ResellerProvider

OPERATORS = "operators"
EVERYONE = "*"
CACHE_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider as the protocol needs it; ``row`` is the reseller's, ``None`` for that of the operators.

    ``key`` is its part of URLs. ``networks`` are the networks besides public addresses that it may be in; ``None``:
    wherever it is, because whoever runs the machine has set it.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: str
    groups_claim: str
    trusts_email: bool = False
    networks: Networks | None = None
    row: ResellerProvider | None = None

    def __repr__(self) -> str:
        return f"<Provider {self.key} {self.issuer}>"

    @property
    def may_be_plain(self) -> bool:
        """Return whether it may be reached without TLS: on this machine, or where a setting allows it."""
        return env.is_this_machine(urlsplit(self.issuer).hostname or "?") or bool(self.networks)


def operators_provider() -> Provider | None:
    """Return the operators' provider; ``None`` if there is none."""
    if not settings.SSO_ISSUER:
        return None
    return Provider(
        key=OPERATORS,
        name=settings.SSO_NAME,
        issuer=settings.SSO_ISSUER,
        client_id=settings.SSO_CLIENT_ID,
        client_secret=settings.SSO_CLIENT_SECRET,
        scopes=settings.SSO_SCOPES,
        groups_claim=settings.SSO_GROUPS_CLAIM,
        trusts_email=settings.SSO_TRUST_EMAIL,
    )


def provider_at(request: HttpRequest) -> Provider | None:
    """Return the provider that the sign-in page at a request's host name offers.

    At a reseller's own host name this is the reseller's provider only, everywhere else that of the operators only.
    """
    key = _brand_at(request.get_host().partition(":")[0].lower())
    if key is None:
        return operators_provider()
    engine, reseller, public_id = key
    row = ResellerProvider.objects.filter(engine=engine, reseller=reseller, is_active=True).first()
    return _of_row(row, public_id) if row else None


def _brand_at(host: str) -> tuple[str, int, str] | None:
    """Return whose host name this is: NGNPro server, reseller and id of the brand; ``None`` for the platform's."""
    known: dict[str, Any] | None = cache.get("sso-hosts")
    if known is None:
        rows = MailBrand.objects.exclude(host="").filter(reseller__gt=0)
        known = {row.host: (row.engine, row.reseller, row.public_id) for row in rows}
        cache.set("sso-hosts", known, CACHE_SECONDS)
    return known.get(host)


def host_of(engine: str, reseller: int) -> str:
    """Return the host name of a reseller's pages; empty if there is none."""
    found = MailBrand.objects.filter(engine=engine, reseller=reseller).first() if reseller else None
    return found.host if found else ""


def _of_row(row: ResellerProvider, public_id: str) -> Provider:
    return Provider(
        key=public_id,
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        client_secret=sealing.unseal(row.sealed) if row.sealed else "",
        scopes="openid profile email",
        groups_claim=row.groups_claim,
        networks=settings.SSO_NETWORKS,
        row=row,
    )


def words_of(lines: str) -> frozenset[str]:
    """Return the groups of a text with one per line."""
    return frozenset(line.strip() for line in lines.splitlines() if line.strip())
