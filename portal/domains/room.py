"""The declaration of the domains room: its pages, its line in the menu, and the domain as a resource."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.bulk import set_action
from portal.core.certificates import look_at
from portal.core.dependents import Dependents, count_or_unknown, count_records
from portal.core.fields import CustomerField
from portal.core.file_entries import CdrtoolList, EntryShape, FileRole, InFile
from portal.core.in_words import domain_in_words
from portal.core.related import FEW, Related, RelatedRow
from portal.core.resources import (
    HITS,
    OWN_AND_TREE,
    OwnedRecords,
    Resource,
    Search,
    SearchHit,
    SearchResult,
    first_found,
)
from portal.core.rooms import ALWAYS, OPERATORS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.core.search_text import ANYTHING, filter_pattern, fits_pattern, pattern_anywhere
from portal.ngnpro import Ngnpro, OrderBy, Pattern, Query, Range, RecordPage
from portal.ngnpro.domain_leftovers import delete_domain
from portal.ngnpro.records import AliasFilter, CustomerAccount, EnumNumberFilter, SipDomain, SipDomainFilter, SipFilter


def records_in_domain(ngnpro: Ngnpro, domain: SipDomain) -> Iterator[Dependents]:
    """List the accounts and aliases that are deleted with a domain."""
    name = urlencode({"domain": domain.domain})
    accounts = count_records(ngnpro.sip.get_accounts, SipFilter(domain=domain.domain))
    aliases = count_records(ngnpro.sip.get_aliases, AliasFilter(alias_domain=domain.domain))
    note = gettext("with their forwarding and mailboxes")
    yield Dependents(accounts, gettext("Accounts"), f"{reverse('accounts:list')}?{name}", note)
    yield Dependents(aliases, gettext("Aliases"), f"{reverse('aliases:list')}?{name}")


def left_of_domain(ngnpro: Ngnpro, domain: SipDomain) -> Iterator[Dependents]:
    """Yield what leads into a domain and loses its target: numbers, and aliases of other domains."""
    mapto = f"@{domain.domain}"
    numbers = count_records(ngnpro.enum.get_numbers, EnumNumberFilter(mapto=Pattern(f"%{mapto}")))
    into = count_or_unknown(lambda: _aliases_into(ngnpro, domain.domain))
    url = f"{reverse('enum:numbers:list')}?{urlencode({'mapto': mapto})}"
    yield Dependents(numbers, gettext("Numbers that point into it"), url, gettext("they lose this target"))
    yield Dependents(into, gettext("Aliases of other domains that point into it"), note=gettext("they are deleted"))

    if not ngnpro.watch.is_there:
        yield Dependents(None, gettext("Diversions of accounts in other domains into it"))


def _delete(ngnpro: Ngnpro, domain: SipDomain) -> None:
    delete_domain(ngnpro, domain.domain)


def _aliases_into(ngnpro: Ngnpro, domain: str) -> int:
    one = Range(0, 1)
    all_of_them = ngnpro.sip.get_aliases(Query(filter=AliasFilter(target_domain=domain), range=one)).total
    within = AliasFilter(alias_domain=domain, target_domain=domain)
    return all_of_them - ngnpro.sip.get_aliases(Query(filter=within, range=one)).total


def search_domains(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search domains by any part of their names, in any script; those that begin with the text come first."""
    text = wanted.strip().casefold()
    found = _in_other_scripts(ngnpro, text) if not text.isascii() else _in_latin(ngnpro, text)
    hits = [_search_hit(one.domain) for one in found]
    return found.total, hits[: HITS.count]


def _search_hit(domain: str) -> SearchHit:
    shown = domain_in_words(domain)
    return SearchHit(reverse("domains:detail", args=[domain]), shown, domain if shown != domain else "")


def _in_latin(ngnpro: Ngnpro, text: str) -> RecordPage[SipDomain]:
    """Fetch the domains that begin with a text, and others that contain it if these do not fill the list."""
    first = first_found(ngnpro.sip.get_domains, [SipDomainFilter(domain=filter_pattern(text))], "domain")
    if first.total >= HITS.count or ANYTHING in text:
        return first
    known = {one.domain for one in first}
    more = first_found(ngnpro.sip.get_domains, [SipDomainFilter(domain=pattern_anywhere(text))], "domain")
    return RecordPage(more.total, (*first, *(one for one in more if one.domain not in known)))


def _in_other_scripts(ngnpro: Ngnpro, text: str) -> RecordPage[SipDomain]:
    """Fetch the domains whose names in their own script contain a text, among the first hundred that may.

    A label in another script is stored with its ASCII characters in order, and then the code of the others (RFC 3492).
    """
    stored = ANYTHING.join("".join(filter(str.isascii, label)) for label in text.split("."))
    query = Query(filter=SipDomainFilter(domain=filter_pattern(f"*{stored or 'xn--'}*")), range=Range(0, 100))
    domains = ngnpro.sip.get_domains(query)
    found = [one for one in domains if fits_pattern(f"*{text}*", domain_in_words(one.domain).casefold())]
    return RecordPage(len(found), tuple(found))


