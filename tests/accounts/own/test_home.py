"""The start page of an account's user: whether they can be reached, calls they missed, and links to their pages."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import calls, location
from portal.accounts.calls.choices import RECEIVED
from portal.accounts.calls.log import CallLine
from portal.accounts.own.services import Missed, by_caller, own_words
from portal.accounts.status import AccountStatus, Unknown, verdict_of
from portal.core.rooms import WriteMode, pages
from portal.core.viewer import Role
from portal.ngnpro.records import (
    Call,
    CallDiversions,
    PhonebookEntry,
    SipAccount,
    SipAccountProperty,
    SipDeviceLocation,
    SipId,
    TemporaryAcceptRule,
)
from tests.support.calls import age_accounts
from tests.support.page_cases import OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform, signed_in
from tests.test_access import EXPECTED, NAMES, OWN, address

ADDRESS = "ada@example.com"
HOME = f"/accounts/{ADDRESS}/home/"
ADA = SipAccount(id=SipId.parse(ADDRESS), first_name="Ada", timeout=25, timezone="Europe/London")
PHONE = SipDeviceLocation(user_agent="Yealink T54W")
QUIET = AccountStatus(devices=(), diversions=CallDiversions(), rule=TemporaryAcceptRule(), mailbox=None, balance=None)
MAILBOX = "<voice-mailbox>"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def ada(world: Platform) -> Client:
    """The browser of the account's user."""
    return signed_in(ADDRESS, "a-secret-of-ada")


@pytest.mark.parametrize(
    ("groups", "standing", "found"),
    [
        ((), {"devices": (PHONE, PHONE)}, ("on", "You can be reached, Ada", "2 phones online")),
        (
            (),
            {"devices": (PHONE,), "diversions": CallDiversions(fnoa=MAILBOX)},
            ("on", "You can be reached, Ada", "1 phone online, else voicemail after 25 s"),
        ),
        ((), {}, ("", "You cannot be reached, Ada", "no phone online")),
        (
            (),
            {"diversions": CallDiversions(fnol="sip:bob@example.com")},
            ("warn", "Your phone is off, Ada", "no phone online, calls go to bob@example.com"),
        ),
        (
            (),
            {"devices": (PHONE,), "diversions": CallDiversions(func=MAILBOX)},
            ("on", "All your calls are forwarded, Ada", "to voicemail"),
        ),
        (
            (),
            {"devices": (PHONE,), "rule": TemporaryAcceptRule(groups=("nobody",), duration=60)},
            ("warn", "Do not disturb is on until 07:53, Ada", "no calls come through"),
        ),
        ((), {"devices": Unknown("why")}, ("", "Hello Ada", "whether one of your phones is online is not known")),
        (
            ("quota",),
            {"devices": (PHONE,)},
            (
                "warn",
                "You can be reached, Ada",
                "1 phone online. The monthly quota is used up: calls that cost money are stopped.",
            ),
        ),
        (
            ("blocked",),
            {"devices": (PHONE,)},
            ("bad", "Your account is blocked, Ada", "No calls in or out. Ask your provider."),
        ),
    ],
)
def test_one_sentence_says_whether_calls_reach_the_user(
    groups: tuple[str, ...], standing: dict[str, Any], found: tuple[str, str, str]
) -> None:
    account = dataclasses.replace(ADA, groups=groups)
    said = verdict_of(account, dataclasses.replace(QUIET, **standing))
    assert (said.state, *own_words(account, said, "07:53")) == found


def missed(uri: str, minutes_ago: int, name: str = "") -> CallLine:
    start = int((datetime(2026, 7, 1, 12, tzinfo=UTC) - timedelta(minutes=minutes_ago)).timestamp())
    return CallLine(RECEIVED, Call(from_uri=uri, start_time=start, stop_time=start + 9, status=487), name)


def test_missed_calls_of_one_caller_are_one_line_with_name_and_count() -> None:
    answered = CallLine(RECEIVED, Call(from_uri="sip:eve@example.com", start_time=1, stop_time=9, duration=8))
    lines = [
        missed("sip:tom@example.com", 5, "Tom Reyes"),
        missed("sip:0031201234567@example.com", 7),
        answered,
        missed("<sip:tom@example.com>", 9, "Tom Reyes"),
    ]
    assert [(line.who, line.times, line.href, line.at.strftime("%H:%M")) for line in by_caller(lines, LONDON)] == [
        ("Tom Reyes", 2, "sip:tom@example.com", "12:55"),
        ("+31 20 123 4567", 1, "tel:+31201234567", "12:53"),
    ]


