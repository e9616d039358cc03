"""Mailboxes, from the browser to NGNPro's database and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest
from django.test import Client

from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import PasswordKind, why_refused
from portal.accounts.voicemail.choices import mailbox_cases, new_pin
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import CallDiversions, SipAccount, SipId, VoicemailAccount, VoicemailOptions
from tests.support.journal import everything, latest, secrets
from tests.support.page_cases import ConflictCases, OpeningCases
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/voicemail/"
ADD, DELETE = f"{PAGE}add/", f"{PAGE}delete/"
ADA = SipId.parse("ada@example.com")
MAILBOX = "<voice-mailbox>"
TYPED = {"name": "Ada Byron", "email": "ada@mail.example", "keep": "on", "password": "", "take": ["fbus", "fnoa"]}


@pytest.fixture(autouse=True)
def account(platform: Platform) -> SipAccount:
    platform.add_domain("example.com")
    return platform.add_account("ada@example.com")


@pytest.fixture
def mailbox(platform: Platform) -> VoicemailAccount:
    return platform.ngnpro.voicemail.add_account(
        VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com", password="739184")
    )


def stored(platform: Platform) -> VoicemailAccount | None:
    return or_none(platform.ngnpro.voicemail.get_account, ADA)


def diversions(platform: Platform) -> CallDiversions:
    return platform.ngnpro.sip.get_call_diversions(ADA)


def divert(platform: Platform, **targets: str) -> None:
    platform.ngnpro.sip.set_call_diversions(ADA, CallDiversions(**targets))


def edit(browser: Client, **typed: Any) -> Page:
    data = Page(browser.get(PAGE)).form_data()
    return Page(browser.post(PAGE, {**data, **typed}, follow=True))


@pytest.mark.usefixtures("mailbox")
class TestPage(OpeningCases, ConflictCases):
    url = PAGE
    forms: ClassVar = {
        "": {"name": "Ada King"},
        "add/": TYPED,
        "delete/": {"name": "ada@example.com"},
    }
    kept: ClassVar = {"": ("name",), "add/": ("email",)}
    calls = ("getAccount", "getAccount", "getCallDiversions")

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return stored(platform)

    def change_meanwhile(self, platform: Platform) -> None:
        account = platform.ngnpro.voicemail.get_account(ADA)
        platform.ngnpro.voicemail.update_account(replace(account, name="Somebody"))


def test_a_typed_pin_does_not_come_back_in_an_outage(
    browser: Client, platform: Platform, mailbox: VoicemailAccount
) -> None:
    data = Page(browser.get(PAGE)).form_data()
    platform.cut()
    answer = browser.post(PAGE, data | {"password": "582719"})
    assert answer.status_code == 503
    assert "582719" not in answer.content.decode()


def test_an_account_without_a_mailbox_is_offered_one(browser: Client, platform: Platform) -> None:
    page = Page(browser.get(PAGE))
    assert "This account has no mailbox" in page.text
    assert page.links()["Add a mailbox"] == ADD
    form = Page(browser.get(ADD))
    assert (form.value_of("name"), form.value_of("email")) == ("Ada Byron", "ada@example.com")
    assert browser.get(DELETE).status_code == 404


def test_a_mailbox_is_added_and_its_pin_is_shown_once(browser: Client, platform: Platform) -> None:
    answer = browser.post(ADD, TYPED, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    pin = Page(answer).root.get_element_by_id("pin").text
    mailbox = stored(platform)
    assert mailbox is not None
    assert (mailbox.name, mailbox.email, mailbox.options.delete) == ("Ada Byron", "ada@mail.example", False)
    assert mailbox.password == pin
    again = browser.get(PAGE).content.decode()
    assert pin not in again
    assert "Set; it is never shown" in again
    assert diversions(platform) == CallDiversions(fbus=MAILBOX, fnoa=MAILBOX)


def test_a_typed_pin_is_stored_and_never_shown(browser: Client, platform: Platform) -> None:
    answer = browser.post(ADD, TYPED | {"password": "739184"}, follow=True)
    assert "739184" not in answer.content.decode()
    assert stored(platform).password == "739184"  # type: ignore[union-attr]


def test_the_form_shows_the_present_forwarding_of_each_case(browser: Client, platform: Platform) -> None:
    divert(platform, fbus="sip:desk@example.com")
    page = Page(browser.get(ADD))
    assert "Busy, now to desk@example.com" in page.text
    assert page.form_data()["take"] == ["fnol", "fnoa"]
    browser.post(ADD, {**TYPED, "take": ["fnoa"]})
    assert diversions(platform) == CallDiversions(fbus="sip:desk@example.com", fnoa=MAILBOX)


@pytest.mark.parametrize(
    ("name", "value"),
    [("password", "123"), ("password", "12a4"), ("password", "1111"), ("password", "4321"), ("email", "nobody")],
)
def test_bad_input_is_explained_beside_its_field_and_nothing_is_saved(
    browser: Client, platform: Platform, name: str, value: str
) -> None:
    answer = browser.post(ADD, TYPED | {name: value})
    assert answer.status_code == 422
    page = Page(answer)
    assert page.error_of(name)
    assert page.value_of("name") == "Ada Byron"
    assert stored(platform) is None
    if name == "password":
        assert f'value="{value}"' not in answer.content.decode()


def test_messages_that_are_kept_nowhere_are_refused(browser: Client, platform: Platform) -> None:
    answer = browser.post(ADD, {"name": "Ada", "email": ""})
    assert "they would be lost" in Page(answer).error_of("email")


def test_generated_pins_pass_the_policy() -> None:
    for _time in range(50):
        pin = new_pin()
        assert why_refused(PasswordKind.PIN, pin) is None
        assert len(pin) == 6
        assert "0" not in pin


@pytest.mark.parametrize("pin", ["1234", "0000", "2580", "3120", "5169", "7007"])
def test_a_pin_that_is_easy_to_guess_is_refused_at_its_field(browser: Client, platform: Platform, pin: str) -> None:
    platform.ngnpro.sip.update_account(replace(platform.account(), rpid="+31208005169"))
    platform.add_account("7007@example.com")
    url = ADD.replace("ada@", "7007@") if pin == "7007" else ADD
    answer = browser.post(url, {"name": "Ada", "email": "ada@example.com", "password": pin})
    assert answer.status_code == 422
    assert "too easy to guess" in Page(answer).error_of("password")
    assert or_none(platform.ngnpro.voicemail.get_account, SipId.parse(url.split("/")[2])) is None


def test_an_edit_changes_what_was_typed_and_keeps_the_pin(
    browser: Client, platform: Platform, mailbox: VoicemailAccount
) -> None:
    page = edit(browser, name="Ada King", keep="on")
    assert "was saved" in page.response.content.decode()
    now = stored(platform)
    assert now is not None
    assert (now.name, now.options, now.password) == ("Ada King", VoicemailOptions(delete=False), "739184")
    assert "739184" not in page.response.content.decode()


def test_a_new_pin_is_made_and_shown_once(browser: Client, platform: Platform, mailbox: VoicemailAccount) -> None:
    page = edit(browser, make_pin="on")
    pin = page.root.get_element_by_id("pin").text
    assert stored(platform).password == pin != "739184"  # type: ignore[union-attr]
    assert pin not in browser.get(PAGE).content.decode()
    assert "Either type a PIN" in edit(browser, make_pin="on", password="582719").error_of("password")


def test_a_pin_that_was_not_saved_is_not_shown(browser: Client, platform: Platform, mailbox: VoicemailAccount) -> None:
    platform.refuse("Voicemail.updateAccount", code=FaultCode.VALUE_INVALID, text="name: not this one.")
    page = edit(browser, make_pin="on")
    assert page.response.status_code == 422
    assert "not this one." in page.error_of("name")
    assert not Page(browser.get(PAGE)).root.xpath("//*[@id='pin']")


def test_the_page_says_which_calls_come_to_the_mailbox(
    browser: Client, platform: Platform, mailbox: VoicemailAccount
) -> None:
    assert "no one can leave a message" in Page(browser.get(PAGE)).text
    divert(platform, fbus=MAILBOX, funv=f"sip:{mailbox.mailbox}@voicemail.example")
    assert "Busy, Refused" in Page(browser.get(PAGE)).text


def test_before_a_mailbox_is_deleted_the_page_lists_what_is_forwarded_to_it(
    browser: Client, platform: Platform, mailbox: VoicemailAccount
) -> None:
    divert(platform, fbus=MAILBOX, fnoa="sip:desk@example.com")
    page = Page(browser.get(DELETE))
    assert "Cases that are forwarded to it" in page.text
    assert "Busy" in page.text
    assert browser.post(DELETE).status_code == 422
    assert stored(platform) is not None
    browser.post(DELETE, {"name": "ada@example.com"})
    assert stored(platform) is None
    assert diversions(platform) == CallDiversions(fnoa="sip:desk@example.com")


def test_diversions_to_a_deleted_mailbox_that_a_server_leaves_are_removed(
    browser: Client, platform: Platform, mailbox: VoicemailAccount
) -> None:
    divert(platform, fbus=f"sip:{mailbox.mailbox}@voicemail.example", fnoa=MAILBOX, fnol="sip:desk@example.com")
    browser.post(DELETE, {"name": "ada@example.com"})
    assert diversions(platform) == CallDiversions(fnol="sip:desk@example.com")


def test_an_account_named_like_the_mailbox_number_is_not_the_mailbox() -> None:
    diverted = CallDiversions(fbus="sip:100001@example.com", fnoa="sip:100001@voicemail.example", func="voice-mailbox")
    assert mailbox_cases(diverted, "100001", "example.com") == ["func", "fnoa"]
    assert mailbox_cases(diverted, "", "example.com") == ["func"]


def test_an_added_mailbox_without_forwarded_calls_is_reported(browser: Client, platform: Platform) -> None:
    platform.refuse("setCallDiversions", code=FaultCode.VALUE_INVALID, text="FBUS: not this one.")
    text = browser.post(ADD, TYPED, follow=True).content.decode()
    assert "The mailbox was added, but calls do not go to it yet: not this one." in text
    assert stored(platform) is not None


def test_the_group_follows_the_mailbox_where_the_server_leaves_that_to_its_clients(
    browser: Client, platform: Platform
) -> None:
    member = {"sipId": {"username": "ada", "domain": "example.com"}, "group": "voicemail"}
    for operation, undo in (("addAccount", "removeFromGroup"), ("deleteAccount", "addToGroup")):
        platform.run_after(f"Voicemail.{operation}", lambda undo=undo: platform.server.call("Sip", undo, **member))
    browser.post(ADD, {**TYPED, "take": []})
    assert "voicemail" in platform.account().groups
    browser.post(DELETE)
    assert "voicemail" not in platform.account().groups


def test_a_mailbox_is_journalled_without_the_pin_and_can_be_undone(browser: Client, platform: Platform) -> None:
    pin = Page(browser.post(ADD, {**TYPED, "take": []}, follow=True)).root.get_element_by_id("pin").text
    entry = latest()
    assert (entry.kind, entry.key, entry.part) == ("account", "ada@example.com", "mailbox")
    assert "password" in secrets(entry)
    assert str(pin) not in everything()
    browser.post(f"/journal/{entry.pk}/undo/")
    assert stored(platform) is None


def test_a_second_mailbox_is_refused_in_words(browser: Client, platform: Platform, mailbox: VoicemailAccount) -> None:
    answer = browser.post(ADD, TYPED)
    assert answer.status_code == 422
    assert "has a mailbox already" in Page(answer).text


def test_a_name_that_ngnpro_returns_is_escaped(browser: Client, platform: Platform) -> None:
    platform.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="<b>Ada</b>", email="a@b.example"))
    assert "<b>Ada</b>" not in browser.get(PAGE).content.decode()
