"""The dynamic client of scripts: methods from the WSDL, plain data in and out."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ngnpro_wire.schema import WSDL_PATH
from portal.ngnpro import Proxy, errors
from tests.support.cutting import cutting_server
from tests.support.envelopes import SIP, call
from tests.support.scripted import Refused, Scripted
from tests.support.server import TestServer, make_server
from tests.support.wsgi import wsgi_session

AUTH = {"username": "admin", "password": "s3cret"}
ALICE = {"username": "alice", "domain": "example.com"}


def proxy(server: Any, port: str = "Sip", auth: dict[str, Any] | None = None, **settings: Any) -> Proxy:
    return Proxy(WSDL_PATH, port=port, auth=auth or AUTH, session=wsgi_session(server), **settings)


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    return make_server(tmp_path)


def test_it_speaks_to_a_server(server: TestServer) -> None:
    sip = proxy(server.app, auth=dict(server.administrator))

    sip.addDomain({"domain": "example.com"})
    sip.addAccount(account={"id": ALICE, "password": "alices-secret", "groups": ["free-pstn"], "quota": 5})
    account = sip.getAccount(ALICE)

    assert (account["id"], account["groups"], account["quota"]) == (ALICE, ["free-pstn"], 5)
    assert {type(account), type(account["id"]), type(account["groups"])} == {dict, list}
    assert sip.getAccounts({"filter": {"username": "al%"}})["total"] == 1
    assert sip.deleteAccount(sipId=ALICE) is None
    with pytest.raises(errors.Missing):
        sip.getAccount(ALICE)


def test_it_has_the_methods_of_its_port_alone() -> None:
    methods = {name for name in dir(proxy(Scripted(), "Enum")) if not name.startswith("_")}

    assert methods == {
        *("addRange", "updateRange", "deleteRange", "getRanges"),
        *("addNumber", "updateNumber", "deleteNumber", "getNumber", "getNumbers"),
    }


def test_the_same_name_is_another_method_in_another_port() -> None:
    customer, voicemail = proxy(Scripted(), "Customer"), proxy(Scripted(), "VoicemailPort")

    assert str(inspect.signature(customer.addAccount)) == "(account: 'CustomerAccount') -> 'CustomerAccount'"
    assert str(inspect.signature(voicemail.addAccount)) == "(account: 'VoicemailAccount') -> 'VoicemailAccount'"


def test_its_methods_say_what_they_take() -> None:
    sip = proxy(Scripted())

    assert str(inspect.signature(sip.setRejectMembers)) == "(sipId: 'SipId', members: 'list[str]') -> None"
    assert str(inspect.signature(sip.addBalance)) == (
        "(sipId: 'SipId', value: 'float', description: 'str') -> 'BalanceChange'"
    )
    assert "Adds a SIP domain" in pydoc.plain(pydoc.render_doc(sip.addDomain))
    assert "SipDomain is a dict of domain: str" in pydoc.plain(pydoc.render_doc(sip.addDomain))


def test_help_on_it_tells_of_every_method() -> None:
    sip = proxy(Scripted())
    told = pydoc.plain(pydoc.render_doc(sip))

    for name in dir(sip):
        if not name.startswith("_"):
            assert f"{name}(" in told


def test_impersonation_and_level_go_with_each_call() -> None:
    server = Scripted(answers={"getGroups": []})

    proxy(server).getGroups(ALICE)
    proxy(server, auth=AUTH | {"impersonate": 17}).getGroups(ALICE)
    proxy(server, auth=AUTH | {"admin": False}).getGroups(ALICE)

    assert [request.auth for request in server.calls] == [AUTH, AUTH | {"impersonate": 17}, AUTH | {"admin": False}]


@pytest.mark.parametrize("auth", [{}, {"username": "a"}, AUTH | {"token": "x"}])
def test_credentials_of_another_shape_are_refused(auth: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="auth holds username and password"):
        Proxy(WSDL_PATH, "Sip", auth)


def test_an_unknown_port_is_reported_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError,
        match="no port 'Billing'; it has Batch, Customer, Dns, Enum, Network, Platform, Presence, Rating, Sip, Voice",
    ):
        proxy(Scripted(), "Billing")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (({"domain": "a.example", "colour": "red"},), "domain has no member 'colour'; it has domain, customer"),
        (("a.example",), "domain must be a dict, not str"),
        ((), "missing a required argument: 'domain'"),
    ],
)
def test_values_that_the_wsdl_does_not_allow_are_refused(arguments: tuple[Any, ...], said: str) -> None:
    server = Scripted()

    with pytest.raises(TypeError, match=said):
        proxy(server).addDomain(*arguments)

    assert server.calls == []


def test_deep_mistakes_are_named_by_their_place() -> None:
    sip = proxy(Scripted())

    with pytest.raises(TypeError, match=r"account\.acl\[0\] has no member 'net'"):
        sip.addAccount({"id": ALICE, "acl": [{"net": "192.0.2.0/24"}]})
    with pytest.raises(TypeError, match=r"account\.groups must be a list, not str"):
        sip.addAccount({"id": ALICE, "groups": "vip"})


def test_none_is_no_member() -> None:
    server = Scripted()

    proxy(server).addDomain({"domain": "a.example", "customer": None})

    assert server.last.arguments == {"domain": {"domain": "a.example"}}


def test_a_refusal_is_an_error_of_its_kind() -> None:
    with pytest.raises(errors.AlreadyExists, match="taken"):
        proxy(Scripted(answers={"addDomain": Refused(1001, "taken")})).addDomain({"domain": "a.example"})


def test_its_messages_are_those_of_any_client(server: TestServer) -> None:
    """The same call made by hand and through the proxy sends the same message, apart from namespace prefixes."""
    scripted = Scripted(answers={"getGroups": []})
    proxy(scripted).getGroups(ALICE)
    sip_id = "<sipId><username>alice</username><domain>example.com</domain></sipId>"
    by_hand = Scripted(answers={"getGroups": []})
    session = wsgi_session(by_hand)

    session.post("http://ngnpro.test/", data=call("getGroups", sip_id, header="", port=SIP))

    assert by_hand.last.arguments == scripted.last.arguments


@pytest.mark.real
def test_a_wsdl_is_fetched_from_the_address_that_is_asked_for(server: TestServer) -> None:
    with cutting_server(server.app) as wire:
        sip = Proxy(f"{wire.url}wsdl", port="Sip", auth=dict(server.administrator))

        assert sip.getDomains({}) == {"total": 0, "domains": []}


@pytest.mark.real
def test_an_address_without_wsdl_says_so(server: TestServer) -> None:
    with cutting_server(server.app) as wire, pytest.raises(errors.NgnproError, match="no WSDL at"):
        Proxy(f"{wire.url}nothing", port="Sip", auth=AUTH)


def test_it_needs_no_django() -> None:
    program = "import sys; from portal.ngnpro import Proxy; assert 'django' not in sys.modules"

    subprocess.run([sys.executable, "-c", program], check=True)