def test_a_hidden_number_cannot_be_called_back() -> None:
    (line,) = by_caller([missed("sip:anonymous@anonymous.invalid", 5)], LONDON)
    assert (line.who, line.href) == ("Hidden number", "")


def register(world: Platform, user_agent: str = "Blink 6") -> None:
    """Register a phone of Ada, as the SIP proxy does."""
    now = datetime.now(UTC).replace(tzinfo=None)
    row = {
        "ruid": "one",
        "username": "ada",
        "domain": "example.com",
        "contact": "sip:ada@192.0.2.5:5062",
        "expires": now + timedelta(minutes=10),
        "last_modified": now,
        "user_agent": user_agent,
    }
    with transaction(world.server.proxy, write=True) as connection:
        connection.execute(location.insert(), [row])


def miss(world: Platform, from_uri: str) -> None:
    """Write a call to Ada that was not answered."""
    age_accounts(world.server.engine)
    start = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
    row = {
        "call_id": from_uri,
        "from_uri": from_uri,
        "to_uri": f"sip:{ADDRESS}",
        "to_username": "ada",
        "to_domain": "example.com",
        "start_time": start,
        "stop_time": start + timedelta(seconds=20),
        "status": 487,
    }
    with transaction(world.server.proxy, write=True) as connection:
        connection.execute(calls.insert(), [row])


def test_the_page_says_whether_the_user_can_be_reached_and_which_calls_they_missed(
    ada: Client, world: Platform
) -> None:
    register(world)
    miss(world, "sip:front@example.com")
    miss(world, "sip:tom@example.com")
    world.ngnpro.sip.add_phonebook_entry(SipId.parse(ADDRESS), PhonebookEntry(uri="tom@example.com", name="<b>Tom"))
    world.ngnpro.sip.set_call_diversions(SipId.parse(ADDRESS), CallDiversions(fnoa="sip:bob@example.com"))
    answer = ada.get(HOME)
    text = Page(answer).text
    assert "You can be reached, Ada 1 phone online, else bob@example.com after 35 s" in text
    assert "<b>Tom Today" in text
    assert "front@example.com Today" in text
    assert "<b>Tom" not in answer.content.decode()


def test_do_not_disturb_for_an_hour_is_one_click_and_ended_by_another(ada: Client, world: Platform) -> None:
    form = Page(ada.get(HOME)).root.xpath("//form[@class='dnd']")[0]
    button = form.xpath(".//button[contains(@class, 'dnd-button')]")[0]
    assert "for an hour" in button.text_content()
    answer = ada.post(form.action, {"for": button.get("value"), "next": form.fields["next"]}, follow=True)
    assert answer.redirect_chain == [(HOME, 302)]
    assert "Do not disturb is on until" in Page(answer).text
    rule = world.ngnpro.sip.get_accept_rules(SipId.parse(ADDRESS)).rules.temporary
    assert (rule.groups, rule.duration) == (("nobody",), 60)
    again = Page(answer).root.xpath("//button[contains(@class, 'dnd-button')]")[0]
    assert again.get("value") == "off"
    assert "You cannot be reached" in Page(ada.post(form.action, {"for": "off", "next": HOME}, follow=True)).text


def test_a_temporary_rule_without_an_end_says_so(ada: Client, world: Platform) -> None:
    ada.post(f"/accounts/{ADDRESS}/incoming/disturb/", {"for": "open"})
    assert "otherwise on until you turn it off" in Page(ada.get(HOME)).text


def test_all_calls_go_to_the_mobile_with_one_click_and_back_with_another(ada: Client, world: Platform) -> None:
    assert "Forward all calls to my mobile" not in Page(ada.get(HOME)).text
    mobile = (SipAccountProperty(name="mobile_number", value="+31600960107"),)
    world.ngnpro.sip.update_account(dataclasses.replace(world.account(), groups=("free-pstn",), properties=mobile))
    page = Page(ada.get(HOME))
    assert "Forward all calls to my mobile Off, +31 6 00960107" in page.text
    action = f"/accounts/{ADDRESS}/diversions/forward-all/"
    assert page.root.xpath("//form[@action=$action]", action=action)
    answer = ada.post(action, {"next": HOME}, follow=True)
    assert "All your calls are forwarded, Ada" in Page(answer).text
    assert "Forward all calls On, to +31 6 00960107" in Page(answer).text
    assert Page(answer).root.xpath("//button[@role='switch'][@aria-checked='true']")
    assert "You cannot be reached" in Page(ada.post(action, {"next": HOME, "end": "1"}, follow=True)).text


