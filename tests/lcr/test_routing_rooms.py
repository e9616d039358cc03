"""The routing rooms, from the browser to NGNPro's database and back."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client

from portal.lcr.plan import same_host
from portal.ngnpro import Query
from portal.ngnpro.records import Carrier, Gateway, GatewayRule, Route, TrustedPeer, TrustedPeerFilter
from tests.support.pages import Page
from tests.support.portal import Platform

ROOMS = ("carriers", "gateways", "rules", "routes", "peers")
TYPED: dict[str, dict[str, str]] = {
    "carriers": {"name": "Lindenfunk"},
    "gateways": {"name": "lf-fra-2", "carrier_id": "1", "ip": "2001:DB8::1", "port": "5061", "transport": "tls"},
    "rules": {
        "gateway_id": "1",
        "prefix": "+49",
        "strip": "2",
        "prepend": "+",
        "min_length": "10",
        "max_length": "17",
    },
    "routes": {"prefix": "+49 30", "carrier_id": "Kestrel · 1", "priority": "2", "originator": "example.com"},
    "peers": {"ip": "198.51.100.7", "description": "Office", "call_limit": "10", "strip": "0", "tags": "pbx test"},
}


def post(browser: Client, room: str, action: str = "add", **typed: str) -> Page:
    return Page(browser.post(f"/lcr/{room}/{action}/", TYPED[room] | typed, follow=True))


def records(platform: Platform, room: str) -> tuple[Any, ...]:
    sip = platform.ngnpro.sip
    lists: dict[str, Any] = {
        "carriers": sip.get_carriers,
        "gateways": sip.get_gateways,
        "rules": sip.get_gateway_rules,
        "routes": sip.get_routes,
        "peers": sip.get_trusted_peers,
    }
    return tuple(lists[room]().items)


def test_records_are_added_as_typed(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "0031")
    for room in ROOMS:
        page = post(browser, room)
        assert page.response.status_code == 200, (room, page.text)
        assert "was added" in page.text
        assert len(records(platform, room)) == 2
    carrier, gateway, rule, route, peer = (
        next(
            one
            for one in records(platform, room)
            if getattr(one, "id", 2) == 2 and getattr(one, "ip", "") != "192.0.2.11"
        )
        for room in ROOMS
    )
    assert isinstance(carrier, Carrier)
    assert carrier.name == "Lindenfunk"
    assert isinstance(gateway, Gateway)
    assert (gateway.carrier, gateway.ip, gateway.port, gateway.transport) == ("Kestrel", "2001:db8::1", 5061, "tls")
    assert isinstance(rule, GatewayRule)
    assert (rule.prefix, rule.strip, rule.prepend, rule.min_length, rule.max_length) == ("0049", 2, "+", 10, 17)
    assert isinstance(route, Route)
    assert (route.prefix, route.originator, route.carrier_id, route.priority) == ("004930", "example.com", 1, 2)
    assert isinstance(peer, TrustedPeer)
    assert (peer.description, peer.call_limit, peer.enum_lookup, peer.tags) == ("Office", 10, False, "pbx test")


@pytest.mark.parametrize(
    ("room", "calls"),
    [
        ("carriers", ["getCarriers"]),
        ("gateways", ["getCarriers", "getGateways", "getHealth"]),
        ("rules", ["getGateways", "getCarriers", "getGatewayRules"]),
        ("routes", ["getCarriers", "getRoutes"]),
        ("peers", ["getTrustedPeers"]),
    ],
)
def test_a_list_page_makes_a_fixed_number_of_calls_and_names_carriers_and_gateways(
    browser: Client, platform: Platform, room: str, calls: list[str]
) -> None:
    for number in range(30):
        platform.add_routing(f"Carrier {number:02}", f"00{number + 10}")
    browser.get(f"/lcr/{room}/")
    platform.forget_calls()
    page = Page(browser.get(f"/lcr/{room}/?size=50"))
    assert len(page.rows()) == 30
    assert sorted(set(platform.calls) - {"getCustomers"}) == sorted(calls)
    assert len(platform.calls) <= len(calls) + 1
    if room != "peers":
        assert "Carrier 07" in page.text


def test_a_peers_token_is_never_shown_and_an_empty_field_keeps_it(browser: Client, platform: Platform) -> None:
    peer = TrustedPeer(ip="teams.example.com", description="Teams", msteams=True, tenant="contoso", auth_token="s3cret")
    platform.ngnpro.sip.add_trusted_peer(peer)
    address = "/lcr/peers/teams.example.com/"
    for page in (address, f"{address}edit/"):
        assert "s3cret" not in browser.get(page).content.decode()
    data = Page(browser.get(f"{address}edit/")).form_data()
    assert browser.post(f"{address}edit/", data | {"blocked": "on"}).status_code == 302
    query = Query(filter=TrustedPeerFilter(msteams=True))
    (stored,) = platform.ngnpro.sip.get_trusted_peers(query).items
    assert (stored.auth_token, stored.blocked, stored.msteams) == ("s3cret", 1, True)


def test_a_record_in_use_is_kept_and_the_page_lists_its_dependents(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "0031")
    page = Page(browser.get("/lcr/carriers/1/delete/"))
    assert "/lcr/gateways/?carrier=1" in page.links().values()
    assert "/lcr/routes/?carrier=1" in page.links().values()
    for room in ("carriers", "gateways"):
        assert browser.post(f"/lcr/{room}/1/delete/").status_code == 422
    for room in ("routes", "rules", "gateways", "carriers"):
        assert browser.post(f"/lcr/{room}/1/delete/").status_code == 302
        assert records(platform, room) == ()


def test_after_a_host_is_gone_the_portal_says_whether_it_is_still_trusted(browser: Client, platform: Platform) -> None:
    platform.add_routing("Kestrel", "0031")
    browser.post("/lcr/rules/1/delete/")
    page = Page(browser.post("/lcr/gateways/1/delete/", follow=True))
    assert page.links()["Trusted peer Kestrel"] == "/lcr/peers/192.0.2.11/"
    assert "192.0.2.11 is still used by another record: Trusted peer Kestrel . It may call" in page.text
    text = Page(browser.post("/lcr/peers/192.0.2.11/delete/", follow=True)).text
    assert "No other gateway or trusted peer has the host 192.0.2.11." in text


@pytest.mark.parametrize(("room", "key", "name"), [("carriers", "1", "name"), ("peers", "192.0.2.11", "description")])
def test_a_carrier_and_a_peer_are_copied_with_their_values(
    browser: Client, platform: Platform, room: str, key: str, name: str
) -> None:
    platform.add_routing("Kestrel", "0031")
    page = Page(browser.get(Page(browser.get(f"/lcr/{room}/{key}/")).links()["Copy"]))
    assert page.value_of(name) == "Kestrel"
    data = page.form_data() | {"name": "Kestrel 2", "ip": "192.0.2.99"}
    assert browser.post(f"/lcr/{room}/add/", data).status_code == 302
    assert len(records(platform, room)) == 2


def test_the_page_that_deletes_a_gateway_names_the_peer_that_stays_and_the_routes_that_lead_nowhere(
    browser: Client, platform: Platform
) -> None:
    platform.add_routing("Kestrel", "0031")
    page = Page(browser.get("/lcr/gateways/1/delete/"))
    assert page.links()["Trusted peer Kestrel"] == "/lcr/peers/192.0.2.11/"
    assert page.links()["Routes to Kestrel (1), which has no other gateway"] == "/lcr/routes/?carrier=1"


def test_the_page_that_deletes_a_peer_names_its_gateway_and_the_routes_of_its_originator(
    browser: Client, platform: Platform
) -> None:
    platform.add_routing("Kestrel", "0031")
    platform.ngnpro.sip.add_routes([Route(prefix="0044", carrier_id=1, originator="trunk")])
    peer = platform.ngnpro.sip.find_trusted_peer("192.0.2.11")
    assert peer is not None
    platform.ngnpro.sip.update_trusted_peer(dataclasses.replace(peer, originator="Trunk"))
    page = Page(browser.get("/lcr/peers/192.0.2.11/delete/"))
    assert page.links()["Gateway Kestrel-1 (1)"] == "/lcr/gateways/1/"
    assert "1 Routes only for calls from Trunk" in page.text


def test_a_host_is_the_same_however_it_is_written() -> None:
    assert same_host("2001:DB8::1", "[2001:db8:0:0::1]")
    assert same_host("SBC.example", "sbc.example")
    assert not same_host("192.0.2.1", "192.0.2.10")


@pytest.mark.parametrize(("room", "key"), [("rules", "1/edit"), ("routes", "1/edit"), ("gateways", "1")])
def test_a_copy_starts_as_its_original(browser: Client, platform: Platform, room: str, key: str) -> None:
    platform.add_routing("Kestrel", "0031")
    links = Page(browser.get(f"/lcr/{room}/{key}/")).links()
    page = Page(browser.get(links.get("Copy…") or links["Copy"]))
    original = records(platform, room)[0]
    assert page.value_of("prefix" if room != "gateways" else "ip") in (getattr(original, "prefix", ""), "192.0.2.11")
    assert page.value_of("gateway_id" if room == "rules" else "carrier_id").startswith("Kestrel")


@pytest.mark.parametrize("address", ["carriers/99/", "gateways/99999999999999/", "rules/0/edit/", "peers/192.0.2.99/"])
def test_missing_records_are_a_404(browser: Client, platform: Platform, address: str) -> None:
    assert browser.get(f"/lcr/{address}").status_code == 404


def test_an_inactive_reseller_has_no_routing(people: dict[str, Client], platform: Platform) -> None:
    from tests.support.portal import CUSTOMER, signed_in

    platform.add_customer("Closed")
    browser = signed_in("closed", CUSTOMER["password"])
    assert browser.get("/lcr/routes/").status_code == 404
    assert "/lcr/routes/" not in browser.get("/customers/").content.decode()
    assert people["reseller"].get("/lcr/routes/").status_code == 200
