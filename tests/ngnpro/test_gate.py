"""The gate: which engine a call goes to, which errors its failures raise, and what it reports."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from portal.ngnpro import Credentials, Engine, Ngnpro, errors
from portal.ngnpro import records as r
from portal.ngnpro.client import GATES
from portal.ngnpro.faults import FAULTS, explain_ngnpro_error
from portal.ngnpro.gate import load_document
from portal.ngnpro.reports import CallReport
from tests.support.envelopes import answer, envelope
from tests.support.scripted import ENGINE, Refused, Scripted
from tests.support.wsgi import WsgiAdapter, wsgi_session

ALICE = r.SipId(username="alice", domain="example.com")


def serve(status: str, body: bytes, credentials: Credentials | None = None, **headers: str) -> Ngnpro:
    """Make a client of a server that gives the same answer to every call."""

    def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, [(name.replace("_", "-"), value) for name, value in headers.items()])
        return [body]

    return Ngnpro(ENGINE, credentials, session=wsgi_session(app))


def test_a_fault_becomes_the_error_of_its_kind() -> None:
    server = Scripted(answers={"addDomain": Refused(1001, "Domain exists already")})

    with pytest.raises(errors.AlreadyExists) as caught:
        server.client().sip.add_domain(r.SipDomain(domain="example.com"))

    assert (caught.value.code, caught.value.text, caught.value.field) == (1001, "Domain exists already", None)


def test_an_invalid_value_names_its_member() -> None:
    server = Scripted(answers={"addDomain": Refused(9004, "domain: This is no domain name: a b.")})

    with pytest.raises(errors.InvalidValue) as caught:
        server.client().sip.add_domain(r.SipDomain(domain="a b"))

    assert (caught.value.field, caught.value.text) == ("domain", "This is no domain name: a b.")


def test_an_unknown_code_is_shown_as_ngnpro_said_it() -> None:
    server = Scripted(answers={"getAccount": Refused(1999, "The moon is full")})

    with pytest.raises(errors.OtherRefusal) as caught:
        server.client().sip.get_account(ALICE)

    assert (caught.value.code, caught.value.text) == (1999, "The moon is full")


def test_a_fault_without_code_is_shown_as_ngnpro_said_it() -> None:
    body = envelope(
        "<SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode><faultstring>Oops</faultstring></SOAP-ENV:Fault>"
    )

    with pytest.raises(errors.OtherRefusal) as caught:
        serve("500 Error", body, Content_Type="text/xml").sip.get_account(ALICE)

    assert (caught.value.code, caught.value.text) == (0, "Oops")


def test_an_answer_in_the_dialect_of_other_servers_is_understood() -> None:
    body = answer(
        "getAccounts",
        """<accounts xsi:type="ns4:SipAccountList"><total xsi:type="xsd:integer">1</total>
        <accounts xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="ns4:SipAccount[1]"><item>
        <id><username>alice</username><domain>example.com</domain></id><prepaid xsi:type="xsd:boolean">true</prepaid>
        <quota/><email xsi:nil="1"/><unheard-of>x</unheard-of>
        <groups xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[0]"/></item></accounts></accounts>""",
    )

    page = serve("200 OK", body, Content_Type="text/xml").sip.get_accounts()

    assert page.total == 1
    assert page.items == (r.SipAccount(id=ALICE, prepaid=True),)


@pytest.mark.parametrize(
    ("status", "body", "sent"),
    [
        ("502 Bad Gateway", b"<html><body>bad gateway</body></html>", True),
        ("200 OK", b"<html><body>welcome</body></html>", True),
        ("200 OK", b"", True),
        ("404 Not Found", b"not here", False),
        ("302 Found", b"", False),
        ("200 OK", b"<!DOCTYPE x><x/>", True),
    ],
)
def test_an_answer_that_is_not_soap_is_an_outage(status: str, body: bytes, sent: bool) -> None:
    with pytest.raises(errors.NotSoap) as caught:
        serve(status, body, Content_Type="text/html", Location="http://elsewhere.test/").sip.get_account(ALICE)

    assert status[:3] in caught.value.text
    assert (caught.value.engine, caught.value.endpoint, caught.value.sent) == ("scripted", "ngnpro.test:9200", sent)
    assert caught.value.since is not None


