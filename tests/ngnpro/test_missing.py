"""A server without the ports Rating, Network or Presence: the pages say so, and are not offered from then on."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.ngnpro import errors
from portal.ngnpro.faults import explain_ngnpro_error, refusal_from
from portal.ngnpro.missing import SECONDS
from portal.ngnpro.records import SipId
from tests.support.clock import Clock
from tests.support.pages import Page
from tests.support.portal import Platform

SENTENCE = "This platform does not offer it."
ACCOUNT = "/accounts/ada@example.com/"


@pytest.mark.parametrize(
    "text",
    [
        "Method getEntityProfiles not found",
        'Function ("ns1:getEntityProfiles") doesn\'t exist',
        "Procedure 'getEntityProfiles' not present: no such operation",
        "Method 'ns:getEntityProfiles' not implemented: method name or namespace not recognized",
        "No such port: Rating",
        "Unknown SOAP method getStatus",
    ],
)
def test_what_libraries_say_of_an_unknown_operation_is_understood(text: str) -> None:
    refusal = refusal_from(None, text)
    assert isinstance(refusal, errors.NotOffered)
    assert explain_ngnpro_error(refusal)[0] == SENTENCE


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (None, "The account was not found."),
        (None, "Port 5060 of the gateway does not answer."),
        (None, "The service is not available."),
        (4001, "Method of payment not found"),
    ],
)
def test_other_refusals_are_not_taken_for_it(code: int | None, text: str) -> None:
    assert not isinstance(refusal_from(code, text), errors.NotOffered)


@pytest.mark.parametrize(
    ("port", "page", "above"),
    [
        ("Rating", f"{ACCOUNT}rating/", f"{ACCOUNT}groups/"),
        ("Rating", "/customers/{customer}/rating/", "/customers/{customer}/"),
        ("Presence", f"{ACCOUNT}presence/", f"{ACCOUNT}groups/"),
    ],
)
def test_a_page_says_so_once_and_is_not_offered_from_then_on(
    browser: Client, world: Platform, port: str, page: str, above: str
) -> None:
    page, above = (url.format(customer=world.account().customer) for url in (page, above))
    assert f'href="{page}"' in browser.get(above).content.decode()
    world.lack_ports("Rating", "Network", "Presence")
    assert SENTENCE in Page(browser.get(page)).text
    assert f'href="{page}"' not in browser.get(above).content.decode()
    world.forget_calls()
    assert browser.get(page).status_code == 404
    assert not {"getEntityProfiles", "getPresenceInformation"} & set(world.calls)


def test_the_page_of_the_network_says_so(browser: Client, world: Platform) -> None:
    world.lack_ports("Network")
    assert "does not" in Page(browser.get("/statistics/network/")).text
    assert browser.get("/statistics/network/").status_code == 404
    assert "/statistics/network/" not in Page(browser.get("/statistics/")).links().values()


def test_it_is_asked_again_after_an_hour(browser: Client, world: Platform, clock: Clock) -> None:
    world.lack_ports("Presence")
    browser.get(f"{ACCOUNT}presence/")
    world.mend()
    assert browser.get(f"{ACCOUNT}presence/").status_code == 404
    clock.advance(SECONDS + 1)
    assert browser.get(f"{ACCOUNT}presence/").status_code == 200


def test_other_ports_are_asked_each_time(browser: Client, world: Platform) -> None:
    """An operation of them may be refused for one record only."""
    world.withdraw("getAccount")
    with pytest.raises(errors.NotOffered):
        world.ngnpro.sip.get_account(SipId.parse("ada@example.com"))
    world.mend()
    assert browser.get(ACCOUNT).status_code == 200
