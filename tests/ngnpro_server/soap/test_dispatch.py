"""Dispatch: which calls reach an operation, and how every failure is sent on the wire."""

from __future__ import annotations

import inspect
import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import func, select, text

from ngnpro_server.call import Call, utc_now
from ngnpro_server.ports import OPERATIONS
from ngnpro_server.soap.dispatch import Dispatcher
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import metadata, sip_domains
from ngnpro_wire.codec import WireFault, encode_request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from tests.support import envelopes
from tests.support.databases import empty_database
from tests.support.platform import Platform, refused
from tests.support.server import TestServer, make_server, post

UNAVAILABLE: dict[str, str] = {}

AUTH = """<auth><username>admin</username><password>administrators-secret</password><admin>1</admin></auth>"""


def fault_code(body: bytes) -> int:
    """Read errorcode from detail/exception, as the contract's clients do; errorstring must be present too."""
    fault = etree.fromstring(body).find(".//{http://schemas.xmlsoap.org/soap/envelope/}Fault")
    assert fault is not None
    assert fault.findtext("faultstring")
    assert fault.findtext("detail/exception/errorstring")
    return int(fault.findtext("detail/exception/errorcode") or "")


def answer(server: TestServer, body: bytes) -> int:
    """POST a body that must be refused, and return the fault's code."""
    status, _, reply = post(server.app, body)
    assert status == "500 Internal Server Error"
    return fault_code(reply)


def contents(server: TestServer) -> dict[str, int]:
    with server.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.tables.values()
        }


def test_these_operations_and_no_others_are_not_available() -> None:
    known = {f"{op.port}.{op.name}" for op in load_schema().operations.values()} - {"Batch.run"}
    served = {f"{port}.{name}" for port, operations in OPERATIONS.items() for name in operations}
    assert known - served == {f"{port}.{name}" for port, names in UNAVAILABLE.items() for name in names.split()}
    assert served <= known


def test_an_operation_takes_the_parts_that_the_wsdl_names() -> None:
    for operation in load_schema().operations.values():
        function = OPERATIONS.get(operation.port, {}).get(operation.name)
        if function is not None:
            _call, *parts = inspect.signature(function).parameters.values()
            assert [part.name for part in parts] == list(operation.inputs), operation.name
            assert [part.name for part in parts if part.default is part.empty] == [], operation.name


BAD_XML = {
    "nothing": b"",
    "text": b"hello",
    "half an envelope": envelopes.call("getDomains", "<query/>", AUTH)[:-40],
    "another document": b"<html/>",
    "no body": b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>',
    "SOAP 1.2": b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><x/></e:Body></e:Envelope>',
    "an empty body": envelopes.envelope(""),
    "a document type": b'<!DOCTYPE x [<!ENTITY a "b">]>' + envelopes.call("getDomains", "<query/>", AUTH)[40:],
    "an external entity": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    "an entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (c, c - 1, c - 1, c - 1, c - 1) for c in range(98, 122))
    + b"]><x>&y;</x>",
    "deep nesting": b"<a>" * 100_000,
    "another encoding": b'<?xml version="1.0" encoding="EBCDIC-CP-BE"?><x/>',
    "null bytes": b"\0" * 1000,
    "a wrong number": envelopes.call("getDomains", "<query><range><start>many</start></range></query>", AUTH),
    "a huge number": envelopes.call("getDomains", "<query><range><count>99999999999</count></range></query>", AUTH),
    "elements in a text": envelopes.call("deleteDomain", "<domain><b>x</b></domain>", AUTH),
    "a reference to nowhere": envelopes.call("getDomains", '<query href="#x"/>', AUTH),
}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("name", BAD_XML)
def test_bad_input_is_refused_as_malformed_and_changes_nothing(server: TestServer, name: str) -> None:
    before = contents(server)
    assert answer(server, BAD_XML[name]) == FaultCode.REQUEST_MALFORMED
    assert contents(server) == before
    assert server.call("Sip", "getDomains", query={}) == {"total": 0, "domains": []}


