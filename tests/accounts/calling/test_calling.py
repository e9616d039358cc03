"""The page that says why a call fails: all reasons in one answer, in the order of the SIP proxy's checks."""

from __future__ import annotations

import pytest
from django.test import Client

from ngnpro_server.call import utc_now
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.health import record_state
from portal.ngnpro.records import (
    AcceptRules,
    CallDiversions,
    GatewayRule,
    SipAlias,
    SipId,
    TemporaryAcceptRule,
)
from tests.support.calls import write_phone
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BERT = SipId.parse("ada@example.com"), SipId.parse("bert@example.com")
URL = f"/accounts/{ADA}/calling/"


@pytest.fixture
def two(platform: Platform) -> Platform:
    """The accounts of Ada, who may call out, and of Bert, who has a phone; and a route to all numbers."""
    platform.add_domain()
    platform.add_account(str(ADA), groups=("free-pstn",), rpid="31201234567")
    platform.add_account(str(BERT))
    write_phone(platform, str(BERT), "Snom")
    platform.add_routing("Lindenfunk", "00")
    return platform


def answer(browser: Client, number: str, country: str = "31") -> tuple[list[str], str]:
    """Return the reasons why a call fails, and the verdict."""
    page = Page(browser.get(URL, {"number": number, "country": country}))
    assert page.response.status_code == 200
    stops = [one.text_content().strip() for one in page.root.xpath("//li[@class='is-stop']/h3")]
    [verdict] = page.root.xpath("//div[@class='verdict']/p")
    return stops, " ".join(verdict.text_content().split())


def test_everything_that_stops_a_call_is_in_one_answer(browser: Client, two: Platform) -> None:
    sip = two.ngnpro.sip
    sip.set_barring_prefixes(ADA, ["+4420"])
    sip.add_to_group(ADA, "blocked")
    sip.add_to_group(ADA, "quota")
    sip.remove_from_group(ADA, "free-pstn")
    [gateway] = sip.get_gateways()
    sip.add_gateway_rule(GatewayRule(gateway_id=gateway.id, prefix="0031"))
    sip.delete_gateway_rule(next(iter(sip.get_gateway_rules())).id)
    stops, verdict = answer(browser, "+44 (0)20 7946 0140")
    assert stops == [
        "ada@example.com is blocked and cannot call.",
        "Numbers that begin with +4420 are barred for ada@example.com.",
        "ada@example.com may not call telephone numbers outside the platform (right “PSTN”).",
        "The monthly quota of ada@example.com is used up.",
        "Routes match the number 00442079460140, but no gateway takes it.",
    ]
    assert verdict == "The call fails for 5 reasons. The SIP proxy answers 403, because of the first."


@pytest.mark.parametrize(
    "typed",
    ["+44 20 7946 0140", "tel:+44-20-7946-0140", "0044 (20) 7946.0140", "sip:+442079460140@example.com;user=phone"],
)
def test_a_number_is_understood_as_it_is_dialled(browser: Client, two: Platform, typed: str) -> None:
    assert answer(browser, typed) == (
        [],
        "Nothing stops the call. It goes to sip:+442079460140@192.0.2.11:5060.",
    )


def test_a_national_number_needs_the_country_which_is_suggested(browser: Client, two: Platform) -> None:
    assert Page(browser.get(URL)).root.xpath("//input[@name='country']/@value") == ["31"]
    assert answer(browser, "020 794 6014")[1].endswith("sip:+31207946014@192.0.2.11:5060.")
    stops, verdict = answer(browser, "020 794 6014", "")
    assert (stops, verdict) == ([], "Where the call goes is not known.")
    assert "say from which country it is called" in Page(browser.get(URL, {"number": "020 794 6014"})).text


def test_a_short_number_reaches_only_an_alias(browser: Client, two: Platform) -> None:
    [reason], verdict = answer(browser, "112")
    assert "112@example.com is a short number without an account or alias" in reason
    assert verdict == "The call fails. The SIP proxy answers 404."
    two.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("112@example.com"), target=BERT))
    assert answer(browser, "112") == ([], "Nothing stops the call. It goes to sip:bert@example.com.")


