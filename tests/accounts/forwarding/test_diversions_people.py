"""Who may open and change an account's forwarding: staff and the account's own user only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.test import Client

from portal.ngnpro.records import CallDiversions, CustomerProperty, SipAlias, SipId, VoicemailAccount
from tests.support.page_cases import ViewerCases
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


class TestViewers(ViewerCases):
    url = PAGE
    forms: ClassVar = {"": {"fbus": "other", "fbus_other": "142"}, "forward-all/": {}}
    buttons = ("Save forwarding",)

    def stored(self, platform: Platform, address: str = "ada@example.com") -> Any:
        return platform.ngnpro.sip.get_call_diversions(SipId.parse(address))


def test_numbers_and_aliases_of_the_owner_are_offered_to_staff(people: dict[str, Client], world: Platform) -> None:
    world.ngnpro.sip.add_alias(
        SipAlias(id=SipId.parse("desk@example.com"), target=SipId.parse("x@other.example"), owner=2)
    )
    page = Page(people["customer"].get(PAGE))
    assert "sip:desk@example.com" in page.field("func").value_options
    assert "sip:front@example.com" not in page.field("func").value_options
    assert "sip:desk@example.com" not in Page(people["subscriber"].get(PAGE)).field("func").value_options


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
