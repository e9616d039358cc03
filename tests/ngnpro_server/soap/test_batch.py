"""Batches: several calls in one message, each with its own result or fault, with one login and one commit."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ngnpro_server.call import Call, utc_now
from ngnpro_server.ports import OPERATIONS
from ngnpro_server.soap.dispatch import Dispatcher
from ngnpro_server.soap.notes import Note
from ngnpro_wire.as_read import fingerprints_of_record
from ngnpro_wire.batch import BATCH, MOST_CALLS
from ngnpro_wire.codec import decode_answer, decode_reply, encode_call, encode_request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import load_schema
from tests.support.platform import Platform, kept_numbers, refused
from tests.support.server import TestServer, make_server, post
from tests.support.statements import counted

SCHEMA = load_schema()
RUN = SCHEMA.operation("Batch", "run")
NAMESPACES = "".join(
    f' xmlns:{prefix}="{name}"'
    for prefix, name in (
        ("xsd", "http://www.w3.org/2001/XMLSchema"),
        ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("SOAP-ENC", "http://schemas.xmlsoap.org/soap/encoding/"),
        ("tns", SCHEMA.namespace),
    )
)


def entry(port: str, operation: str, as_read: str = "", /, **arguments: Any) -> dict[str, str]:
    """Return one call of a batch."""
    return {"call": encode_call(SCHEMA.operation(port, operation), arguments, NAMESPACES), "asRead": as_read}


def account(username: str, domain: str = "example.com", **members: Any) -> dict[str, str]:
    record = {"id": {"username": username, "domain": domain}, "password": "a-Secret-2026"} | members
    return entry("Sip", "addAccount", account=record)


def reading(username: str) -> dict[str, str]:
    return entry("Sip", "getAccount", sipId={"username": username, "domain": "example.com"})


def codes(results: list[dict[str, Any]]) -> list[int]:
    return [result.get("errorcode", 0) for result in results]


@pytest.fixture
def platform(platform: Platform) -> Platform:
    platform.add_domain()
    return platform


def test_each_call_has_its_own_result_or_fault_in_the_order_of_the_calls(platform: Platform) -> None:
    results = platform.call(
        "Batch", "run", calls=[account("ada", firstName="Ada"), account("ada"), account("bob", "x"), reading("ada")]
    )

    assert codes(results) == [0, FaultCode.ACCOUNT_EXISTS, FaultCode.DOMAIN_MISSING, 0]
    assert results[1]["errorstring"] == "There is a SIP account ada@example.com already."
    added, read = (
        decode_answer(SCHEMA.operation("Sip", name), results[number]["answer"])
        for number, name in ((0, "addAccount"), (3, "getAccount"))
    )
    assert added == read == platform.account("ada")
    assert kept_numbers(platform.server)["account", "all", ""] == 1


def test_a_call_that_fails_halfway_leaves_nothing_behind_and_the_others_are_stored(platform: Platform) -> None:
    too_long = [{"name": "note", "value": "x" * 5000}]
    results = platform.call(
        "Batch", "run", calls=[account("ada"), account("bob", properties=too_long, groups=["quota"]), account("cleo")]
    )
    assert codes(results) == [0, FaultCode.VALUE_INVALID, 0]
    listed = platform.call("Sip", "getAccounts", query={})
    assert (listed["total"], {one["id"]["username"] for one in listed["accounts"]}) == (2, {"ada", "cleo"})
    assert ("group", "name", "quota") not in kept_numbers(platform.server)


def test_accounts_that_are_inserted_together_keep_their_own_parts_and_order(platform: Platform) -> None:
    parts: list[dict[str, Any]] = [
        {"groups": ["quota", "free-pstn"], "properties": [{"name": "note", "value": "a “b”\n"}]},
        {},
        {"acl": [{"ip": "192.0.2.1", "mask": 32, "tag": "office"}, {"ip": "2001:db8::", "mask": 64, "tag": ""}]},
        {"properties": [{"name": "color", "value": "Ünïcödé 𝄞"}, {"name": "note", "value": ""}], "groups": ["quota"]},
    ]
    calls = [account(f"user{number}", **given) for number, given in enumerate(parts)]
    results = platform.call("Batch", "run", calls=calls)

    operation = SCHEMA.operation("Sip", "addAccount")
    for number, (given, result) in enumerate(zip(parts, results, strict=True)):
        stored = platform.account(f"user{number}")
        assert stored == decode_answer(operation, result["answer"])
        for name in ("groups", "properties", "acl"):
            assert sorted(stored[name], key=str) == sorted(given.get(name, []), key=str)
    listed = platform.call("Sip", "getAccounts", query={"orderBy": {"attribute": "changeDate", "direction": "ASC"}})
    assert [one["id"]["username"] for one in listed["accounts"]] == [f"user{number}" for number in range(4)]


def test_a_call_finds_the_accounts_that_calls_before_it_in_the_batch_have_added(platform: Platform) -> None:
    alias = {"id": {"username": "info", "domain": "example.com"}, "target": {"username": "ada", "domain": "a.example"}}
    listing = entry("Sip", "getAccounts", query={})
    with counted(platform.server.engine) as statements:
        results = platform.call("Batch", "run", calls=[account("ada"), reading("ada"), account("bob"), listing])
    assert codes(results) == [0, 0, 0, 0]
    assert not [one for one in statements if "SAVEPOINT" in one.upper()]
    assert decode_answer(SCHEMA.operation("Sip", "getAccounts"), results[3]["answer"])["total"] == 2
    results = platform.call("Batch", "run", calls=[account("info"), entry("Sip", "addAlias", alias=alias)])
    assert codes(results) == [0, FaultCode.ACCOUNT_EXISTS]


def test_only_the_account_whose_address_is_taken_is_refused(platform: Platform) -> None:
    alias = {"id": {"username": "info", "domain": "example.com"}, "target": {"username": "ada", "domain": "a.example"}}
    platform.call("Sip", "addAlias", alias=alias)
    platform.add_account("ada")
    results = platform.call("Batch", "run", calls=[account(name) for name in ("bob", "info", "cleo", "bob", "ada")])
    assert codes(results) == [0, FaultCode.ALIAS_EXISTS, 0, FaultCode.ACCOUNT_EXISTS, FaultCode.ACCOUNT_EXISTS]
    assert "info@example.com" in results[1]["errorstring"]
    assert "ada@example.com" in results[4]["errorstring"]
    assert kept_numbers(platform.server)["account", "all", ""] == 3


def test_a_batch_is_one_transaction(platform: Platform) -> None:
    commits: list[Any] = []
    event.listen(platform.server.engine, "commit", commits.append)
    platform.call("Batch", "run", calls=[account(f"user{number}") for number in range(5)])
    # a count may be folded after it, in one of 64 calls
    assert 1 <= len(commits) <= 2


def test_rights_and_limits_are_those_of_single_calls(platform: Platform) -> None:
    platform.add_domain("foreign.example", platform.stranger)
    platform.grant(platform.customer, sip_credit="2")
    calls = [account(name) for name in ("ada", "bob", "cleo")]
    calls += [account("dan", "foreign.example"), entry("Sip", "getMediaSummary")]
    results = platform.call("Batch", "run", platform.customer.auth, calls=calls)
    assert codes(results) == [0, 0, FaultCode.CREDIT_EXHAUSTED, FaultCode.DOMAIN_MISSING, FaultCode.NOT_PERMITTED]
    # the third account was refused after it had been inserted and counted
    assert platform.call("Sip", "getAccounts", query={})["total"] == 2
    assert kept_numbers(platform.server)["account", "customer_id", str(platform.customer.id)] == 2


def test_a_call_sees_what_calls_before_it_in_the_batch_have_changed(platform: Platform) -> None:
    domain = {"domain": "example.com", "customer": platform.sibling.id}
    credit = [{"name": "sip_credit", "value": "1"}]
    calls = [
        account("ada"),
        entry("Customer", "setProperties", customer=platform.customer.id, properties=credit),
        account("bob"),
        entry("Sip", "updateDomain", domain=domain),
        account("cleo"),
    ]
    results = platform.call("Batch", "run", platform.reseller.auth, calls=calls)
    assert codes(results) == [0, 0, FaultCode.CREDIT_EXHAUSTED, 0, 0]
    assert platform.account("cleo")["customer"] == platform.sibling.id


def test_a_batch_without_faults_sets_no_savepoint_and_one_with_a_fault_undoes_only_that_call(
    platform: Platform,
) -> None:
    with counted(platform.server.engine) as statements:
        platform.call("Batch", "run", calls=[account("ada"), account("bob")])
    assert not [one for one in statements if "SAVEPOINT" in one.upper()]
    with counted(platform.server.engine) as statements:
        results = platform.call("Batch", "run", calls=[account("cleo"), account("ada"), account("dan")])
    assert codes(results) == [0, FaultCode.ACCOUNT_EXISTS, 0]
    assert [one for one in statements if one.upper().startswith("ROLLBACK TO SAVEPOINT")]
    assert kept_numbers(platform.server)["account", "all", ""] == 4


def test_a_wrong_login_makes_no_call(platform: Platform) -> None:
    with refused(FaultCode.LOGIN_WRONG):
        platform.call("Batch", "run", platform.customer.auth | {"password": "wrong"}, calls=[account("ada")])
    assert platform.call("Sip", "getAccounts", query={})["total"] == 0


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("", FaultCode.REQUEST_MALFORMED),
        ("plain words", FaultCode.REQUEST_MALFORMED),
        ("<getAccount/>", FaultCode.OPERATION_UNKNOWN),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', FaultCode.REQUEST_MALFORMED),
        ('<b:run xmlns:b="urn:AGProjects:NGNPro:Batch"/>', FaultCode.OPERATION_UNKNOWN),
        ('<s:addBalance xmlns:s="urn:AGProjects:NGNPro:Sip"><value>much</value></s:addBalance>', 9000),
    ],
)
def test_a_call_that_cannot_be_read_is_refused_alone(platform: Platform, call: str, code: int) -> None:
    assert codes(platform.call("Batch", "run", calls=[{"call": call}, account("ada"), {}])) == [code, 0, 9000]


def test_more_calls_than_allowed_are_refused_whole(platform: Platform) -> None:
    calls = [account(f"user{number}") for number in range(MOST_CALLS + 1)]
    with refused(FaultCode.VALUE_INVALID, "calls"):
        platform.call("Batch", "run", calls=calls)
    assert platform.call("Sip", "getAccounts", query={})["total"] == 0
    assert codes(platform.call("Batch", "run", calls=calls[:-1])) == [0] * MOST_CALLS


def test_an_update_of_a_record_that_was_changed_since_it_was_read_is_refused(platform: Platform) -> None:
    read = platform.add_account("ada")
    changed = entry("Sip", "updateAccount", fingerprints_of_record(read), account=read | {"firstName": "Ada"})
    again = entry("Sip", "updateAccount", fingerprints_of_record(read), account=read | {"firstName": "Adele"})
    assert codes(platform.call("Batch", "run", calls=[changed, again])) == [0, FaultCode.RECORD_CHANGED]
    assert platform.account("ada")["firstName"] == "Ada"


def test_every_answer_says_how_many_calls_a_batch_may_have(server: TestServer) -> None:
    body = encode_request(SCHEMA, SCHEMA.operation("Sip", "getDomains"), {"query": {}}, server.administrator)
    assert post(server.app, body)[1][BATCH] == str(MOST_CALLS)


class TestNotes:
    """The records of calls for the log and the metrics."""

    @pytest.fixture
    def noted(self) -> list[Note]:
        return []

    @pytest.fixture
    def dispatcher(self, tmp_path: Path, noted: list[Note]) -> Dispatcher:
        def broken(call: Call, sipId: Any = None) -> None:  # noqa: N803
            raise ZeroDivisionError

        server = make_server(tmp_path)
        operations = {**OPERATIONS, "Sip": {**OPERATIONS["Sip"], "deleteAccount": broken}}
        dispatcher = Dispatcher(
            server.config, server.engine, server.proxy, SCHEMA, operations, utc_now, observe=noted.append
        )
        server.call("Sip", "addDomain", domain={"domain": "example.com"})
        return dispatcher

    def test_each_call_is_logged_and_counted_and_so_is_the_batch(
        self, dispatcher: Dispatcher, noted: list[Note], caplog: pytest.LogCaptureFixture
    ) -> None:
        auth = {"username": "admin", "password": "administrators-secret", "admin": True}
        calls = [account("ada"), account("ada"), entry("Sip", "deleteAccount", sipId={}), {"call": "<x/>"}]
        with caplog.at_level(logging.INFO, "ngnpro.calls"):
            answer = dispatcher.answer(encode_request(SCHEMA, RUN, {"calls": calls}, auth), "127.0.0.1")
        found = codes(decode_reply(SCHEMA, RUN, answer.body))
        assert found == [0, FaultCode.ACCOUNT_EXISTS, FaultCode.INTERNAL_ERROR, FaultCode.OPERATION_UNKNOWN]
        assert [(note.operation, note.code or 0) for note in noted] == [
            ("Sip.addAccount", 0),
            ("Sip.addAccount", FaultCode.ACCOUNT_EXISTS),
            ("Sip.deleteAccount", FaultCode.INTERNAL_ERROR),
            ("?", FaultCode.OPERATION_UNKNOWN),
            ("Batch.run", 0),
        ]
        assert "Sip.addAccount by administrator ('admin') from 127.0.0.1: fault 1011" in caplog.text
        assert "ZeroDivision" not in answer.body.decode()
