"""The page about incoming calls, from the browser to NGNPro's database and back."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.forwarding.services.incoming import minutes_of
from portal.ngnpro.records import (
    AcceptRules,
    CallDiversions,
    PersistentAcceptRule,
    PhonebookEntry,
    SipAccount,
    SipId,
    TemporaryAcceptRule,
)
from tests.support.journal import changes, latest
from tests.support.page_cases import ConflictCases, OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/incoming/"
DISTURB, ADD, REMOVE = f"{PAGE}disturb/", f"{PAGE}reject/add/", f"{PAGE}reject/remove/"
ADA = SipId.parse("ada@example.com")
WORK = PersistentAcceptRule(days=31, start="09:00", stop="17:00", groups=("everybody",))


@pytest.fixture(autouse=True)
def account(platform: Platform) -> SipAccount:
    platform.add_domain("example.com")
    return platform.add_account("ada@example.com")


def rules(platform: Platform) -> AcceptRules:
    return platform.ngnpro.sip.get_accept_rules(ADA).rules


def store(platform: Platform, *weekly: PersistentAcceptRule, **temporary: Any) -> None:
    now = TemporaryAcceptRule(**temporary)
    platform.ngnpro.sip.set_accept_rules(ADA, AcceptRules(persistent=weekly, temporary=now))


def reject(platform: Platform, *members: str) -> None:
    platform.ngnpro.sip.set_reject_members(ADA, members)


def rejected(platform: Platform) -> tuple[str, ...]:
    return platform.ngnpro.sip.get_reject_members(ADA)


def week(browser: Client, **typed: Any) -> Page:
    data = Page(browser.get(PAGE)).form_data()
    return Page(browser.post(PAGE, data | typed, follow=True))


class TestPage(OpeningCases, ConflictCases):
    url = PAGE
    forms: ClassVar = {
        "": {"days_0": ["1"], "start_0": "09:00", "stop_0": "10:00", "groups_0": ["vip"], "rest": "nobody"},
        "disturb/": {"for": "hour"},
        "reject/add/": {"caller": "bob@other.example"},
    }
    kept: ClassVar = {"": ("days_0", "start_0", "groups_0"), "reject/add/": ("caller",)}
    calls = ("getAccount", "getAcceptRules", "getRejectMembers", "getCallDiversions")

    @pytest.fixture(autouse=True)
    def prepared(self, platform: Platform) -> None:
        reject(platform, *(f"sip:user{number}@other.example" for number in range(30)))

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return rules(platform), rejected(platform)

    def change_meanwhile(self, platform: Platform) -> None:
        store(platform, WORK, WORK)


@pytest.mark.parametrize(("length", "minutes"), [("half-hour", 30), ("hour", 60), ("eight-hours", 480), ("open", 0)])
def test_do_not_disturb_is_one_click(browser: Client, platform: Platform, length: str, minutes: int) -> None:
    store(platform, WORK)
    answer = browser.post(DISTURB, {"for": length})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    now = rules(platform).temporary
    assert now.groups == ("nobody",)
    assert minutes - 1 <= now.duration <= minutes
    assert rules(platform).persistent == (WORK,)
    page = Page(browser.get(PAGE))
    assert "No one may call until" in page.text
    assert ("until you turn it off." in page.text) is (length == "open")


def test_until_tomorrow_ends_in_the_morning_where_the_user_lives() -> None:
    evening = datetime(2026, 11, 23, 22, 0, 30, tzinfo=ZoneInfo("Europe/London"))
    assert minutes_of("tomorrow", evening) == 10 * 60
    clocks_go_back = datetime(2026, 10, 24, 22, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert minutes_of("tomorrow", clocks_go_back) == 11 * 60


def test_until_tomorrow_is_one_click_too(browser: Client, platform: Platform) -> None:
    browser.post(DISTURB, {"for": "tomorrow"})
    assert 8 * 60 <= rules(platform).temporary.duration <= 33 * 60


def test_one_click_ends_do_not_disturb(browser: Client, platform: Platform) -> None:
    store(platform, WORK, groups=("nobody",), duration=60)
    assert "Turn off do not disturb" in Page(browser.get(PAGE)).text
    browser.post(DISTURB, {"for": "off"})
    assert rules(platform) == AcceptRules(persistent=(WORK,), temporary=TemporaryAcceptRule())
    platform.forget_calls()
    browser.post(DISTURB, {"for": "off"})
    assert "setAcceptRules" not in platform.calls


def test_a_duration_that_is_not_offered_changes_nothing(browser: Client, platform: Platform) -> None:
    browser.post(DISTURB, {"for": "ever"})
    assert rules(platform).temporary == TemporaryAcceptRule()


def test_one_click_goes_back_to_where_it_came_from_and_nowhere_else(browser: Client, platform: Platform) -> None:
    here = "/accounts/ada@example.com/"
    assert browser.post(DISTURB, {"for": "hour", "next": here}).headers["Location"] == here
    assert browser.post(DISTURB, {"for": "off", "next": "//evil.example"}).headers["Location"] == "/"


def test_another_rule_for_now_is_shown_in_words(browser: Client, platform: Platform) -> None:
    store(platform, groups=("vip", "family"), duration=20)
    assert ": VIP, Family." in Page(browser.get(PAGE)).text


def test_the_page_says_where_rejected_calls_go(browser: Client, platform: Platform) -> None:
    assert "Other callers are refused." in Page(browser.get(PAGE)).text
    platform.ngnpro.sip.set_call_diversions(ADA, CallDiversions(funv="sip:desk@example.com"))
    assert "Refused callers are forwarded" in Page(browser.get(PAGE)).text


def test_a_row_is_added_with_chosen_days(browser: Client, platform: Platform) -> None:
    page = week(browser, days_0=["1", "4", "64"], start_0="09:00", stop_0="17:30", groups_0=["vip", "family"], rest="")
    assert "Choose who may call at all other times." in page.error_of("rest")
    page = week(
        browser, days_0=["1", "4", "64"], start_0="09:00", stop_0="17:30", groups_0=["vip", "family"], rest="nobody"
    )
    assert "were saved" in page.response.content.decode()
    stored = rules(platform).persistent
    assert PersistentAcceptRule(days=69, start="09:00", stop="17:30", groups=("vip", "family")) in stored
    again = Page(browser.get(PAGE)).form_data()
    assert (again["days_0"], again["start_0"], again["stop_0"]) == (["1", "4", "64"], ["09:00"], ["17:30"])
    assert (again["groups_0"], again["rest"]) == (["vip", "family"], ["nobody"])


def test_rows_that_overlap_are_explained_with_what_will_be_saved_and_saved_when_sent_again(
    browser: Client, platform: Platform
) -> None:
    store(platform, WORK)
    page = week(browser, days_1=["4"], start_1="12:00", stop_1="13:00", groups_1=["nobody"])
    assert page.response.status_code == 422
    assert "Rows 1 and 2 overlap Wed, 12:00 to 13:00: row 1 applies then (Everyone)." in page.text
    assert "Row 2 never applies and is left out." in page.text
    assert "This is what will be saved: Mon to Fri 09:00–17:00: Everyone." in page.text
    assert rules(platform).persistent == (WORK,)
    browser.post(PAGE, page.form_data())
    assert rules(platform).persistent == (WORK,)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"days_0": [], "start_0": "09:00", "stop_0": "10:00", "groups_0": ["vip"]}, "days_0"),
        ({"days_0": ["1"], "start_0": "", "stop_0": "10:00", "groups_0": ["vip"]}, "start_0"),
        ({"days_0": ["1"], "start_0": "09:00", "stop_0": "noon", "groups_0": ["vip"]}, "stop_0"),
        ({"days_0": ["1"], "start_0": "09:00", "stop_0": "09:00", "groups_0": ["vip"]}, "stop_0"),
        ({"days_0": ["1"], "start_0": "09:00", "stop_0": "10:00", "groups_0": []}, "groups_0"),
        ({"days_0": ["1"], "start_0": "09:00", "stop_0": "10:00", "groups_0": ["vip", "nobody"]}, "groups_0"),
    ],
)
def test_an_incomplete_row_is_explained_and_nothing_is_lost(
    browser: Client, platform: Platform, typed: dict[str, Any], field: str
) -> None:
    page = week(browser, **typed, rest="nobody")
    assert page.response.status_code == 422
    assert page.root.get_element_by_id(f"id_{field}_error").text_content()
    assert rules(platform).persistent == ()


def test_a_long_week_is_shown_and_saved_whole(browser: Client, platform: Platform) -> None:
    hours = [f"{hour:02}:{minute}" for hour in range(24) for minute in ("00", "20", "40")]
    long = [
        PersistentAcceptRule(days=1, start=start, stop=stop, groups=("vip" if number % 2 else "family",))
        for number, (start, stop) in enumerate(pairwise(hours))
    ]
    store(platform, *long)
    week(browser, days_71=["2"], start_71="08:00", stop_71="09:00", groups_71=["vip"])
    assert len(rules(platform).persistent) == len(long) + 1


def test_a_row_is_removed(browser: Client, platform: Platform) -> None:
    store(platform, WORK)
    week(browser, remove_0="on")
    assert rules(platform).persistent == ()


def test_groups_of_other_clients_survive_and_can_be_chosen(browser: Client, platform: Platform) -> None:
    platform.ngnpro.sip.add_phonebook_entry(ADA, PhonebookEntry(uri="sip:x@y.example", name="X", group="family"))
    store(platform, PersistentAcceptRule(days=1, start="08:00", stop="09:00", groups=("choir",)))
    week(browser, days_1=["2"], start_1="08:00", stop_1="09:00", groups_1=["choir"])
    assert rules(platform).persistent == (PersistentAcceptRule(days=3, start="08:00", stop="09:00", groups=("choir",)),)


def test_saving_the_week_keeps_do_not_disturb(browser: Client, platform: Platform) -> None:
    store(platform, groups=("nobody",), duration=60)
    week(browser, days_0=["1"], start_0="09:00", stop_0="10:00", groups_0=["vip"], rest="everybody")
    assert rules(platform).temporary.groups == ("nobody",)


@pytest.mark.parametrize(
    ("typed", "entry", "shown"),
    [
        ("+31 (6) 1234-5678", "sip:%31612345678@%", "+31 6 12345678"),
        ("0031612345678", "sip:%31612345678@%", "+31 6 12345678"),
        ("sip:+31612345678@gw.example", "sip:%31612345678@%", "+31 6 12345678"),
        ("%31612345678@%", "sip:%31612345678@%", "+31 6 12345678"),
        ("142", "sip:142@example.com", "142"),
        ("Bob@Other.example", "sip:bob@other.example", "bob@other.example"),
        ("@spam.example", "sip:%@spam.example", "everyone who calls from this domain"),
        ("*@spam.example", "sip:%@spam.example", "spam.example"),
    ],
)
def test_a_caller_is_rejected_and_shown_in_words(
    browser: Client, platform: Platform, typed: str, entry: str, shown: str
) -> None:
    page = Page(browser.post(ADD, {"caller": typed}, follow=True))
    assert rejected(platform) == (entry,)
    assert shown in page.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "Enter the caller to reject"),
        ("the man next door", "neither a number nor an address"),
        ("+31", "at least 7 digits"),
        ("ada", "own address"),
        ("anonymous@anonymous.invalid", "hide their number"),
        ("@no domain", "not a domain name"),
    ],
)
def test_an_invalid_caller_is_explained_beside_the_field(
    browser: Client, platform: Platform, wrong: str, said: str
) -> None:
    answer = browser.post(ADD, {"caller": wrong})
    assert answer.status_code == 422
    page = Page(answer)
    assert said in page.error_of("caller")
    assert page.value_of("caller") == wrong
    assert rejected(platform) == ()


def test_a_caller_is_rejected_only_once_and_can_be_removed(browser: Client, platform: Platform) -> None:
    reject(platform, "sip:bob@other.example", "sip:*@spam.example")
    assert "is rejected already" in browser.post(ADD, {"caller": "bob@other.example"}, follow=True).content.decode()
    assert "everyone who calls from this domain" in Page(browser.get(PAGE)).text
    browser.post(REMOVE, {"caller": "sip:bob@other.example"})
    assert rejected(platform) == ("sip:%@spam.example",)
    again = browser.post(REMOVE, {"caller": "sip:bob@other.example"}, follow=True)
    assert "no longer on the list" in again.content.decode()


def test_each_change_is_in_the_journal_and_can_be_undone(browser: Client, platform: Platform) -> None:
    browser.post(ADD, {"caller": "bob@other.example"})
    entry = latest()
    assert (entry.kind, entry.key, entry.part) == ("account", "ada@example.com", "reject")
    assert changes(entry) == {"members": ([], ["sip:bob@other.example"])}
    browser.post(f"/journal/{entry.pk}/undo/")
    assert rejected(platform) == ()
    week(browser, days_0=["1"], start_0="09:00", stop_0="10:00", groups_0=["vip"], rest="nobody")
    entry = latest()
    assert (entry.part, set(changes(entry))) == ("accept-rules", {"persistent"})
    assert "Mon 09:00–10:00: vip" in Page(browser.get(f"/journal/{entry.pk}/")).text
    browser.post(f"/journal/{entry.pk}/undo/")
    assert rules(platform).persistent == ()
    browser.post(DISTURB, {"for": "open"})
    assert (latest().part, set(changes(latest()))) == ("accept-rules", {"temporary"})
    assert "nobody" in Page(browser.get(f"/journal/{latest().pk}/")).text


def test_a_refusal_lands_on_its_field(browser: Client, platform: Platform) -> None:
    platform.refuse("setRejectMembers", code=FaultCode.VALUE_INVALID, text="members: not this one.")
    answer = browser.post(ADD, {"caller": "bob@other.example"})
    assert answer.status_code == 422
    assert "not this one." in Page(answer).error_of("caller")


def test_a_week_that_ngnpro_refuses_is_shown_again(browser: Client, platform: Platform) -> None:
    platform.refuse("setAcceptRules", code=FaultCode.VALUE_INVALID, text="groups: not these.")
    page = week(browser, days_0=["1"], start_0="09:00", stop_0="10:00", groups_0=["vip"], rest="nobody")
    assert page.response.status_code == 422
    assert "not these." in page.text


def test_time_that_passes_is_no_change_by_someone_else(browser: Client, platform: Platform) -> None:
    store(platform, WORK, groups=("nobody",), duration=60)
    data = Page(browser.get(PAGE)).form_data()
    store(platform, WORK, groups=("nobody",), duration=59)
    assert browser.post(PAGE, data).status_code == 302


def test_a_telephone_system_has_no_such_page(browser: Client, platform: Platform) -> None:
    platform.ngnpro.sip.add_to_group(ADA, "trunking")
    assert "A telephone system does this itself" in Page(browser.get(PAGE)).text
    assert browser.post(DISTURB, {"for": "hour"}).status_code == 404
    tabs = Page(browser.get("/accounts/ada@example.com/")).root.xpath("//ul[contains(@class, 'nav-tabs')]//a/@href")
    assert tabs
    assert PAGE not in tabs


def test_callers_that_ngnpro_returns_are_escaped(browser: Client, platform: Platform) -> None:
    reject(platform, "sip:x&y'z@other.example")
    assert "x&y'z@" not in browser.get(PAGE).content.decode()