def domains_of_customer(ngnpro: Ngnpro, customer: CustomerAccount) -> RecordPage[SipDomain]:
    """Fetch the first domains of a customer, or of a reseller and their customers, by name."""
    own, tree = (0, customer.id) if customer.is_reseller else (customer.id, 0)
    wanted = SipDomainFilter(customer=own, reseller=tree)
    return ngnpro.sip.get_domains(Query(filter=wanted, order_by=OrderBy("domain"), range=FEW))


def _owner_filter(customer: CustomerAccount) -> str:
    return "reseller" if customer.is_reseller else "customer"


def _related_row(domain: SipDomain, _beside: None) -> RelatedRow:
    shown = domain_in_words(domain.domain)
    about = domain.domain if shown != domain.domain else ""
    certificate = look_at(domain.certificate) if domain.certificate else None
    if certificate is None or certificate.state == "on":
        return RelatedRow(reverse("domains:detail", args=[domain.domain]), shown, about)
    ends = gettext("Certificate until %(day)s") % {"day": date_format(certificate.ends, "SHORT_DATE_FORMAT")}
    return RelatedRow(reverse("domains:detail", args=[domain.domain]), shown, about, certificate.state, ends)


DOMAINS = Resource(
    name="domain",
    noun="Domain",
    label=_("Domain"),
    record=SipDomain,
    key=lambda record: record.domain.lower(),
    find=lambda ngnpro, key: ngnpro.sip.find_domain(key),
    add=lambda ngnpro, record: ngnpro.sip.add_domain(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_domain(record),
    delete=_delete,
    fetch=lambda ngnpro, query: ngnpro.sip.get_domains(query),
    filter=SipDomainFilter,
    key_order="domain",
    columns=(
        *("domain", "customer", "reseller", "certificate", "private_key", "match_ip_address"),
        *("match_sip_domain", "verify_cert", "require_cert", "changeDate"),
    ),
    hangs=records_in_domain,
    stays=left_of_domain,
    search=Search("domains:list", _("Domains"), "domain", search_domains),
    owned=OwnedRecords("domains", _("Domains"), "customer", page="domains:list", page_filters=OWN_AND_TREE),
    in_file=InFile(
        name="domain",
        label=_("Domain"),
        role=FileRole.DOMAIN,
        shape=EntryShape(
            SipDomain,
            ("certificate", "match_ip_address", "match_sip_domain", "verify_cert", "require_cert"),
            secrets=("private_key",),
        ),
        key={"domain": lambda record: record.domain},
        owners=("customer", "reseller"),
        new=lambda entry: {"domain": entry["domain"]},
        cdrtool=CdrtoolList(name="sip_domains", keys={"domain": "domain"}),
    ),
    related=(
        Related(
            of="customer",
            label=_("Domains"),
            icon="domain",
            page="domains:list",
            filter=lambda customer: {_owner_filter(customer): customer.id},
            fetch=domains_of_customer,
            row=_related_row,
        ),
    ),
    words={
        "certificate": _("Certificate"),
        "domain": _("Domain"),
        "match_ip_address": _("Chosen by IP address"),
        "match_sip_domain": _("Chosen by domain"),
        "private_key": _("Private key"),
        "require_cert": _("Requires a certificate of the peer"),
        "verify_cert": _("Verifies the peer's certificate"),
    },
    actions=(set_action("customer", _("Change the customer"), CustomerField(label=_("Customer"))),),
)

ROOM = Room(
    "domains",
    help="guides/customers",
    pages=(
        Page("list", "", "DomainList", STAFF, asks="Sip.getDomains"),
        Page("add", "add/", "DomainAdd", STAFF, asks="Sip.addDomain", writes=ALWAYS),
        Page("detail", "<key:domain>/", "DomainDetail", STAFF, asks="Sip.getDomains"),
        Page("edit", "<key:domain>/edit/", "DomainEdit", STAFF, asks="Sip.updateDomain", writes=ALWAYS),
        Page("delete", "<key:domain>/delete/", "DomainDelete", STAFF, asks="Sip.deleteDomain", writes=ALWAYS),
        Page("suggest", "suggest/", "DomainSuggest", STAFF, asks="Sip.getDomains"),
        Page("certificates", "certificates/", "DomainCertificates", STAFF, asks="Sip.getDomains"),
    ),
    menu=(Menu("list", _("Domains"), "domain"),),
    fields={
        "reseller": FieldRule(OPERATORS),
        "customer": FieldRule(RESELLERS),
    },
    resources=(DOMAINS,),
)