def test_a_telephone_system_has_no_forwarding_or_do_not_disturb(ada: Client, world: Platform) -> None:
    world.ngnpro.sip.add_to_group(SipId.parse(ADDRESS), "trunking")
    text = Page(ada.get(HOME)).text
    assert "Do not disturb" not in text
    assert "Forward" not in text


def test_every_line_of_the_menu_of_a_telephone_system_leads_to_a_page(ada: Client, world: Platform) -> None:
    world.ngnpro.sip.add_to_group(SipId.parse(ADDRESS), "trunking")
    links = {link for link in Page(ada.get(HOME)).root.xpath("//nav//a/@href") if link.startswith("/")}
    assert f"/accounts/{ADDRESS}/diversions/" in links
    assert {ada.get(link, follow=True).status_code for link in links} == {200}


class TestPage(OpeningCases):
    url = HOME
    calls = (
        "getAcceptRules",
        "getAccount",
        "getAccount",
        "getCallDiversions",
        "getCallStatistics",
        "getCalls",
        "getPhonebookEntries",
        "getSipDeviceLocations",
    )

    @pytest.fixture
    def browser(self, ada: Client) -> Client:
        return ada

    @pytest.fixture(autouse=True)
    def prepared(self, world: Platform) -> None:
        for number in range(3):
            miss(world, f"sip:caller{number}@example.com")

    def stored(self, platform: Platform, address: str = ADDRESS) -> Any:
        return platform.account(address)


def test_a_part_that_ngnpro_does_not_have_leaves_the_rest_of_the_page(ada: Client, world: Platform) -> None:
    world.withdraw("getCalls", "getSipDeviceLocations", "getCallDiversions", "getAcceptRules", "getCallStatistics")
    answer = ada.get(HOME)
    assert answer.status_code == 200
    assert "whether one of your phones is online is not known" in Page(answer).text


def test_after_signing_in_the_menu_leads_to_every_part_of_the_account(ada: Client, world: Platform) -> None:
    answer = ada.get("/", follow=True)
    assert answer.redirect_chain == [(HOME, 302)]
    links = set(Page(answer).links().values())
    parts = [page for page in pages() if page.startswith("accounts:") and page.endswith((":page", ":list"))]
    own = {
        address(page, OWN) for page in parts if Role.SUBSCRIBER in pages()[page].roles and NAMES[page] == ["address"]
    }
    here = set(Page(ada.get(f"/accounts/{ADDRESS}/")).links().values())
    settings = set(Page(ada.get(f"/accounts/{ADDRESS}/settings/")).links().values())
    assert own <= links | here | settings
    assert not [link for link in links if link and link.startswith("/accounts/") and ADDRESS not in link]


def test_subscribers_open_every_part_of_their_own_account_and_no_other(ada: Client, world: Platform) -> None:
    world.add_account("bob@example.com")
    parts = [page for page in pages() if page.startswith("accounts:") and NAMES[page] == ["address"]]
    own = [page for page in parts if Role.SUBSCRIBER in pages()[page].roles]
    assert {"accounts:detail", "accounts:own:home", "accounts:own:settings"} <= set(own)
    for page in parts:
        mine, bobs = address(page), address(page).replace("ada@", "bob@")
        if page not in own:
            assert ada.get(mine).status_code == 404, page
        elif page.endswith((":page", ":list", ":detail")):
            assert ada.get(mine).status_code == 200, page
        assert ada.get(bobs).status_code == (405 if page in own and 405 in EXPECTED[page] else 404), page
        if pages()[page].writes is not WriteMode.NEVER:
            assert ada.post(bobs, {"for": "60", "action": "all"}).status_code == 404, page


def test_the_tabs_at_the_bottom_mark_the_current_page(ada: Client, world: Platform) -> None:
    page = Page(ada.get(HOME))
    (tab,) = page.root.xpath("//nav[@class='tabbar']//a[@aria-current='page']")
    assert " ".join(tab.text_content().split()) == "Home"


def test_staff_have_no_tabs_at_the_bottom(browser: Client, world: Platform) -> None:
    assert Page(browser.get(f"/accounts/{ADDRESS}/")).root.xpath("//nav[@class='tabbar']") == []
    assert browser.get(HOME).status_code == 404


def test_a_missed_call_keeps_its_caller() -> None:
    assert Missed("Tom", "tom@example.com", datetime(2026, 7, 1, tzinfo=UTC)).href == "sip:tom@example.com"
