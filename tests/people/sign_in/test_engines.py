"""More than one NGNPro server, credentials of any level, and servers that lack operations."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.cache import cache
from django.test import Client

from ngnpro_wire.schema import WSDL_PATH
from portal.ngnpro import Engine
from portal.ngnpro.gate import Gate
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Connect, Platform, signed_in
from tests.support.server import TestServer, make_server
from tests.support.wsgi import wsgi_session


@pytest.fixture
def other_server(tmp_path_factory: pytest.TempPathFactory) -> TestServer:
    """An NGNPro server that the portal is not connected to."""
    return make_server(tmp_path_factory.mktemp("second"))


@pytest.fixture
def two(world: Platform, connect: Connect, other_server: TestServer) -> Engine:
    """Connect the portal to a second server beside the first; it has a domain and a customer of its own."""
    engine = dataclasses.replace(world.ngnpro.engine, name="second", url="http://second.test/")
    connect(world.ngnpro.gate, Gate(engine, wsgi_session(other_server.app)))
    other_server.call("Sip", "addDomain", domain={"domain": "second.example"})
    fields = {"username": "otherside", "email": "x@second.example", "organization": "Otherside"}
    names = {"first_name": "firstName", "last_name": "lastName"}
    customer = {names.get(name, name): value for name, value in {**CUSTOMER, **fields}.items()}
    other_server.call("Customer", "addAccount", account=customer)
    return engine


def listed(browser: Client) -> set[str]:
    return {row[0] for row in Page(browser.get("/domains/")).rows()}


def test_an_operator_changes_between_servers(browser: Client, two: Engine) -> None:
    assert listed(browser) == {"example.com", "other.example"}
    assert "Server second" in browser.get("/domains/").content.decode()
    browser.post("/session/engine/", {"engine": "second"})
    assert listed(browser) == {"second.example"}
    browser.post("/session/engine/", {"engine": "no such server"})
    assert listed(browser) == {"example.com", "other.example"}


def test_a_customer_is_found_on_the_server_that_has_their_record(two: Engine) -> None:
    assert listed(signed_in("harbour", CUSTOMER["password"])) == {"example.com"}
    assert "Otherside" in signed_in("otherside", CUSTOMER["password"]).get("/").content.decode()


def test_with_one_server_the_choice_of_servers_is_hidden(browser: Client, world: Platform) -> None:
    assert "/session/engine/" not in browser.get("/domains/").content.decode()


def test_with_customer_level_service_credentials_the_portal_works_within_that_tree(
    world: Platform, operator: object, connect: Connect
) -> None:
    engine = Engine(url="http://hosted.test/", username="meridian", password=CUSTOMER["password"], admin=False)
    connect(Gate(engine, wsgi_session(world.server.app)))
    browser = signed_in("ines", PASSWORD)
    assert listed(browser) == {"example.com"}
    assert browser.post("/session/act/", {"customer": "Harbour"}).status_code == 302
    assert "Acting for <strong>Harbour</strong>" in browser.get("/domains/").content.decode()
    assert signed_in("ada@example.com", "a-secret-of-ada").get("/", follow=True).status_code == 200


def test_operations_that_the_servers_wsdl_lacks_are_not_offered(
    world: Platform, operator: object, connect: Connect, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = WSDL_PATH.read_text().replace('name="deleteDomain"', 'name="removeDomain"')
    path = tmp_path_factory.mktemp("wsdl") / "other.wsdl"
    path.write_text(text)
    engine = dataclasses.replace(world.ngnpro.engine, name="theirs", wsdl=path)
    connect(Gate(engine, wsgi_session(world.server.app)))
    browser = signed_in("ines", PASSWORD)
    page = browser.get("/domains/example.com/")
    assert page.status_code == 200
    assert "/domains/example.com/delete/" not in page.content.decode()
    assert browser.get("/domains/example.com/delete/").status_code == 404


def test_a_member_that_a_servers_own_wsdl_lacks_is_closed_in_the_form(
    world: Platform, operator: object, connect: Connect, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = WSDL_PATH.read_text().replace('name="match_ip_address"', 'name="somethingElse"')
    path = tmp_path_factory.mktemp("wsdl") / "other.wsdl"
    path.write_text(text)
    engine = dataclasses.replace(world.ngnpro.engine, name="theirs", wsdl=path)
    connect(Gate(engine, wsgi_session(world.server.app)))
    browser = signed_in("ines", PASSWORD)
    page = Page(browser.get("/domains/example.com/edit/"))
    assert page.field("match_ip_address").get("disabled") is not None
    assert "This NGNPro server does not have it." in page.text
    answer = browser.post("/domains/example.com/edit/", page.form_data())
    assert answer.status_code == 302, Page(answer).text


def test_the_overview_tells_operators_of_another_server_that_refuses_the_portals_login(
    browser: Client, world: Platform, two: Engine, other_server: TestServer, connect: Connect
) -> None:
    assert "NGNPro server “second”:" not in Page(browser.get("/")).text
    wrong = dataclasses.replace(two, password="an-old-one")
    connect(world.ngnpro.gate, Gate(wrong, wsgi_session(other_server.app)))
    cache.clear()
    text = Page(browser.get("/")).text
    assert "The NGNPro server “second”: NGNPro does not accept the portal's own login." in text
    assert "NGNPro server “second”:" not in Page(signed_in("meridian", CUSTOMER["password"]).get("/")).text