def test_an_unknown_operation_or_port_is_refused(server: TestServer) -> None:
    assert answer(server, envelopes.call("dropDomains", "", AUTH)) == FaultCode.OPERATION_UNKNOWN
    wrong_port = envelopes.call("getDomains", "<query/>", AUTH, port="urn:AGProjects:NGNPro:Dns")
    assert answer(server, wrong_port) == FaultCode.OPERATION_UNKNOWN


def test_an_operation_that_is_not_there_says_so(server: TestServer) -> None:
    dispatcher = Dispatcher(server.config, server.engine, server.proxy, load_schema(), {"Sip": {}}, utc_now)
    schema = load_schema()
    body = encode_request(schema, schema.operation("Sip", "getDomains"), {"query": {}}, server.administrator)
    assert dispatcher.answer(body, "127.0.0.1").code is FaultCode.OPERATION_UNAVAILABLE


def test_absent_parts_are_refused_like_empty_ones(platform: Platform) -> None:
    """Every operation is called without any arguments; none may raise an unexpected exception."""
    schema = load_schema()
    for operation in schema.operations.values():
        for auth in (platform.server.administrator, platform.customer.auth):
            body = encode_request(schema, operation, {}, auth)
            status, _, reply = post(platform.server.app, body)
            if not status.startswith("200"):
                assert fault_code(reply) != FaultCode.INTERNAL_ERROR, operation.name


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_give_a_fault(server: TestServer, body: bytes) -> None:
    assert answer(server, body) in (FaultCode.REQUEST_MALFORMED, FaultCode.OPERATION_UNKNOWN)


_values = st.recursive(
    st.none() | st.text(max_size=30) | st.integers().map(str) | st.sampled_from(["", "%", "_", "\\", "'"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "username", "domain", "filter", "owner", "item", "groups", "range", "count"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def _xml(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(key, item) for key, item in value.items())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(_xml('item', item) for item in value)}</{name}>"
    element = etree.Element(name)
    element.text = "".join(c for c in value or "" if c.isprintable())
    return etree.tostring(element, encoding="unicode")


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(load_schema().operations)),
    st.dictionaries(st.sampled_from(["query", "account", "domain", "sipId", "id", "customer", "properties"]), _values),
)
def test_any_arguments_give_a_fault_or_an_answer_but_no_failure_inside(
    server: TestServer, operation: tuple[str, str], parts: dict[str, Any]
) -> None:
    namespace, name = operation
    body = envelopes.call(name, "".join(_xml(k, v) for k, v in parts.items()), AUTH, port=namespace)
    status, _, reply = post(server.app, body)
    if not status.startswith("200"):
        assert fault_code(reply) != FaultCode.INTERNAL_ERROR


class TestFailureInside:
    """Operations that raise unexpected exceptions."""

    @pytest.fixture
    def dispatcher(self, server: TestServer) -> Dispatcher:
        def broken(call: Call, domain: Any = None) -> None:
            call.connection.execute(text("INSERT INTO login_failures VALUES ('x', 1, '2026-01-01', '2026-01-01')"))
            raise ZeroDivisionError(f"something about {domain}")

        operations = {"Sip": {"addDomain": broken}}
        return Dispatcher(server.config, server.engine, server.proxy, load_schema(), operations, utc_now)

    def test_it_is_a_fault_with_an_id_that_finds_it_in_the_log_and_nothing_changed(
        self, server: TestServer, dispatcher: Dispatcher, caplog: pytest.LogCaptureFixture
    ) -> None:
        schema = load_schema()
        before = contents(server)
        body = encode_request(
            schema, schema.operation("Sip", "addDomain"), {"domain": {"domain": "x"}}, server.administrator
        )
        with caplog.at_level(logging.INFO):
            refusal = dispatcher.answer(body, "127.0.0.1")
        assert refusal.code is FaultCode.INTERNAL_ERROR
        assert fault_code(refusal.body) == FaultCode.INTERNAL_ERROR
        incident = next(r for r in caplog.records if r.exc_info).getMessage().rpartition(" ")[2]
        assert incident.encode() in refusal.body
        assert b"ZeroDivision" not in refusal.body
        assert b"Traceback" not in refusal.body
        assert contents(server) == before


