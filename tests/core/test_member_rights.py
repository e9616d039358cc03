"""The portal enforces who may change what on a server that enforces nothing: in forms, imports, bulk work and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from sqlalchemy import delete, select, update

from ngnpro_server.store.schema import account_properties, sip_accounts
from ngnpro_wire.facts.blocks import BLOCKERS, BY_CUSTOMER, MARK, NAMES, notes_of_block
from ngnpro_wire.facts.member_rights import MEMBER_RIGHTS, NEW_PEERS_CALLS
from portal.core.rooms import field_rules, member_rules
from portal.core.sip_accounts import blocker_of_account
from portal.ngnpro.records import CustomerProperty, EnumRangeId, SipAccount, SipId, TrustedPeer
from portal.people.operators.models import Operator
from tests.support.jobs import do, imported, plan
from tests.support.journal import latest
from tests.support.obeying import obey
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in

ADA, EDIT = "ada@example.com", "/accounts/ada@example.com/edit/"
PEER = "192.0.2.11"
SECRET = CUSTOMER["password"]
PSTN = (
    "You lack the right to change what may be called outside the platform (pstn_changes). Your reseller can grant it."
)
PERSON = {"first_name": "N", "last_name": "N", "email": "n@x.example", "timezone": "Europe/London"}
NEW = PERSON | {"domain": "example.com", "username": "new"}
RESELLERS, OPERATORS = "Only your reseller can change this.", "Only the platform's operator can change this."
# Of each member that a customer or a reseller may not change: who tries it, the column of a file, and the reason.
CLOSED = {
    "quota": ("customer", "account", ADA, {"quota": "50"}, PSTN),
    "rpid": ("customer", "account", ADA, {"rpid": "31208005169"}, PSTN),
    "callLimit": ("customer", "account", ADA, {"callLimit": "9"}, RESELLERS),
    "acl": ("customer", "account", ADA, {"acl": "192.0.2.0 24"}, RESELLERS),
    "groups.trunking": ("customer", "account", ADA, {"groups": "trunking"}, RESELLERS),
    "call_limit": ("reseller", "peer", PEER, {"callLimit": "0"}, OPERATORS),
    "transit": ("reseller", "peer", PEER, {"transit": "1"}, OPERATORS),
    "tenant": ("reseller", "peer", PEER, {"tenant": "contoso"}, OPERATORS),
    "blocked": ("reseller", "peer", PEER, {"blocked": "0"}, OPERATORS),
}


@pytest.fixture
def lenient(world: Platform) -> Platform:
    """A platform whose server leaves these rules to its clients; the account is over quota, the peer is blocked.

    The server takes every caller for its administrator, once the people of the test have signed in.
    """
    world.ngnpro.sip.add_to_group(SipId.parse(ADA), "quota")
    peer = world.ngnpro.sip.find_trusted_peer(PEER)
    assert peer is not None
    world.ngnpro.sip.update_trusted_peer(replace(peer, blocked=1, call_limit=10))
    return world


@pytest.fixture
def people(people: dict[str, Client], lenient: Platform) -> dict[str, Client]:
    """Browsers of people whom the server obeys whatever they ask."""
    for person in ("operator", "reseller", "customer"):
        assert people[person].get("/").status_code in (200, 302)
    obey(lenient)
    return people


def state(platform: Platform) -> tuple[SipAccount, TrustedPeer | None]:
    account, peer = platform.account(), platform.ngnpro.sip.find_trusted_peer(PEER)
    return replace(account, change_date="", source={}), replace(peer, change_date="", source={}) if peer else None


@pytest.mark.parametrize(("person", "kind", "key", "cells", "reason"), CLOSED.values(), ids=CLOSED)
def test_an_import_refuses_it_in_the_words_of_the_form(
    lenient: Platform, people: dict[str, Client], person: str, kind: str, key: str, cells: dict[str, str], reason: str
) -> None:
    before = state(lenient)
    name = "id" if kind == "account" else "ip"
    job = imported(people[person], kind, f"{name},{','.join(cells)}\n{key},{','.join(cells.values())}\n")
    assert list(job.rows.values_list("reason", flat=True)) == [reason]
    do(people[person], job, "apply")
    assert state(lenient) == before


@pytest.mark.parametrize(
    ("person", "url", "field", "forged", "reason"),
    [
        ("customer", EDIT, "quota", "50", PSTN),
        ("customer", EDIT, "rpid", "31208005169", PSTN),
        ("customer", EDIT, "call_limit", "9", RESELLERS),
        ("customer", "/accounts/ada@example.com/acl/", "acl", "192.0.2.0/24", RESELLERS),
        ("reseller", f"/lcr/peers/{PEER}/edit/", "call_limit", "0", OPERATORS),
        ("reseller", f"/lcr/peers/{PEER}/edit/", "transit", "on", OPERATORS),
        ("reseller", f"/lcr/peers/{PEER}/edit/", "tenant", "contoso", OPERATORS),
        ("reseller", f"/lcr/peers/{PEER}/edit/", "blocked", "", OPERATORS),
    ],
)
def test_a_form_shows_it_closed_with_the_reason_and_ignores_what_is_sent(
    lenient: Platform, people: dict[str, Client], person: str, url: str, field: str, forged: str, reason: str
) -> None:
    before = state(lenient)
    page = Page(people[person].get(url))
    assert page.field(field).get("disabled") is not None
    assert reason in page.text
    people[person].post(url, page.form_data() | {field: forged})
    assert state(lenient) == before


def test_bulk_actions_and_the_page_of_rights_lift_no_quota_for_a_customer(
    lenient: Platform, people: dict[str, Client]
) -> None:
    job = plan(people["customer"], "accounts:list", "lift-quota", {"address": [ADA]})
    assert list(job.rows.values_list("reason", flat=True)) == [RESELLERS]
    url = "/accounts/ada@example.com/groups/"
    assert people["customer"].post(url, {"group": "quota", "take": "on"}).status_code == 422
    assert "quota" in lenient.account().groups
    assert people["reseller"].post(url, {"group": "quota", "take": "on"}).status_code == 302
    assert "quota" not in lenient.account().groups


def test_undoing_is_a_change_like_others(lenient: Platform, people: dict[str, Client]) -> None:
    url = f"/lcr/peers/{PEER}/edit/"
    people["operator"].post(url, Page(people["operator"].get(url)).form_data() | {"call_limit": "2"})
    entry = latest()
    assert OPERATORS in Page(people["reseller"].get(f"/journal/{entry.pk}/")).text
    assert people["reseller"].post(f"/journal/{entry.pk}/undo/").status_code == 409


def test_the_command_line_refuses_in_the_same_words(
    lenient: Platform, operator: Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reseller = lenient.ngnpro.customers.find_account("meridian")
    assert reseller is not None
    Operator.objects.create_user("limited", PASSWORD, tree=reseller.id, tree_engine=lenient.ngnpro.engine.name)
    file = tmp_path / "peers.csv"
    file.write_text(f"ip,callLimit\n{PEER},0\n")
    call_command("plan", str(file), "--kind", "peer", "--operator", "limited")
    assert f"{PEER}: {OPERATORS}" in capsys.readouterr().out


class TestNewRecords:
    def test_accounts_are_prepaid_without_the_right_to_choose(
        self, lenient: Platform, people: dict[str, Client]
    ) -> None:
        page = Page(people["customer"].get("/accounts/add/"))
        field = page.field("prepaid")
        assert (field.get("checked"), field.get("disabled")) != (None, None)
        assert people["customer"].post("/accounts/add/", NEW).status_code == 302
        added = lenient.account("new@example.com")
        assert (added.prepaid, added.groups) == (True, ("prepaid",))

    def test_imported_accounts_are_prepaid_without_the_right(
        self, lenient: Platform, people: dict[str, Client]
    ) -> None:
        heading = "id,firstName,lastName,email,timezone\n"
        for person, is_prepaid in (("customer", True), ("operator", False)):
            row = f"{person}@example.com,N,N,n@x.example,Europe/London\n"
            do(people[person], imported(people[person], "account", heading + row), "apply")
            assert lenient.account(f"{person}@example.com").prepaid is is_prepaid

    def test_with_the_right_a_customer_chooses(self, world: Platform) -> None:
        for username in ("meridian", "harbour"):
            customer = world.ngnpro.customers.find_account(username)
            assert customer is not None
            right = CustomerProperty(name="prepaid_changes", value="1")
            world.ngnpro.customers.set_properties(customer.id, [right])
        browser = signed_in("harbour", SECRET)
        assert browser.post("/accounts/add/", NEW).status_code == 302
        assert not world.account("new@example.com").prepaid

    def test_a_resellers_peer_has_a_limit_of_calls(self, lenient: Platform, people: dict[str, Client]) -> None:
        page = Page(people["reseller"].get("/lcr/peers/add/"))
        assert page.field("call_limit").get("value") == str(NEW_PEERS_CALLS)
        typed = {"ip": "198.51.100.7", "description": "Office", "call_limit": "0", "transit": "on", "strip": "0"}
        assert people["reseller"].post("/lcr/peers/add/", typed).status_code == 302
        added = lenient.ngnpro.sip.find_trusted_peer("198.51.100.7")
        assert added is not None
        assert (added.call_limit, added.transit) == (NEW_PEERS_CALLS, False)

    @pytest.mark.parametrize("person", ["customer", "reseller"])
    def test_a_whole_country_is_the_operators(self, lenient: Platform, people: dict[str, Client], person: str) -> None:
        typed = {"prefix": "+44", "tld": "private.example", "min_digits": "5", "max_digits": "11", "ttl": "3600"}
        answer = people[person].post("/enum/ranges/add/", typed)
        assert answer.status_code == 422
        sentence = "Only the platform's operator can add a range that is a whole country code. Type more digits."
        assert sentence in Page(answer).text
        job = imported(people[person], "range", "prefix,tld\n44,private.example\n")
        assert list(job.rows.values_list("reason", flat=True)) == [sentence]
        assert lenient.ngnpro.enum.find_range(EnumRangeId(prefix="44", tld="private.example")) is None


def test_every_rule_closes_a_field_of_a_form() -> None:
    for record, room in ((SipAccount, "accounts"), (TrustedPeer, "lcr:peers")):
        rules = member_rules(record)
        assert len(rules) == len(MEMBER_RIGHTS[record.__name__])
        assert {f"{room}.{name}" for name in rules} <= field_rules().keys()


@pytest.fixture
def owners(world: Platform, operator: Operator) -> dict[str, Client]:
    """Browsers of people whom the server holds to their levels."""
    logins = {"operator": ("ines", PASSWORD), "reseller": ("meridian", SECRET), "customer": ("harbour", SECRET)}
    return {person: signed_in(*login) for person, login in logins.items()}


@pytest.fixture(params=["edit", "page", "bulk", "import"])
def block(request: pytest.FixtureRequest) -> Callable[[Client], None]:
    """A way to block the account."""

    def edit(browser: Client) -> None:
        browser.post(EDIT, Page(browser.get(EDIT)).form_data() | {"groups": ["blocked"]})

    def bulk(browser: Client) -> None:
        do(browser, plan(browser, "accounts:list", "block", {"address": [ADA]}), "apply")

    def by_import(browser: Client) -> None:
        do(browser, imported(browser, "account", f"id,groups\n{ADA},blocked\n"), "apply")

    return {
        "edit": edit,
        "page": lambda browser: browser.post("/accounts/ada@example.com/groups/block/"),
        "bulk": bulk,
        "import": by_import,
    }[request.param]


def forget(platform: Platform, by: str) -> None:
    """Let our server forget who may lift the block; the properties stay, as a server without levels has them."""
    with platform.server.engine.begin() as connection:
        (number,) = connection.execute(select(sip_accounts.c.id).where(sip_accounts.c.username == "ada")).one()
        connection.execute(update(sip_accounts).values(blocked_level=0))
        if by != BY_CUSTOMER:
            # Our server drops this property, which it does not store, whenever it stores the others.
            known = account_properties.c.account_id == number, account_properties.c.name == MARK
            connection.execute(delete(account_properties).where(*known))
            mark = {"account_id": number, "name": MARK, "value": notes_of_block(by)[MARK]}
            connection.execute(account_properties.insert().values(mark))


@pytest.mark.parametrize("by", BLOCKERS)
def test_a_block_is_lifted_from_above_only_however_it_was_set(
    world: Platform, owners: dict[str, Client], block: Callable[[Client], None], by: str
) -> None:
    block(owners[by])
    blocked = world.account()
    found = {one.name: one.value for one in blocked.properties}
    assert ("blocked" in blocked.groups, found) == (True, notes_of_block(by))
    assert f"by the {by}" in Page(owners[by].get("/accounts/ada@example.com/")).text
    for person in BLOCKERS[: BLOCKERS.index(by)]:
        unblock(owners[person], lambda: forget(world, by))
        assert blocker_of_account(world.account()) == by, person
    for person in BLOCKERS[BLOCKERS.index(by) :]:
        owners[person].post("/accounts/ada@example.com/groups/unblock/")
        now = world.account()
        assert (now.groups, [one.name for one in now.properties if one.name in NAMES]) == ((), []), person
        world.ngnpro.sip.update_account(replace(now, groups=blocked.groups, properties=blocked.properties))
        forget(world, by)


def unblock(browser: Client, forget_again: Callable[[], None]) -> None:
    """Try to unblock the account in every way."""
    ways: tuple[Callable[[], object], ...] = (
        lambda: browser.post("/accounts/ada@example.com/groups/unblock/"),
        lambda: browser.post(EDIT, Page(browser.get(EDIT)).form_data() | {"groups": []}),
        lambda: browser.post("/accounts/ada@example.com/groups/", {"group": "blocked", "take": "on"}),
        lambda: do(browser, plan(browser, "accounts:list", "unblock", {"address": [ADA]}), "apply"),
        lambda: do(browser, imported(browser, "account", f"id,groups\n{ADA},missed-calls\n"), "apply"),
    )
    for way in ways:
        forget_again()
        way()
    forget_again()


def test_our_server_says_who_blocked_an_account_to_clients_that_do_not(
    world: Platform, owners: dict[str, Client]
) -> None:
    world.ngnpro.sip.add_to_group(SipId.parse(ADA), "blocked")
    text: Any = Page(owners["reseller"].get("/accounts/ada@example.com/")).text
    assert "by the operator" in text
    assert "Only the operator can unblock or delete it." in Page(owners["reseller"].get(EDIT)).text
