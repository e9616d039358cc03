"""A new outbound route in one form: created in order, undone in reverse, and no input is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.journal.models import JournalEntry
from portal.lcr.models import NumberSet
from tests.support.pages import Page
from tests.support.portal import Platform

PAGE = "/lcr/routes/guided/"
TYPED = {
    "carrier_name": "Lindenfunk",
    "gateway_name": "lf-fra-1",
    "ip": "192.0.2.18",
    "port": "5061",
    "transport": "tls",
    "strip": "2",
    "prepend": "+",
    "prefix": "+49",
    "priority": "1",
}


def held(platform: Platform) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Return the records of the platform's routing."""
    sip = platform.ngnpro.sip
    return (
        [(one.id, one.name) for one in sip.get_carriers()],
        [(one.id, one.name, one.carrier_id, one.ip, one.port, one.transport) for one in sip.get_gateways()],
        [(one.gateway_id, one.prefix, one.strip, one.prepend) for one in sip.get_gateway_rules()],
        [(one.prefix, one.carrier_id, one.priority) for one in sip.get_routes()],
    )


NOTHING: tuple[list[Any], ...] = ([], [], [], [])


def test_a_route_is_made_with_all_that_it_needs_in_order(browser: Client, platform: Platform) -> None:
    page = Page(browser.post(PAGE, TYPED, follow=True))
    assert held(platform) == (
        [(1, "Lindenfunk")],
        [(1, "lf-fra-1", 1, "192.0.2.18", 5061, "tls")],
        [(1, "", 2, "+")],
        [("0049", 1, 1)],
    )
    writes = [call for call in platform.calls if not call.startswith("get")]
    assert writes == ["addCarrier", "addGateway", "addGatewayRule", "addRoutes"]
    assert page.links()["Gateway lf-fra-1 (1)"] == "/lcr/gateways/1/"
    entries = JournalEntry.objects.order_by("pk").values_list("operation", "kind", "result")
    assert [tuple(entry) for entry in entries] == [
        ("addCarrier", "carrier", "done"),
        ("addGateway", "gateway", "done"),
        ("addGatewayRule", "rule", "done"),
        ("addRoutes", "route", "done"),
    ]


def test_existing_records_are_selected_and_only_the_rest_is_added(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "0031")
    typed = {"gateway": "Kestrel-1 (Kestrel · 1) · 1", "prefix": "0044", "priority": "2"}
    assert browser.post(PAGE, typed).status_code == 302
    assert browser.post(PAGE, TYPED | {"carrier_name": "", "carrier": "Kestrel"}).status_code == 302
    carriers, gateways, rules, routes = held(platform)
    assert carriers == [(1, "Kestrel")]
    assert sorted(gateway[1:3] for gateway in gateways) == [("Kestrel-1", 1), ("lf-fra-1", 1)]
    assert len(rules) == 2
    assert routes[1:] == [("0044", 1, 2), ("0049", 1, 1)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"carrier_name": ""}, "carrier"),
        ({"carrier": "1"}, "carrier_name"),
        ({"carrier": "99", "carrier_name": ""}, "carrier"),
        ({"gateway_name": ""}, "gateway"),
        ({"gateway": "1"}, "gateway_name"),
        ({"gateway": "1", "gateway_name": ""}, "gateway"),
        ({"gateway": "99", "gateway_name": ""}, "gateway"),
        ({"ip": ""}, "ip"),
        ({"ip": "192.0.2.300"}, "ip"),
        ({"port": "70000"}, "port"),
        ({"transport": "sctp"}, "transport"),
        ({"rule_prefix": "49"}, "rule_prefix"),
        ({"min_length": "9", "max_length": "8"}, "max_length"),
        ({"prefix": "49"}, "prefix"),
        ({"priority": "-1"}, "priority"),
        ({"number": "030 1"}, "number"),
        ({"carrier_name": "Kestrel"}, "carrier_name"),
    ],
)
def test_invalid_input_is_explained_beside_its_field_and_nothing_is_left(
    browser: Client, platform: Platform, typed: dict[str, str], field: str
) -> None:
    platform.add_routing("Kestrel", "0031")
    before = held(platform)
    page = Page(browser.post(PAGE, TYPED | typed))
    assert page.response.status_code == 422
    assert page.error_of(field)
    assert page.value_of("prefix") == (TYPED | typed)["prefix"]
    assert held(platform) == before


@pytest.mark.parametrize("step", ["addGateway", "addGatewayRule", "addRoutes"])
def test_a_refused_step_undoes_the_earlier_ones_in_reverse(browser: Client, platform: Platform, step: str) -> None:
    platform.refuse(step)
    page = Page(browser.post(PAGE, TYPED))
    assert page.response.status_code == 422
    assert "Nothing was saved yet." in page.text
    assert page.value_of("carrier_name") == "Lindenfunk"
    assert page.value_of("ip") == "192.0.2.18"
    assert held(platform) == NOTHING
    deleted = [call for call in platform.calls if call.startswith("delete")]
    made = {"addGateway": 1, "addGatewayRule": 2, "addRoutes": 3}[step]
    assert deleted == ["deleteGatewayRule", "deleteGateway", "deleteCarrier"][-made:]
    results = JournalEntry.objects.order_by("pk").values_list("result", flat=True)
    assert list(results) == ["done"] * made + ["refused"] + ["done"] * made


