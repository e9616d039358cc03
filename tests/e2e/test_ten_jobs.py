"""Ten everyday tasks and two about many records, each done in no more clicks than documented.

All is done with the keyboard alone. A click is Enter on what a mouse would click, or where it submits something; typing
and moving with Tab do not count.
Staff start on the overview, or on the page of the record that the task is about; the first task opens it with one
click. The user of an account starts on their own start page.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from portal.ngnpro import CallPlan, Engine, Ngnpro, Query, Range
from portal.ngnpro.records import (
    CustomerAccount,
    EnumRange,
    EnumRangeId,
    SipAccount,
    SipAccountProperty,
    SipDomain,
    SipFilter,
    SipId,
)
from tests.e2e.conftest import LivingHouse
from tests.e2e.person import Person
from tests.support.browser import new_context, watched
from tests.support.needs import CHROMIUM
from tests.support.processes import wait_until

pytestmark = [pytest.mark.real, pytest.mark.needs(CHROMIUM)]

PASSWORD = "a long enough passphrase"
MOBILE = "+31600960107"
MOST_TABS = 120
# Whether the focus is drawn, by an outline, or by a shadow around a field.
IS_MARKED = """element => {
  const style = getComputedStyle(element);
  return parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""
SLOW = 60_000  # ms for the worker, on a slow machine


@dataclass
class Counted(Person):
    """A person whose clicks are counted."""

    clicks: int = 0

    def click(self, role: str, name: str | re.Pattern[str]) -> None:
        """Choose the element with this name by the keyboard, and wait for the page that follows."""
        self.clicks += 1
        self.reach(self.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
        self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def reach(self, element: Locator) -> None:
        """Move to an element with the Tab key; it must be marked when the keyboard is there."""
        element.wait_for()
        for _time in range(MOST_TABS):
            if element.evaluate("element => element === document.activeElement"):
                assert element.evaluate(IS_MARKED), "the focus cannot be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_TABS} times Tab do not lead to {element}")

    def enter(self) -> None:
        """Submit what was typed with the Enter key."""
        self.clicks += 1
        self.page.keyboard.press("Enter")

    def type_into(self, label: str, text: str) -> None:
        """Type into the field with this label, after moving to it with the keyboard."""
        field = self.field(label).first
        self.reach(field)
        field.fill(text)

    def record(self, address: str) -> None:
        """Open the page of an account, as the first task does."""
        self.open(f"/accounts/{address}/")
        self.clicks = 0


@pytest.fixture(scope="module")
def ngnpro(house: LivingHouse) -> Ngnpro:
    """A client with all rights, and a domain, a reseller and a number range to work with."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    login = parser["administrator"]
    client = Ngnpro(Engine(url=house.server_url, username=login["username"], password=login["password"]))
    client.sip.add_domain(SipDomain(domain="example.com"))
    person = {"first_name": "Mira", "last_name": "Vos", "tel": "+31201234567", "email": "mira@example.net"}
    reseller = {
        "username": "meridian",
        "password": PASSWORD,
        "organization": "Meridian",
        "timezone": "Europe/Amsterdam",
    }
    client.customers.add_account(CustomerAccount(reseller_active=True, country="NL", **person, **reseller))
    prefix = EnumRangeId(prefix="3120800")
    client.enum.add_range(EnumRange(id=prefix, size=100, min_digits=11, max_digits=11))
    return client


@pytest.fixture
def staff(browser: Browser, house: LivingHouse, ngnpro: Ngnpro) -> Iterator[Counted]:
    """The operator, with the overview open."""
    with new_context(browser) as context, watched(context) as page:
        person = Counted(page, house.portal_url)
        person.sign_in(house.operator_password)
        yield person


def add_account(ngnpro: Ngnpro, username: str, **values: object) -> str:
    """Add an account with a mobile number that may call the PSTN, and return its address."""
    mobile = (SipAccountProperty(name="mobile_number", value=MOBILE),)
    given = {"first_name": username.title(), "last_name": "Byron", "email": f"{username}@example.net", **values}
    identity = SipId(username=username, domain="example.com")
    ngnpro.sip.add_account(
        SipAccount(
            id=identity,
            password=PASSWORD,
            timezone="Europe/Amsterdam",
            groups=("free-pstn",),
            properties=mobile,
            **given,  # type: ignore[arg-type]
        )
    )
    return str(identity)


def account(ngnpro: Ngnpro, address: str) -> SipAccount:
    return ngnpro.sip.get_account(SipId.parse(address))


def test_find_an_account_and_open_it_in_one_click(staff: Counted, ngnpro: Ngnpro) -> None:
    address = add_account(ngnpro, "finn", last_name="Zeldenrust")
    staff.page.keyboard.press("/")
    staff.page.keyboard.type("zeldenrust")
    staff.enter()
    expect(staff.page.get_by_role("heading", name="Finn Zeldenrust")).to_be_visible()
    assert address in staff.page.url
    assert staff.clicks <= 1


def test_create_an_account_and_tell_its_user_in_two_clicks(staff: Counted, ngnpro: Ngnpro, house: LivingHouse) -> None:
    staff.click("link", "Add account")
    staff.fill_account("nora", "example.com", first="Nora", last="Byron", email="nora@example.net")
    staff.click("button", "Add account")
    expect(staff.page.get_by_text("nora@example.com").first).to_be_visible()
    assert staff.clicks <= 2
    assert account(ngnpro, "nora@example.com").first_name == "Nora"
    mails = house.var / "mail"
    wait_until(
        lambda: any("nora@example.net" in mail.read_text() for mail in mails.glob("*.log")),
        "the account information is mailed",
    )


def test_reset_a_password_in_two_clicks(staff: Counted, ngnpro: Ngnpro) -> None:
    address = add_account(ngnpro, "rosa")
    before = account(ngnpro, address).ha1
    staff.record(address)
    staff.click("link", "Reset password")
    staff.click("button", "Generate a new SIP password")
    expect(staff.page.locator("#password")).to_be_visible()
    assert staff.clicks <= 2
    assert account(ngnpro, address).ha1 != before


def test_the_search_box_finds_while_somebody_types_and_needs_no_mouse(staff: Counted, ngnpro: Ngnpro) -> None:
    address = add_account(ngnpro, "quentin")
    page = staff.page
    page.keyboard.press("Control+k")
    page.keyboard.type("quenti")
    option = page.get_by_role("option").first
    expect(option).to_contain_text(address)
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{address}/")
    page.keyboard.press("/")
    expect(page.get_by_text("Opened last")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Opened last")).to_be_hidden()


def test_block_an_account_in_two_clicks(staff: Counted, ngnpro: Ngnpro) -> None:
    address = add_account(ngnpro, "bart")
    staff.record(address)
    staff.click("button", "More actions")
    staff.click("button", "Block")
    expect(staff.page.get_by_text("the account is blocked").first).to_be_visible()
    assert staff.clicks <= 2
    assert "blocked" in account(ngnpro, address).groups


def test_delete_an_account_in_two_clicks_with_its_consequences_listed(staff: Counted, ngnpro: Ngnpro) -> None:
    address = add_account(ngnpro, "dora")
    staff.record(address)
    staff.click("link", "Delete account")
    expect(staff.page.get_by_text("its forwarding, mailbox and contacts are deleted too")).to_be_visible()
    staff.click("button", "Delete")
    expect(staff.page.get_by_text(f"Account {address} was deleted.")).to_be_visible()
    assert staff.clicks <= 2


def test_a_new_customer_with_a_domain_in_three_clicks(staff: Counted, ngnpro: Ngnpro) -> None:
    staff.click("link", "Customers")
    staff.click("link", "Add with a domain")
    typed = {
        "Organization": "Harbour Clinic",
        "First name": "Amira",
        "Last name": "Haddad",
        "E-mail": "amira@example.net",
        "Telephone": "+31 20 123 4567",
        "Reseller": "Meridian",
        "Domain": "harbour-clinic.example",
        "Username": "harbour.clinic",
    }
    for label, text in typed.items():
        staff.type_into(label, text)
    staff.click("button", "Add both")
    expect(staff.page.get_by_text("harbour-clinic.example").first).to_be_visible()
    assert staff.clicks <= 3
    domain = ngnpro.sip.find_domain("harbour-clinic.example")
    assert domain is not None
    assert ngnpro.customers.get_account(domain.customer).organization == "Harbour Clinic"


def test_an_account_gets_a_number_and_a_caller_id_in_three_clicks(staff: Counted, ngnpro: Ngnpro) -> None:
    address = add_account(ngnpro, "nina")
    staff.record(address)
    staff.click("link", "Add a number")
    staff.click("link", "+31 20 800 0000")
    staff.click("button", "Add number")
    expect(staff.page.get_by_text("was added")).to_be_visible()
    assert staff.clicks <= 3
    (number,) = ngnpro.enum.get_numbers()
    assert [mapping.mapto for mapping in number.mappings] == [f"sip:{address}"]
    assert account(ngnpro, address).rpid.lstrip("+") == number.id.number


def test_a_new_outbound_route_in_five_clicks(staff: Counted, ngnpro: Ngnpro) -> None:
    staff.click("link", "Routing")
    staff.click("link", "New outbound route")
    typed = {
        "Name of a new carrier": "Lindenfunk",
        "Name of a new gateway": "lindenfunk-1",
        "Its host": "192.0.2.40",
        "Digits to remove": "2",
        "Add in front": "+",
        "Numbers that begin with": "+49",
    }
    for label, text in typed.items():
        staff.type_into(label, text)
    staff.click("button", "Add the route")
    expect(staff.page.get_by_role("heading", name="Lindenfunk")).to_be_visible()
    assert staff.clicks <= 5
    (route,) = ngnpro.sip.get_routes()
    (rule,) = ngnpro.sip.get_gateway_rules()
    assert (route.prefix, route.carrier, rule.strip, rule.prepend) == ("0049", "Lindenfunk", 2, "+")


@pytest.fixture
def subscriber(
    browser: Browser, house: LivingHouse, ngnpro: Ngnpro, request: pytest.FixtureRequest
) -> Iterator[Counted]:
    """The user of an account, on a phone, with their start page open."""
    name = request.node.name.partition("_in_")[0].rpartition("_")[2]
    address = add_account(ngnpro, name)
    with new_context(browser, 390, 844) as context, watched(context) as page:
        person = Counted(page, house.portal_url, address)
        person.sign_in(PASSWORD)
        yield person


def test_user_forwards_all_calls_to_the_mobile_in_two_clicks(subscriber: Counted, ngnpro: Ngnpro) -> None:
    subscriber.click("switch", re.compile("^Forward all calls to my mobile"))
    expect(subscriber.page.get_by_role("heading", name="All your calls are forwarded")).to_be_visible()
    assert subscriber.clicks <= 2
    assert ngnpro.sip.get_call_diversions(SipId.parse(subscriber.name)).func == f"sip:{MOBILE}@example.com"


def test_do_not_disturb_for_an_hour_takes_one_click(subscriber: Counted, ngnpro: Ngnpro) -> None:
    subscriber.click("button", re.compile("^Do not disturb"))
    expect(subscriber.page.get_by_role("heading", name="Do not disturb is on")).to_be_visible()
    assert subscriber.clicks <= 1
    rule = ngnpro.sip.get_accept_rules(SipId.parse(subscriber.name)).rules.temporary
    assert rule.groups == ("nobody",)
    assert 58 <= rule.duration <= 60


def test_block_300_filtered_accounts_and_undo_it_in_four_clicks(staff: Counted, ngnpro: Ngnpro) -> None:
    ngnpro.sip.add_domain(SipDomain(domain="many.example"))
    names = [f"user{number}" for number in range(300)]
    ngnpro.batch([CallPlan(partial(add_plain_account, name=name)) for name in names])
    staff.open("/accounts/?domain=many.example")
    action = staff.page.get_by_label("What to do with them")
    action.focus()
    action.select_option(label="Block")
    staff.click("button", "Preview all 300 matching")
    for blocked in (300, 0):
        expect(staff.page.get_by_text("300 records will be written")).to_be_visible(timeout=SLOW)
        staff.click("button", "Write 300 records")
        expect(staff.page.get_by_role("progressbar")).to_be_visible()
        expect(staff.page.get_by_text("300 of 300 written")).to_be_visible(timeout=SLOW)
        assert blocked_in_many(ngnpro) == blocked
        if blocked:
            expect(staff.page.get_by_role("button", name="Plan the undo")).to_be_visible(timeout=SLOW)
            staff.click("button", "Plan the undo")
    assert staff.clicks <= 4


def add_plain_account(ngnpro: Ngnpro, name: str) -> SipAccount:
    identity = SipId(username=name, domain="many.example")
    person = {"first_name": "A", "last_name": "B", "email": f"{name}@example.net", "timezone": "Europe/Amsterdam"}
    return ngnpro.sip.add_account(SipAccount(id=identity, password=PASSWORD, **person))


def blocked_in_many(ngnpro: Ngnpro) -> int:
    query = Query(filter=SipFilter(domain="many.example"), range=Range(0, 500))
    return sum("blocked" in account.groups for account in ngnpro.sip.get_accounts(query))


def test_import_a_broken_spreadsheet_fix_three_rows_and_finish_in_four_clicks(
    staff: Counted, ngnpro: Ngnpro, tmp_path: Path
) -> None:
    good = [
        f"desk{number}@example.com,Desk,{number},desk{number}@example.net,Europe/Amsterdam,25" for number in range(20)
    ]
    broken = {
        3: "desk3@example.com,Desk,3,desk3@example.net,Europe/Amsterdam,many",
        7: "desk6@example.com,Desk,7,desk7@example.net,Europe/Amsterdam,25",
        12: "4.93E+11,Desk,12,desk12@example.net,Europe/Amsterdam,25",
    }
    file = tmp_path / "desks.csv"
    headings = "id,firstName,lastName,email,timezone,quota"
    for lines, troubled in (([broken.get(n, line) for n, line in enumerate(good)], 3), (good, 0)):
        file.write_text("\n".join([headings, *lines]))
        if troubled:
            staff.open("/jobs/import/account/")
        else:
            staff.click("link", "Choose a corrected file")
        staff.page.locator("input[type=file]").set_input_files(file)
        staff.click("button", "Preview")
        written = staff.page.get_by_text(f"{20 - troubled} records will be written")
        expect(written).to_be_visible(timeout=SLOW)
        for line in (5, 9, 14) if troubled else ():
            expect(staff.page.locator("td", has_text=re.compile(rf"^\s*{line}\s*$")).first).to_be_visible()
    staff.click("button", "Write 20 records")
    expect(staff.page.get_by_text("20 of 20 written")).to_be_visible(timeout=SLOW)
    assert staff.clicks <= 4
    assert account(ngnpro, "desk12@example.com").quota == 25
