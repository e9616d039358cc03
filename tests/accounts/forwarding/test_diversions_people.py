"""Who may open and change an account's forwarding: staff and the account's own user only."""

from __future__ import annotations

from typing import Any

from django.test import Client

from portal.ngnpro.records import CallDiversions, CustomerProperty, SipAlias, SipId, VoicemailAccount
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/accounts/ada@example.com/diversions/"
ALL = f"{PAGE}forward-all/"
ADA = SipId.parse("ada@example.com")


def stored(platform: Platform) -> CallDiversions:
    return platform.ngnpro.sip.get_call_diversions(ADA)


def post(browser: Client, **typed: Any) -> Page:
    data = Page(browser.get(PAGE)).form_data()
    return Page(browser.post(PAGE, data | typed, follow=True))


def test_numbers_and_aliases_of_the_owner_are_offered_to_staff(people: dict[str, Client], world: Platform) -> None:
    world.ngnpro.sip.add_alias(
        SipAlias(id=SipId.parse("desk@example.com"), target=SipId.parse("x@other.example"), owner=2)
    )
    page = Page(people["customer"].get(PAGE))
    assert "sip:desk@example.com" in page.field("func").value_options
    assert "sip:front@example.com" not in page.field("func").value_options
    assert "sip:desk@example.com" not in Page(people["subscriber"].get(PAGE)).field("func").value_options


def test_the_subscriber_changes_his_own_and_nobody_elses(people: dict[str, Client], world: Platform) -> None:
    browser = people["subscriber"]
    assert "was saved" in post(browser, fbus="other", fbus_other="142").text
    assert stored(world).fbus == "sip:142@example.com"
    other = "/accounts/bob@other.example/diversions/"
    assert browser.get(other).status_code == 404
    assert browser.post(other, {"func": "other", "func_other": "142", "timeout": "35"}).status_code == 404
    assert browser.post(f"{other}forward-all/").status_code == 404


def test_who_only_looks_sees_the_page_and_sends_nothing(people: dict[str, Client], world: Platform) -> None:
    browser = people["read-only operator"]
    page = Page(browser.get(PAGE))
    assert page.response.status_code == 200
    assert "Save forwarding" not in page.text
    for address in (PAGE, ALL):
        assert browser.post(address, {"timeout": "35"}).status_code == 403
    assert stored(world) == CallDiversions()


def test_a_foreign_account_is_a_404(people: dict[str, Client]) -> None:
    assert people["another customer"].get(PAGE).status_code == 404


def test_the_page_of_an_owned_account_makes_two_calls_more(people: dict[str, Client], world: Platform) -> None:
    own = ["getAccount", "getAccount", "getCallDiversions", "getAliases", "getNumbers"]
    for person, calls in (("subscriber", own), ("operator", [*own, "getNumbers", "getAliases"])):
        world.forget_calls()
        people[person].get(PAGE)
        assert world.calls == calls


def test_the_mailbox_is_written_as_the_domains_customer_wants_it(people: dict[str, Client], world: Platform) -> None:
    box = world.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com"))
    wishes = {"absolute_voicemail_uri": "1", "voicemail_server": "voicemail.example"}
    world.ngnpro.customers.set_properties(2, [CustomerProperty(name=name, value=wishes[name]) for name in wishes])
    for person in ("operator", "customer", "subscriber"):
        world.ngnpro.sip.set_call_diversions(ADA, CallDiversions(fnoa="<voice-mailbox>"))
        assert "was saved" in post(people[person], fbus="mailbox").text
        diverted = CallDiversions(fnoa="<voice-mailbox>", fbus=f"sip:{box.mailbox}@voicemail.example")
        assert stored(world) == diverted
        assert Page(people[person].get(PAGE)).value_of("fbus") == "mailbox"


def test_a_new_mailbox_takes_calls_by_its_address_where_the_customer_wants_it(
    people: dict[str, Client], world: Platform
) -> None:
    wishes = {"absolute_voicemail_uri": "1", "voicemail_server": "voicemail.example"}
    world.ngnpro.customers.set_properties(2, [CustomerProperty(name=name, value=wishes[name]) for name in wishes])
    typed = {"name": "Ada", "email": "ada@example.com", "take": ["fnoa"]}
    assert people["operator"].post("/accounts/ada@example.com/voicemail/add/", typed).status_code == 302
    number = world.ngnpro.voicemail.get_account(ADA).mailbox
    assert stored(world) == CallDiversions(fnoa=f"sip:{number}@voicemail.example")
