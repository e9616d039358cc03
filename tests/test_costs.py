"""Every page makes few NGNPro calls and few statements in the portal's database, whatever it shows."""

from __future__ import annotations

import contextlib
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.portal import Platform
from tests.test_access import EXPECTED, address

# The most that a page may cost: one call; and three statements, for the session, its place in the list of sessions, and
# the operator.
USUAL = (1, 3)
# The pages that may cost more: calls, and statements.
MORE: dict[str, tuple[int, int]] = {
    "overview:home": (7, 9),
    "customers:detail": (15, 3),
    "customers:added": (1, 4),
    "customers:copy": (2, 3),
    "customers:edit": (2, 3),
    "customers:delete": (10, 8),
    "accounts:add": (2, 3),
    "domains:detail": (6, 3),
    "domains:delete": (6, 3),
    "accounts:list": (2, 3),
    "accounts:added": (1, 5),
    "accounts:detail": (10, 3),
    "accounts:phones:passwords": (1, 5),
    "accounts:programs:list": (1, 5),
    "accounts:own:aliases": (2, 3),
    "accounts:own:home": (8, 3),
    "accounts:own:removal-open": (1, 4),
    "accounts:own:password-open": (1, 4),
    "accounts:phones:set-up": (2, 5),
    "accounts:phones:set-up-open": (1, 14),
    "accounts:phones:set-up-here": (1, 5),
    "accounts:phones:set-up-automatic": (1, 6),
    "enrolment:open": (0, 4),
    "accounts:phones:fetch": (0, 14),
    "accounts:phones:fetch-file": (0, 14),
    "accounts:phones:fetch-acrobits": (0, 14),
    "accounts:calls:list": (4, 3),
    "accounts:calls:days": (3, 3),
    "accounts:calls:export": (3, 3),
    "accounts:calls:detail": (3, 3),
    "accounts:phones:list": (2, 3),
    "accounts:contacts:list": (2, 3),
    "accounts:delete": (10, 3),
    "accounts:forwarding:diversions": (7, 3),
    "accounts:forwarding:barring": (2, 3),
    "accounts:voicemail:page": (2, 4),
    "accounts:rating:edit": (3, 3),
    "statistics:network": (2, 3),
    "accounts:presence:edit": (4, 3),
    "customers:rating:edit": (2, 3),
    "accounts:voicemail:add": (2, 3),
    "accounts:voicemail:greeting": (2, 3),
    "accounts:forwarding:incoming": (4, 3),
    "enum:ranges:detail": (3, 3),
    "enum:ranges:delete": (2, 3),
    "enum:numbers:detail": (6, 3),
    "enum:numbers:add": (3, 3),
    "lcr:carriers:detail": (4, 3),
    "lcr:carriers:delete": (3, 4),
    "lcr:gateways:list": (3, 3),
    "lcr:gateways:detail": (4, 3),
    "lcr:gateways:edit": (2, 3),
    "lcr:gateways:delete": (5, 5),
    "lcr:rules:list": (3, 3),
    "lcr:rules:edit": (2, 3),
    "lcr:rules:delete": (1, 4),
    "lcr:routes:list": (2, 3),
    "lcr:routes:edit": (2, 3),
    "lcr:routes:delete": (1, 4),
    "lcr:peers:delete": (2, 3),
    "lcr:routes:guided": (2, 3),
    "lcr:samples:list": (1, 5),
    "lcr:samples:edit": (1, 4),
    "lcr:samples:delete": (1, 4),
    "accounts:tracing:media": (2, 3),
    "accounts:tracing:shared-open": (0, 4),
    "aliases:delete": (6, 3),
    "dns:zones:detail": (2, 3),
    "dns:zones:delete": (3, 3),
    "dns:zones:export": (2, 3),
    "lcr:lint:page": (7, 3),
    **dict.fromkeys(("brand:style", "brand:logo", "brand:icon", "brand:app"), (0, 4)),
    "jobs:list": (1, 5),
    "jobs:detail": (1, 4),
    "jobs:columns": (1, 4),
    "jobs:rows": (1, 4),
    "journal:export": (1, 4),
    "journal:list": (1, 4),
    "journal:record": (1, 4),
    "journal:detail": (1, 4),
    "journal:undo": (1, 4),
    "mail:send:customer": (1, 4),
    "mail:templates:list": (1, 6),
    "mail:templates:page": (1, 5),
    "mail:templates:brand": (1, 4),
    "mail:templates:senders": (1, 4),
    "mail:templates:logo": (1, 4),
    "mail:outbox:list": (1, 5),
    "mail:outbox:send-again": (1, 4),
    "people:password_reset:open": (1, 4),
    "people:own_sessions:list": (1, 4),
    "people:operators:list": (1, 7),
    "people:operators:added": (1, 5),
    "people:operators:edit": (1, 7),
    "people:operators:renew": (1, 4),
    "people:operators:reset": (1, 4),
    "people:operators:delete": (1, 4),
    "people:locks:list": (1, 6),
    "webhooks:list": (1, 4),
    "webhooks:detail": (1, 4),
    "webhooks:edit": (1, 4),
    "webhooks:delete": (1, 4),
    "people:tokens:list": (1, 4),
    "people:single_sign_on:settings": (1, 4),
    "people:tokens:added": (1, 4),
    "people:tokens:revoke": (1, 4),
    "people:own:page": (1, 7),
    "people:own:app-remove": (1, 4),
    "people:own:passkey-remove": (1, 4),
    "people:own:codes": (1, 5),
}