def test_what_the_called_account_does_with_the_call(browser: Client, two: Platform) -> None:
    sip = two.ngnpro.sip
    assert answer(browser, "bert")[0] == []
    sip.set_reject_members(BERT, ["sip:%@example.com"])
    nobody = AcceptRules(persistent=(), temporary=TemporaryAcceptRule(groups=("nobody",), duration=10))
    sip.set_accept_rules(BERT, nobody)
    stops, verdict = answer(browser, "bert@example.com")
    assert [reason.partition(" from")[0] for reason in stops] == [
        "bert@example.com rejects calls",
        "bert@example.com does not accept calls",
    ]
    assert "answers 603" in verdict
    sip.set_reject_members(BERT, [])
    sip.set_call_diversions(BERT, CallDiversions(funv="sip:+442079460140@example.com"))
    [reason], _ = answer(browser, "bert")
    assert reason == "bert@example.com may not call telephone numbers outside the platform (right “PSTN”)."
    sip.set_accept_rules(BERT, AcceptRules(persistent=(), temporary=TemporaryAcceptRule()))
    sip.set_call_diversions(BERT, CallDiversions(fnoa="sip:ada@example.com"))
    page = Page(browser.get(URL, {"number": "bert"}))
    assert "bert@example.com has one phone online, which rings." in page.text
    assert "If nobody answers within 35 seconds, the call goes to sip:ada@example.com." in page.text


def test_a_number_in_enum_is_called_at_its_address(browser: Client, two: Platform) -> None:
    two.add_number("31201112223", str(BERT))
    assert answer(browser, "0201112223") == ([], "Nothing stops the call. It goes to sip:bert@example.com.")
    two.ngnpro.sip.add_to_group(BERT, "blocked")
    [reason], _ = answer(browser, "0201112223")
    assert reason == "bert@example.com is blocked and cannot be called."


def test_a_gateway_that_does_not_answer_is_named(browser: Client, two: Platform) -> None:
    [gateway] = two.ngnpro.sip.get_gateways()
    with transaction(two.server.engine, write=True) as connection:
        record_state(connection, gateway.id, 0, utc_now())
    page = Page(browser.get(URL, {"number": "0044201234567"}))
    assert "Gateway Lindenfunk-1 (1) of Lindenfunk (1) did not answer when it was last asked." in page.text
    assert "whether a gateway answers now" in page.text
    two.withdraw("getHealth")
    assert "whether a gateway answers now" not in Page(browser.get(URL, {"number": "bert"})).text


def test_an_empty_balance_stops_the_call(browser: Client, two: Platform) -> None:
    carl = two.add_account("carl@example.com", groups=("free-pstn",), prepaid=True)
    page = Page(browser.get(f"/accounts/{carl.id}/calling/", {"number": "0044201234567"}))
    assert "The prepaid balance of carl@example.com is used up." in page.text
    assert "The SIP proxy answers 402" in page.text


def test_what_ngnpro_does_not_say_is_shown_as_not_known(browser: Client, two: Platform) -> None:
    two.refuse("getBarringPrefixes", "getNumbers", "getSipDeviceLocations", text="Not today.")
    page = Page(browser.get(URL, {"number": "0044201234567"}))
    assert "which destinations are barred for ada@example.com (Not today." in page.text
    assert "whether the number 44201234567 is in ENUM (Not today." in page.text
    assert "health is-warn" in page.response.content.decode()
    assert "whether a phone of bert@example.com is online" in Page(browser.get(URL, {"number": "bert"})).text


def test_text_that_cannot_be_dialled_is_refused(browser: Client, two: Platform) -> None:
    page = Page(browser.get(URL, {"number": "two words"}))
    assert page.response.status_code == 422
    assert "Write a number" in page.error_of("number")


def test_a_customer_is_not_told_how_the_platform_routes_calls(people: dict[str, Client], world: Platform) -> None:
    [account] = [one for one in world.ngnpro.sip.iter_accounts() if one.reseller == 3]
    world.ngnpro.sip.add_to_group(account.id, "free-pstn")
    url, query = f"/accounts/{account.id}/calling/", {"number": "0049 30 901820"}
    reseller = Page(people["another reseller"].get(url, query))
    assert "Gateway Lindenfunk" in reseller.text
    assert "how calls are routed" not in reseller.text
    customer = Page(people["another customer"].get(url, query))
    assert "how calls are routed (" in customer.text
    assert "Where the call goes is not known." in customer.text
    assert "Lindenfunk-1" not in customer.text
    assert people["customer"].get(url, query).status_code == 404
