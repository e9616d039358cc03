"""What the overview tells, and the search over everything, by the beginning of what one knows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.access import may_open
from portal.core.auth import Viewer
from portal.core.certificates import look_at
from portal.core.forms import pattern, split_address
from portal.core.names import name_of
from portal.ngnpro import Ngnpro, OrderBy, Page, Query, Range
from portal.ngnpro.records import (
    AliasFilter,
    CustomerAccount,
    CustomerFilter,
    EnumNumber,
    EnumNumberFilter,
    SipAccount,
    SipAlias,
    SipDomain,
    SipDomainFilter,
    SipFilter,
)

HITS = Range(0, 10)
CERTIFICATES = Range(0, 500)
KEEP_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found: where its page is, its name and a line about it."""

    url: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What was found of one kind."""

    label: str | Promise
    icon: str
    total: int
    hits: tuple[Hit, ...]


def search(ngnpro: Ngnpro, viewer: Viewer, wanted: str) -> list[Kind]:
    """Search what the viewer may open: at most eight calls, however much there is."""
    found = []
    for page, label, icon, find in SEARCHES:
        if may_open(viewer, page):
            total, hits = find(ngnpro, wanted)
            if total:
                found.append(Kind(label, icon, total, tuple(hits)))
    return found


def certificates_ending(ngnpro: Ngnpro, viewer: Viewer) -> int:
    """Count the certificates that end soon, among those of the first 500 domains: one call an hour for a viewer."""
    if not may_open(viewer, "domains:certificates"):
        return 0
    key = f"certificates-ending:{hashlib.sha256(viewer.scope.encode()).hexdigest()}"
    known: int | None = cache.get(key)
    if known is None:
        domains = ngnpro.sip.get_domains(Query(order_by=OrderBy("domain"), range=CERTIFICATES))
        found = (look_at(domain.certificate) for domain in domains)
        known = sum(1 for certificate in found if certificate and certificate.state != "on")
        cache.set(key, known, KEEP_SECONDS)
    return known


Found = tuple[int, Iterable[Hit]]


def accounts(ngnpro: Ngnpro, wanted: str) -> Found:
    """Find accounts by address, else by last name, first name or e-mail."""
    username, domain = split_address(wanted)
    tries = [SipFilter(username=username, domain=domain)]
    tries += [SipFilter(email=pattern(wanted))] if "@" in wanted else []
    tries += [] if "@" in wanted else [SipFilter(last_name=pattern(wanted)), SipFilter(first_name=pattern(wanted))]
    page: Page[SipAccount] = Page(0)
    for conditions in tries:
        page = ngnpro.sip.get_accounts(Query(filter=conditions, order_by=OrderBy("username"), range=HITS))
        if page.total:
            break
    return page.total, (_account(record) for record in page)


def _account(record: SipAccount) -> Hit:
    url = reverse("accounts:detail", args=[str(record.id)])
    return Hit(url, str(record.id), f"{record.first_name} {record.last_name}".strip())


def domains(ngnpro: Ngnpro, wanted: str) -> Found:
    """Find domains by name."""
    conditions = SipDomainFilter(domain=pattern(wanted))
    page: Page[SipDomain] = ngnpro.sip.get_domains(Query(filter=conditions, order_by=OrderBy("domain"), range=HITS))
    return page.total, (Hit(reverse("domains:detail", args=[found.domain]), found.domain) for found in page)


def aliases(ngnpro: Ngnpro, wanted: str) -> Found:
    """Find aliases by their own address."""
    username, domain = split_address(wanted)
    conditions = AliasFilter(alias_username=username, alias_domain=domain)
    query = Query(filter=conditions, order_by=OrderBy("aliasUsername"), range=HITS)
    page: Page[SipAlias] = ngnpro.sip.get_aliases(query)
    return page.total, (
        Hit(reverse("aliases:edit", args=[str(found.id)]), str(found.id), f"→ {found.target}") for found in page
    )


def numbers(ngnpro: Ngnpro, wanted: str) -> Found:
    """Find numbers by their first digits, as people write them."""
    digits = re.sub(r"[\s.()/-]", "", wanted).removeprefix("+").removeprefix("00")
    if not re.fullmatch(r"[0-9*]+", digits):
        return 0, ()
    query = Query(filter=EnumNumberFilter(number=pattern(digits)), order_by=OrderBy("number"), range=HITS)
    page: Page[EnumNumber] = ngnpro.enum.get_numbers(query)
    return page.total, (
        Hit(
            reverse("enum:numbers:detail", args=[found.id.number, found.id.tld]),
            f"+{found.id.number}",
            ", ".join(mapping.mapto for mapping in found.mappings),
        )
        for found in page
    )


def customers(ngnpro: Ngnpro, wanted: str) -> Found:
    """Find customers by organization, else by username."""
    page: Page[CustomerAccount] = Page(0)
    for conditions in (CustomerFilter(organization=pattern(wanted)), CustomerFilter(username=pattern(wanted))):
        page = ngnpro.customers.get_customers(Query(filter=conditions, order_by=OrderBy("username"), range=HITS))
        if page.total:
            break
    return page.total, (
        Hit(reverse("customers:detail", args=[found.id]), name_of(found), found.username) for found in page
    )


SEARCHES: tuple[tuple[str, str | Promise, str, Callable[[Ngnpro, str], Found]], ...] = (
    ("accounts:list", _("Accounts"), "account", accounts),
    ("enum:numbers:list", _("Numbers"), "number", numbers),
    ("aliases:list", _("Aliases"), "alias", aliases),
    ("domains:list", _("Domains"), "domain", domains),
    ("customers:list", _("Customers"), "customers", customers),
)