PERSON = Credentials("acme", "typed-by-a-person", admin=False)


@pytest.mark.parametrize(("status", "kind"), [("401 Unauthorized", errors.BadLogin), ("403 No", errors.NotPermitted)])
def test_an_http_status_that_refuses_a_person_is_a_refusal(status: str, kind: type[errors.Refusal]) -> None:
    with pytest.raises(kind, match=f"HTTP status {status[:3]}") as caught:
        serve(status, b"no", credentials=PERSON, Content_Type="text/html").sip.get_account(ALICE)

    assert explain_ngnpro_error(caught.value)[0] in (FAULTS[9001].sentence, FAULTS[9002].sentence)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_an_http_status_that_refuses_the_engines_own_login_is_a_problem_of_the_operator(status: str) -> None:
    with pytest.raises(errors.ServiceLoginRefused) as caught:
        serve(status, b"no", Content_Type="text/html").sip.get_account(ALICE)

    assert caught.value.nothing_changed


@pytest.mark.parametrize(("code", "kind"), [(9001, errors.BadLogin), (9005, errors.Locked)])
def test_only_the_engines_own_login_is_a_problem_of_the_operator_and_it_is_logged(
    code: int, kind: type[errors.Refusal], caplog: pytest.LogCaptureFixture
) -> None:
    server = Scripted(answers={"getDomains": Refused(code, "No.")})
    with pytest.raises(kind):
        server.client(PERSON).sip.get_domains()
    assert caplog.records == []

    for credentials in (ENGINE.credentials(), ENGINE.credentials(impersonate=7)):
        with pytest.raises(
            errors.ServiceLoginRefused, match=f"refuses the username and password of engine scripted: No. .{code}"
        ):
            server.client(credentials).sip.get_domains()
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert ENGINE.password not in caplog.text


def test_a_value_that_cannot_be_read_does_not_count_as_an_absent_server() -> None:
    body = answer("getAccount", "<a><quota>many</quota></a>")
    client = serve("200 OK", body, Content_Type="text/xml")

    for _ in range(5):
        with pytest.raises(errors.NotSoap, match="does not fit: quota") as caught:
            client.sip.get_account(ALICE)

    assert caught.value.since is None


def test_one_address_that_fails_leaves_the_others_open() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/voicemail":
            start_response("404 Not Found", [])
            return [b"not here"]
        return server(environ, start_response)

    server = Scripted(answers={"getGroups": []})
    engine = Engine(url="http://ngnpro.test/", endpoints={"Voicemail": "http://ngnpro.test/voicemail"})
    client = Ngnpro(engine, session=wsgi_session(app))

    for _ in range(5):
        with pytest.raises(errors.Outage):
            client.voicemail.get_account(ALICE)

    assert client.sip.get_groups(ALICE) == ()


def test_an_operation_that_the_wsdl_lacks_is_refused_without_a_call() -> None:
    server = Scripted()
    client = server.client()

    with pytest.raises(errors.NotOffered, match="noSuchThing"):
        client.gate.call("Sip", "noSuchThing", {}, client.credentials)

    assert (client.sip.offers("noSuchThing"), client.sip.offers("getRoutes"), server.calls) == (False, True, [])


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb"])
def test_a_text_that_xml_cannot_carry_is_an_invalid_value(text: str) -> None:
    server = Scripted()

    with pytest.raises(errors.InvalidValue):
        server.client().sip.add_domain(r.SipDomain(domain=text))

    assert server.calls == []


def test_a_call_carries_the_credentials_of_its_caller() -> None:
    server = Scripted(answers={"getGroups": []})

    server.client(Credentials("acme", "p&<>\"'ß", admin=False)).sip.get_groups(ALICE)
    server.client(ENGINE.credentials(impersonate=17)).sip.get_groups(ALICE)

    assert [call.auth for call in server.calls] == [
        {"username": "acme", "password": "p&<>\"'ß", "admin": False},
        {"username": "admin", "password": "s3cret", "admin": True, "impersonate": 17},
    ]


