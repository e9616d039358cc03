"""The barring page, from the browser to NGNPro's database and back."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.test import Client

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.forwarding.choices.barring import barring_prefix, explain_prefixes
from portal.ngnpro.records import SipAccount, SipAccountProperty, SipId
from tests.support.journal import changes, latest
from tests.support.page_cases import ConflictCases, OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/barring/"
ADA = SipId.parse("ada@example.com")


@pytest.fixture(autouse=True)
def account(platform: Platform) -> SipAccount:
    platform.add_domain("example.com")
    mobile = SipAccountProperty(name="mobile_number", value="+31612345678")
    return platform.add_account("ada@example.com", groups=("free-pstn",), rpid="31208001111", properties=(mobile,))


def bar(platform: Platform, *prefixes: str) -> None:
    platform.ngnpro.sip.set_barring_prefixes(ADA, prefixes)


def barred(platform: Platform) -> tuple[str, ...]:
    return platform.ngnpro.sip.get_barring_prefixes(ADA)


def post(browser: Client, text: str) -> Page:
    data = Page(browser.get(PAGE)).form_data()
    return Page(browser.post(PAGE, data | {"prefixes": text}, follow=True))


class TestPage(OpeningCases, ConflictCases):
    url = PAGE
    forms: ClassVar = {"": {"prefixes": "+49900"}}
    kept: ClassVar = {"": ("prefixes",)}
    calls = ("getAccount", "getBarringPrefixes")

    @pytest.fixture(autouse=True)
    def prepared(self, platform: Platform) -> None:
        bar(platform, *(f"+49{number}" for number in range(100, 160)))

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return barred(platform)

    def change_meanwhile(self, platform: Platform) -> None:
        bar(platform, "+882")


def test_prefixes_are_typed_as_on_paper_and_saved_in_one_form(browser: Client, platform: Platform) -> None:
    page = post(browser, "+49 900\n\n0044 (0)90-\n+882\n")
    assert "was saved" in page.response.content.decode()
    assert set(barred(platform)) == {"+49900", "+4490", "+882"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0900", "begin with + and the country code"),
        ("900", "begin with + and the country code"),
        ("+49x", "not made of digits"),
        ("+", "not made of digits"),
        ("+0900", "without zeros"),
        ("+1234567890123456", "and 15 digits at most"),
        ("+49900\n+49 900", "stands there twice"),
    ],
)
def test_every_line_that_cannot_be_read_is_named_and_nothing_is_dropped(
    browser: Client, platform: Platform, line: str, said: str
) -> None:
    page = post(browser, f"+4490\n{line}\n0190")
    assert page.response.status_code == 422
    text = page.text
    assert said in text
    assert "“0190”: begin with +" in text
    assert page.value_of("prefixes").split("\n")[0].strip() == "+4490"
    assert barred(platform) == ()


def test_each_barred_prefix_is_shown_with_an_example(browser: Client, platform: Platform) -> None:
    bar(platform, "+49900", "+4490", "+44", "+882")
    rows = {row[0]: row[1:] for row in Page(browser.get(PAGE)).rows()}
    assert rows["+49900"][0] == "Germany"
    assert rows["+49900"][1].startswith("+49 900")
    assert rows["+4490+44 bars it already"][0] == "United Kingdom"
    assert rows["+882"][0] == "A service of no country"


@pytest.mark.parametrize("prefix", ["+1", "+7", "+31", "+3190", "+49900", "+870", "+8835100", "+99999"])
def test_the_example_of_a_prefix_begins_with_it(prefix: str) -> None:
    example = explain_prefixes([prefix])[0]
    number = example.number.replace(" ", "").replace("-", "")
    assert number.startswith(prefix)
    assert len(number) > len(prefix)
    assert barring_prefix(number, [prefix]) == prefix


def test_barring_many_countries_needs_a_confirmation(browser: Client, platform: Platform) -> None:
    page = post(browser, "+3")
    assert page.response.status_code == 422
    assert "country codes: Greece, Netherlands, Belgium and 30 more." in page.text
    assert barred(platform) == ()
    browser.post(PAGE, page.form_data())
    assert barred(platform) == ("+3",)


def test_barring_own_numbers_needs_a_confirmation(browser: Client, platform: Platform) -> None:
    page = post(browser, "+31")
    assert "+31 also bars +31 6 12345678" in page.text
    assert "+31 also bars +31 20 800 1111" in page.text
    assert barred(platform) == ()


def test_stored_values_need_no_confirmation(browser: Client, platform: Platform) -> None:
    bar(platform, "+31")
    post(browser, "+31\n+49900")
    assert set(barred(platform)) == {"+31", "+49900"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+49 900 123", "+49900123 is barred by +49900."),
        ("0049900123", "+49900123 is barred by +49900."),
        ("+4930123", "+4930123 is not barred here."),
        ("0900123", "with + and country code"),
    ],
)
def test_a_number_can_be_tried(browser: Client, platform: Platform, number: str, said: str) -> None:
    bar(platform, "+49900", "+4990")
    assert said in Page(browser.get(PAGE, {"number": number})).text


def test_without_the_right_to_call_numbers_the_page_says_so(browser: Client, platform: Platform) -> None:
    platform.ngnpro.sip.remove_from_group(ADA, "free-pstn")
    assert "lacks the right to call telephone numbers" in Page(browser.get(PAGE)).text


def test_a_change_is_in_the_journal_and_can_be_undone(browser: Client, platform: Platform) -> None:
    post(browser, "+49900")
    entry = latest()
    assert (entry.kind, entry.key, entry.part) == ("account", "ada@example.com", "barring")
    assert changes(entry) == {"prefixes": ([], ["+49900"])}
    browser.post(f"/journal/{entry.pk}/undo/")
    assert barred(platform) == ()


def test_unchanged_values_are_not_written(browser: Client, platform: Platform) -> None:
    bar(platform, "+49900")
    data = Page(browser.get(PAGE)).form_data()
    platform.forget_calls()
    browser.post(PAGE, data)
    assert not [call for call in platform.calls if not call.startswith("get")]


def test_a_refusal_lands_on_its_field(browser: Client, platform: Platform) -> None:
    platform.refuse("setBarringPrefixes", code=FaultCode.VALUE_INVALID, text="prefixes: not this one.")
    page = post(browser, "+49900")
    assert page.response.status_code == 422
    assert "not this one." in page.error_of("prefixes")


def test_a_prefix_that_ngnpro_returns_is_escaped_and_kept(browser: Client, platform: Platform) -> None:
    platform.change_answer("getBarringPrefixes", lambda _prefixes: ["<b>900</b>"])
    answer = browser.get(PAGE)
    assert "<b>900" not in answer.content.decode()
    assert Page(answer).value_of("prefixes") == "<b>900</b>"
