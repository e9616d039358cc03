"""What a server leaves to its clients: found out by calls that must not succeed, on records that are deleted again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ngnpro_wire.codec import encode_fault
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from portal.ngnpro import Engine, Ngnpro
from portal.ngnpro.checkup import CheckResult, Grade
from portal.ngnpro.rights_check import compare_rights
from tests.support.server import ADMINISTRATOR, TestServer, make_server
from tests.support.wsgi import wsgi_session

AUTH = re.compile(rb"<auth>.*?</auth>", re.DOTALL)
ENGINE = Engine(url="http://ngnpro.test/", username=ADMINISTRATOR.username, password=ADMINISTRATOR.password)


@pytest.fixture
def server(tmp_path: Path) -> TestServer:
    return make_server(tmp_path)


def texts(found: list[CheckResult], grade: Grade) -> list[str]:
    return [finding.text for finding in found if finding.grade is grade]


def records(server: TestServer) -> list[int]:
    ngnpro = Ngnpro(ENGINE, session=wsgi_session(server.app))
    return [
        ngnpro.customers.get_customers().total,
        ngnpro.sip.get_domains().total,
        ngnpro.sip.get_accounts().total,
        ngnpro.enum.get_ranges().total,
        ngnpro.enum.get_numbers().total,
        ngnpro.sip.get_trusted_peers().total,
    ]


def test_our_server_leaves_nothing_to_its_clients_and_nothing_is_left(server: TestServer) -> None:
    found = list(compare_rights(ENGINE, wsgi_session(server.app)))
    assert texts(found, Grade.BAD) + texts(found, Grade.NOTE) == []
    assert len(found) > 15
    assert records(server) == [0] * 6


def test_a_server_that_obeys_everyone_leaves_every_rule_to_its_clients(server: TestServer) -> None:
    members = f"<username>{ENGINE.username}</username><password>{ENGINE.password}</password><admin>true</admin>"

    def promoted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = AUTH.sub(f"<auth>{members}</auth>".encode(), environ["wsgi.input"].read())
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return server.app(environ, start_response)

    found = list(compare_rights(ENGINE, wsgi_session(promoted)))
    left = texts(found, Grade.NOTE)
    assert texts(found, Grade.BAD) + texts(found, Grade.GOOD) == []
    ownership = ("part of another customer's range", "number in another customer's range", "another customer's number")
    for what in (
        "changes quota of",
        "lifts an operator's block",
        "a whole country code",
        "changes transit of",
        *ownership,
    ):
        assert any(what in text and "leaves it to its clients" in text for text in left), what
    assert records(server) == [0] * 6


def test_what_was_found_before_a_record_of_the_check_is_refused_is_said(server: TestServer) -> None:
    fault = encode_fault(load_schema(), FaultCode.DATABASE_BUSY, "No.", FaultCode.DATABASE_BUSY.title)

    def without_peers(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        if b"addTrustedPeer" in body:
            start_response("500 Internal Server Error", [("Content-Type", "text/xml; charset=utf-8")])
            return [fault]
        return server.app(environ | {"wsgi.input": io.BytesIO(body)}, start_response)

    *found, last = compare_rights(ENGINE, wsgi_session(without_peers))
    assert "Rights could not be tried" in last.text
    assert len(texts(found, Grade.GOOD)) > 10
    assert records(server) == [0] * 6


def test_only_an_administrator_can_try(server: TestServer) -> None:
    (found,) = compare_rights(replace(ENGINE, admin=False), wsgi_session(server.app))
    assert "Only an administrator's login" in found.text
