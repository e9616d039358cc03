"""The declaration of the customers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import PasswordKind
from portal.core.customer_names import name_of
from portal.core.fields import new_password
from portal.core.file_entries import CdrtoolList, Entry, EntryShape, FileRole, InFile, IsWeak
from portal.core.related import FEW, Related, RelatedRow
from portal.core.resources import OwnedRecords, Resource, RowReference, Search, SearchHit, SearchResult, first_found
from portal.core.rooms import ALWAYS, OPERATORS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.core.search_text import filter_pattern
from portal.customers.actions import ACTIONS, added_again
from portal.ngnpro import Ngnpro, OrderBy, Query
from portal.ngnpro import RecordPage as RecordPage
from portal.ngnpro.leftovers import delete_customer
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import CustomerAccount, CustomerFilter, CustomerProperty


def search_customers(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search customers by e-mail if the text has an @, else by organization, username, or name in either order."""
    page = first_found(ngnpro.customers.get_customers, _filters_for(wanted), "username")
    return page.total, map(_hit, page)


def _filters_for(wanted: str) -> Iterator[CustomerFilter]:
    whole = filter_pattern(wanted)
    if "@" in wanted:
        yield CustomerFilter(email=whole)
        return
    yield CustomerFilter(organization=whole)
    yield CustomerFilter(username=whole)
    first, *rest = wanted.split() or [""]
    if rest:
        one, other = filter_pattern(first), filter_pattern(" ".join(rest))
        yield CustomerFilter(first_name=one, last_name=other)
        yield CustomerFilter(first_name=other, last_name=one)
    yield CustomerFilter(last_name=whole)


def _hit(found: CustomerAccount) -> SearchHit:
    return SearchHit(reverse("customers:detail", args=[found.id]), name_of(found), found.username)


def without_weak_password(entry: Entry, is_weak: IsWeak) -> tuple[Entry, list[str]]:
    """Return the entry of a customer without a password that the policy refuses, and a sentence about it."""
    if not is_weak(PasswordKind.CUSTOMER, entry.get("password", "")):
        return entry, []
    kept = {name: value for name, value in entry.items() if name != "password"}
    return kept, [gettext("Its password is too easy to guess, so it gets a new one that no one knows.")]


IN_FILE = InFile(
    name="customers",
    label=_("Owners"),
    role=FileRole.OWNER,
    shape=EntryShape(
        CustomerAccount,
        (
            *("reseller_active", "company_code", "first_name", "last_name", "organization", "tel", "fax", "sip"),
            *("enum", "mobile", "email", "web", "address", "postcode", "city", "state", "country", "timezone"),
            *("language", "vat_number", "bank_account", "billing_email", "billing_address", "properties"),
        ),
        secrets=("password",),
        nested=(EntryShape(CustomerProperty, ("name", "value", "category", "permission"), named_secrets=True),),
        unordered=frozenset({"properties"}),
    ),
    key={"username": lambda record: record.username},
    owners=("reseller",),
    new=lambda entry: {"username": entry["username"], "password": entry.get("password") or new_password()},
    find=lambda ngnpro, username: ngnpro.customers.find_account(username),
    settle=without_weak_password,
    cdrtool=CdrtoolList(name="customers", keys={"username": "username"}, number="id"),
    add_page=lambda entry: "add-reseller" if entry.get("reseller") == entry["username"] else "add",
    is_whole=lambda entry: "lastName" in entry,
    reference=("organization",),
)


def customers_of_reseller(ngnpro: Ngnpro, reseller: CustomerAccount) -> RecordPage[CustomerAccount]:
    """Fetch the first customers of a reseller, who is one of them, the last changed ones first."""
    wanted = CustomerFilter(reseller=reseller.id)
    return ngnpro.customers.get_customers(Query(filter=wanted, order_by=OrderBy("changeDate", "DESC"), range=FEW))


def _related_row(customer: CustomerAccount, _beside: None) -> RelatedRow:
    role = gettext("Reseller") if customer.is_reseller else ""
    return RelatedRow(reverse("customers:detail", args=[customer.id]), name_of(customer), customer.username, "on", role)


