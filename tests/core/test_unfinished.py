"""Every page that makes several calls: a fault of a later one says what is stored, and offers to finish or to undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.test import Client
from sqlalchemy import Executable, delete, insert, select, update

from ngnpro_server.store.schema import account_properties, sip_accounts
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import CallDiversions, SipAccountProperty, SipId, VoicemailAccount
from tests.lcr.routes.test_guided import TYPED as ROUTE
from tests.support.pages import Page
from tests.support.portal import Platform, signed_in

ADA, EVE = SipId.parse("ada@example.com"), SipId.parse("eve@example.com")
ACCOUNT = "/accounts/ada@example.com/"
MOBILE = "sip:+31612345678@example.com"


@pytest.fixture(autouse=True)
def records(platform: Platform) -> None:
    platform.add_customer("Meridian", reseller_active=True)
    platform.add_domain("example.com")
    mobile = SipAccountProperty(name="mobile_number", value="+31612345678")
    platform.add_account("ada@example.com", password="a-secret-of-ada", groups=("free-pstn",), properties=(mobile,))
    platform.add_account("eve@example.com")
    platform.add_number("31208005169", "ada@example.com")


@dataclass(frozen=True)
class Case:
    """A form, the calls that fail after a first one was stored, and how the rest is finished."""

    page: str
    typed: dict[str, Any]
    fails: tuple[str, ...]
    stored: str
    again: bool = False
    ways: tuple[str, ...] = ()
    prepare: Callable[[Platform], object] = lambda _platform: None


def with_mailbox(platform: Platform) -> None:
    platform.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com"))
    mailbox = platform.ngnpro.voicemail.get_account(ADA)
    target = f"sip:{mailbox.mailbox}@voicemail.example"
    platform.ngnpro.sip.set_call_diversions(ADA, CallDiversions(fbus=target))


def with_caller_id(platform: Platform) -> None:
    platform.ngnpro.sip.update_account(replace(platform.account(), rpid="31208005169"))


def with_group(platform: Platform) -> None:
    with_mailbox(platform)
    member = {"sipId": {"username": "ada", "domain": "example.com"}, "group": "voicemail"}
    platform.run_after("Voicemail.deleteAccount", lambda: platform.server.call("Sip", "addToGroup", **member))


def without_group(platform: Platform, username: str = "ada") -> None:
    """Leave the group of accounts with a mailbox to the clients, as some servers do."""
    member = {"sipId": {"username": username, "domain": "example.com"}, "group": "voicemail"}
    platform.run_after("Voicemail.addAccount", lambda: platform.server.call("Sip", "removeFromGroup", **member))


def without_note(platform: Platform) -> None:
    """Leave the note who blocked an account to the clients, as some servers do."""
    forget = delete(account_properties).where(account_properties.c.name == "blocked_by")
    platform.run_after(
        "Sip.addToGroup", lambda: execute(platform, update(sip_accounts).values(blocked_level=0), forget)
    )


def blocked(platform: Platform) -> None:
    """Block the account, on a server that leaves the note to the clients."""
    platform.ngnpro.sip.add_to_group(ADA, "blocked")
    owner = select(sip_accounts.c.id).where(sip_accounts.c.username == "ada").scalar_subquery()
    note = insert(account_properties).values(account_id=owner, name="blocked_by", value="reseller")
    platform.run_after("Sip.removeFromGroup", lambda: execute(platform, note))


def execute(platform: Platform, *statements: Executable) -> None:
    with platform.server.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


MAILBOX = {"name": "Ada", "email": "ada@mail.example", "keep": "on", "password": "", "take": ["fbus"]}
NEW = {"domain": "example.com", "first_name": "Bob", "last_name": "Byron", "email": "b@mail.example", "username": "bob"}
WITH = NEW | {"timezone": "Europe/London", "mailbox": "on", "aliases": "front", "number": "+31 20 800 51 71"}
CHANGED = "Account ada@example.com: Changed"
BOTH = {
    "reseller": "Meridian",
    "username": "harbour.clinic",
    "organization": "Harbour Clinic",
    "first_name": "Amira",
    "last_name": "Haddad",
    "email": "a.haddad@harbour.example",
    "tel": "+31 20 123 4567",
    "country": "NL",
    "timezone": "Europe/Amsterdam",
    "domain": "harbour.example",
}
FORWARDING, RIGHTS = "Forwarding", "Rights"
OWN_PAGES = (f"{ACCOUNT}diversions/", f"{ACCOUNT}voicemail/")  # with several calls, and open to the account's user
ADDS = ("Add a mailbox", "Add an alias", "Add a number", "Delete the account")

CASES = {
    "forwarding": Case(
        f"{ACCOUNT}diversions/",
        {"timeout": "20", "fbus": "mobile"},
        ("setCallDiversions",),
        CHANGED,
        again=True,
    ),
    "add a mailbox, diversions": Case(
        f"{ACCOUNT}voicemail/add/",
        MAILBOX,
        ("setCallDiversions",),
        "Account ada@example.com, mailbox: Added",
        ways=(FORWARDING, RIGHTS, "Delete the mailbox"),
    ),
    "add a mailbox, group": Case(
        f"{ACCOUNT}voicemail/add/",
        MAILBOX,
        ("addToGroup",),
        "Account ada@example.com, mailbox: Added",
        ways=(FORWARDING, RIGHTS, "Delete the mailbox"),
        prepare=without_group,
    ),
    "delete a mailbox, diversions": Case(
        f"{ACCOUNT}voicemail/delete/",
        {"name": "ada@example.com"},
        ("setCallDiversions",),
        "Account ada@example.com, mailbox: Deleted",
        ways=(FORWARDING, RIGHTS),
        prepare=with_mailbox,
    ),
    "delete a mailbox, group": Case(
        f"{ACCOUNT}voicemail/delete/",
        {"name": "ada@example.com"},
        ("removeFromGroup",),
        "Account ada@example.com, mailbox: Deleted",
        ways=(FORWARDING, RIGHTS),
        prepare=with_group,
    ),
    "add an account, number": Case(
        "/accounts/add/", WITH, ("addNumber", "Sip.deleteAccount"), "Account bob@example.com: Added", ways=ADDS
    ),
    "add an account, number, and the alias stays": Case(
        "/accounts/add/", WITH, ("addNumber", "deleteAlias"), "Alias front@example.com: Added", ways=ADDS
    ),
    "add an account, number, and the alias and the group stay": Case(
        "/accounts/add/",
        WITH,
        ("addNumber", "deleteAlias"),
        "Alias front@example.com: Added",
        ways=ADDS,
        prepare=lambda platform: without_group(platform, "bob"),
    ),
    "add an account, alias, and the mailbox stays": Case(
        "/accounts/add/", WITH, ("addAlias", "Voicemail.deleteAccount"), "bob@example.com, mailbox: Added", ways=ADDS
    ),
    "add an account, mailbox": Case(
        "/accounts/add/",
        WITH,
        ("Voicemail.addAccount", "Sip.deleteAccount"),
        "Account bob@example.com: Added",
        ways=ADDS,
    ),
    "add an account, alias": Case(
        "/accounts/add/", WITH, ("addAlias", "Sip.deleteAccount"), "Account bob@example.com: Added", ways=ADDS
    ),
    "add a customer, domain": Case(
        "/customers/add-with-domain/",
        BOTH,
        ("addDomain", "deleteAccount"),
        ": Added",
        ways=("Add a domain", "Delete the customer"),
    ),
    "add a number, caller-ID": Case(
        "/enum/numbers/add/?target=sip:eve@example.com",
        {"number": "+31 20 800 51 70", "mapto_0": "sip:eve@example.com", "caller_id": "on"},
        ("Sip.updateAccount",),
        "31208005170@e164.arpa: Added",
        ways=("Edit eve@example.com",),
    ),
    "move a number, caller-IDs": Case(
        "/enum/numbers/31208005169/e164.arpa/move/",
        {"account": "eve@example.com", "caller_id": "on"},
        ("Sip.updateAccount",),
        "31208005169@e164.arpa: Changed",
        ways=("Edit eve@example.com", "Edit ada@example.com"),
        prepare=with_caller_id,
    ),
    "block": Case(f"{ACCOUNT}groups/block/", {}, ("Sip.updateAccount",), CHANGED, again=True, prepare=without_note),
    "block among the rights": Case(
        f"{ACCOUNT}groups/",
        {"group": "blocked", "take": ""},
        ("Sip.updateAccount",),
        CHANGED,
        again=True,
        prepare=without_note,
    ),
    "unblock": Case(f"{ACCOUNT}groups/unblock/", {}, ("Sip.updateAccount",), CHANGED, again=True, prepare=blocked),
    **{
        f"guided route, {step}": Case(
            "/lcr/routes/guided/", ROUTE, (step, undo), "Carrier", again=True, ways=("Carrier Lindenfunk (1)",)
        )
        for step, undo in (
            ("addGateway", "deleteCarrier"),
            ("addGatewayRule", "deleteGateway"),
            ("addRoutes", "deleteGatewayRule"),
        )
    },
}
HOW = {"refused": Platform.refuse, "cut off": Platform.break_off}


@dataclass(frozen=True)
class Failed:
    """A case, the page that was shown after its form was sent and a later call failed, and the records before."""

    case: Case
    page: Page
    before: dict[str, Any]


def all_records(platform: Platform) -> dict[str, Any]:
    """Return the records that the cases change, without the times of changes."""
    ngnpro = platform.ngnpro
    sip, account = ngnpro.sip, platform.account()
    return {
        "accounts": sorted(str(one.id) for one in sip.get_accounts()),
        "account": (account.timeout, sorted(account.groups), sorted(map(str, account.properties))),
        "diversions": sip.get_call_diversions(ADA),
        "mailbox": or_none(ngnpro.voicemail.get_account, ADA),
        "numbers": [(one.id, [target.mapto for target in one.mappings]) for one in ngnpro.enum.get_numbers()],
        "caller-IDs": [platform.account(str(address)).rpid for address in (ADA, EVE)],
        "others": [sip.get_aliases(), sip.get_carriers(), sip.get_gateways(), sip.get_gateway_rules()],
        "customers": sorted(one.id for one in ngnpro.customers.get_customers()),
    }


def cases(*, again: bool = False) -> list[Any]:
    """Return the cases as parameters, each with the ways to fail; with ``again`` those whose form is sent again."""
    wanted = {name: case for name, case in CASES.items() if case.again or not again}
    return [pytest.param((case, how), id=f"{name}, {how}") for name, case in wanted.items() for how in HOW]


@pytest.fixture
def failed(request: pytest.FixtureRequest, browser: Client, platform: Platform) -> Failed:
    case, how = request.param
    return fail(case, how, browser, platform)


def fail(case: Case, how: str, browser: Client, platform: Platform) -> Failed:
    """Send the form of a case while a later call fails."""
    case.prepare(platform)
    typed = case.typed
    if (case.again and "groups" not in case.page) or "move" in case.page or "number" in case.page:
        typed = Page(browser.get(case.page)).form_data() | typed
        typed.pop("show", None)
    before = all_records(platform)
    HOW[how](platform, *case.fails)
    answer = browser.post(case.page, typed)
    platform.mend()
    if answer.status_code == 302:
        answer = browser.get(answer.headers["Location"])
    return Failed(case, Page(answer), before)


def undo_links(page: Page) -> list[str]:
    return [link for link in page.root.xpath("//main//a/@href") if re.fullmatch(r"/journal/\d+/undo/", link)]


@pytest.mark.parametrize("failed", cases(), indirect=True)
def test_the_page_says_what_is_stored_and_offers_to_undo_or_finish_it(
    failed: Failed, browser: Client, platform: Platform
) -> None:
    case, page = failed.case, failed.page
    assert case.stored in page.text
    assert "stored" in page.text
    for wrong in ("Nothing was saved", "Nothing was changed", "It was not saved"):
        assert wrong not in page.text
    for way in case.ways:
        assert browser.get(page.links()[way]).status_code == 200, way
    links = undo_links(page)
    if not links:
        assert "cannot be undone" in page.text
        assert "Deleted" in case.stored
        return
    for link in links:
        assert browser.post(link).status_code == 302, Page(browser.get(link)).text
    assert all_records(platform) == failed.before


@pytest.mark.parametrize("failed", cases(again=True), indirect=True)
def test_the_form_sent_again_stores_the_rest(failed: Failed, browser: Client, platform: Platform) -> None:
    sent = failed.page.form_data()
    sent.pop("show", None)
    answer = browser.post(failed.case.page, sent)
    assert answer.status_code == 302, Page(answer).text
    assert_finished(failed.case, platform)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.page.startswith(OWN_PAGES)])
def test_an_accounts_user_who_has_no_undo_is_told_how_to_finish(name: str, platform: Platform) -> None:
    ada = signed_in("ada@example.com", "a-secret-of-ada")
    failed = fail(CASES[name], "refused", ada, platform)
    case, page = failed.case, failed.page
    assert case.stored in page.text
    assert undo_links(page) == []
    if case.again:
        assert "send the form again to store the rest, or enter the earlier values and save them" in page.text
        assert ada.post(case.page, page.form_data()).status_code == 302
        assert_finished(case, platform)
        return
    assert "To continue:" in page.text
    for way in case.ways:
        if way != RIGHTS:  # which users cannot change
            assert ada.get(page.links()[way]).status_code == 200, way


def assert_finished(case: Case, platform: Platform) -> None:
    account, sip = platform.account(), platform.ngnpro.sip
    if "diversions" in case.page:
        assert (account.timeout, sip.get_call_diversions(ADA).fbus) == (20, MOBILE)
    elif "groups" in case.page:
        is_blocked = "unblock" not in case.page
        assert ("blocked" in account.groups) is is_blocked
        assert bool(account.get_property("blocked_by")) is is_blocked
    else:
        counts = [sip.get_carriers(), sip.get_gateways(), sip.get_gateway_rules(), sip.get_routes()]
        assert [found.total for found in counts] == [1, 1, 1, 1]
