"""Who may open what: every URL of the portal, for every kind of person, for their own and for others' records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from portal.core.management.commands.access import table
from portal.core.rooms import WriteMode, field_rules, pages, rooms
from portal.core.viewer import Role
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import CustomerProperty, SipId
from tests.support.pages import Page
from tests.support.portal import Platform

ROOT = Path(__file__).resolve().parents[1]
PAGES = pages()
OWN, FOREIGN = 0, 1
DOMAINS = ("example.com", "other.example")
ACCOUNTS = ("ada@example.com", "bob@other.example")
CUSTOMER_NUMBERS = (2, 4)  # as ``world`` adds them
# The values of URL parts for a person's own record and for a foreign one, by the name of the part.
KEYS: dict[str, tuple[Any, Any]] = {
    "file": ("x.cfg", "x.cfg"),
    "domain": DOMAINS,
    "address": ACCOUNTS,
    "prefix": ("3120800", "4930900"),
    "tld": ("e164.arpa", "e164.arpa"),
    "number": ("31208005169", "49309005169"),
    "alias": ("front@example.com", "front@other.example"),
    "customer": CUSTOMER_NUMBERS,
    "zone": DOMAINS,
    "record": (1, 2),
    "forward": (1, 2),
    "carrier": (1, 2),
    "batch": (1, 2),
    "gateway": (1, 2),
    "rule": (1, 2),
    "route": (1, 2),
    "sample": (4711, 4711),
    "peer": ("192.0.2.11", "192.0.2.12"),
    "name": ("20260101", "20260101"),
    "operator": (2, 2),
    "session": (1, 1),
    "view": (1, 1),
    "passkey": (1, 1),
    "token": ("x", "x"),
    "api_token": ("00000000-0000-4000-8000-000000000000",) * 2,
    "webhook": ("00000000-0000-4000-8000-000000000000",) * 2,
    "webhook_message": (4711, 4711),
    "rest": ("domains", "domains"),
    "job": ("00000000-0000-4000-8000-000000000000",) * 2,
    "entry": (4711, 4711),
    "alarm": (4711, 4711),
    "call": ("1767225600-0", "1767225600-0"),
    "contact": ("nobody@example.com", "nobody@example.com"),
    "kind": ("account", "account"),
    "message": ("00000000-0000-0000-0000-000000000000",) * 2,
    "key": ACCOUNTS[:1] * 2,
    "mail": ("account-information", "account-information"),
    "brand": ("unknown", "unknown"),
    "size": (192, 192),
    "document": ("guides/signing-in", "guides/signing-in"),
}
STAFF = ("reseller", "customer")
OTHERS = ("another reseller", "another customer")
SUBSCRIBERS = ("subscriber", "another subscriber")

# By kind of page: the status of GET for {anonymous, operator, read-only operator, reseller and customer, subscriber}.
ALL_STAFF = (302, 200, 200, 200, 404)
CHANGES = (302, 200, 403, 200, 404)
ALL_SIGNED_IN = (302, 200, 200, 200, 200)
ONE_CLICK = (302, 405, 403, 405, 405)
OPERATORS_ONLY = (302, 200, 200, 404, 404)
FULL_ONLY = (302, 200, 404, 404, 404)
OWN_PAGES = (302, 404, 404, 404, 200)
EXPECTED: dict[str, tuple[int, int, int, int, int]] = {
    "people:tokens:list": ALL_STAFF,
    "people:tokens:add": ALL_STAFF,
    "people:tokens:added": (302, 404, 404, 404, 404),
    "people:tokens:revoke": (302, 404, 404, 404, 404),
    "people:tokens:resume": (302, 405, 405, 405, 404),
    "webhooks:list": ALL_STAFF,
    "webhooks:add": CHANGES,
    "webhooks:detail": (302, 404, 404, 404, 404),
    "webhooks:edit": (302, 404, 403, 404, 404),
    "webhooks:delete": (302, 404, 403, 404, 404),
    "webhooks:test": (302, 405, 403, 405, 404),
    "webhooks:secret": (302, 405, 403, 405, 404),
    "webhooks:again": (302, 405, 403, 405, 404),
    "api:call": (401, 401, 401, 401, 401),
    "api:docs": ALL_STAFF,
    "api:document": ALL_STAFF,
    "running:health": (200, 200, 200, 200, 200),
    "running:demo": (404, 404, 404, 404, 404),
    "running:design": (404, 404, 404, 404, 404),
    "brand:style": (404, 404, 404, 404, 404),
    "brand:logo": (404, 404, 404, 404, 404),
    "brand:icon": (404, 404, 404, 404, 404),
    "brand:app": (404, 404, 404, 404, 404),
    "brand:plain-app": (200, 200, 200, 200, 200),
    "brand:worker": (200, 200, 200, 200, 200),
    "brand:offline": (200, 200, 200, 200, 200),
    "running:ready": (200, 200, 200, 200, 200),
    "running:metrics": (404, 404, 404, 404, 404),
    "people:sign_in:sign-in": (200, 302, 302, 302, 302),
    "people:single_sign_on:settings": (302, 200, 200, 200, 404),
    "people:single_sign_on:start": (404, 404, 404, 404, 404),
    "people:single_sign_on:back": (404, 404, 404, 404, 404),
    "people:single_sign_on:signed-out": (404, 404, 404, 404, 404),
    "people:sign_in:sign-out": (405, 405, 405, 405, 405),
    "people:sign_in:theme": (405, 405, 405, 405, 405),
    "people:sign_in:language": (405, 405, 405, 405, 405),
    "people:sign_in:stay": (302, 204, 204, 204, 204),
    "people:sign_in:tour": (302, 405, 405, 405, 405),
    "people:sign_in:wall": (302, 405, 405, 405, 404),
    "people:sign_in:act-change": (302, 405, 405, 405, 405),
    "people:sign_in:act-stop": (302, 405, 405, 405, 405),
    "people:sign_in:engine": (302, 405, 405, 404, 404),
    "overview:home": (302, 200, 200, 200, 302),
    "overview:wall": ALL_STAFF,
    "overview:search": ALL_STAFF,
    "customers:list": (302, 200, 200, 302, 404),
    "customers:search": ALL_STAFF,
    "customers:suggest": OPERATORS_ONLY,
    "customers:detail": ALL_STAFF,
    "customers:properties": ALL_STAFF,
    "customers:rating:edit": ALL_STAFF,
    "customers:added": ALL_STAFF,
    "customers:add": CHANGES,
    "customers:add-reseller": (302, 200, 403, 404, 404),
    "customers:add-with-domain": CHANGES,
    "customers:copy": CHANGES,
    "customers:edit": CHANGES,
    "customers:edit-properties": CHANGES,
    "customers:delete": CHANGES,
    "domains:list": ALL_STAFF,
    "domains:suggest": ALL_STAFF,
    "domains:certificates": ALL_STAFF,
    "domains:transfer:export": ALL_STAFF,
    "domains:detail": ALL_STAFF,
    "domains:add": CHANGES,
    "domains:edit": CHANGES,
    "domains:delete": CHANGES,
    "accounts:list": ALL_STAFF,
    "accounts:added": ALL_STAFF,
    "accounts:detail": (302, 200, 200, 200, 200),
    "accounts:add": CHANGES,
    "accounts:edit": CHANGES,
    "accounts:groups": ALL_STAFF,
    "accounts:block": (302, 405, 403, 405, 404),
    "accounts:unblock": (302, 405, 403, 405, 404),
    "accounts:acl": ALL_STAFF,
    "accounts:calling:try": ALL_STAFF,
    "accounts:rating:edit": ALL_STAFF,
    "accounts:presence:edit": ALL_STAFF,
    "accounts:tracing:list": ALL_STAFF,
    "accounts:tracing:export": ALL_STAFF,
    "accounts:tracing:trace": (302, 404, 404, 404, 404),
    "accounts:tracing:share": (302, 405, 403, 405, 404),
    "accounts:tracing:media": OPERATORS_ONLY,
    "accounts:tracing:shared-open": (404, 404, 404, 404, 404),
    "accounts:tracing:shared": (404, 404, 404, 404, 404),
    "accounts:phones:passwords": ALL_SIGNED_IN,
    "accounts:phones:drop": (302, 405, 403, 405, 405),
    "accounts:phones:passwords-show": (302, 405, 405, 405, 405),
    "accounts:programs:list": ALL_SIGNED_IN,
    "accounts:programs:add": (302, 404, 404, 404, 405),
    "accounts:programs:end": ONE_CLICK,
    "accounts:programs:add-certificate": (302, 404, 404, 404, 405),
    "accounts:programs:end-certificate": ONE_CLICK,
    "accounts:programs:certificate": (404, 404, 404, 404, 404),
    "enrolment:json": (404, 404, 404, 404, 404),
    "enrolment:old-json": (404, 404, 404, 404, 404),
    "enrolment:open": (404, 404, 404, 404, 404),
    "enrolment:confirm": (404, 404, 404, 404, 404),
    "sip_settings:json": (302, 302, 302, 302, 302),
    "sip_settings:digest": (302, 302, 302, 302, 302),
    "sip_settings:old-json": (302, 302, 302, 302, 302),
    "sip_settings:old-digest": (302, 302, 302, 302, 302),
    "accounts:own:home": OWN_PAGES,
    "accounts:own:settings": OWN_PAGES,
    "accounts:own:aliases": OWN_PAGES,
    "accounts:own:removal": OWN_PAGES,
    "accounts:own:removal-open": (404, 404, 404, 404, 404),
    "accounts:own:removal-confirm": (404, 404, 404, 404, 404),
    "accounts:own:password-open": (404, 404, 404, 404, 404),
    "accounts:own:password": (404, 404, 404, 404, 404),
    "accounts:phones:set-up": (302, 200, 200, 200, 200),
    "accounts:phones:set-up-code": ONE_CLICK,
    "accounts:phones:set-up-automatic": ALL_SIGNED_IN,
    "accounts:phones:set-up-automatic-link": ONE_CLICK,
    "accounts:phones:fetch": (404, 404, 404, 404, 404),
    "accounts:phones:fetch-file": (404, 404, 404, 404, 404),
    "accounts:phones:fetch-desk": (404, 404, 404, 404, 404),
    "accounts:phones:fetch-acrobits": (404, 404, 404, 404, 404),
    "accounts:phones:set-up-open": (404, 404, 404, 404, 404),
    "accounts:phones:set-up-here": (404, 404, 404, 404, 404),
    "accounts:calls:list": ALL_SIGNED_IN,
    "accounts:calls:days": ALL_SIGNED_IN,
    "accounts:calls:export": ALL_SIGNED_IN,
    "accounts:calls:detail": (302, 404, 404, 404, 404),
    "accounts:phones:list": ALL_SIGNED_IN,
    "accounts:calls:credit": ALL_SIGNED_IN,
    "accounts:calls:credit-export": ALL_SIGNED_IN,
    "accounts:calls:credit-add": (302, 302, 403, 302, 404),
    "accounts:calls:credit-refund": (302, 302, 403, 302, 404),
    "accounts:calls:credit-voucher": (302, 302, 403, 302, 302),
    "accounts:contacts:list": ALL_SIGNED_IN,
    "accounts:contacts:directory": (302, 404, 404, 404, 404),
    "accounts:contacts:add": (302, 200, 403, 200, 200),
    "accounts:contacts:add-many": (302, 200, 403, 200, 200),
    "accounts:contacts:export": ALL_SIGNED_IN,
    "accounts:contacts:edit": (302, 404, 403, 404, 404),
    "accounts:contacts:delete": (302, 404, 403, 404, 404),
    "accounts:delete": CHANGES,
    "accounts:forwarding:diversions": ALL_SIGNED_IN,
    "accounts:forwarding:diversions-all": ONE_CLICK,
    "accounts:forwarding:barring": ALL_SIGNED_IN,
    "accounts:voicemail:page": ALL_SIGNED_IN,
    "accounts:voicemail:add": (302, 200, 403, 200, 200),
    "accounts:voicemail:delete": (302, 404, 403, 404, 404),
    "accounts:voicemail:greeting": (302, 404, 404, 404, 404),
    "accounts:voicemail:add-greeting": (302, 404, 403, 404, 404),
    "accounts:voicemail:delete-greeting": ONE_CLICK,
    "accounts:forwarding:incoming": ALL_SIGNED_IN,
    "accounts:forwarding:incoming-disturb": ONE_CLICK,
    "accounts:forwarding:incoming-reject": (302, 200, 403, 200, 200),
    "accounts:forwarding:incoming-accept": ONE_CLICK,
    "aliases:list": ALL_STAFF,
    "aliases:add": CHANGES,
    "aliases:edit": CHANGES,
    "aliases:delete": CHANGES,
    "enum:ranges:list": ALL_STAFF,
    "enum:ranges:detail": ALL_STAFF,
    "enum:ranges:add": CHANGES,
    "enum:ranges:edit": CHANGES,
    "enum:ranges:delete": CHANGES,
    "enum:numbers:list": ALL_STAFF,
    "enum:numbers:detail": ALL_STAFF,
    "enum:numbers:suggest": ALL_STAFF,
    "enum:numbers:pick": ALL_STAFF,
    "enum:numbers:move": CHANGES,
    "enum:numbers:add": CHANGES,
    "enum:numbers:edit": CHANGES,
    "enum:numbers:delete": CHANGES,
    "dns:zones:list": ALL_STAFF,
    "dns:zones:detail": ALL_STAFF,
    "dns:zones:add": CHANGES,
    "dns:zones:edit": CHANGES,
    "dns:zones:delete": CHANGES,
    "dns:zones:export": ALL_STAFF,
    "dns:zones:template": ALL_STAFF,
    "dns:records:list": ALL_STAFF,
    "dns:records:add": CHANGES,
    "dns:records:edit": CHANGES,
    "dns:records:delete": CHANGES,
    "dns:forwards:list": ALL_STAFF,
    "dns:forwards:add": CHANGES,
    "dns:forwards:edit": CHANGES,
    "dns:forwards:delete": CHANGES,
    "lcr:carriers:list": ALL_STAFF,
    "lcr:carriers:detail": ALL_STAFF,
    "lcr:carriers:add": CHANGES,
    "lcr:carriers:edit": CHANGES,
    "lcr:carriers:delete": CHANGES,
    "lcr:gateways:list": ALL_STAFF,
    "lcr:gateways:detail": ALL_STAFF,
    "lcr:gateways:add": CHANGES,
    "lcr:gateways:edit": CHANGES,
    "lcr:gateways:delete": CHANGES,
    "lcr:rules:list": ALL_STAFF,
    "lcr:rules:add": CHANGES,
    "lcr:rules:edit": CHANGES,
    "lcr:rules:delete": CHANGES,
    "lcr:routes:list": ALL_STAFF,
    "lcr:routes:add": CHANGES,
    "lcr:routes:edit": CHANGES,
    "lcr:routes:delete": CHANGES,
    "lcr:peers:list": ALL_STAFF,
    "lcr:peers:detail": ALL_STAFF,
    "lcr:peers:add": CHANGES,
    "lcr:peers:edit": CHANGES,
    "lcr:peers:delete": CHANGES,
    "lcr:routes:guided": CHANGES,
    "lcr:samples:list": ALL_STAFF,
    "lcr:samples:add": CHANGES,
    "lcr:samples:edit": (302, 404, 403, 404, 404),
    "lcr:samples:delete": (302, 404, 403, 404, 404),
    "lcr:simulator:try": ALL_STAFF,
    "lcr:lint:page": ALL_STAFF,
    "proxies:list": ALL_STAFF,
    "vouchers:list": ALL_STAFF,
    "vouchers:find": ALL_STAFF,
    "vouchers:detail": ALL_STAFF,
    "vouchers:add": CHANGES,
    "vouchers:block": (302, 405, 403, 405, 404),
    "vouchers:export": CHANGES,
    "statistics:usage": ALL_STAFF,
    "statistics:provisioning": OPERATORS_ONLY,
    "statistics:network": OPERATORS_ONLY,
    "proxies:load": (302, 405, 403, 404, 404),
    "jobs:list": ALL_STAFF,
    "jobs:new": (302, 405, 403, 405, 404),
    "jobs:generate": ALL_STAFF,
    "jobs:passwords": (302, 405, 403, 405, 404),
    "jobs:import": ALL_STAFF,
    "jobs:import-domain": ALL_STAFF,
    "jobs:columns": (302, 404, 404, 404, 404),
    "jobs:detail": (302, 404, 404, 404, 404),
    "jobs:rows": (302, 404, 404, 404, 404),
    "jobs:do": (302, 405, 403, 405, 404),
    "journal:list": ALL_STAFF,
    "journal:export": ALL_STAFF,
    "journal:record": ALL_STAFF,
    "journal:detail": (302, 404, 404, 404, 404),
    "journal:undo": (302, 404, 403, 404, 404),
    "mail:send:accounts": ALL_STAFF,
    "mail:send:customer": ALL_STAFF,
    "mail:templates:list": ALL_STAFF,
    "mail:templates:page": ALL_STAFF,
    "mail:templates:look": (302, 405, 405, 405, 404),
    "mail:templates:test": (302, 405, 403, 405, 404),
    "mail:templates:choose": (302, 405, 403, 405, 404),
    "mail:templates:brand": ALL_STAFF,
    "mail:templates:senders": ALL_STAFF,
    "mail:templates:logo": (302, 404, 404, 404, 404),
    "mail:letters:page": (302, 404, 404, 404, 404),
    "mail:letters:pdf": (302, 404, 404, 404, 404),
    "mail:outbox:list": FULL_ONLY,
    "mail:outbox:send-again": (302, 404, 404, 404, 404),
    "mail:folder": FULL_ONLY,
    "mail:message": (302, 404, 404, 404, 404),
    "people:sign_in:second-step": (302, 302, 302, 302, 302),
    "people:password_reset:forgotten": (200, 200, 200, 200, 200),
    "people:password_reset:open": (404, 404, 404, 404, 404),
    "people:password_reset:new": (404, 404, 404, 404, 404),
    "lists:save": (302, 405, 405, 405, 404),
    "lists:forget": (302, 405, 405, 405, 404),
    "lists:columns": (302, 405, 405, 405, 404),
    "people:own_sessions:list": (302, 200, 200, 200, 200),
    "people:own_sessions:end": (302, 405, 405, 405, 405),
    "people:own_sessions:end-others": (302, 405, 405, 405, 405),
    "people:operators:list": FULL_ONLY,
    "people:operators:add": FULL_ONLY,
    "people:operators:added": FULL_ONLY,
    "people:operators:edit": FULL_ONLY,
    "people:operators:renew": FULL_ONLY,
    "people:operators:reset": FULL_ONLY,
    "people:operators:delete": FULL_ONLY,
    "people:locks:list": OPERATORS_ONLY,
    "watch:close": (302, 405, 403, 405, 404),
    "people:locks:release": (302, 405, 403, 404, 404),
    "help:index": ALL_SIGNED_IN,
    "help:page": ALL_SIGNED_IN,
    "people:account:page": (302, 404, 404, 200, 404),
    "people:account:app": (302, 404, 404, 200, 404),
    "people:account:app-remove": (302, 404, 404, 404, 404),
    "people:account:passkey": (302, 404, 404, 200, 404),
    "people:account:passkey-remove": (302, 404, 404, 404, 404),
    "people:account:codes": (302, 404, 404, 404, 404),
    # the customer of the test is no reseller
    "people:account:duty": (302, 404, 403, 404, 404),
    "people:own:page": OPERATORS_ONLY,
    "people:own:password": OPERATORS_ONLY,
    "people:own:email": OPERATORS_ONLY,
    "people:own:app": OPERATORS_ONLY,
    "people:own:app-remove": (302, 404, 404, 404, 404),
    "people:own:passkey": OPERATORS_ONLY,
    "people:own:passkey-remove": (302, 404, 404, 404, 404),
    "people:own:codes": (302, 404, 404, 404, 404),
}
# Pages whose status differs between a reseller and a customer: the status for the customer.
CUSTOMERS = dict.fromkeys(
    (
        "people:sign_in:act",
        "people:single_sign_on:settings",
        "customers:search",
        "customers:added",
        "customers:add",
        "customers:add-with-domain",
        "customers:copy",
        "customers:delete",
        "mail:send:customer",
        "watch:close",
        "accounts:rating:edit",
        "customers:rating:edit",
    ),
    404,
)
OPERATED = ("lcr:", "mail:templates:", "proxies:", "vouchers:", "webhooks:")
CUSTOMERS |= {page: 404 for page in EXPECTED if page.startswith(OPERATED)}
EXPECTED["people:sign_in:act"] = (302, 200, 200, 200, 404)


def patterns(inside: list[Any] | None = None, namespace: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield the name of every URL of the URLconf, with the names of its parts."""
    for pattern in get_resolver().url_patterns if inside is None else inside:
        names = list(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from ((page, names + below) for page, below in patterns(pattern.url_patterns, inner))
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", names


NAMES = dict(patterns())


def address(page: str, whose: int = OWN) -> str:
    """Return the URL of a page about a person's own or a foreign record."""
    return reverse(page, kwargs={name: KEYS[name][whose] for name in NAMES[page]})


def is_about_a_record(page: str) -> bool:
    return address(page, OWN) != address(page, FOREIGN)


def expected(page: str, person: str, whose: int) -> int:
    """Return the expected status from the table above."""
    anonymous, operator, looker, staff, subscriber = EXPECTED[page]
    if person == "anonymous":
        return anonymous
    if person == "operator":
        return operator
    if person == "read-only operator":
        return looker
    mine = whose == (FOREIGN if person.startswith("another") else OWN)
    if is_about_a_record(page) and not mine and 405 not in EXPECTED[page]:
        return 404
    if person in SUBSCRIBERS:
        return subscriber
    return CUSTOMERS.get(page, staff) if person.endswith("customer") else staff


def test_every_address_is_in_the_access_table_and_in_this_test() -> None:
    assert set(NAMES) == set(PAGES) == set(EXPECTED)


def test_every_address_leads_to_its_own_page() -> None:
    assert {page: resolve(address(page)).view_name for page in PAGES} == {page: page for page in PAGES}


@pytest.fixture
def world(world: Platform) -> Platform:
    """The platform of all people, with resellers who may change balances and therefore have vouchers."""
    for reseller in world.ngnpro.customers.iter_customers():
        if reseller.reseller == reseller.id:
            right = CustomerProperty(name="prepaid_changes", value="1")
            world.ngnpro.customers.set_properties(reseller.id, [right])
    return world


PEOPLE = ("anonymous", "operator", "read-only operator", *STAFF, *OTHERS, *SUBSCRIBERS)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_answers_every_role_as_the_table_says(people: dict[str, Client], person: str) -> None:
    wrong = []
    for page in sorted(PAGES):
        for whose in (OWN, FOREIGN) if is_about_a_record(page) else (OWN,):
            got = people[person].get(address(page, whose)).status_code
            if got != expected(page, person, whose):
                wrong.append((page, whose, got, expected(page, person, whose)))
    assert wrong == []


def contents(world: Platform) -> dict[str, Any]:
    """Return all domains, accounts and customers of the platform."""
    ngnpro = world.ngnpro
    return {
        "domains": sorted(map(repr, ngnpro.sip.iter_domains())),
        "accounts": sorted(map(repr, ngnpro.sip.iter_accounts())),
        "customers": sorted(map(repr, ngnpro.customers.iter_customers())),
        "calls": [handling(ngnpro, SipId.parse(account)) for account in ACCOUNTS],
    }


def handling(ngnpro: Ngnpro, account: SipId) -> list[Any]:
    """Return the settings that apply to calls to and from an account."""
    sip = ngnpro.sip
    return [
        sip.get_call_diversions(account),
        sip.get_accept_rules(account).rules,
        sip.get_reject_members(account),
        sip.get_barring_prefixes(account),
        or_none(ngnpro.voicemail.get_account, account),
    ]


def may_write(page: str, person: str) -> bool:
    """Return whether a person may change their own records on a page."""
    return person in STAFF + OTHERS or (person in SUBSCRIBERS and Role.SUBSCRIBER in PAGES[page].roles)


def refusal(page: str, person: str) -> int:
    """Return the status of a change that a person may not make: sign in, not permitted, or no such page."""
    if person == "anonymous":
        return 302
    return 403 if person == "read-only operator" and EXPECTED[page][2] != 404 else 404


@pytest.mark.parametrize("person", [person for person in PEOPLE if person != "operator"])
def test_foreign_records_cannot_be_changed_by_post(people: dict[str, Client], world: Platform, person: str) -> None:
    before = contents(world)
    forged = {"customer": "1", "reseller": "1", "owner": "1", "impersonate": "1", "id": "1", "name": DOMAINS[FOREIGN]}
    mine = FOREIGN if person.startswith("another") else OWN
    for page in sorted(name for name, page in PAGES.items() if page.writes is not WriteMode.NEVER):
        if not is_about_a_record(page):
            continue
        for whose in {OWN, FOREIGN} - ({mine} if may_write(page, person) else set()):
            answer = people[person].post(address(page, whose), forged)
            assert answer.status_code == refusal(page, person), (page, whose)
    assert contents(world) == before


def test_a_read_only_operator_sees_why_and_who_can_help(people: dict[str, Client], world: Platform) -> None:
    answer = people["read-only operator"].post("/domains/add/", {"domain": "new.example"})
    assert answer.status_code == 403
    assert "An operator with full rights can change that" in Page(answer).text
    assert world.ngnpro.sip.find_domain("new.example") is None


def test_a_closed_field_says_which_right_is_missing_and_ignores_what_is_sent(
    people: dict[str, Client], world: Platform
) -> None:
    browser = people["customer"]
    page = Page(browser.get("/accounts/ada@example.com/edit/"))
    assert page.field("prepaid").get("disabled") is not None
    assert "prepaid_changes" in page.text
    assert "Your reseller can grant it" in page.text
    assert "PSTN: You lack the right to change what may be called outside the platform (pstn_changes)." in page.text
    assert "Trunking: Only your reseller can change this." in page.text
    before = world.account()
    data = page.form_data() | {"quota": "9999", "owner": "1", "groups": ["free-pstn", "anonymous"], "last_name": "King"}
    answer = browser.post("/accounts/ada@example.com/edit/", data)
    assert answer.status_code == 422
    data["groups"] = ["anonymous"]
    assert browser.post("/accounts/ada@example.com/edit/", data).status_code == 302
    after = world.account()
    assert (after.last_name, after.groups) == ("King", ("anonymous",))
    assert (after.quota, after.owner, after.prepaid) == (before.quota, before.owner, before.prepaid)


def test_field_rules_are_about_fields_that_exist() -> None:
    from portal.accounts.choices import GROUPS
    from portal.accounts.forms.account import AccountEditForm
    from portal.accounts.forms.adding import AccountAddForm
    from portal.accounts.forms.rights import NetworksForm
    from portal.customers.forms import CustomerEditForm
    from portal.domains.forms import DomainForm

    fields = {
        "customers": set(CustomerEditForm.base_fields),
        "domains": set(DomainForm.base_fields),
        "accounts": {
            *AccountAddForm.base_fields,
            *AccountEditForm.base_fields,
            *NetworksForm.base_fields,
        },
    }
    for rule in field_rules():
        room, name, *choice = rule.split(".")
        if room in fields:
            assert name in fields[room]
            assert set(choice) <= set(GROUPS)


# Pages without a page of HTML that a browser shows.
BARE = {
    "running:health",
    "running:demo",
    "running:design",
    "brand:style",
    "brand:logo",
    "brand:icon",
    "brand:app",
    "brand:plain-app",
    "brand:worker",
    "brand:offline",
    "running:ready",
    "people:sign_in:stay",
    "running:metrics",
    "people:sign_in:act-change",
    "people:sign_in:act-stop",
    "people:sign_in:engine",
}
HEADERS = {
    "X-Frame-Options": ("DENY",),
    "X-Content-Type-Options": ("nosniff",),
    "Referrer-Policy": ("same-origin",),
    "Cache-Control": ("no-store", "max-age=0, no-cache, no-store, must-revalidate, private"),
}


def unprotected(answer: Any) -> list[str]:
    """Return what is missing in the headers of an answer, and what its text should not have."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wrong = [name for name, values in HEADERS.items() if answer.headers.get(name) not in values]
    if "default-src 'none'" not in policy or "unsafe" in policy:
        wrong.append("Content-Security-Policy")
    text = answer.getvalue().decode()
    return wrong + [sign for sign in ("<style", " style=", "<script>", " onclick=", "javascript:") if sign in text]


def test_pages_carry_the_headers_that_protect_them_and_no_inline_script_or_style(
    browser: Client, world: Platform
) -> None:
    found = {page: unprotected(browser.get(address(page))) for page in sorted(set(PAGES) - BARE)}
    assert {page: wrong for page, wrong in found.items() if wrong} == {}
    assert browser.get(address("overview:home")).status_code == 200, "a page has ended the session"


def test_no_page_changes_anything_by_get(browser: Client, world: Platform) -> None:
    changes = {}
    for page in sorted(PAGES):
        world.forget_calls()
        browser.get(address(page))
        changes[page] = [call for call in world.calls if not call.startswith("get")]
    assert {page: calls for page, calls in changes.items() if calls} == {}
    assert browser.get(address("overview:home")).status_code == 200, "a page has ended the session"


def test_the_documented_access_table_is_what_the_rooms_declare() -> None:
    documented = (ROOT / "docs" / "reference" / "access.md").read_text().splitlines()
    assert documented == list(table())


def test_every_room_is_declared_under_the_name_of_its_folder() -> None:
    assert list(rooms()) == [module.removeprefix("portal.").replace(".", ":") for module in settings.ROOMS]


def test_the_menu_shows_only_pages_that_the_viewer_may_open(people: dict[str, Client]) -> None:
    assert "/mail/folder/" in people["operator"].get("/domains/").content.decode()
    assert "/mail/folder/" not in people["reseller"].get("/domains/").content.decode()
    own = people["subscriber"].get("/accounts/ada@example.com/").content.decode()
    assert 'href="/domains/"' not in own


def test_an_address_that_does_not_exist_is_a_404_in_the_portals_look(browser: Client, platform: Platform) -> None:
    answer = browser.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