# Lists with one more statement: what the person has kept for them.
KEEPING = frozenset(
    {
        *("accounts:list", "aliases:list", "domains:list", "customers:search", "enum:numbers:list"),
        *("enum:ranges:list", "dns:zones:list", "dns:records:list", "dns:forwards:list", "lcr:routes:list"),
        *("lcr:carriers:list", "lcr:gateways:list", "lcr:rules:list", "lcr:peers:list", "lcr:samples:list"),
        "vouchers:list",
    }
)


def bounds_of(page: str) -> tuple[int, int]:
    """Return the most calls and statements that a page may cost."""
    calls, statements = MORE.get(page, USUAL)
    return calls, statements + (page in KEEPING)


def cost_of(page: str, browser: Client, platform: Platform) -> tuple[int, int]:
    """Return the calls and statements of a page that is opened for the second time within a minute."""
    for _time in range(2):
        platform.forget_calls()
        with CaptureQueriesContext(connection) as statements, contextlib.closing(browser.get(address(page))) as answer:
            if answer.streaming:
                answer.getvalue()
    return len(platform.calls), len(statements)


@pytest.fixture(autouse=True)
def _names_are_fetched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock, so that the names of customers are fetched once, however long the test takes."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


def test_no_page_costs_more_than_its_bounds(people: dict[str, Client], world: Platform) -> None:
    too_much = {}
    for page, (_anonymous, operator, _reader, _staff, subscriber) in EXPECTED.items():
        person = "subscriber" if (operator, subscriber) == (404, 200) else "operator"
        cost, bounds = cost_of(page, people[person], world), bounds_of(page)
        if any(spent > bound for spent, bound in zip(cost, bounds, strict=True)):
            too_much[page] = (cost, bounds)
    assert too_much == {}


def test_the_list_of_accounts_costs_the_same_with_more_accounts(people: dict[str, Client], world: Platform) -> None:
    few = cost_of("accounts:list", people["operator"], world)
    for number in range(20):
        world.add_account(f"user{number}@example.com", prepaid=1)

    calls, statements = cost_of("accounts:list", people["operator"], world)

    assert (calls, statements) == (few[0] + 1, few[1])  # the balances of prepaid accounts


def test_the_table_has_no_page_that_does_not_exist() -> None:
    assert MORE.keys() <= EXPECTED.keys()