ROOM = Room(
    "customers",
    help="accounts#customers",
    pages=(
        Page("list", "", "lists.ResellerList", STAFF, asks="Customer.getCustomers"),
        Page("search", "all/", "lists.CustomerSearch", RESELLERS, asks="Customer.getCustomers"),
        Page("suggest", "suggest/", "lists.ResellerSuggest", OPERATORS, asks="Customer.getResellers"),
        Page("detail", "<int:customer>/", "record.CustomerDetail", STAFF, asks="Customer.getAccount"),
        Page(
            "properties", "<int:customer>/properties/", "properties.PropertiesDetail", STAFF, asks="Customer.getAccount"
        ),
        Page("add", "add/", "adding.CustomerAdd", RESELLERS, asks="Customer.addAccount", writes=ALWAYS),
        Page(
            "add-reseller", "add-reseller/", "adding.ResellerAdd", OPERATORS, asks="Customer.addAccount", writes=ALWAYS
        ),
        Page(
            "add-with-domain",
            "add-with-domain/",
            "adding.CustomerAddWithDomain",
            RESELLERS,
            asks="Customer.addAccount Sip.addDomain",
            writes=ALWAYS,
        ),
        Page("added", "<int:customer>/added/", "adding.CustomerAdded", RESELLERS, asks="Customer.getAccount"),
        Page(
            "copy", "<int:customer>/copy/", "adding.CustomerCopy", RESELLERS, asks="Customer.addAccount", writes=ALWAYS
        ),
        Page(
            "edit", "<int:customer>/edit/", "record.CustomerEdit", STAFF, asks="Customer.updateAccount", writes=ALWAYS
        ),
        Page(
            "edit-properties",
            "<int:customer>/properties/edit/",
            "properties.PropertiesEdit",
            STAFF,
            asks="Customer.setProperties",
            writes=ALWAYS,
        ),
        Page(
            "delete",
            "<int:customer>/delete/",
            "record.CustomerDelete",
            RESELLERS,
            asks="Customer.deleteAccount",
            writes=ALWAYS,
        ),
    ),
    menu=(Menu("list", _("Customers"), "customers"),),
    fields={
        "reseller": FieldRule(OPERATORS),
        "reseller_active": FieldRule(OPERATORS),
        "company_code": FieldRule(OPERATORS),
        "balance": FieldRule(OPERATORS),
        "credit": FieldRule(OPERATORS),
        "impersonate": FieldRule(RESELLERS),
    },
    resources=(
        Resource(
            name="customer",
            noun="Account",
            label=_("Customer"),
            record=CustomerAccount,
            key=lambda record: str(record.id or ""),
            title=name_of,
            numbered=True,
            find=lambda ngnpro, key: or_none(ngnpro.customers.get_account, int(key)),
            find_like=lambda ngnpro, sent: filter(None, [ngnpro.customers.find_account(sent.username)]),
            add=lambda ngnpro, record: ngnpro.customers.add_account(record),
            update=lambda ngnpro, _key, record, _read: ngnpro.customers.update_account(record),
            delete=lambda ngnpro, record: delete_customer(ngnpro, record.id),
            fetch=lambda ngnpro, query: ngnpro.customers.get_customers(query),
            filter=CustomerFilter,
            key_order="username",
            search=Search("customers:list", _("Customers"), "customers", search_customers),
            owned=OwnedRecords(
                "customers", _("Customers"), page="customers:search", page_filters=frozenset({"reseller"})
            ),
            in_file=IN_FILE,
            actions=ACTIONS,
            added_again=added_again,
            password_kind=PasswordKind.CUSTOMER,
            related=(
                Related(
                    of="customer",
                    label=_("Customers"),
                    icon="customers",
                    page="customers:search",
                    filter=lambda reseller: {"reseller": reseller.id},
                    fetch=customers_of_reseller,
                    row=_related_row,
                    applies=lambda record: record.is_reseller,
                ),
            ),
            row_references=(RowReference("reseller", ("username", "organization")),),
            columns=(
                *("id", "username", "organization", "firstName", "lastName", "reseller", "resellerActive"),
                *("impersonate", "companyCode", "password", "tel", "fax", "mobile", "sip", "enum", "email", "web"),
                *("address", "postcode", "city", "state", "country", "timezone", "language", "vatNumber"),
                *("bankAccount", "billingEmail", "billingAddress", "balance", "credit", "properties", "changeDate"),
            ),
            words={
                "address": _("Address"),
                "balance": _("Balance"),
                "bankAccount": _("Bank account"),
                "billingAddress": _("Billing address"),
                "billingEmail": _("Billing e-mail"),
                "city": _("City"),
                "companyCode": _("Company code"),
                "country": _("Country"),
                "credit": _("Credit"),
                "language": _("Language"),
                "mobile": _("Mobile"),
                "organization": _("Organization"),
                "postcode": _("Postcode"),
                "resellerActive": _("Active as reseller"),
                "sip": _("SIP address"),
                "state": _("State or province"),
                "tel": _("Telephone"),
                "username": _("Username"),
                "vatNumber": _("VAT number"),
                "web": _("Web site"),
            },
        ),
    ),
)