def test_the_refusal_of_a_step_lands_on_its_own_field(browser: Client, platform: Platform) -> None:
    """NGNPro refuses a name that exists already, after the carrier was created."""
    platform.add_routing("Kestrel", "0031")
    page = Page(browser.post(PAGE, TYPED | {"carrier_name": "", "carrier": "1", "gateway_name": "Kestrel-1"}))
    assert page.response.status_code == 422
    assert page.error_of("gateway_name")


def test_steps_that_could_not_be_undone_are_named_linked_and_selected(browser: Client, platform: Platform) -> None:
    platform.refuse("addGatewayRule", "deleteGateway")
    page = Page(browser.post(PAGE, TYPED))
    assert page.response.status_code == 422
    assert "could not be deleted again" in page.text
    assert "Nothing was saved" not in page.text
    assert page.links()["Carrier Lindenfunk (1)"] == "/lcr/carriers/1/"
    assert page.links()["Gateway lf-fra-1 (1)"] == "/lcr/gateways/1/"
    assert (page.value_of("carrier_name"), page.value_of("gateway_name")) == ("", "")


def test_the_form_sent_again_adds_only_the_rest(browser: Client, platform: Platform) -> None:
    platform.refuse("addRoutes", "deleteGatewayRule")
    page = Page(browser.post(PAGE, TYPED))
    platform.mend()
    data = page.form_data()
    data.pop("show", None)
    assert browser.post(PAGE, data).status_code == 302
    carriers, gateways, rules, routes = held(platform)
    assert (len(carriers), len(gateways), len(rules), routes) == (1, 1, 1, [("0049", 1, 1)])


def test_an_outage_in_the_middle_shows_what_is_stored_and_what_may_be(browser: Client, platform: Platform) -> None:
    platform.break_off("addGateway")
    platform.run_before("addGateway", platform.cut)
    page = Page(browser.post(PAGE, TYPED))
    assert page.response.status_code == 503
    assert page.links()["Carrier Lindenfunk (1)"] == "/lcr/carriers/1/"
    assert page.value_of("ip") == "192.0.2.18"
    assert page.value_of("prefix") == "+49"


def test_if_the_outcome_of_a_step_is_unknown_nothing_is_undone(browser: Client, platform: Platform) -> None:
    platform.run_after("addGateway", platform.cut)
    platform.lose_answers("addGateway")
    page = Page(browser.post(PAGE, TYPED))
    assert page.response.status_code == 503
    assert "It is not known whether this record was stored." in page.text
    assert page.links()["Gateway lf-fra-1"] == "/lcr/gateways/"
    assert page.links()["Carrier Lindenfunk (1)"] == "/lcr/carriers/1/"
    platform.mend()
    carriers, gateways, _rules, _routes = held(platform)
    assert (len(carriers), len(gateways)) == (1, 1)
    results = JournalEntry.objects.order_by("pk").values_list("result", flat=True)
    assert list(results) == ["done", "uncertain"]


def test_during_an_outage_nothing_is_made_and_nothing_typed_is_lost(browser: Client, platform: Platform) -> None:
    platform.cut()
    page = Page(browser.post(PAGE, TYPED))
    assert page.response.status_code == 503
    assert "Nothing was saved." in page.text
    assert page.value_of("carrier_name") == "Lindenfunk"


def test_a_test_number_shows_what_the_route_would_do_before_anything_is_made(
    browser: Client, platform: Platform
) -> None:
    page = Page(browser.post(PAGE, TYPED | {"number": "+49 30 901820", "show": "1"}))
    assert "The call leaves through Lindenfunk (new) , gateway lf-fra-1 (new) , as +4930901820 ." in page.text
    assert "INVITE sip:+4930901820@192.0.2.18:5061;transport=tls" in page.text
    assert "1 of 1 test numbers would be routed differently" in page.text
    assert held(platform) == NOTHING
    data = page.form_data()
    data.pop("show", None)
    assert browser.post(PAGE, data).status_code == 302
    assert len(held(platform)[3]) == 1


def test_saved_test_numbers_that_would_be_routed_differently_are_shown_first(
    browser: Client, platform: Platform
) -> None:
    platform.add_routing("Kestrel", "00")
    NumberSet.objects.create(engine="ngnpro", name="Berlin", calls=[["004930901820", ""]])
    page = Page(browser.post(PAGE, TYPED))
    assert page.response.status_code == 422
    assert "Kestrel (1), Kestrel-1 (1)" in page.text
    assert "Lindenfunk (new), lf-fra-1 (new)" in page.text
    assert len(held(platform)[0]) == 1
    platform.forget_calls()
    data = page.form_data()
    data.pop("show", None)
    page = Page(browser.post(PAGE, data, follow=True))
    assert "1 of 1 test numbers are routed differently now." in page.text


def test_a_reseller_chooses_which_mails_are_sent(people: dict[str, Client], world: Platform) -> None:
    browser = people["reseller"]
    page = Page(browser.get(PAGE))
    assert "reseller" not in page.form_data()
    assert browser.post(PAGE, TYPED | {"carrier_name": "Own", "reseller": "3"}).status_code == 302
    carrier = next(one for one in world.ngnpro.sip.get_carriers() if one.name == "Own")
    assert carrier.reseller == 1
    page = Page(browser.post(PAGE, TYPED | {"carrier_name": "", "carrier": "2"}))
    assert page.error_of("carrier")
    assert people["read-only operator"].post(PAGE, TYPED).status_code == 403


def test_the_guided_form_is_two_clicks_from_the_menu(browser: Client, platform: Platform) -> None:
    assert Page(browser.get("/lcr/routes/")).links()["New outbound route"] == PAGE
