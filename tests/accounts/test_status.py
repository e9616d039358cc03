"""One sentence that states whether an account can currently make and receive calls."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.status import AccountStatus, Unknown, diversions_in_words, verdict_of, verdict_sentence
from portal.ngnpro.records import (
    CallDiversions,
    EnumId,
    EnumMapping,
    EnumNumber,
    EnumRange,
    EnumRangeId,
    PhonebookEntry,
    SipAccount,
    SipAccountProperty,
    SipAlias,
    SipDeviceLocation,
    SipId,
    TemporaryAcceptRule,
)
from portal.people.operators.models import Operator
from tests.support.calls import ago, write_call
from tests.support.pages import Page as Shown
from tests.support.portal import Platform, signed_in

ADA = SipAccount(id=SipId(username="ada", domain="example.com"), first_name="Ada", groups=("free-pstn",))
PHONE = SipDeviceLocation(user_agent="Yealink T54W")
QUIET = AccountStatus(devices=(), diversions=CallDiversions(), rule=TemporaryAcceptRule(), mailbox=None, balance=None)
BY_RESELLER = (SipAccountProperty(name="blocked_by", value="reseller"),)
MAILBOX = "<voice-mailbox>"


@pytest.mark.parametrize(
    ("account", "standing", "state", "sentence"),
    [
        ({}, {}, "", "Ada cannot be reached: no phone is online."),
        ({}, {"devices": (PHONE,)}, "on", "Ada can call and be reached on one phone."),
        (
            {"groups": ()},
            {"devices": (PHONE,)},
            "on",
            "Ada can call and be reached on one phone. Calls to telephones outside the platform are not allowed.",
        ),
        ({}, {"devices": (PHONE, PHONE)}, "on", "Ada can call and be reached on 2 phones."),
        (
            {},
            {"devices": (PHONE,), "diversions": CallDiversions(fnoa=MAILBOX)},
            "on",
            "Ada can be reached on one phone; calls not answered go to voicemail.",
        ),
        (
            {},
            {"diversions": CallDiversions(fnol="sip:bob@example.com")},
            "warn",
            "No phone of Ada is online; calls go to bob@example.com.",
        ),
        (
            {},
            {"devices": (PHONE,), "diversions": CallDiversions(func="sip:bob@example.com")},
            "on",
            "All calls to Ada go to bob@example.com.",
        ),
        (
            {},
            {"rule": TemporaryAcceptRule(groups=("nobody",), duration=0)},
            "warn",
            "Do not disturb is on for Ada until it is ended.",
        ),
        (
            {},
            {"devices": (PHONE,), "rule": TemporaryAcceptRule(groups=("nobody",), duration=30)},
            "warn",
            "Do not disturb is on for Ada for another 30 minutes.",
        ),
        ({}, {"devices": Unknown("why")}, "", "Whether Ada has a phone online is not known."),
        ({"groups": ("blocked",)}, {}, "bad", "Ada can neither call nor be called: the account is blocked."),
        (
            {"groups": ("blocked",), "properties": BY_RESELLER},
            {"devices": (PHONE,)},
            "bad",
            "Ada can neither call nor be called: the account is blocked by the reseller or the operator.",
        ),
        (
            {"groups": ("quota", "free-pstn")},
            {"devices": (PHONE,)},
            "warn",
            "Ada can call and be reached on one phone. "
            "The monthly quota is used up: calls that cost money are stopped.",
        ),
        (
            {"prepaid": True},
            {"devices": (PHONE,), "balance": 0.0},
            "warn",
            "Ada can call and be reached on one phone. The balance is used up: calls that cost money are stopped.",
        ),
        (
            {"prepaid": True, "groups": ("free-pstn",)},
            {"devices": (PHONE,), "balance": 0.01},
            "warn",
            "Ada can call and be reached on one phone. Little of the balance is left: 0.01.",
        ),
    ],
)
def test_the_sentence_says_how_the_account_stands(
    account: dict[str, Any], standing: dict[str, Any], state: str, sentence: str
) -> None:
    found = verdict_of(dataclasses.replace(ADA, **account), dataclasses.replace(QUIET, **standing))
    assert (found.state, verdict_sentence(dataclasses.replace(ADA, **account), found)) == (state, sentence)


def test_forwarding_names_conditions_and_targets_in_words() -> None:
    standing = dataclasses.replace(QUIET, diversions=CallDiversions(fbus=MAILBOX, fnoa="sip:bob@example.com"))
    assert diversions_in_words(standing, dataclasses.replace(ADA, timeout=25)) == [
        ("Busy", "voicemail"),
        ("Not answered after 25 s", "bob@example.com"),
    ]


@pytest.fixture
def record(world: Platform) -> Platform:
    ada = SipId.parse("ada@example.com")
    world.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("reception@example.com"), target=ada))
    world.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="3120900"), min_digits=11, max_digits=11))
    mapping = EnumMapping(mapto="sip:ada@example.com")
    world.ngnpro.enum.add_number(EnumNumber(id=EnumId(number="31209005100"), mappings=(mapping,)))
    world.ngnpro.sip.set_call_diversions(ada, CallDiversions(fnol="sip:bob@other.example"))
    return world


def test_the_record_page_shows_what_points_to_the_account_and_where_its_calls_go(
    browser: Client, record: Platform
) -> None:
    text = Shown(browser.get("/accounts/ada@example.com/")).text
    assert "No phone of Ada is online; calls go to bob@other.example." in text
    assert "+31 20 900 5100" in text
    assert "reception@example.com" in text


def test_every_fact_leads_to_its_part_where_the_viewer_may_open_it(people: dict[str, Client], record: Platform) -> None:
    links = Shown(people["operator"].get("/accounts/ada@example.com/")).links()
    assert links["Rights"] == "/accounts/ada@example.com/groups/"
    assert links["Allowed from"] == "/accounts/ada@example.com/acl/"
    own = Shown(people["subscriber"].get("/accounts/ada@example.com/")).links()
    assert "Rights" not in own
    assert "Allowed from" not in own
    assert own["Reset password"] == "/accounts/ada@example.com/passwords/"


def test_many_numbers_and_aliases_are_paged(browser: Client, record: Platform) -> None:
    ada = SipId.parse("ada@example.com")
    for number in range(11):
        record.ngnpro.sip.add_alias(SipAlias(id=SipId.parse(f"a{number:02}@example.com"), target=ada))
        mapping = EnumMapping(mapto="sip:ada@example.com")
        record.ngnpro.enum.add_number(EnumNumber(id=EnumId(number=f"312090052{number:02}"), mappings=(mapping,)))
    page = Shown(browser.get("/accounts/ada@example.com/"))
    assert "1 to 10 of 13" in page.text
    second = Shown(browser.get(f"/accounts/ada@example.com/{page.links()['Next ten']}"))
    assert "11 to 13 of 13" in second.text
    assert "Previous ten" in second.links()
    for odd in ("?numbers=x", "?aliases=-1", "?numbers=99999999999", "?numbers=5000"):
        assert browser.get(f"/accounts/ada@example.com/{odd}").status_code == 200


def test_names_with_wildcards_in_them_find_only_what_leads_to_themselves(browser: Client, record: Platform) -> None:
    record.add_account("a_a@example.com", first_name="Odd")
    text = Shown(browser.get("/accounts/a_a@example.com/")).text
    assert "reception@example.com" not in text
    assert "+31 20 900 5100" not in text


def test_the_list_opens_when_phones_and_balances_are_unknown(browser: Client, record: Platform) -> None:
    record.add_account("paid@example.com", prepaid=True)
    record.refuse("getSipDeviceLocations", "getPrepaidStatus", code=FaultCode.INTERNAL_ERROR)
    answer = browser.get("/accounts/?domain=example.com&sort=username")
    assert answer.status_code == 200
    rows = Shown(answer).rows()
    assert [row[1] for row in rows] == ["Active", "Active"]
    assert "Prepaid" in rows[1]


def test_a_part_that_ngnpro_does_not_have_leaves_the_rest_of_the_page(browser: Client, record: Platform) -> None:
    record.withdraw("getCalls", "getSipDeviceLocations", "getCallDiversions")
    answer = browser.get("/accounts/ada@example.com/")
    assert answer.status_code == 200
    assert "Whether Ada has a phone online is not known." in Shown(answer).text
    assert browser.get("/accounts/").status_code == 200


def test_what_the_calls_of_the_month_cost_is_shown_beside_the_quota_to_those_who_may_see_calls(
    browser: Client, people: dict[str, Client], record: Platform
) -> None:
    record.ngnpro.sip.update_account(SipAccount(id=ADA.id, quota=25))
    write_call(record, "ada@example.com", "bob@other.example", ago(), price=2.5)
    page, home = "/accounts/ada@example.com/", "/accounts/ada@example.com/home/"
    assert "Monthly quota 25 used this month: 2.50" in " ".join(Shown(browser.get(page)).text.split())
    assert "2.50 of 25" in Shown(people["subscriber"].get(home)).text
    Operator.objects.create_user("careful", "a-long-enough-one", may_see_calls=False)
    careful = Shown(signed_in("careful", "a-long-enough-one").get(page)).text
    assert "Monthly quota" in careful
    assert "used this month" not in careful
    record.refuse("getCallStatistics", code=FaultCode.INTERNAL_ERROR)
    assert "used this month: unknown" in Shown(browser.get(page)).text


def test_the_record_page_makes_a_fixed_number_of_calls(browser: Client, record: Platform) -> None:
    browser.get("/accounts/ada@example.com/")
    record.forget_calls()
    browser.get("/accounts/ada@example.com/")
    assert sorted(record.calls) == [
        "getAcceptRules",
        "getAccount",
        "getAccount",
        "getAliases",
        "getCallDiversions",
        "getCallStatistics",
        "getCalls",
        "getNumbers",
        "getPhonebookEntries",
        "getSipDeviceLocations",
    ]


def test_the_newest_calls_have_numbers_in_groups_and_the_names_of_contacts(browser: Client, record: Platform) -> None:
    number = "0031208005169@example.com"
    write_call(record, "ada@example.com", number)
    assert "to +31 20 800 5169" in Shown(browser.get("/accounts/ada@example.com/")).text
    entry = PhonebookEntry(uri=f"sip:{number}", name="Harbour Clinic")
    record.ngnpro.sip.add_phonebook_entry(SipId.parse("ada@example.com"), entry)
    text = Shown(browser.get("/accounts/ada@example.com/")).text
    assert "Harbour Clinic +31 20 800 5169" in text
    assert "0031208005169" not in text


def tabs_of(page: Shown) -> list[str]:
    return [tab.text for tab in page.root.xpath("//ul[contains(@class, 'nav-tabs')]//a")]


def test_an_account_has_six_tabs_and_each_page_is_below_one(browser: Client, record: Platform) -> None:
    assert tabs_of(Shown(browser.get("/accounts/ada@example.com/"))) == [
        "Overview",
        "Calls",
        "Forwarding and do not disturb",
        "Voicemail",
        "Contacts and barring",
        "Settings",
    ]
    page = Shown(browser.get("/accounts/ada@example.com/barring/"))
    assert (
        page.root.xpath("//ul[contains(@class, 'nav-tabs')]//a[@aria-current='true']")[0].text == "Contacts and barring"
    )
    below = page.root.xpath("//nav[@aria-label='Contacts and barring']/a")
    assert [(one.text, one.get("aria-current")) for one in below] == [("Contacts", None), ("Barring", "page")]


def test_telephone_systems_have_no_tab_for_what_they_handle_themselves(browser: Client, record: Platform) -> None:
    record.ngnpro.sip.add_to_group(SipId.parse("ada@example.com"), "trunking")
    assert "Forwarding and do not disturb" not in tabs_of(Shown(browser.get("/accounts/ada@example.com/")))


def test_every_tab_fetches_the_health_card_after_it_was_opened_with_no_call_of_its_own(
    browser: Client, people: dict[str, Client], record: Platform
) -> None:
    page = Shown(browser.get("/accounts/ada@example.com/acl/"))
    card = page.root.get_element_by_id("glance")
    assert card.get("hx-get") == "/accounts/ada@example.com/"
    assert card.find("a").get("href") == "/accounts/ada@example.com/"
    whole = Shown(browser.get("/accounts/ada@example.com/")).root.get_element_by_id("glance")
    assert whole.get("hx-get") is None
    assert "No phone of Ada is online" in whole.text_content()
    own = Shown(people["subscriber"].get("/accounts/ada@example.com/contacts/"))
    assert not own.root.xpath("//*[@id='glance']")


def test_the_head_of_every_tab_says_that_an_account_is_blocked(browser: Client, record: Platform) -> None:
    record.ngnpro.sip.add_to_group(SipId.parse("ada@example.com"), "blocked")
    head = Shown(browser.get("/accounts/ada@example.com/acl/")).root.find(".//h1")
    assert " ".join(head.text_content().split()) == "Ada Byron Blocked"


def filters_of(browser: Client) -> set[str]:
    page = Shown(browser.get("/accounts/"))
    return {one.get("name") for one in page.root.xpath("//form[@id='filters']//*[@name]")}


def test_filters_by_owners_are_shown_to_those_who_see_records_of_several(
    people: dict[str, Client], world: Platform
) -> None:
    assert filters_of(people["operator"]) >= {"owner", "customer", "reseller"}
    assert {"owner", "customer", "reseller"} & filters_of(people["reseller"]) == {"owner", "customer"}
    assert not {"owner", "customer", "reseller"} & filters_of(people["customer"])
