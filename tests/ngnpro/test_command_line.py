"""Calls from a shell: arguments in, JSON out, and an exit status that scripts can use."""

from __future__ import annotations

import io
import json
from typing import Any, NamedTuple

import pytest

from ngnpro_wire.schema import load_schema
from portal.ngnpro.command_line import HIDDEN, describe_operation, list_operations, run_operation
from tests.support.scripted import Refused, Scripted

SCHEMA = load_schema()
ID = {"username": "alice", "domain": "example.com"}


class Outcome(NamedTuple):
    """The result of a command: its exit status and what it printed."""

    status: int
    out: str
    err: str


def call(server: Scripted, *words: str, stdin: str = "", **options: Any) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    status = run_operation(
        server.client(), words[0], words[1:], stdin=io.StringIO(stdin), stdout=out, stderr=err, **options
    )
    return Outcome(status, out.getvalue(), err.getvalue())


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["Sip.deleteDomain", "domain=example.com"], {"domain": "example.com"}),
        (["Sip.addDomain", "domain=example.com", "customer=7"], {"domain": {"domain": "example.com", "customer": 7}}),
        (["Sip.addDomain", "domain.domain=example.com"], {"domain": {"domain": "example.com"}}),
        (["Sip.getDomains"], {"query": {}}),
        (
            ["Sip.getDomains", "filter.domain=ex%", "filter.customer=7", "range.start=0", "range.count=5"],
            {"query": {"filter": {"domain": "ex%", "customer": 7}, "range": {"start": 0, "count": 5}}},
        ),
        (["Sip.getDomains", "query.filter.domain=a=b"], {"query": {"filter": {"domain": "a=b"}}}),
        (
            ["Sip.addAccount", "id.username=alice", "id.domain=example.com", "groups=a, b", "prepaid=1"],
            {"account": {"id": ID, "groups": ["a", "b"], "prepaid": 1}},
        ),
        (
            ["Sip.updateAccount", "account.groups=", "account.acl.0.ip=192.0.2.1", "account.acl.0.mask=32"],
            {"account": {"groups": [], "acl": [{"ip": "192.0.2.1", "mask": 32}]}},
        ),
        (
            ["Sip.deleteRoutes", "routes.1.id=8", "routes.0.id=7"],
            {"routes": [{"id": 7}, {"id": 8}]},
        ),
        (
            ["Sip.addBalance", "sipId.username=alice", "sipId.domain=example.com", "value=-2.5", "description="],
            {"sipId": ID, "value": -2.5, "description": ""},
        ),
        (["Sip.addTrustedPeer", "ip=192.0.2.1", "msteams=yes"], {"peer": {"ip": "192.0.2.1", "msteams": True}}),
        (
            ["Voicemail.setAnnouncement", "sipId.username=alice", "sipId.domain=example.com", "message=UklGRg=="],
            {"sipId": ID, "message": b"RIFF"},
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_words_become_arguments(words: list[str], arguments: dict[str, Any]) -> None:
    server = Scripted()

    outcome = call(server, *words)

    assert outcome == Outcome(0, outcome.out, "")
    assert server.last.arguments == arguments


@pytest.mark.parametrize(
    "members", [{"account": {"id": ID, "quota": 5}}, {"id": ID, "quota": 5}], ids=["with the part", "without it"]
)
def test_json_on_standard_input_becomes_arguments(members: dict[str, Any]) -> None:
    server = Scripted()

    assert call(server, "Sip.addAccount", "-", stdin=json.dumps(members)).status == 0
    assert server.last.arguments == {"account": {"id": ID, "quota": 5}}


def test_a_member_named_like_its_part_is_understood_in_json() -> None:
    server = Scripted()

    call(server, "Sip.addDomain", "-", stdin='{"domain": "example.com"}')
    call(server, "Sip.addDomain", "-", stdin='{"domain": {"domain": "example.com"}}')

    assert [request.arguments for request in server.calls] == [{"domain": {"domain": "example.com"}}] * 2


def test_the_answer_is_json() -> None:
    answer = {"total": 1, "domains": [{"domain": "münchen.example", "customer": 7}]}

    outcome = call(Scripted(answers={"getDomains": answer}), "Sip.getDomains")

    assert json.loads(outcome.out) == answer
    assert "münchen" in outcome.out


def test_an_answer_of_nothing_prints_nothing() -> None:
    assert call(Scripted(), "Sip.deleteDomain", "domain=example.com") == Outcome(0, "", "")


ACCOUNT = {
    "id": ID,
    "password": "canary-1",
    "ha1": "canary-2",
    "ha1b": "",
    "properties": [{"name": "web_password", "value": "canary-3"}, {"name": "colour", "value": "red"}],
}


def test_passwords_are_hidden() -> None:
    outcome = call(Scripted(answers={"getAccount": ACCOUNT}), "Sip.getAccount", "username=alice", "domain=a.example")

    shown = json.loads(outcome.out)
    assert "canary" not in outcome.out
    assert (shown["password"], shown["ha1"], shown["ha1b"]) == (HIDDEN, HIDDEN, "")
    assert [entry["value"] for entry in shown["properties"]] == [HIDDEN, "red"]


def test_passwords_are_shown_when_asked_for() -> None:
    server = Scripted(answers={"getAccount": ACCOUNT})

    outcome = call(server, "Sip.getAccount", "username=alice", "domain=a.example", show_passwords=True)

    assert json.loads(outcome.out) == ACCOUNT


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (Refused(1000), 3, "does not exist"),
        (Refused(1001), 4, "exists already"),
        (Refused(9004, "domain: Too long."), 5, "domain: Too long."),
        (Refused(5002), 6, "still owns"),
        (Refused(9003), 7, "limit"),
        (Refused(9002), 8, "rights"),
        (Refused(9001), 9, "username and password"),
        (Refused(9007), 10, "does not offer it"),
        (Refused(4711, "Gremlins"), 1, "Gremlins"),
        (b"<html/>", 20, "not an NGNPro server"),
    ],
)
def test_the_exit_status_tells_the_kind_of_error(answer: Any, status: int, said: str) -> None:
    outcome = call(Scripted(answers={"deleteDomain": answer}), "Sip.deleteDomain", "domain=example.com")

    assert (outcome.status, outcome.out) == (status, "")
    assert said in outcome.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Sip.fly"], "no one operation"),
        (
            ["Billing.getEntity"],
            "for the ports Batch, Customer, Dns, Enum, Network, Platform, Presence, Rating, Sip, Voicemail",
        ),
        (["Sip.get"], "It may be Sip.getAcceptRules, Sip.getAccount, Sip.getAccounts"),
        (["Sip.deleteDomain"], "needs domain"),
        (["Sip.deleteDomain", "example.com"], "not of the form key=value"),
        (["Sip.deleteDomain", "=example.com"], "not of the form key=value"),
        (["Sip.getDomains", "filter.colour=red"], "there is no 'colour' here, but domain, customer, reseller"),
        (["Sip.getDomains", "filter=red"], "behind a dot: domain, customer, reseller"),
        (["Sip.getDomains", "filter.domain.name=red"], "domain is a plain value"),
        (["Sip.getDomains", "filter.customer=red"], "not of the type int"),
        (["Sip.addTrustedPeer", "msteams=perhaps"], "not of the type boolean"),
        (["Sip.addBalance", "value=much"], "not of the type float"),
        (["Voicemail.setAnnouncement", "message=*"], "not of the type base64Binary"),
        (["Sip.addRoutes", "routes.first.prefix=00"], "numbers, counted from 0"),
        (["Sip.addRoutes", "routes=00"], "its items, counted from 0"),
        (["Sip.addBalance", "price=3"], "there is no 'price' here, but sipId, value, description"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_called(words: list[str], said: str) -> None:
    server = Scripted()

    outcome = call(server, *words)

    assert (outcome.status, outcome.out, server.calls) == (2, "", [])
    assert said in outcome.err


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"account": {"colour": 1}}', "no member 'colour'"),
        ('{"account": {"id": "alice"}}', "must be a dict"),
        ('{"account": {"groups": "a"}}', "must be a list"),
        ('{"account": {}, "extra": 1}', "takes no 'extra', but account"),
    ],
)
def test_a_mistake_in_json_is_explained(stdin: str, said: str) -> None:
    server = Scripted()

    outcome = call(server, "Sip.addAccount", "-", stdin=stdin)

    assert (outcome.status, server.calls) == (2, [])
    assert said in outcome.err


def test_names_are_completed_where_that_leaves_no_doubt() -> None:
    server = Scripted()

    assert call(server, "sip.deletedom", "domain=example.com").status == 0
    assert server.last.operation.name == "deleteDomain"
    # although the name getAccounts also starts with getAccount
    assert call(server, "Sip.getAccount", "username=a", "domain=b.c").status == 0
    assert server.last.operation.name == "getAccount"


def test_names_are_listed() -> None:
    assert list_operations(SCHEMA, "voicemail.") == [
        "Voicemail.addAccount",
        "Voicemail.deleteAccount",
        "Voicemail.getAccount",
        "Voicemail.setAnnouncement",
        "Voicemail.updateAccount",
    ]
    assert len(list_operations(SCHEMA)) == len(SCHEMA.operations)


def test_an_operation_tells_what_it_takes() -> None:
    told = describe_operation(SCHEMA, "Sip.addDomain")

    assert told.startswith("Sip.addDomain(domain: SipDomain) answers SipDomain")
    assert "SipDomain is a dict of domain: str" in told
