"""A new account with its username, mailbox, aliases and number: all of them are added, or nothing is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.ngnpro import errors
from portal.ngnpro.records import VOICE_MAILBOX, EnumId, EnumRange, EnumRangeId, SipAlias, SipId
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import Platform

ADD = "/accounts/add/"


@pytest.fixture
def typed() -> dict[str, Any]:
    return {
        "username": "ada",
        "domain": "example.com",
        "first_name": "Ada",
        "last_name": "Byron",
        "email": "ada@mail.example",
        "timezone": "Europe/London",
    }


@pytest.fixture(autouse=True)
def domain(platform: Platform) -> None:
    platform.add_domain("example.com")


@pytest.fixture
def number_range(platform: Platform) -> EnumRange:
    wanted = EnumRange(id=EnumRangeId(prefix="31208005"), min_digits=11, max_digits=11, info="Amsterdam")
    return platform.ngnpro.enum.add_range(wanted)


def names(platform: Platform) -> set[str]:
    return {account.id.username for account in platform.ngnpro.sip.iter_accounts()}


def aliases(platform: Platform) -> dict[str, str]:
    return {str(alias.id): str(alias.target) for alias in platform.ngnpro.sip.get_aliases()}


def numbers(platform: Platform) -> dict[str, str]:
    return {number.id.number: number.mappings[0].mapto for number in platform.ngnpro.enum.get_numbers()}


def has_mailbox(platform: Platform, address: str = "ada@example.com") -> bool:
    try:
        return bool(platform.ngnpro.voicemail.get_account(SipId.parse(address)).sip_id)
    except errors.Missing:
        return False


class TestUsernames:
    def test_a_username_must_be_entered_or_chosen(self, browser: Client, typed: dict[str, Any]) -> None:
        answer = browser.post(ADD, typed | {"username": ""})
        assert answer.status_code == 422
        assert "Type a username" in Page(answer).error_of("username")

    def test_the_next_number_is_above_the_highest_of_accounts_and_aliases(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        for name in ("9", "100", "ada", "7a"):
            platform.add_account(f"{name}@example.com")
        platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("205@example.com"), target=SipId.parse("9@example.com")))
        answer = browser.post(ADD, typed | {"username": "", "naming": "next"})
        assert answer.headers["Location"] == "/accounts/206@example.com/added/"
        assert "206" in names(platform)

    def test_a_typed_number_is_the_lowest_and_keeps_its_width(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        platform.add_account("0100@example.com")
        browser.post(ADD, typed | {"username": "0100", "naming": "next"})
        assert "0101" in names(platform)
        answer = browser.post(ADD, typed | {"username": "ada", "naming": "next"})
        assert "digits only" in Page(answer).error_of("username")

    def test_a_domain_without_numbers_begins_with_1001(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        browser.post(ADD, typed | {"username": "", "naming": "next"})
        assert names(platform) == {"1001"}

    def test_ngnpro_may_choose_it_and_the_page_after_knows_it(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        answer = browser.post(ADD, typed | {"username": "", "naming": "server", "aliases": "front"}, follow=True)
        (name,) = names(platform)
        assert answer.redirect_chain == [(f"/accounts/{name}@example.com/added/", 302)]
        assert len(Page(answer).root.get_element_by_id("password").text) == 16
        assert aliases(platform) == {"front@example.com": f"{name}@example.com"}


class TestWhatComesWithIt:
    def test_a_mailbox_aliases_and_a_number_are_added_and_named(
        self, browser: Client, platform: Platform, typed: dict[str, Any], number_range: EnumRange
    ) -> None:
        more = {"mailbox": "on", "aliases": "Reception\nfront@example.com", "number": "+31 20 800 51 69"}
        text = Page(browser.post(ADD, typed | more, follow=True)).text
        assert has_mailbox(platform)
        assert set(aliases(platform)) == {"reception@example.com", "front@example.com"}
        assert numbers(platform) == {"31208005169": "sip:ada@example.com"}
        boxes, others = "Mailbox, Forwarding to the mailbox", "Alias reception@example.com, Alias front@example.com"
        assert f"Added with it: {boxes}, {others}, Number +31 20 800 5169." in text

    def test_calls_go_to_the_new_mailbox_and_its_pin_is_shown_once(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        page = Page(browser.post(ADD, typed | {"mailbox": "on"}, follow=True))
        ada = SipId.parse("ada@example.com")
        pin = page.root.get_element_by_id("pin").text
        assert platform.ngnpro.voicemail.get_account(ada).password == pin
        assert pin.isdecimal()
        diversions = platform.ngnpro.sip.get_call_diversions(ada)
        found = (diversions.fbus, diversions.fnoa, diversions.fnol, diversions.func, diversions.funv)
        assert found == (VOICE_MAILBOX, VOICE_MAILBOX, VOICE_MAILBOX, None, None)
        assert "voicemail" in platform.ngnpro.sip.get_account(ada).groups
        assert pin not in browser.get("/accounts/ada@example.com/added/").content.decode()

    def test_diversions_that_are_refused_undo_the_mailbox_and_the_account(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        platform.refuse("setCallDiversions")
        answer = browser.post(ADD, typed | {"mailbox": "on"})
        assert answer.status_code == 422
        assert "Forwarding to the mailbox" in Page(answer).error_of("mailbox")
        assert not names(platform)
        assert not has_mailbox(platform)

    @pytest.mark.parametrize(
        ("more", "rpid"),
        [
            ({"number": "+31 20 800 51 69", "caller_id": "on"}, "31208005169"),
            ({"number_range": "31208005@e164.arpa", "caller_id": "on"}, "31208005000"),
            ({"number": "+31 20 800 51 69"}, ""),
            ({"caller_id": "on"}, ""),
        ],
    )
    def test_the_number_becomes_the_caller_id_if_that_is_ticked(
        self,
        browser: Client,
        platform: Platform,
        typed: dict[str, Any],
        number_range: EnumRange,
        more: dict[str, str],
        rpid: str,
    ) -> None:
        assert "checked" in Page(browser.get(ADD)).field("caller_id").attrib
        browser.post(ADD, typed | more)
        assert platform.ngnpro.sip.get_account(SipId.parse("ada@example.com")).rpid == rpid

    def test_the_next_free_number_of_a_range_is_taken(
        self, browser: Client, platform: Platform, typed: dict[str, Any], number_range: EnumRange
    ) -> None:
        page = Page(browser.get(ADD))
        assert "The next free one of" in " ".join(page.field("number_range").itertext())
        browser.post(ADD, typed | {"number_range": "31208005@e164.arpa"})
        browser.post(ADD, typed | {"username": "bob", "number_range": "31208005@e164.arpa"})
        assert numbers(platform) == {"31208005000": "sip:ada@example.com", "31208005001": "sip:bob@example.com"}

    @pytest.mark.parametrize(
        ("more", "field"),
        [({"number_range": "4930123@e164.arpa"}, "number_range"), ({"number": "+49 30 12 34 55"}, "number")],
    )
    def test_no_number_of_another_customer_is_given(
        self, browser: Client, platform: Platform, typed: dict[str, Any], more: dict[str, str], field: str
    ) -> None:
        other = platform.add_customer("Other Clinic")
        key = EnumRangeId(prefix="4930123")
        platform.ngnpro.enum.add_range(EnumRange(id=key, min_digits=9, max_digits=11, customer=other.id))
        answer = browser.post(ADD, typed | more)
        assert answer.status_code == 422
        assert "+4930123 belong to another customer than the domain example.com" in Page(answer).error_of(field)
        assert (names(platform), numbers(platform)) == (set(), {})

    def test_a_full_range_is_reported_before_anything_is_added(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        full = EnumRange(id=EnumRangeId(prefix="31208005169"), min_digits=11, max_digits=11)
        platform.ngnpro.enum.add_range(full)
        platform_range = "31208005169@e164.arpa"
        browser.post(ADD, typed | {"number_range": platform_range})
        answer = browser.post(ADD, typed | {"username": "bob", "number_range": platform_range})
        assert answer.status_code == 422
        assert "full" in Page(answer).error_of("number_range")
        assert names(platform) == {"ada"}

    @pytest.mark.parametrize(
        ("more", "field", "words"),
        [
            ({"aliases": "a b"}, "aliases", "a b: “ ” cannot be"),
            ({"aliases": "x@no domain"}, "aliases", "x@no domain:"),
            ({"aliases": "ada"}, "aliases", "own address"),
            ({"aliases": "\n".join(map(str, range(21)))}, "aliases", "At most 20"),
            ({"number": "+44 x"}, "number", "digits"),
            ({"number": "+31208005169", "number_range": "31208005@e164.arpa"}, "number", "not both"),
        ],
    )
    def test_invalid_input_is_explained_beside_its_field_and_nothing_is_added(
        self,
        browser: Client,
        platform: Platform,
        typed: dict[str, Any],
        number_range: EnumRange,
        more: dict[str, str],
        field: str,
        words: str,
    ) -> None:
        answer = browser.post(ADD, typed | more)
        assert answer.status_code == 422
        assert words in Page(answer).error_of(field)
        assert not names(platform)

    def test_the_form_makes_a_fixed_number_of_calls(
        self, browser: Client, platform: Platform, number_range: EnumRange
    ) -> None:
        browser.get(ADD)
        platform.forget_calls()
        browser.get(ADD)
        assert platform.calls == ["getDomains", "getRanges"]
        platform.forget_calls()
        browser.get(f"{ADD}?domain=example.com")
        assert platform.calls == ["getDomains", "getRanges"]


class TestUndoing:
    MORE = {"mailbox": "on", "aliases": "front\ntaken", "number": "+31 20 800 51 69"}

    @pytest.fixture(autouse=True)
    def taken(self, platform: Platform, number_range: EnumRange) -> None:
        platform.add_account("bob@example.com")
        platform.ngnpro.sip.add_alias(
            SipAlias(id=SipId.parse("taken@example.com"), target=SipId.parse("bob@example.com"))
        )

    def test_a_refused_alias_undoes_everything_and_is_named(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        answer = browser.post(ADD, typed | self.MORE)
        page = Page(answer)
        assert answer.status_code == 422
        assert page.error_of("aliases") == "Alias taken@example.com: This alias exists already."
        assert page.value_of("aliases") == "front\ntaken"
        assert names(platform) == {"bob"}
        assert aliases(platform) == {"taken@example.com": "bob@example.com"}
        assert not has_mailbox(platform)

    def test_a_refused_number_undoes_everything(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        answer = browser.post(ADD, typed | {**self.MORE, "aliases": "front", "number": "+49 30 901820"})
        assert answer.status_code == 422
        assert "is in none of your ranges" in Page(answer).error_of("number")
        assert names(platform) == {"bob"}
        assert set(aliases(platform)) == {"taken@example.com"}

    def test_steps_that_cannot_be_undone_are_named(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        platform.refuse("deleteAlias")
        text = Page(browser.post(ADD, typed | self.MORE, follow=True)).text
        assert "This was not added: Alias taken@example.com. This alias exists already." in text
        for stored in ("Alias front@example.com", "Account ada@example.com, mailbox", "Account ada@example.com"):
            assert f"{stored}: Added Undo" in text
        assert "This is the only time that its SIP password and the PIN of its mailbox are shown." in text
        assert names(platform) == {"ada", "bob"}
        assert numbers(platform) == {}

    def test_a_lost_step_undoes_everything_and_keeps_what_was_typed(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        browser.get(ADD)
        platform.break_off("addAlias")
        answer = browser.post(ADD, typed | {"mailbox": "on", "aliases": "front"})
        page = Page(answer)
        assert answer.status_code == 503
        assert "Nothing was saved." in page.text
        assert page.value_of("aliases") == "front"
        platform.mend()
        assert names(platform) == {"bob"}
        assert not has_mailbox(platform)

    def test_if_the_outcome_of_a_step_is_unknown_the_page_says_so_and_deletes_nothing(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        browser.get(ADD)
        platform.break_off("addAlias", "getAlias")
        answer = browser.post(ADD, typed | {"mailbox": "on", "aliases": "front"})
        assert answer.status_code == 302
        platform.mend()
        text = Page(browser.get(answer.headers["Location"])).text
        assert "Whether this was added is not known: Alias front@example.com." in text
        assert "Account ada@example.com, mailbox: Added Undo ; Account ada@example.com: Added Undo ." in text
        assert names(platform) == {"bob", "ada"}
        assert has_mailbox(platform)

    def test_each_step_has_its_line_in_the_journal(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        browser.post(ADD, typed | {"aliases": "front"})
        entry = latest()
        assert (entry.kind, entry.key, entry.operation) == ("alias", "front@example.com", "addAlias")

    def test_an_account_entered_during_an_outage_is_not_lost(
        self, browser: Client, platform: Platform, typed: dict[str, Any]
    ) -> None:
        platform.cut()
        answer = browser.post(ADD, typed | {"aliases": "front", "number": "+31 20 800 51 69"})
        page = Page(answer)
        assert answer.status_code == 503
        assert page.value_of("aliases") == "front"
        platform.mend()
        assert names(platform) == {"bob"}


@pytest.fixture
def two_customers(platform: Platform) -> None:
    """Two customers with a domain and a number range each."""
    for name, prefix in (("one", "3120111"), ("two", "3120222")):
        customer = platform.add_customer(name)
        platform.add_domain(f"{name}.example", customer=customer.id)
        wanted = EnumRange(id=EnumRangeId(prefix=prefix), min_digits=11, max_digits=11, info=name, customer=customer.id)
        platform.ngnpro.enum.add_range(wanted)


def test_only_ranges_of_the_owner_of_the_domain_are_offered_and_taken(
    browser: Client, platform: Platform, typed: dict[str, Any], two_customers: None
) -> None:
    offered = Page(browser.get(f"{ADD}?domain=one.example")).field("number_range")
    assert [option.get("value") for option in offered] == ["", "3120111@e164.arpa"]
    answer = browser.post(ADD, typed | {"domain": "one.example", "number_range": "3120222@e164.arpa"})
    assert answer.status_code == 422
    assert "another customer" in Page(answer).error_of("number_range")
    assert names(platform) == set()
    browser.post(ADD, typed | {"domain": "one.example", "number_range": "3120111@e164.arpa"})
    assert numbers(platform) == {"31201110000": "sip:ada@one.example"}


def test_the_number_knows_the_account_and_the_account_the_number(
    browser: Client, platform: Platform, typed: dict[str, Any], number_range: EnumRange
) -> None:
    browser.post(ADD, typed | {"number": "+31 20 800 51 69"})
    assert "/enum/numbers/31208005169/e164.arpa/" in Page(browser.get("/accounts/ada@example.com/")).links().values()
    assert "/accounts/ada@example.com/" in Page(browser.get("/enum/numbers/31208005169/e164.arpa/")).links().values()
    assert platform.ngnpro.enum.get_number(EnumId(number="31208005169")).mappings[0].mapto == "sip:ada@example.com"