def test_the_log_names_the_operation_and_caller_but_no_secret(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.add_domain()
    with caplog.at_level(logging.DEBUG):
        platform.add_account(password="h1dden-word", properties=[{"name": "web_password", "value": "w3b-word"}])
        with refused(FaultCode.ACCOUNT_EXISTS):
            platform.add_account(password="h1dden-word")
        platform.call("Customer", "getCustomers", platform.server.as_customer(platform.reseller.id), query={})
    assert "Sip.addAccount by administrator ('admin') from 127.0.0.1: ok in" in caplog.text
    assert f"Customer.getCustomers by reseller {platform.reseller.id} ('admin') from" in caplog.text
    for secret in ("h1dden-word", "w3b-word", "administrators-secret", "customer-secret"):
        assert secret not in caplog.text


def test_a_username_cannot_forge_a_line_of_the_log(server: TestServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), refused(FaultCode.LOGIN_WRONG):
        server.call("Sip", "getDomains", {"username": "x\nSip.addDomain by administrator", "password": ""}, query={})
    assert all("\n" not in record.getMessage() for record in caplog.records)


class TestConcurrency:
    """Two calls at the same time."""

    def run(self, *calls: Any) -> list[int]:
        """Run calls in parallel; return the fault code of each, 0 for none."""
        codes: list[int] = []
        start = threading.Barrier(len(calls))

        def one(call: Any) -> None:
            start.wait()
            try:
                call()
                codes.append(0)
            except WireFault as fault:
                codes.append(fault.code or -1)

        threads = [threading.Thread(target=one, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(codes)

    def test_two_adds_of_one_name_give_one_success(self, platform: Platform) -> None:
        assert self.run(*[platform.add_domain] * 6) == [0] + [FaultCode.DOMAIN_EXISTS] * 5
        assert self.run(*[platform.add_account] * 6) == [0] + [FaultCode.ACCOUNT_EXISTS] * 5
        assert platform.call("Sip", "getAccounts", query={})["total"] == 1

    def test_parallel_calls_do_not_overspend_the_credit(self, platform: Platform) -> None:
        platform.add_domain()
        platform.grant(platform.customer, sip_credit=2)

        def adder(name: str) -> Any:
            account = {"id": {"username": name, "domain": "example.com"}, "password": "x"}
            return lambda: platform.call("Sip", "addAccount", platform.customer.auth, account=account)

        codes = self.run(*[adder(name) for name in "abcde"])
        assert codes == [0, 0] + [FaultCode.CREDIT_EXHAUSTED] * 3

    def test_the_server_gives_each_number_once(self, platform: Platform) -> None:
        platform.add_domain()
        assert self.run(*[lambda: platform.add_account("<autoincrement>")] * 6) == [0] * 6
        listed = platform.call("Sip", "getAccounts", query={})["accounts"]
        assert {account["id"]["username"] for account in listed} == {str(n) for n in range(1001, 1007)}

    @pytest.fixture
    def impatient(self, tmp_path: Path) -> TestServer:
        return make_server(tmp_path, database=replace(empty_database(tmp_path), busy_timeout=1))

    def test_a_busy_database_is_said_to_be_busy_and_reads_go_on(self, impatient: TestServer) -> None:
        row = {"domain": "example.com", "change_date": utc_now(), "certificate": "", "private_key": ""}
        with transaction(impatient.engine, write=True) as connection:
            connection.execute(sip_domains.insert().values(**row))
            with refused(FaultCode.DATABASE_BUSY):
                impatient.call("Sip", "addDomain", domain={"domain": "example.com"})
            assert impatient.call("Sip", "getDomains", query={}) == {"total": 0, "domains": []}
        with refused(FaultCode.DOMAIN_EXISTS):
            impatient.call("Sip", "addDomain", domain={"domain": "example.com"})
