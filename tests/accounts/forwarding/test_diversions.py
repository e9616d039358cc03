"""The forwarding page, from the browser to NGNPro's database and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest
from django.test import Client

from ngnpro_server.store.accounts import find_account
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.settings import set_diversions
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.ngnpro.records import (
    CallDiversions,
    EnumId,
    EnumMapping,
    EnumNumber,
    SipAccount,
    SipAccountProperty,
    SipAlias,
    SipId,
    VoicemailAccount,
)
from tests.support.journal import changes, latest
from tests.support.page_cases import ConflictCases, OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/diversions/"
ALL = f"{PAGE}forward-all/"
ADA = SipId.parse("ada@example.com")
MOBILE = "sip:+31612345678@example.com"
MAILBOX = "<voice-mailbox>"


@pytest.fixture(autouse=True)
def account(platform: Platform) -> SipAccount:
    platform.add_domain("example.com")
    mobile = SipAccountProperty(name="mobile_number", value="+31612345678")
    web = SipAccountProperty(name="web_password", value="kept-secret")
    return platform.add_account("ada@example.com", groups=("free-pstn",), properties=(mobile, web))


def divert(platform: Platform, address: str = "ada@example.com", **targets: str) -> None:
    platform.ngnpro.sip.set_call_diversions(SipId.parse(address), CallDiversions(**targets))


def stored(platform: Platform) -> CallDiversions:
    return platform.ngnpro.sip.get_call_diversions(ADA)


def give_mailbox(platform: Platform) -> None:
    platform.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com"))


def post(browser: Client, **typed: Any) -> Page:
    data = Page(browser.get(PAGE)).form_data()
    return Page(browser.post(PAGE, data | typed, follow=True))


def test_each_case_has_a_target_and_an_example(browser: Client, platform: Platform) -> None:
    page = Page(browser.get(PAGE))
    assert [page.value_of(name) for name in ("func", "fnol", "fbus", "fnoa", "funv")] == [""] * 5
    assert page.value_of("timeout") == "35"
    for example in (
        "On holiday",
        "no power",
        "A second call comes in",
        "Away from the desk",
        "Do not disturb for an hour",
    ):
        assert example in page.text


def test_every_kind_of_target_is_saved_and_shown_again(browser: Client, platform: Platform) -> None:
    give_mailbox(platform)
    page = post(
        browser,
        fnol="mailbox",
        fbus="other",
        fbus_other="+44 20 7946-0140",
        fnoa="mobile",
        funv="other",
        funv_other="SIP:Bob@Other.example",
        timeout="20",
    )
    assert "was saved" in page.text
    assert stored(platform) == CallDiversions(
        fnol=MAILBOX, fbus="sip:+442079460140@example.com", fnoa=MOBILE, funv="sip:bob@other.example"
    )
    assert platform.account().timeout == 20
    again = Page(browser.get(PAGE))
    values = {name: again.value_of(name) for name in ("fnol", "fbus", "fbus_other", "fnoa", "funv", "funv_other")}
    assert values == {
        "fnol": "mailbox",
        "fbus": "other",
        "fbus_other": "+442079460140",
        "fnoa": "mobile",
        "funv": "other",
        "funv_other": "bob@other.example",
    }


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("142", "sip:142@example.com"),
        ("reception", "sip:reception@example.com"),
        ("0031 (0)20-123", "sip:003120123@example.com"),
        ("tel:+31-20-1234567", "sip:+31201234567@example.com"),
        ("sips:desk@other.example:5061", "sips:desk@other.example:5061"),
        ("desk@[2001:DB8::1]", "sip:desk@[2001:db8::1]"),
        ("desk@bücher.example", "sip:desk@xn--bcher-kva.example"),
    ],
)
def test_input_is_converted_to_one_address(browser: Client, platform: Platform, typed: str, target: str) -> None:
    post(browser, fbus="other", fbus_other=typed)
    assert stored(platform).fbus == target


@pytest.mark.parametrize(
    "wrong", ["reception desk", "a@b@c d", "x" * 65, "desk@", "desk@example.com:99999", "", "@x.nl"]
)
def test_an_invalid_address_is_explained_beside_it_and_nothing_is_saved(
    browser: Client, platform: Platform, wrong: str
) -> None:
    page = post(browser, fbus="other", fbus_other=wrong, timeout="21")
    assert page.response.status_code == 422
    assert page.error_of("fbus_other")
    assert page.value_of("fbus_other") == wrong
    assert stored(platform) == CallDiversions()
    assert platform.account().timeout == 35


def test_the_mobile_number_is_kept_with_the_account_and_forwarding_follows_it(
    browser: Client, platform: Platform
) -> None:
    divert(platform, func=MOBILE)
    post(browser, mobile="0044 7700 900 142")
    assert platform.account().get_property("mobile_number") == "+447700900142"
    assert platform.account().get_property("web_password") == "kept-secret"
    assert stored(platform).func == "sip:+447700900142@example.com"


@pytest.mark.parametrize(("mobile", "said"), [("0612345678", "country code"), ("", "Enter the mobile number")])
def test_a_mobile_number_that_cannot_be_called_is_explained(
    browser: Client, platform: Platform, mobile: str, said: str
) -> None:
    page = post(browser, func="mobile", mobile=mobile)
    assert page.response.status_code == 422
    assert said in page.error_of("mobile")


def test_the_mailbox_is_offered_only_where_there_is_one(browser: Client, platform: Platform) -> None:
    assert "mailbox" not in Page(browser.get(PAGE)).field("func").value_options
    assert "as soon as the account has a mailbox" in Page(browser.get(PAGE)).text
    give_mailbox(platform)
    assert "mailbox" in Page(browser.get(PAGE)).field("func").value_options


def test_without_the_right_to_call_numbers_the_mobile_is_not_offered(browser: Client, platform: Platform) -> None:
    platform.ngnpro.sip.remove_from_group(ADA, "free-pstn")
    page = Page(browser.get(PAGE))
    assert "mobile" not in page.field("func").value_options
    assert page.text.count("lacks the right to call telephone numbers") == 1
    account = platform.ngnpro.sip.get_account(ADA)
    platform.ngnpro.sip.update_account(account.with_property("mobile_number", ""))
    assert "Enter a mobile number" not in Page(browser.get(PAGE)).text
    answer = post(browser, fbus="other", fbus_other="+442079460140")
    assert "lacks the right" in answer.text
    assert stored(platform) == CallDiversions()


def test_while_all_calls_are_forwarded_the_page_says_what_that_switches_off(
    browser: Client, platform: Platform
) -> None:
    divert(platform, func=MOBILE, fbus="sip:desk@example.com")
    page = Page(browser.get(PAGE))
    assert page.text.count("Has no effect while all calls are forwarded.") == 3
    assert page.text.count("Never happens while all calls are forwarded") == 3
    assert "To +31 6 12345678" in page.text


def test_the_page_says_what_a_caller_meets(browser: Client, platform: Platform) -> None:
    divert(platform, fbus="sip:desk@example.com")
    page = Page(browser.get(PAGE))
    steps = [" ".join(step.itertext()) for step in page.root.xpath("//ol[@class='trace']/li")]
    assert steps[3] == "Every phone is busy To desk@example.com"
    assert steps[4] == "Not answered in 35 seconds The call ends"


def lead_here(platform: Platform) -> None:
    platform.add_number("31208001111", "ada@example.com")
    platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("front@example.com"), target=ADA))


class TestPage(OpeningCases, ConflictCases):
    url = PAGE
    forms: ClassVar = {
        "": {"fbus": "other", "fbus_other": "desk@other.example", "fnoa": "mailbox"},
        "forward-all/": {},
    }
    kept: ClassVar = {"": ("fbus", "fbus_other", "fnoa")}
    calls = ("getAccount", "getAccount", "getCallDiversions", "getAliases", "getNumbers")

    @pytest.fixture(autouse=True)
    def prepared(self, platform: Platform) -> None:
        lead_here(platform)
        give_mailbox(platform)

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return stored(platform)

    def change_meanwhile(self, platform: Platform) -> None:
        divert(platform, func="sip:desk@example.com")


def test_after_an_edit_conflict_both_changes_are_saved(browser: Client, platform: Platform) -> None:
    data = Page(browser.get(PAGE)).form_data()
    divert(platform, func="sip:desk@example.com")
    page = Page(browser.post(PAGE, data | {"fbus": "other", "fbus_other": "142"}))
    browser.post(PAGE, page.form_data())
    assert stored(platform) == CallDiversions(func="sip:desk@example.com", fbus="sip:142@example.com")


@pytest.mark.parametrize("own", ["ada", "front@example.com", "+31 20 800 1111", "0031208001111"])
def test_the_accounts_own_addresses_are_doubted_and_refused_by_our_server(
    browser: Client, platform: Platform, own: str
) -> None:
    lead_here(platform)
    page = post(browser, fnoa="other", fnoa_other=own)
    assert "points to this account itself" in page.text
    again = Page(browser.post(PAGE, page.form_data()))
    assert "calls would go round in a circle" in again.text
    assert stored(platform) == CallDiversions()


def test_an_own_number_that_our_server_does_not_follow_is_doubted_and_saved_when_sent_again(
    browser: Client, platform: Platform
) -> None:
    """Our server follows the first SIP address of a number; another server may follow none."""
    number = platform.add_number("31208001111", "ada@example.com")
    first = EnumMapping(mapto="sip:desk@elsewhere.example", priority=1)
    platform.ngnpro.enum.update_number(replace(number, mappings=(first, *number.mappings)))
    page = post(browser, fnoa="other", fnoa_other="+31 20 800 1111")
    assert page.response.status_code == 422
    assert "points to this account itself" in page.text
    assert stored(platform) == CallDiversions()
    again = Page(browser.post(PAGE, page.form_data(), follow=True))
    assert "was saved" in again.text
    assert stored(platform).fnoa


def test_a_confirmation_counts_only_for_the_value_that_was_questioned(browser: Client, platform: Platform) -> None:
    page = post(browser, fnoa="other", fnoa_other="ada")
    changed = browser.post(PAGE, page.form_data() | {"fbus": "other", "fbus_other": "ada"})
    assert changed.status_code == 422
    assert stored(platform) == CallDiversions()


def test_a_loop_over_other_accounts_is_found(browser: Client, platform: Platform) -> None:
    lead_here(platform)
    for name in ("bert", "carl"):
        platform.add_account(f"{name}@example.com")
    divert(platform, "bert@example.com", fnoa="sip:carl@example.com")
    divert(platform, "carl@example.com", func="sip:+31208001111@example.com")
    platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("desk@example.com"), target=SipId.parse("bert@example.com")))
    number = EnumNumber(id=EnumId(number="31208002222"), mappings=(EnumMapping(mapto="sip:bert@example.com"),))
    platform.ngnpro.enum.add_number(number)
    for target in ("bert", "desk", "+31208002222"):
        page = post(browser, func="other", func_other=target)
        assert "forwards calls back to this account through carl@example.com" in page.text
    assert stored(platform) == CallDiversions()


def test_two_others_that_forward_to_each_other_are_looked_at_once(browser: Client, platform: Platform) -> None:
    for name in ("bert", "carl"):
        platform.add_account(f"{name}@example.com")
    divert(platform, "bert@example.com", func="sip:carl@example.com")
    with transaction(platform.server.engine, write=True) as connection:
        # as other servers store it: ours refuses circles
        carl = find_account(connection, "carl", "example.com")
        assert carl is not None
        set_diversions(connection, carl["id"], {"FUNC": "sip:bert@example.com"})
    assert "was saved" in post(browser, fbus="other", fbus_other="bert").text


def test_all_calls_go_to_the_mobile_with_one_click_and_back_with_another(browser: Client, platform: Platform) -> None:
    divert(platform, fbus="sip:desk@example.com")
    assert "Forward all calls to the mobile" in Page(browser.get(PAGE)).text
    answer = browser.post(ALL, follow=True)
    assert "All calls are forwarded to the mobile now." in answer.content.decode()
    assert stored(platform) == CallDiversions(func=MOBILE, fbus="sip:desk@example.com")
    assert "Stop forwarding all calls" in Page(browser.get(PAGE)).text
    browser.post(ALL, {"end": "1"})
    assert stored(platform) == CallDiversions(fbus="sip:desk@example.com")


def test_one_click_goes_back_to_the_page_it_came_from_and_nowhere_else(browser: Client, platform: Platform) -> None:
    here = "/accounts/ada@example.com/"
    assert browser.post(ALL, {"next": here}).headers["Location"] == here
    assert browser.post(ALL, {"next": "https://evil.example/"}).headers["Location"] == "/"
    assert browser.get(ALL).status_code == 405


def test_without_a_mobile_number_one_click_says_what_is_missing(browser: Client, platform: Platform) -> None:
    post(browser, mobile="")
    page = Page(browser.post(ALL, follow=True))
    assert "No mobile number is known" in page.response.content.decode()
    assert stored(platform) == CallDiversions()


def test_a_telephone_system_has_no_forwarding_page_and_no_tab(browser: Client, platform: Platform) -> None:
    platform.ngnpro.sip.add_to_group(ADA, "trunking")
    page = Page(browser.get(PAGE))
    assert page.response.status_code == 200
    assert "A telephone system does this itself" in page.text
    assert not page.root.xpath("//main//form[@method='post' and not(contains(@action, 'block'))]")
    assert browser.post(ALL).status_code == 404
    tabs = Page(browser.get("/accounts/ada@example.com/")).root.xpath("//ul[contains(@class, 'nav-tabs')]//a/@href")
    assert tabs
    assert PAGE not in tabs


def test_each_change_is_in_the_journal_and_can_be_undone(browser: Client, platform: Platform) -> None:
    post(browser, fbus="other", fbus_other="142")
    entry = latest()
    assert (entry.kind, entry.key, entry.part) == ("account", "ada@example.com", "diversions")
    assert changes(entry) == {"FBUS": (None, "sip:142@example.com")}
    browser.post(f"/journal/{entry.pk}/undo/")
    assert stored(platform) == CallDiversions()


def test_unchanged_values_are_not_written(browser: Client, platform: Platform) -> None:
    divert(platform, fbus="sip:desk@example.com")
    data = Page(browser.get(PAGE)).form_data()
    platform.forget_calls()
    browser.post(PAGE, data)
    assert not [call for call in platform.calls if not call.startswith("get")]


def test_a_refusal_lands_on_its_case(browser: Client, platform: Platform) -> None:
    refuse_diversions(platform)
    page = post(browser, fbus="other", fbus_other="142")
    assert page.response.status_code == 422
    assert "not this one." in page.error_of("fbus_other")


def refuse_diversions(platform: Platform) -> None:
    platform.refuse("setCallDiversions", code=FaultCode.VALUE_INVALID, text="FBUS: not this one.")


def test_after_a_refused_second_call_the_page_says_what_is_stored_and_finishes(
    browser: Client, platform: Platform
) -> None:
    refuse_diversions(platform)
    page = post(browser, timeout="20", fbus="other", fbus_other="142")
    platform.mend()
    assert page.response.status_code == 422
    assert "Nothing was saved" not in page.text
    assert "Only a part of the change is stored" in page.text
    assert "The rest was refused and is not stored" in page.text
    assert (platform.account().timeout, stored(platform).fbus) == (20, None)
    again = Page(browser.post(PAGE, page.form_data() | {"fbus_other": "143"}, follow=True))
    assert "was saved" in again.text
    assert (platform.account().timeout, stored(platform).fbus) == (20, "sip:143@example.com")


def test_the_stored_part_can_be_undone(browser: Client, platform: Platform) -> None:
    refuse_diversions(platform)
    page = post(browser, timeout="20", fbus="other", fbus_other="142")
    platform.mend()
    (undo,) = page.root.xpath("//*[@role='alert']//a[text()='Undo']/@href")
    confirmation = Page(browser.get(undo))
    browser.post(undo, confirmation.form_data())
    assert platform.account().timeout == 35


def test_after_an_outage_of_the_second_call_the_page_says_what_is_stored(browser: Client, platform: Platform) -> None:
    platform.run_after("Sip.updateAccount", platform.cut)
    page = post(browser, timeout="20", fbus="other", fbus_other="142")
    assert page.response.status_code == 503
    assert "Only a part of the change is stored" in page.text
    assert "Nothing was saved" not in page.text
    assert page.value_of("fbus_other") == "142"
    platform.mend()
    assert (platform.account().timeout, stored(platform).fbus) == (20, None)
    assert "was saved" in Page(browser.post(PAGE, page.form_data(), follow=True)).text
    assert stored(platform).fbus == "sip:142@example.com"


def test_targets_that_ngnpro_returns_are_escaped(browser: Client, platform: Platform) -> None:
    divert(platform, fbus="sip:x&y'z@example.com")
    assert "x&y'z@" not in browser.get(PAGE).content.decode()


def test_numbers_that_are_not_listed_are_counted(browser: Client, platform: Platform) -> None:
    owner = platform.add_customer()
    platform.add_domain("other.example", customer=owner.id)
    platform.add_account("bob@other.example", owner=owner.id)
    target = {"username": "bob", "domain": "other.example"}
    platform.add_many(
        "Sip",
        "addAlias",
        (
            {
                "alias": {
                    "id": {"username": f"a{number:03}", "domain": "other.example"},
                    "target": target,
                    "owner": owner.id,
                }
            }
            for number in range(53)
        ),
    )
    platform.ngnpro.sip.update_account(replace(platform.account(), owner=owner.id))
    page = Page(browser.get(PAGE))
    offered = [value for value in page.root.xpath("//select[@name='func']//option/@value") if "other.example" in value]
    assert offered == [f"sip:a{number:03}@other.example" for number in range(50)]
    assert "The same owner has 3 more numbers and aliases, which are not listed." in page.text