def test_each_port_is_asked_where_its_engine_says() -> None:
    engine = Engine(url="https://cdr.test/ngnpro", endpoints={"Voicemail": "https://vm.test/ngnpro/voicemail"})
    session = wsgi_session(Scripted(answers={"getGroups": [], "getAccount": {"sipId": {"username": "alice"}}}))
    client = Ngnpro(engine, session=session)
    adapter = session.get_adapter("https://")
    assert isinstance(adapter, WsgiAdapter)

    client.sip.get_groups(ALICE)
    client.voicemail.get_account(ALICE)

    assert [request.url for request in adapter.requests] == [
        "https://cdr.test/ngnpro",
        "https://vm.test/ngnpro/voicemail",
    ]
    assert adapter.requests[0].headers["SOAPAction"] == '""'
    assert adapter.requests[0].headers["Content-Type"] == "text/xml; charset=utf-8"


def test_call_reports_hold_no_values() -> None:
    server = Scripted(answers={"getAccount": Refused(1010, "canary-text"), "getGroups": []})
    client = server.client(Credentials("canary-user", "canary-password"))

    client.sip.get_groups(ALICE)
    with pytest.raises(errors.Missing):
        client.sip.get_account(ALICE)

    told = [(call.engine, call.port, call.operation, call.outcome) for call in server.told]
    assert told == [("scripted", "Sip", "getGroups", "ok"), ("scripted", "Sip", "getAccount", "refused 1010")]
    assert all(call.seconds > 0 for call in server.told)
    assert "canary" not in repr(server.told)


def test_nothing_that_is_logged_holds_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    server = Scripted(answers={"addAccount": lambda arguments: arguments["account"], "getAccount": b"<html/>"})
    client = server.client(Credentials("admin", "canary-login"))

    with caplog.at_level(logging.DEBUG):
        client.sip.add_account(r.SipAccount(id=ALICE, password="canary-account"))
        with pytest.raises(errors.NotSoap):
            client.sip.get_account(ALICE)

    assert "canary" not in caplog.text
    assert "canary" not in repr([client.credentials, client.engine, ENGINE.credentials()])


def test_a_wsdl_is_read_once_per_process() -> None:
    engines = [Engine(name=name, url="http://ngnpro.test/") for name in ("one", "two")]

    gates = [GATES.to(engine) for engine in engines]

    assert gates[0] is not gates[1]
    assert gates[0].document is gates[1].document
    assert GATES.to(engines[0]) is gates[0]


@pytest.mark.parametrize("text", ["", "<wsdl", "<a/>", '<!DOCTYPE a SYSTEM "http://elsewhere.test/"><a/>'])
def test_a_wsdl_file_that_cannot_be_used_says_why(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.wsdl"
    path.write_text(text)

    with pytest.raises(errors.Unusable, match=str(path)):
        load_document(path)


def test_a_missing_wsdl_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(errors.Unusable, match=r"absent\.wsdl"):
        load_document(tmp_path / "absent.wsdl")


def test_threads_share_a_gate() -> None:
    server = Scripted(answers={"getAccount": lambda arguments: {"id": arguments["sipId"], "groups": ["g"] * 20}})
    client, wrong = server.client(), []

    def work(number: int) -> None:
        for turn in range(20):
            sip_id = r.SipId(username=f"u{number}-{turn}", domain="example.com")
            if client.sip.get_account(sip_id).id != sip_id:
                wrong.append(sip_id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert len(server.calls) == 160
    assert {type(call) for call in server.told} == {CallReport}


def test_a_forked_process_opens_connections_of_its_own() -> None:
    program = """
import os
from portal.ngnpro import Engine
from portal.ngnpro.client import GATES
engine = Engine(url="http://ngnpro.test/")
gate = GATES.to(engine)
child = os.fork()
if child == 0:
    os._exit(0 if GATES.to(engine) is not gate else 1)
assert os.waitpid(child, 0)[1] == 0
assert GATES.to(engine) is gate
"""
    subprocess.run([sys.executable, "-c", program], check=True)
